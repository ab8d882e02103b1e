"""What TikTok answers to changes, and what it proves: done, surely not done, or neither.

Answers are made up in the documented shapes (TikTok API for Business docs, v1.3, "Return codes", "Create a campaign",
"Update a campaign", "Update the statuses of campaigns").
"""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from decimal import Decimal

import anyio
import httpx2
import msgspec
import pytest

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.campaigns import Campaign
from xylo_mcp.ads.changes import Change, CreateCampaign, PauseCampaign, UpdateCampaign
from xylo_mcp.ads.errors import (
    AdsError,
    Forbidden,
    Garbled,
    Misconfigured,
    NotFound,
    Rejected,
    Throttled,
    Unauthorized,
    Unavailable,
    Unsupported,
)
from xylo_mcp.ads.money import Money
from xylo_mcp.contract import AdPlatform, Found, Receipt

Opened = Callable[..., AbstractAsyncContextManager[AdPlatform]]
VirtualTime = Callable[[Coroutine[object, object, None]], None]

TAG = "op:7f3k9m2q4wxy"
ID = "tiktok_7123456789012345678"
SINCE = datetime(2026, 3, 4, 10, tzinfo=UTC)
CREATE = CreateCampaign(ID, "Spring", "traffic", daily_budget=Money(Decimal("75.5"), "EUR"))
RAISE = UpdateCampaign(ID, "902", daily_budget=Money(Decimal(80), "EUR"))
PAUSE = PauseCampaign(ID, "902")
NODE: Mapping[str, object] = {
    "campaign_id": "902",
    "campaign_name": "Spring",
    "objective_type": "TRAFFIC",
    "budget": 75.5,
    "budget_mode": "BUDGET_MODE_DAY",
    "operation_status": "DISABLE",
    "secondary_status": "CAMPAIGN_STATUS_DISABLE",
}
SWITCHED = {
    "status": "DISABLE",
    "campaign_ids": ["902"],
    "campaign_list": [{"campaign_id": "902", "status": "DISABLE"}],
}
STORED = Campaign(
    id="902",
    account=ID,
    name="Spring",
    status="paused",
    delivery="paused",
    objective="traffic",
    raw_status="DISABLE",
    raw_delivery="CAMPAIGN_STATUS_DISABLE",
    raw_objective="TRAFFIC",
    daily_budget=Money(Decimal("75.5"), "EUR"),
)


class TikTok:
    """Answers writes with one answer, and reads in turn; keeps what it was asked."""

    def __init__(self, written: httpx2.Response, *read: httpx2.Response) -> None:
        self.written, self.read = written, list(read)
        self.writes: list[httpx2.Request] = []
        self.reads: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.method == "POST":
            self.writes.append(request)
            return self.written
        self.reads.append(request)
        return self.read.pop(0)


def answer(data: object, code: int = 0, *, status: int = 200) -> httpx2.Response:
    return httpx2.Response(status, json={"code": code, "message": "Something.", "request_id": "r1", "data": data})


def refusal(code: int, message: str = "Something.") -> httpx2.Response:
    return httpx2.Response(200, json={"code": code, "message": message, "request_id": "r1", "data": {}})


def page(*rows: Mapping[str, object], number: int = 1, of: int = 1, total: int | None = None) -> httpx2.Response:
    known = len(rows) if total is None else total
    return answer(
        {"list": rows, "page_info": {"page": number, "page_size": 1000, "total_number": known, "total_page": of}}
    )


async def applied(opened: Opened, account: Account, change: Change, tiktok: TikTok) -> Receipt:
    async with opened(tiktok) as platform:
        return await platform.apply(account, change, TAG, None)


async def failing(opened: Opened, account: Account, change: Change, tiktok: TikTok) -> AdsError:
    with pytest.raises(AdsError) as raised:
        await applied(opened, account, change, tiktok)
    assert (len(tiktok.writes), len(tiktok.reads)) == (1, 0)
    return raised.value


@pytest.mark.parametrize("change", [CREATE, RAISE])
async def test_a_create_and_an_update_answer_with_what_was_stored(
    opened: Opened, account: Account, change: Change
) -> None:
    tiktok = TikTok(answer(NODE))

    assert await applied(opened, account, change, tiktok) == Receipt("902", STORED)
    (request,) = tiktok.writes
    assert (request.headers["content-type"], request.headers["access-token"]) == (
        "application/json",
        "0f1e2d3c4b5a6978",
    )


async def test_a_switch_is_read_back(opened: Opened, account: Account) -> None:
    tiktok = TikTok(answer(SWITCHED), page(NODE))

    assert await applied(opened, account, PAUSE, tiktok) == Receipt("902", STORED)
    (asked,) = tiktok.reads
    assert msgspec.json.decode(asked.url.params["filtering"]) == {
        "campaign_ids": ["902"],
        "primary_status": "STATUS_ALL",
    }


