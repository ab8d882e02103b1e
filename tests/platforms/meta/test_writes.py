"""What Meta answers to changes, and what it proves: done, surely not done, or neither.

Answers are made up in the documented shapes (Meta docs, "Graph API error handling", "Read-after-write", 2026-09).
"""

from collections.abc import Callable, Coroutine, Mapping
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
)
from xylo_mcp.ads.money import Money
from xylo_mcp.ads.standings import Standing
from xylo_mcp.contract import AdPlatform, Found, Receipt

Opened = Callable[..., AbstractAsyncContextManager[AdPlatform]]
VirtualTime = Callable[[Coroutine[object, object, None]], None]

TAG = "op:7f3k9m2q4wxy"
ID = "act_123456789"
SINCE = datetime(2026, 3, 4, 10, tzinfo=UTC)
CREATE = CreateCampaign(ID, "Spring", "sales", daily_budget=Money(Decimal("75.50"), "USD"))
RAISE = UpdateCampaign(ID, "902", daily_budget=Money(Decimal(80), "USD"))
PAUSE = PauseCampaign(ID, "902")
NODE: Mapping[str, object] = {
    "id": "902",
    "name": "Spring",
    "objective": "OUTCOME_SALES",
    "status": "PAUSED",
    "effective_status": "PAUSED",
    "daily_budget": "7550",
}
STORED = Campaign(
    id="902",
    account=ID,
    name="Spring",
    status="paused",
    delivery="paused",
    objective="sales",
    raw_status="PAUSED",
    raw_delivery="PAUSED",
    raw_objective="OUTCOME_SALES",
    daily_budget=Money(Decimal("75.50"), "USD"),
)
SEEN = Standing(STORED, ())
OWNED = {**NODE, "account_id": "123456789"}


class Meta:
    """Answers writes with one answer, and reads in turn; keeps how often it was asked for which."""

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


def answer(body: object, status: int = 200) -> httpx2.Response:
    return httpx2.Response(status, json=body)


def refusal(code: int, status: int = 400, **more: object) -> httpx2.Response:
    error = {"message": "Something.", "type": "OAuthException", "code": code, "fbtrace_id": "AbC123", **more}
    return answer({"error": error}, status)


async def applied(opened: Opened, account: Account, change: Change, meta: Meta) -> Receipt:
    async with opened(meta) as platform:
        return await platform.apply(account, change, TAG, None if isinstance(change, CreateCampaign) else SEEN)


async def failing(opened: Opened, account: Account, change: Change, meta: Meta) -> AdsError:
    with pytest.raises(AdsError) as raised:
        await applied(opened, account, change, meta)
    assert (len(meta.writes), len(meta.reads)) == (1, 0)
    return raised.value


@pytest.mark.parametrize("change", [CREATE, RAISE, PAUSE])
async def test_an_answer_with_the_fields_asked_for_says_what_was_stored(
    opened: Opened, account: Account, change: Change
) -> None:
    meta = Meta(answer({**NODE, "success": True}))

    assert await applied(opened, account, change, meta) == Receipt("902", STORED)
    assert (len(meta.writes), meta.reads) == (1, [])


async def test_a_pause_that_nobody_looked_for_asks_once_whose_campaign_it_is(opened: Opened, account: Account) -> None:
    others = answer({**NODE, "account_id": "5"})
    meta = Meta(answer({**NODE, "success": True}), others, answer(OWNED))
    async with opened(meta) as platform:
        with pytest.raises(NotFound):
            await platform.apply(account, PAUSE, TAG, None)
        refused = len(meta.writes)
        receipts = [await platform.apply(account, PAUSE, TAG, None) for _ in range(2)]

    assert (refused, receipts) == (0, [Receipt("902", STORED)] * 2)
    assert (len(meta.writes), len(meta.reads)) == (2, 2)


@pytest.mark.parametrize(
    ("change", "told"), [(CREATE, {"id": "902"}), (CREATE, {"id": 902, "success": True}), (RAISE, {"success": True})]
)
async def test_an_answer_that_only_says_that_it_is_done_is_read_back(
    opened: Opened, account: Account, change: Change, told: object
) -> None:
    meta = Meta(answer(told), answer(OWNED))

    assert await applied(opened, account, change, meta) == Receipt("902", STORED)
    assert [request.url.path for request in meta.reads] == ["/v26.0/902"]


