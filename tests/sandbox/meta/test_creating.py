"""New campaigns in Meta's sandbox: what is stored, what an unsaid word means, and what is refused."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import httpx2
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xylo_mcp.sandbox.meta import server
from xylo_mcp.sandbox.meta.money import minor, subunits
from xylo_mcp.sandbox.world import Campaign, World, amount

US, JAPAN, TAIWAN, INDIA, CLOSED = "123456789", "223456789", "323456789", "423456789", "523456789"
MINIMAL = {"name": "Neu", "objective": "OUTCOME_SALES", "special_ad_categories": "[]", "status": "PAUSED"}
DAILY = {**MINIMAL, "daily_budget": "5000", "bid_strategy": "LOWEST_COST_WITHOUT_CAP"}
OWN = {**MINIMAL, "is_adset_budget_sharing_enabled": "false"}
LIFETIME = {**MINIMAL, "lifetime_budget": "90000", "stop_time": "2026-12-31T23:59:59-0800"}
Client = Callable[..., httpx2.AsyncClient]
Refused = Callable[[httpx2.Response], tuple[int, int, int]]
Everything = Callable[..., Awaitable[list[dict[str, object]]]]


async def made(http: httpx2.AsyncClient, params: Mapping[str, str], account: str = US) -> str:
    answer = (await http.post(f"/act_{account}/campaigns", data=dict(params))).json()
    assert answer.keys() == {"id"}, answer
    return str(answer["id"])


def truth(world: World, identity: str) -> Campaign:
    found = world.campaign("meta", identity)
    assert found is not None
    return found


async def test_a_campaign_is_stored_as_written_and_nothing_is_in_it(writes: httpx2.AsyncClient, fresh: World) -> None:
    params = {
        **LIFETIME,
        "name": "Neu 🚀\nzweite Zeile",
        "special_ad_categories": '["HOUSING","CREDIT"]',
        "special_ad_category_country": '["US"]',
        "bid_strategy": "COST_CAP",
        "buying_type": "AUCTION",
        "spend_cap": "150000",
        "start_time": "2026-12-01T09:00:00+01:00",
        "adlabels": '[{"name":"mine"}]',
    }
    fields = (
        "name,objective,status,configured_status,effective_status,lifetime_budget,daily_budget,budget_remaining,"
        "bid_strategy,buying_type,spend_cap,special_ad_categories,special_ad_category,special_ad_category_country,"
        "start_time,stop_time,created_time,updated_time,adlabels{name},adsets{id},is_adset_budget_sharing_enabled"
    )

    identity = await made(writes, params)

    assert (await writes.get(f"/{identity}", params={"fields": fields})).json() == {
        "id": identity,
        "name": "Neu 🚀\nzweite Zeile",
        "objective": "OUTCOME_SALES",
        "status": "PAUSED",
        "configured_status": "PAUSED",
        "effective_status": "PAUSED",
        "lifetime_budget": "90000",
        "budget_remaining": "90000",
        "bid_strategy": "COST_CAP",
        "buying_type": "AUCTION",
        "spend_cap": "150000",
        "special_ad_categories": ["HOUSING", "CREDIT"],
        "special_ad_category": "HOUSING",
        "special_ad_category_country": ["US"],
        "start_time": "2026-12-01T00:00:00-0800",
        "stop_time": "2026-12-31T23:59:59-0800",
        "created_time": "2026-11-22T04:00:00-0800",
        "updated_time": "2026-11-22T04:00:00-0800",
        "adlabels": [{"name": "mine", "id": "6142498070251864"}],
        "is_adset_budget_sharing_enabled": False,
    }
    found = truth(fresh, identity)
    assert (found.goal, found.switch, found.lifetime, found.first_day, found.last_day) == (
        "purchases",
        "off",
        90000,
        date(2026, 12, 1),
        date(2026, 12, 31),
    )


async def test_an_unsaid_status_means_active(writes: httpx2.AsyncClient, fresh: World) -> None:
    unsaid = {name: value for name, value in DAILY.items() if name != "status"}

    identity = await made(writes, unsaid)

    assert (truth(fresh, identity).switch, truth(fresh, identity).state) == ("on", "delivering")


async def test_an_unsaid_bid_strategy_means_bid_cap_and_only_beside_a_budget(writes: httpx2.AsyncClient) -> None:
    fields = {"fields": "bid_strategy,is_adset_budget_sharing_enabled"}
    unsaid = {name: value for name, value in DAILY.items() if name != "bid_strategy"}

    with_budget, without = await made(writes, unsaid), await made(writes, {**OWN, "special_ad_categories": '["NONE"]'})

    assert (await writes.get(f"/{with_budget}", params=fields)).json() == {
        "bid_strategy": "LOWEST_COST_WITH_BID_CAP",
        "is_adset_budget_sharing_enabled": False,
        "id": with_budget,
    }
    assert (await writes.get(f"/{without}", params=fields)).json() == {
        "is_adset_budget_sharing_enabled": False,
        "id": without,
    }


@pytest.mark.parametrize(
    ("account", "given", "expected"),
    [(US, "12345", "123.45"), (JAPAN, "12345", "12345"), (TAIWAN, "12345", "12345"), (INDIA, "12345", "123.45")],
)
async def test_money_is_counted_in_metas_subunits(
    writes: httpx2.AsyncClient, fresh: World, account: str, given: str, expected: str
) -> None:
    identity = await made(writes, {**DAILY, "daily_budget": given}, account)

    found = truth(fresh, identity)
    assert amount(found.daily, found.account.currency) == Decimal(expected)
    assert (await writes.get(f"/{identity}", params={"fields": "daily_budget"})).json()["daily_budget"] == given


@given(st.integers(0, 10**15), st.sampled_from(["USD", "JPY", "TWD", "INR", "GBP", "COP", "HUF"]))
def test_an_amount_survives_the_way_there_and_back(amount_in_subunits: int, currency: str) -> None:
    assert subunits(minor(amount_in_subunits, currency), currency) == str(amount_in_subunits)


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, (400, 100, 0)),
        ({**DAILY, "colour": "red"}, (400, 100, 0)),
        ({**DAILY, "name": " "}, (400, 100, 0)),
        ({**DAILY, "name": "x" * 401}, (400, 100, 0)),
        ({**DAILY, "objective": "SALES"}, (400, 100, 0)),
        ({**DAILY, "objective": "LINK_CLICKS"}, (400, 100, 0)),
        ({**DAILY, "objective": ""}, (400, 100, 0)),
        ({**DAILY, "status": "ARCHIVED"}, (400, 100, 0)),
        ({**DAILY, "status": "active"}, (400, 100, 0)),
        ({**DAILY, "special_ad_categories": "NONE"}, (400, 100, 0)),
        ({**DAILY, "special_ad_categories": ""}, (400, 100, 0)),
        ({**DAILY, "special_ad_categories": '["PETS"]'}, (400, 100, 0)),
        ({**DAILY, "special_ad_categories": '["NONE","CREDIT"]'}, (400, 100, 0)),
        ({**DAILY, "special_ad_categories": '["CREDIT"]'}, (400, 100, 0)),
        ({**DAILY, "special_ad_categories": '["CREDIT"]', "special_ad_category_country": "US"}, (400, 100, 0)),
        ({**DAILY, "daily_budget": "50.00"}, (400, 100, 0)),
        ({**DAILY, "daily_budget": "-1"}, (400, 100, 0)),
        ({**DAILY, "daily_budget": ""}, (400, 100, 0)),
        ({**DAILY, "daily_budget": "NaN"}, (400, 100, 0)),
        ({**DAILY, "daily_budget": "0"}, (400, 100, 1885272)),
        ({**DAILY, "daily_budget": "99"}, (400, 100, 1885272)),
        ({**LIFETIME, "lifetime_budget": "3999"}, (400, 100, 1885272)),
        ({**DAILY, "lifetime_budget": "5000"}, (400, 100, 0)),
        ({**MINIMAL, "lifetime_budget": "90000"}, (400, 100, 0)),
        ({**LIFETIME, "stop_time": "2026-11-22T12:00:00Z"}, (400, 100, 1487033)),
        ({**LIFETIME, "start_time": "2026-01-01T00:00:00Z", "stop_time": "2026-11-22T12:00:00Z"}, (400, 100, 1487033)),
        ({**LIFETIME, "start_time": "2027-01-02T00:00:00Z"}, (400, 100, 0)),
        ({**LIFETIME, "stop_time": "2026-12-31"}, (400, 100, 0)),
        ({**LIFETIME, "stop_time": "2026-12-31T23:59:59"}, (400, 100, 0)),
        ({**LIFETIME, "stop_time": "next year"}, (400, 100, 0)),
        ({**LIFETIME, "stop_time": "0001-01-01T00:00:00+14:00"}, (400, 100, 0)),
        (MINIMAL, (400, 100, 4834011)),
        ({**MINIMAL, "is_adset_budget_sharing_enabled": "maybe"}, (400, 100, 0)),
        ({**OWN, "bid_strategy": "COST_CAP"}, (400, 100, 0)),
        ({**DAILY, "bid_strategy": "CHEAP"}, (400, 100, 0)),
        ({**DAILY, "buying_type": "BARTER"}, (400, 100, 0)),
        ({**DAILY, "spend_cap": "9999"}, (400, 100, 2446307)),
        ({**DAILY, "execution_options": '["include_recommendations"]'}, (400, 100, 0)),
        ({**DAILY, "execution_options": '["dry_run"]'}, (400, 100, 0)),
        ({**DAILY, "execution_options": "validate_only"}, (400, 100, 0)),
        ({**DAILY, "adlabels": '["mine"]'}, (400, 100, 0)),
        ({**DAILY, "adlabels": "[{}]"}, (400, 100, 0)),
        ({**DAILY, "adlabels": '[{"id":"1","name":"mine"}]'}, (400, 100, 0)),
        ({**DAILY, "adlabels": '[{"id":"1"}]'}, (400, 100, 0)),
        ({**DAILY, "adlabels": '[{"name":"mine","colour":"red"}]'}, (400, 100, 0)),
        ({**DAILY, "adlabels": msgspec.json.encode([{"name": str(n)} for n in range(51)]).decode()}, (400, 100, 0)),
        ({**DAILY, "fields": "name,colour"}, (400, 100, 0)),
        ({**DAILY, "fields": "name,"}, (400, 2500, 0)),
    ],
)
async def test_what_meta_would_not_take_is_refused_and_leaves_nothing(
    writes: httpx2.AsyncClient,
    fresh: World,
    refused: Refused,
    params: dict[str, str],
    expected: tuple[int, int, int],
) -> None:
    before = fresh.campaigns("meta", US)

    answer = await writes.post(f"/act_{US}/campaigns", data=params)

    assert refused(answer) == expected
    assert fresh.campaigns("meta", US) == before


@pytest.mark.parametrize("name", ["name", "objective", "special_ad_categories"])
async def test_what_must_be_said_is_named_where_it_is_not(writes: httpx2.AsyncClient, fresh: World, name: str) -> None:
    params = {key: value for key, value in DAILY.items() if key != name}

    answer = await writes.post(f"/act_{US}/campaigns", data=params)

    assert answer.json()["error"]["message"] == f"(#100) The parameter {name} is required"


async def test_a_refusal_tells_people_why_and_programs_which_parameter(writes: httpx2.AsyncClient) -> None:
    error = (await writes.post(f"/act_{US}/campaigns", data={**DAILY, "daily_budget": "99"})).json()["error"]

    assert {name: value for name, value in error.items() if name != "fbtrace_id"} == {
        "message": "Invalid parameter",
        "type": "OAuthException",
        "code": 100,
        "error_subcode": 1885272,
        "error_data": '{"blame_field_specs":[["daily_budget"]]}',
        "is_transient": False,
        "error_user_title": "Your budget is too low",
        "error_user_msg": "The budget must be at least 100, in the smallest unit of the account's currency.",
    }


async def test_a_closed_account_takes_nothing(writes: httpx2.AsyncClient, fresh: World, refused: Refused) -> None:
    own = fresh.campaigns("meta", CLOSED)[0].id

    answers = [
        await writes.post(f"/act_{CLOSED}/campaigns", data=DAILY),
        await writes.post(f"/{own}", data={"name": "Neu"}),
        await writes.delete(f"/{own}"),
    ]

    assert [refused(answer) for answer in answers] == [(403, 200, 0)] * 3


async def test_a_check_succeeds_or_is_refused_and_makes_nothing(
    writes: httpx2.AsyncClient, fresh: World, refused: Refused
) -> None:
    before, only = fresh.campaigns("meta", US), {"execution_options": '["validate_only","include_recommendations"]'}

    good = await writes.post(f"/act_{US}/campaigns", data={**DAILY, **only})
    bad = await writes.post(f"/act_{US}/campaigns", data={**MINIMAL, **only})

    assert (good.json(), refused(bad)) == ({"success": True}, (400, 100, 4834011))
    assert (fresh.campaigns("meta", US), fresh.attempts()) == (before, [])


async def test_what_was_made_is_told_if_it_is_asked_for(writes: httpx2.AsyncClient, fresh: World) -> None:
    answer = await writes.post(f"/act_{US}/campaigns", data={**DAILY, "fields": "name,status,daily_budget"})

    newest = fresh.campaigns("meta", US)[-1].id
    assert answer.json() == {"name": "Neu", "status": "PAUSED", "daily_budget": "5000", "id": newest}


async def test_a_name_may_be_had_twice(writes: httpx2.AsyncClient, everything: Everything) -> None:
    both = {await made(writes, DAILY), await made(writes, DAILY)}

    named = '[{"field":"name","operator":"EQUAL","value":"Neu"}]'
    rows = await everything(writes, f"/act_{US}/campaigns", filtering=named, limit="1")
    assert {row["id"] for row in rows} == both
    assert len(both) == 2


@pytest.mark.parametrize(
    ("field", "operator", "value"),
    [
        ("name", "CONTAIN", "[xm:9f2]"),
        ("created_time", "GREATER_THAN", int(datetime(2026, 11, 22, tzinfo=UTC).timestamp())),
        ("objective", "EQUAL", "OUTCOME_LEADS"),
    ],
)
async def test_what_was_made_is_found_by_its_mark_or_its_age(
    writes: httpx2.AsyncClient, everything: Everything, field: str, operator: str, value: object
) -> None:
    identity = await made(writes, {**OWN, "name": "Neu [xm:9f2]", "objective": "OUTCOME_LEADS"})

    filtering = msgspec.json.encode([{"field": field, "operator": operator, "value": value}]).decode()
    rows = await everything(writes, f"/act_{US}/campaigns", filtering=filtering)
    assert rows[0] == {"id": identity}
    assert len(rows) == 1 or field == "objective"


async def test_labels_are_shared_by_name_within_an_account_only(writes: httpx2.AsyncClient, refused: Refused) -> None:
    fields = {"fields": "adlabels"}
    one = await made(writes, {**DAILY, "adlabels": '[{"name":"a"},{"name":"b"},{"name":"a"}]'})
    labels = (await writes.get(f"/{one}", params=fields)).json()["adlabels"]
    first = msgspec.json.encode([{"id": labels[0]["id"]}]).decode()

    other = await made(writes, {**DAILY, "adlabels": first})
    elsewhere = await writes.post(f"/act_{JAPAN}/campaigns", data={**DAILY, "adlabels": first})
    away = await made(writes, {**DAILY, "adlabels": '[{"name":"a"}]'}, JAPAN)

    assert [label["name"] for label in labels] == ["a", "b"]
    assert (await writes.get(f"/{other}", params=fields)).json()["adlabels"] == labels[:1]
    assert refused(elsewhere) == (400, 100, 0)
    assert (await writes.get(f"/{away}", params=fields)).json()["adlabels"][0]["id"] != labels[0]["id"]


async def test_of_labels_only_what_they_have_can_be_asked(writes: httpx2.AsyncClient, refused: Refused) -> None:
    identity = await made(writes, {**DAILY, "adlabels": '[{"name":"a"}]'})

    ids = (await writes.get(f"/{identity}", params={"fields": "adlabels{id}"})).json()["adlabels"]
    bad = [
        await writes.get(f"/{identity}", params={"fields": fields})
        for fields in ("adlabels{colour}", "adlabels.limit(1){id}", "adlabels{id{name}}")
    ]

    assert [label.keys() for label in ids] == [{"id"}]
    assert [refused(answer) for answer in bad] == [(400, 100, 0)] * 3


async def test_whoever_shares_the_file_sees_what_was_made(fresh: World, client: Client) -> None:
    async with client(server(fresh)) as one, client(server(replace(fresh))) as other:
        await other.get(f"/act_{US}/campaigns")
        identity = await made(one, DAILY)
        seen = (await other.get(f"/act_{US}/campaigns", params={"limit": "1"})).json()["data"]

    assert seen == [{"id": identity}]


async def test_a_campaign_that_ends_at_midnight_has_its_last_day_before(
    writes: httpx2.AsyncClient, fresh: World
) -> None:
    midnight = str(int(datetime(2026, 12, 1, 8, tzinfo=UTC).timestamp()))  # in Los Angeles

    identity = await made(writes, {**DAILY, "stop_time": midnight})

    stop = (await writes.get(f"/{identity}", params={"fields": "stop_time"})).json()["stop_time"]
    assert (truth(fresh, identity).last_day, stop) == (date(2026, 11, 30), "2026-12-01T00:00:00-0800")