@pytest.mark.parametrize("lacking", ["campaign_name", "objective_type", "budget_mode", "operation_status"])
@pytest.mark.parametrize("change", [CREATE, RAISE])
async def test_an_answer_that_lacks_a_part_is_read_back(
    opened: Opened, account: Account, change: Change, lacking: str
) -> None:
    tiktok = TikTok(answer({**NODE, lacking: None}), page(NODE))

    assert await applied(opened, account, change, tiktok) == Receipt("902", STORED)


async def test_what_is_stored_is_what_tiktok_says_and_not_what_was_asked_for(opened: Opened, account: Account) -> None:
    tiktok = TikTok(answer({**NODE, "campaign_name": "Spring_2", "budget": 50, "operation_status": "ENABLE"}))

    receipt = await applied(opened, account, CREATE, tiktok)

    assert receipt.stored == msgspec.structs.replace(
        STORED, name="Spring_2", status="active", raw_status="ENABLE", daily_budget=Money(Decimal(50), "EUR")
    )


@pytest.mark.parametrize(
    "read",
    [
        page(),
        page(NODE, NODE),
        refusal(40001),
        refusal(40105),
        refusal(50000),
        page({**NODE, "budget": "much"}),
        httpx2.Response(200, content=b"<html>"),
    ],
)
def test_a_look_that_fails_afterwards_leaves_the_write_done(
    opened: Opened, account: Account, in_virtual_time: VirtualTime, read: httpx2.Response
) -> None:
    async def receives_the_campaigns_id() -> None:
        tiktok = TikTok(answer(SWITCHED), *[read] * 4)
        assert await applied(opened, account, PAUSE, tiktok) == Receipt("902")
        assert len(tiktok.writes) == 1

    in_virtual_time(receives_the_campaigns_id())


def test_a_look_that_takes_too_long_afterwards_is_given_up(
    opened: Opened, account: Account, in_virtual_time: VirtualTime
) -> None:
    async def slow(request: httpx2.Request) -> httpx2.Response:
        if request.method == "GET":
            await anyio.sleep(3600)
        return answer(SWITCHED)

    async def receives_the_campaigns_id() -> None:
        with anyio.fail_after(10):
            async with opened(slow) as platform:
                assert await platform.apply(account, PAUSE, TAG, None) == Receipt("902")

    in_virtual_time(receives_the_campaigns_id())


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (refusal(40000), Rejected),
        (refusal(40002, "campaign_name: Campaign name already exists: Spring"), Rejected),
        (refusal(40012), Rejected),
        (refusal(40502), Rejected),
        (refusal(40001), Forbidden),
        (refusal(41000), Forbidden),
        (refusal(40007), NotFound),
        (refusal(40300), NotFound),
        (refusal(40102), Unauthorized),
        (refusal(40105), Unauthorized),
        (refusal(40006), Misconfigured),
        (refusal(40014), Unsupported),
        (refusal(40016), Throttled),
        (refusal(40100, "App reaches the QPS limit 10"), Throttled),
        (refusal(40133), Throttled),
        (answer({}, 40002, status=400), Rejected),
        (httpx2.Response(404, content=b"404 page not found"), Misconfigured),
        (httpx2.Response(429, content=b"slow down"), Throttled),
    ],
)
@pytest.mark.parametrize("change", [CREATE, RAISE, PAUSE])
async def test_a_refusal_is_sent_once_and_surely_changed_nothing(
    opened: Opened, account: Account, change: Change, told: httpx2.Response, *, kind: type[AdsError]
) -> None:
    error = await failing(opened, account, change, TikTok(told))

    assert (type(error), error.nothing_done) == (kind, True)


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (refusal(20001), Rejected),
        (refusal(40050), Rejected),
        (refusal(40202), Unavailable),
        (refusal(40700), Rejected),
        (refusal(50000), Unavailable),
        (refusal(50002), Unavailable),
        (refusal(51010), Unavailable),
        (refusal(60001), Unavailable),
        (refusal(61000), Throttled),
        (refusal(-1), Rejected),
        (refusal(1), Rejected),
        (httpx2.Response(502, content=b"<html>Bad gateway"), Unavailable),
        (httpx2.Response(504), Unavailable),
        (answer(NODE, status=500), Unavailable),
        (httpx2.Response(403, content=b"<html>Forbidden"), Garbled),
        (httpx2.Response(302, headers={"location": "https://elsewhere.example/"}), Rejected),
        (httpx2.Response(200, content=b""), Garbled),
        (httpx2.Response(200, content=b"<html>"), Garbled),
        (answer(None), Garbled),
        (httpx2.Response(200, json={"message": "OK", "data": NODE}), Garbled),
    ],
)
@pytest.mark.parametrize("change", [CREATE, RAISE, PAUSE])
async def test_an_answer_that_proves_nothing_is_asked_for_once_and_leaves_the_outcome_open(
    opened: Opened, account: Account, change: Change, told: httpx2.Response, *, kind: type[AdsError]
) -> None:
    error = await failing(opened, account, change, TikTok(told))

    assert type(error) is kind
    assert not error.nothing_done