async def test_what_is_read_back_is_what_meta_stored_and_not_what_was_asked_for(
    opened: Opened, account: Account
) -> None:
    meta = Meta(
        answer({"id": "902"}), answer({**OWNED, "name": "Spring (1)", "status": "ACTIVE", "daily_budget": "100"})
    )

    receipt = await applied(opened, account, CREATE, meta)

    assert receipt.stored == msgspec.structs.replace(
        STORED, name="Spring (1)", status="active", raw_status="ACTIVE", daily_budget=Money(Decimal("1.00"), "USD")
    )


@pytest.mark.parametrize(
    "read",
    [
        refusal(100, error_subcode=33),
        refusal(190, 401),
        refusal(2, 503),
        answer({**OWNED, "account_id": "987654321"}),
        answer({**OWNED, "daily_budget": "much"}),
        httpx2.Response(200, content=b"<html>"),
    ],
)
def test_a_look_that_fails_afterwards_leaves_the_write_done(
    opened: Opened, account: Account, in_virtual_time: VirtualTime, read: httpx2.Response
) -> None:
    async def receives_the_campaigns_id() -> None:
        meta = Meta(answer({"id": "902"}), *[read] * 4)
        assert await applied(opened, account, CREATE, meta) == Receipt("902")
        assert len(meta.writes) == 1

    in_virtual_time(receives_the_campaigns_id())


def test_a_look_that_takes_too_long_afterwards_is_given_up(
    opened: Opened, account: Account, in_virtual_time: VirtualTime
) -> None:
    async def slow(request: httpx2.Request) -> httpx2.Response:
        if request.method == "GET":
            await anyio.sleep(3600)
        return answer({"success": True})

    async def receives_the_campaigns_id() -> None:
        with anyio.fail_after(10):
            async with opened(slow) as platform:
                assert await platform.apply(account, PAUSE, TAG, SEEN) == Receipt("902")

    in_virtual_time(receives_the_campaigns_id())


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (refusal(100), Rejected),
        (refusal(100, error_subcode=1885272, error_data='{"blame_field_specs":[["daily_budget"]]}'), Rejected),
        (refusal(100, error_subcode=4834011), Rejected),
        (refusal(100, error_subcode=33), NotFound),
        (refusal(100, 200), Rejected),
        (answer({"success": False}), Rejected),
        (refusal(10, 403), Forbidden),
        (refusal(200, 403), Forbidden),
        (refusal(368), Forbidden),
        (refusal(190, 401, error_subcode=463), Unauthorized),
        (refusal(2635), Misconfigured),
        (refusal(4), Throttled),
        (refusal(17, error_subcode=2446079), Throttled),
        (refusal(613, error_subcode=1487632), Throttled),
        (refusal(80004, error_subcode=2446079), Throttled),
        (httpx2.Response(429, content=b"slow down"), Throttled),
        (httpx2.Response(404, content=b"<html>Not Found"), Misconfigured),
    ],
)
@pytest.mark.parametrize("change", [CREATE, RAISE])
async def test_a_refusal_is_sent_once_and_surely_changed_nothing(
    opened: Opened, account: Account, change: Change, told: httpx2.Response, *, kind: type[AdsError]
) -> None:
    error = await failing(opened, account, change, Meta(told))

    assert (type(error), error.nothing_done) == (kind, True)


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (refusal(1, 500), Unavailable),
        (refusal(1, error_subcode=99), Unavailable),
        (refusal(2, 503), Unavailable),
        (refusal(2, error_subcode=1504041), Rejected),
        (refusal(1, message="Please reduce the amount of data you're asking for"), Rejected),
        (refusal(960), Unavailable),
        (refusal(100, error_subcode=1504018), Unavailable),
        (refusal(100, is_transient=True), Unavailable),
        (refusal(77, is_transient=True), Unavailable),
        (refusal(100, 500), Rejected),
        (refusal(4, 503), Throttled),
        (httpx2.Response(502, content=b"<html>Bad gateway"), Unavailable),
        (httpx2.Response(504), Unavailable),
        (answer({"id": "902"}, 500), Unavailable),
        (answer({}, 400), Garbled),
        (httpx2.Response(403, content=b"<html>Forbidden"), Garbled),
        (httpx2.Response(302, headers={"location": "https://elsewhere.example/"}), Rejected),
        (httpx2.Response(200, content=b""), Garbled),
        (httpx2.Response(200, content=b"<html>"), Garbled),
        (answer({"error": {"message": "No code."}}), Garbled),
    ],
)
@pytest.mark.parametrize("change", [CREATE, RAISE])
async def test_an_answer_that_proves_nothing_is_asked_for_once_and_leaves_the_outcome_open(
    opened: Opened, account: Account, change: Change, told: httpx2.Response, *, kind: type[AdsError]
) -> None:
    error = await failing(opened, account, change, Meta(told))

    assert isinstance(error, kind)
    assert not error.nothing_done


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"success": True},
        {"id": None},
        {"id": ""},
        {"id": "act_902"},
        {"id": [902]},
        {"ids": ["902"]},
        {**NODE, "daily_budget": "75.5x"},
    ],
)
async def test_a_created_campaign_whose_id_or_values_cannot_be_read_leaves_the_outcome_open(
    opened: Opened, account: Account, told: object
) -> None:
    error = await failing(opened, account, CREATE, Meta(answer(told)))

    assert (type(error), error.nothing_done) == (Garbled, False)


