"""Changes of campaigns in Meta's sandbox: what they do, what they leave, and what is refused."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import httpx2
import pytest

from xylo_mcp.sandbox.meta import server
from xylo_mcp.sandbox.world import Campaign, World

US, FIRST = "123456789", "120210000000000001"
OWN = {
    "name": "Neu",
    "objective": "OUTCOME_SALES",
    "special_ad_categories": "[]",
    "status": "PAUSED",
    "is_adset_budget_sharing_enabled": "true",
}
Client = Callable[..., httpx2.AsyncClient]
Refused = Callable[[httpx2.Response], tuple[int, int, int]]
Asked = Callable[[Campaign], bool]


def daily(one: Campaign) -> bool:
    return one.switch == "on" and bool(one.daily)


def lifetime(one: Campaign) -> bool:
    return one.state in {"delivering", "limited"} and bool(one.lifetime)


def neither(one: Campaign) -> bool:
    return one.switch == "on" and not (one.daily or one.lifetime)


def archived(one: Campaign) -> bool:
    return one.switch == "archived"


def deleted(one: Campaign) -> bool:
    return one.switch == "deleted"


def first(world: World, kind: Asked) -> Campaign:
    return next(one for one in world.campaigns("meta", US) if kind(one))


def truth(world: World, identity: str) -> Campaign:
    found = world.campaign("meta", identity)
    assert found is not None
    return found


async def shown(http: httpx2.AsyncClient, identity: str, fields: str) -> Mapping[str, object]:
    answer = (await http.get(f"/{identity}", params={"fields": fields})).json()
    assert answer.pop("id") == identity
    return answer


async def test_a_change_is_stored_as_written_and_the_rest_stays(writes: httpx2.AsyncClient, fresh: World) -> None:
    before = truth(fresh, FIRST)
    params = {
        "name": "Anders",
        "status": "PAUSED",
        "daily_budget": "12300",
        "bid_strategy": "COST_CAP",
        "spend_cap": "20000",
        "stop_time": "2027-01-31T12:00:00Z",
        "adlabels": '[{"name":"mine"}]',
        "special_ad_categories": '["CREDIT"]',
        "special_ad_category_country": '["US","CA"]',
    }

    answer = await writes.post(f"/{FIRST}", data=params)

    assert answer.json() == {"success": True}
    assert await shown(
        writes,
        FIRST,
        "name,status,effective_status,daily_budget,lifetime_budget,bid_strategy,spend_cap,start_time,stop_time,"
        "adlabels{name},special_ad_categories,special_ad_category_country,objective",
    ) == {
        "name": "Anders",
        "status": "PAUSED",
        "effective_status": "PAUSED",
        "daily_budget": "12300",
        "bid_strategy": "COST_CAP",
        "spend_cap": "20000",
        "start_time": "2025-10-18T00:00:00-0700",
        "stop_time": "2027-01-31T04:00:00-0800",
        "adlabels": [{"name": "mine", "id": "6142498070251864"}],
        "special_ad_categories": ["CREDIT"],
        "special_ad_category_country": ["US", "CA"],
        "objective": "OUTCOME_SALES",
    }
    after = truth(fresh, FIRST)
    assert (after.name, after.switch, after.state, after.daily, after.last_day) == (
        "Anders",
        "off",
        "off",
        12300,
        date(2027, 1, 31),
    )
    assert (after.goal, after.first_day, after.created) == (before.goal, before.first_day, before.created)


@pytest.mark.parametrize(
    ("kind", "params", "expected"),
    [
        (daily, {}, (400, 100, 0)),
        (daily, {"colour": "red"}, (400, 100, 0)),
        (daily, {"objective": "OUTCOME_LEADS"}, (400, 100, 0)),
        (daily, {"execution_options": '["validate_only"]'}, (400, 100, 0)),
        (daily, {"name": ""}, (400, 100, 0)),
        (daily, {"status": "ON"}, (400, 100, 0)),
        (daily, {"daily_budget": "99"}, (400, 100, 1885272)),
        (daily, {"daily_budget": "1e4"}, (400, 100, 0)),
        (daily, {"daily_budget": ""}, (400, 100, 0)),
        (daily, {"lifetime_budget": "900000", "stop_time": "2026-12-31T00:00:00Z"}, (400, 100, 0)),
        (daily, {"start_time": "2026-12-01T00:00:00Z"}, (400, 100, 0)),
        (daily, {"stop_time": "2026-11-22T12:00:00Z"}, (400, 100, 1487033)),
        (daily, {"spend_cap": "1"}, (400, 100, 2446307)),
        (daily, {"name": "Neu", "fields": "colour"}, (400, 100, 0)),
        (lifetime, {"daily_budget": "5000"}, (400, 100, 0)),
        (lifetime, {"lifetime_budget": "100"}, (400, 100, 1885272)),
        (neither, {"daily_budget": "5000"}, (400, 100, 1885621)),
        (neither, {"lifetime_budget": "900000", "stop_time": "2026-12-31T00:00:00Z"}, (400, 100, 1885621)),
        (neither, {"bid_strategy": "COST_CAP"}, (400, 100, 0)),
        (archived, {"daily_budget": "5000"}, (400, 100, 1487566)),
        (archived, {"status": "ACTIVE"}, (400, 100, 1487566)),
        (archived, {"name": "Neu", "spend_cap": "20000"}, (400, 100, 1487566)),
        (deleted, {"status": "PAUSED"}, (400, 100, 1487566)),
        (deleted, {"status": "DELETED"}, (400, 100, 1487566)),
        (deleted, {"name": "Neu", "status": "ACTIVE"}, (400, 100, 1487566)),
    ],
)
async def test_what_meta_would_not_change_is_refused_and_stays(
    writes: httpx2.AsyncClient,
    fresh: World,
    refused: Refused,
    kind: Asked,
    params: dict[str, str],
    expected: tuple[int, int, int],
) -> None:
    before = first(fresh, kind)

    answer = await writes.post(f"/{before.id}", data=params)

    assert refused(answer) == expected
    assert truth(fresh, before.id) == before


@pytest.mark.parametrize("kind", [archived, deleted], ids=["archived", "deleted"])
async def test_what_is_gone_can_still_be_renamed(writes: httpx2.AsyncClient, fresh: World, kind: Asked) -> None:
    before = first(fresh, kind)

    answer = await writes.post(f"/{before.id}", data={"name": "Anders", "fields": "name,status"})

    assert answer.json() == {"name": "Anders", "status": before.switch.upper(), "id": before.id}


async def test_what_is_archived_can_be_deleted_and_what_is_deleted_stays_so(
    writes: httpx2.AsyncClient, fresh: World, refused: Refused
) -> None:
    one, other, gone = first(fresh, archived), first(fresh, daily), first(fresh, deleted)
    archive = await writes.post(f"/{other.id}", data={"status": "ARCHIVED"})

    done = [await writes.post(f"/{one.id}", data={"status": "DELETED"}), await writes.delete(f"/{other.id}")]
    again = [await writes.delete(f"/{identity}") for identity in (one.id, gone.id)]

    assert [answer.json() for answer in (archive, *done)] == [{"success": True}] * 3
    assert [refused(answer) for answer in again] == [(400, 100, 1487566)] * 2
    assert [truth(fresh, found.id).switch for found in (one, other)] == ["deleted", "deleted"]


async def test_a_deleted_campaign_leaves_the_list_and_can_be_read_by_its_id(
    writes: httpx2.AsyncClient, refused: Refused
) -> None:
    listed = {"filtering": '[{"field":"id","operator":"EQUAL","value":"120210000000000001"}]'}
    before = (await writes.get(f"/act_{US}/campaigns", params=listed)).json()["data"]

    odd = await writes.request("DELETE", f"/{FIRST}", params={"delete_strategy": "DELETE_ANY"})
    await writes.delete(f"/{FIRST}")

    assert (before, refused(odd)) == ([{"id": FIRST}], (400, 100, 0))
    assert (await writes.get(f"/act_{US}/campaigns", params=listed)).json() == {"data": []}
    assert await shown(writes, FIRST, "effective_status") == {"effective_status": "DELETED"}


@pytest.mark.parametrize(
    ("status", "own", "off"),
    [
        ("ACTIVE", "ACTIVE", "PAUSED"),
        ("PAUSED", "CAMPAIGN_PAUSED", "PAUSED"),
        ("ARCHIVED", "ARCHIVED", "ARCHIVED"),
        ("DELETED", "DELETED", "DELETED"),
    ],
)
async def test_what_becomes_of_a_campaign_comes_down_to_its_ad_sets(
    writes: httpx2.AsyncClient, fresh: World, status: str, own: str, off: str
) -> None:
    everything = '["ACTIVE","PAUSED","CAMPAIGN_PAUSED","ARCHIVED","DELETED"]'
    await writes.post(f"/{FIRST}", data={"status": status})

    params = {"fields": "status,effective_status", "effective_status": everything}
    rows = (await writes.get(f"/{FIRST}/adsets", params=params)).json()["data"]

    wanted = {"on": ("ACTIVE", own), "off": ("PAUSED", off)}
    assert {row["id"]: (row["status"], row["effective_status"]) for row in rows} == {
        group.id: wanted[group.switch] for group in fresh.ad_groups("meta", truth(fresh, FIRST))
    }


async def test_money_does_not_move_the_time_of_the_last_change(fresh: World, client: Client) -> None:
    fields, moment = "updated_time,name", datetime(2026, 11, 22, 15, tzinfo=UTC)
    old = truth(fresh, FIRST).modified.astimezone(ZoneInfo("America/Los_Angeles")).strftime("%Y-%m-%dT%H:%M:%S%z")
    async with client(server(replace(fresh, clock=lambda: moment))) as http:
        await http.post(f"/{FIRST}", data={"daily_budget": "12300"})
        after_money = await shown(http, FIRST, fields)
        await http.post(f"/{FIRST}", data={"spend_cap": "20000"})
        after_more = await shown(http, FIRST, fields)
        await http.post(f"/{FIRST}", data={"name": "Anders"})
        after_name = await shown(http, FIRST, fields)

    assert after_money == after_more == {"updated_time": old, "name": "Q2 Prospecting"}
    assert after_name == {"updated_time": "2026-11-22T07:00:00-0800", "name": "Anders"}


async def test_a_lifetime_budget_covers_what_is_spent(
    writes: httpx2.AsyncClient, fresh: World, refused: Refused
) -> None:
    campaign = first(fresh, lifetime)
    spent = fresh.total("meta", campaign, campaign.first_day, fresh.today(campaign.account)).spend

    less = await writes.post(f"/{campaign.id}", data={"lifetime_budget": str(spent)})
    more = await writes.post(f"/{campaign.id}", data={"lifetime_budget": str(spent + 1)})

    assert (refused(less), more.json()) == ((400, 100, 1885650), {"success": True})
    assert await shown(writes, campaign.id, "lifetime_budget,budget_remaining") == {
        "lifetime_budget": str(spent + 1),
        "budget_remaining": "1",
    }


async def test_a_cap_can_be_taken_away(writes: httpx2.AsyncClient) -> None:
    await writes.post(f"/{FIRST}", data={"spend_cap": "20000"})

    await writes.post(f"/{FIRST}", data={"spend_cap": "922337203685478"})

    assert await shown(writes, FIRST, "spend_cap") == {}


async def test_a_campaign_without_ad_sets_can_be_given_a_budget_and_keeps_its_kind(
    writes: httpx2.AsyncClient, refused: Refused
) -> None:
    identity = (await writes.post(f"/act_{US}/campaigns", data=OWN)).json()["id"]

    given = await writes.post(f"/{identity}", data={"daily_budget": "5000"})
    switched = await writes.post(f"/{identity}", data={"lifetime_budget": "90000", "stop_time": "2026-12-31T00:00:00Z"})

    assert (given.json(), refused(switched)) == ({"success": True}, (400, 100, 0))
    assert await shown(writes, identity, "daily_budget,bid_strategy,is_adset_budget_sharing_enabled") == {
        "daily_budget": "5000",
        "bid_strategy": "LOWEST_COST_WITH_BID_CAP",
        "is_adset_budget_sharing_enabled": True,
    }


async def test_a_start_that_is_to_come_can_be_moved(writes: httpx2.AsyncClient, fresh: World) -> None:
    created = await writes.post(f"/act_{US}/campaigns", data={**OWN, "start_time": "2026-12-01T00:00:00Z"})
    identity = created.json()["id"]

    await writes.post(f"/{identity}", data={"start_time": "2026-12-05T00:00:00Z"})

    assert await shown(writes, identity, "start_time") == {"start_time": "2026-12-04T16:00:00-0800"}
    assert truth(fresh, identity).first_day == date(2026, 12, 4)


async def test_a_check_of_a_change_changes_nothing(writes: httpx2.AsyncClient, fresh: World, refused: Refused) -> None:
    only = {"execution_options": '["validate_only"]'}
    before = truth(fresh, FIRST)

    good = await writes.post(f"/{FIRST}", data={"name": "Anders", **only})
    bad = await writes.post(f"/{FIRST}", data={"daily_budget": "1", **only})

    assert (good.json(), refused(bad)) == ({"success": True}, (400, 100, 1885272))
    assert (truth(fresh, FIRST), fresh.attempts()) == (before, [])


async def test_insights_tell_a_new_name_at_once(writes: httpx2.AsyncClient) -> None:
    ask = {"fields": "campaign_name", "date_preset": "last_7d"}
    before = (await writes.get(f"/{FIRST}/insights", params=ask)).json()["data"]

    await writes.post(f"/{FIRST}", data={"name": "Anders"})

    after = (await writes.get(f"/{FIRST}/insights", params=ask)).json()["data"]
    assert [row["campaign_name"] for row in (*before, *after)] == ["Q2 Prospecting", "Anders"]