@pytest.mark.parametrize(
    "data",
    [
        {},
        [],
        {"campaign_id": None},
        {"campaign_id": ""},
        {"campaign_id": "90x"},
        {"list": [NODE]},
        {**NODE, "campaign_id": 9.5},
        {**NODE, "budget": "much"},
        {**NODE, "operation_status": 0},
    ],
)
@pytest.mark.parametrize("change", [CREATE, RAISE])
async def test_an_answer_whose_id_or_values_cannot_be_read_leaves_the_outcome_open(
    opened: Opened, account: Account, change: Change, data: object
) -> None:
    error = await failing(opened, account, change, TikTok(answer(data)))

    assert (type(error), error.nothing_done) == (Garbled, False)


async def test_an_answer_about_another_campaign_leaves_the_outcome_open(opened: Opened, account: Account) -> None:
    error = await failing(opened, account, RAISE, TikTok(answer({**NODE, "campaign_id": "903"})))

    assert (type(error), error.nothing_done) == (Garbled, False)


@pytest.mark.parametrize("change", [CREATE, PAUSE])
async def test_an_answer_cut_anywhere_never_counts_as_done_or_as_not_done(
    opened: Opened, account: Account, change: Change
) -> None:
    whole = answer(NODE).content

    for cut in range(len(whole)):
        error = await failing(opened, account, change, TikTok(httpx2.Response(200, content=whole[:cut])))
        assert (type(error), error.nothing_done) == (Garbled, False)


def made(campaign_id: str, at: str, **more: object) -> Mapping[str, object]:
    return {**NODE, "campaign_id": campaign_id, "create_time": f"2026-03-04 {at}", **more}


@pytest.mark.parametrize(
    ("rows", "ids"),
    [
        ([made("902", "10:00:00")], ["902"]),
        ([made("902", "09:59:00")], ["902"]),
        ([made("902", "09:58:59")], []),
        ([made("902", "23:00:00", operation_status="ENABLE", budget=20)], ["902"]),
        ([made("902", "10:00:01"), made("903", "10:00:02")], ["902", "903"]),
        ([made("902", "10:00:01", campaign_name="Spring 2"), made("903", "10:00:01", campaign_name="spring")], []),
        ([made("902", "10:00:01", campaign_name=None)], []),
        ([], []),
    ],
)
async def test_what_a_create_may_have_made_has_its_very_name_and_is_not_older(
    opened: Opened, account: Account, rows: Sequence[Mapping[str, object]], ids: Sequence[str]
) -> None:
    tiktok = TikTok(refusal(50000), page(*rows))

    async with opened(tiktok) as platform:
        found = await platform.find(account, CREATE, TAG, SINCE)

    assert ([one.id for one in found.campaigns], found.sure, tiktok.writes) == (ids, False, [])
    asked = tiktok.reads[0].url.params
    assert msgspec.json.decode(asked["filtering"]) == {"campaign_name": "Spring", "primary_status": "STATUS_ALL"}
    assert "create_time" in msgspec.json.decode(asked["fields"])


async def test_only_the_tag_in_a_name_makes_sure_whose_it_is(opened: Opened, account: Account) -> None:
    marked = f"Spring [{TAG}]"
    change = msgspec.structs.replace(CREATE, name=marked)
    tiktok = TikTok(refusal(50000), page(made("902", "10:00:01", campaign_name=marked)))

    async with opened(tiktok) as platform:
        found = await platform.find(account, change, TAG, SINCE)

    assert found == Found([msgspec.structs.replace(STORED, name=marked)])


async def test_what_a_create_may_have_made_is_sought_on_every_page(opened: Opened, account: Account) -> None:
    def reply(request: httpx2.Request) -> httpx2.Response:
        number = int(request.url.params["page"])
        return page(made(str(901 + number), "10:00:01"), number=number, of=3, total=3)

    async with opened(reply) as platform:
        found = await platform.find(account, CREATE, TAG, SINCE)

    assert [one.id for one in found.campaigns] == ["902", "903", "904"]


@pytest.mark.parametrize(
    "read", [page(made("902", "soon")), page(NODE), page(NODE, total=2), refusal(40001), refusal(40105)]
)
async def test_a_search_that_cannot_be_read_is_no_answer(
    opened: Opened, account: Account, read: httpx2.Response
) -> None:
    async with opened(TikTok(refusal(50000), read)) as platform:
        with pytest.raises(AdsError):
            await platform.find(account, CREATE, TAG, SINCE)


@pytest.mark.parametrize("change", [RAISE, PAUSE])
async def test_of_another_change_the_target_is_found_as_it_is(opened: Opened, account: Account, change: Change) -> None:
    async with opened(TikTok(refusal(50000), page(NODE), page())) as platform:
        assert await platform.find(account, change, TAG, SINCE) == Found([STORED])
        assert await platform.find(account, change, TAG, SINCE) == Found([])