async def test_an_answer_about_another_campaign_leaves_the_outcome_open(opened: Opened, account: Account) -> None:
    error = await failing(opened, account, RAISE, Meta(answer({**NODE, "id": "903"})))

    assert (type(error), error.nothing_done) == (Garbled, False)


async def test_an_answer_cut_anywhere_never_counts_as_done_or_as_not_done(opened: Opened, account: Account) -> None:
    whole = msgspec.json.encode({**NODE, "success": True})

    for cut in range(len(whole)):
        error = await failing(opened, account, CREATE, Meta(httpx2.Response(200, content=whole[:cut])))
        assert (type(error), error.nothing_done) == (Garbled, False)


async def test_what_a_create_made_is_sought_by_its_name_in_every_status_and_known_by_its_label(
    opened: Opened, account: Account
) -> None:
    labels: list[object] = [
        [{"id": "1", "name": TAG}],
        {"data": [{"id": "7", "name": "mine"}, {"id": "1", "name": TAG}]},
        [{"id": "2", "name": "op:another"}],
        {"data": []},
        None,
    ]
    rows = [{**NODE, "id": str(number), "adlabels": said} for number, said in enumerate(labels, 901)]
    rows.append({**NODE, "id": "906"})
    more = {"cursors": {"after": "A"}, "next": "https://graph.facebook.com/v26.0/x?after=A"}
    meta = Meta(answer({}), answer({"data": rows[:2], "paging": more}), answer({"data": rows[2:]}))

    async with opened(meta) as platform:
        found = await platform.find(account, CREATE, TAG, SINCE)

    assert found == Found([msgspec.structs.replace(STORED, id=one) for one in ("901", "902")])
    assert meta.writes == []
    asked = dict(meta.reads[0].url.params)
    assert (meta.reads[0].url.path, asked["filtering"]) == (
        "/v26.0/act_123456789/campaigns",
        '[{"field":"name","operator":"CONTAIN","value":"Spring"}]',
    )
    assert {"ACTIVE", "PAUSED", "ARCHIVED", "DELETED"} <= set(msgspec.json.decode(asked["effective_status"]))


async def test_a_campaign_of_the_same_name_without_the_label_is_not_ours(opened: Opened, account: Account) -> None:
    async with opened(Meta(answer({}), answer({"data": [NODE]}))) as platform:
        assert await platform.find(account, CREATE, TAG, SINCE) == Found([])


@pytest.mark.parametrize(
    ("told", "found"),
    [
        (answer(OWNED), Found([STORED])),
        (answer({**OWNED, "account_id": "987654321"}), Found([])),
        (answer({"id": "902"}), Found([])),
        (refusal(100, error_subcode=33), Found([])),
        (refusal(100), Found([])),
    ],
)
@pytest.mark.parametrize("change", [RAISE, PAUSE])
async def test_of_another_change_the_target_is_found_as_it_is_if_it_is_the_accounts(
    opened: Opened, account: Account, change: Change, told: httpx2.Response, found: Found
) -> None:
    async with opened(Meta(answer({}), told)) as platform:
        assert await platform.find(account, change, TAG, SINCE) == found


async def test_a_target_that_cannot_be_read_now_is_not_called_missing(opened: Opened, account: Account) -> None:
    async with opened(Meta(answer({}), refusal(10, 403))) as platform:
        with pytest.raises(Forbidden):
            await platform.find(account, RAISE, TAG, SINCE)
