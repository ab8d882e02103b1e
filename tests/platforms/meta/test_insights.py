from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date
from decimal import Decimal

import httpx2
import msgspec
import pytest

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.errors import Garbled, Rejected
from xylo_mcp.ads.insights import InsightRow, InsightsQuery, Metrics, every_row
from xylo_mcp.contract import AdReader

Opened = Callable[..., AbstractAsyncContextManager[AdReader]]
Reply = Callable[[httpx2.Request], httpx2.Response]

_EVERY_STATUS = ["ACTIVE", "PAUSED", "IN_PROCESS", "WITH_ISSUES", "ARCHIVED", "DELETED"]
_STATUSES = {"field": "campaign.effective_status", "operator": "IN", "value": _EVERY_STATUS}
_TOO_MUCH = b'{"error":{"code":1,"message":"Please reduce the amount of data you are asking for"}}'
_DAYS = (date(2026, 2, 1), date(2026, 2, 28))


def _page(rows: Sequence[object], after: str = "END", *, more: bool = False) -> httpx2.Response:
    following = {"next": f"https://elsewhere.example/v26.0/1?after={after}&access_token=EAAx"} if more else {}
    paging = {"cursors": {"before": "START", "after": after}, **following}
    return httpx2.Response(200, content=msgspec.json.encode({"data": rows, "paging": paging}))


def _in_turn(asked: list[httpx2.Request], *responses: httpx2.Response) -> Reply:
    answers: Iterator[httpx2.Response] = iter(responses)

    def reply(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return next(answers)

    return reply


def _row(campaign: str, spend: str = "1.10") -> Mapping[str, object]:
    return {"campaign_id": campaign, "campaign_name": "x", "spend": spend, "impressions": "10", "clicks": "2"}


@pytest.mark.parametrize(
    ("query", "asked_for"),
    [
        (
            InsightsQuery("account", *_DAYS),
            {"level": "account", "fields": "spend,impressions,clicks,actions"},
        ),
        (
            InsightsQuery("account", *_DAYS, "day"),
            {"level": "account", "fields": "spend,impressions,clicks,actions", "time_increment": "1"},
        ),
        (
            InsightsQuery("campaign", *_DAYS, "day"),
            {
                "level": "campaign",
                "fields": "campaign_id,campaign_name,spend,impressions,clicks,actions",
                "time_increment": "1",
                "filtering": msgspec.json.encode([_STATUSES]).decode(),
            },
        ),
        (
            InsightsQuery("account", *_DAYS, campaign_ids=frozenset({"22", "11"})),
            {
                "level": "account",
                "fields": "spend,impressions,clicks,actions",
                "filtering": msgspec.json.encode(
                    [{"field": "campaign.id", "operator": "IN", "value": ["11", "22"]}, _STATUSES]
                ).decode(),
            },
        ),
    ],
)
async def test_insights_are_asked_for_in_the_documented_words(
    opened: Opened, account: Account, query: InsightsQuery, asked_for: Mapping[str, str]
) -> None:
    asked: list[httpx2.Request] = []

    async with opened(_in_turn(asked, _page([]))) as meta:
        assert await every_row(meta.insights(account, query)) == []

    time_range = '{"since":"2026-02-01","until":"2026-02-28"}'
    assert [(request.url.path, dict(request.url.params)) for request in asked] == [
        ("/v26.0/act_123456789/insights", {"time_range": time_range, "limit": "500", **asked_for})
    ]


async def test_insights_are_read_to_their_end(opened: Opened, account: Account) -> None:
    reply = _in_turn([], _page([_row("1")], "A", more=True), _page([], "B", more=True), _page([_row("2")]))

    async with opened(reply) as meta:
        rows = await every_row(meta.insights(account, InsightsQuery("campaign", *_DAYS)))

    metrics = Metrics(Decimal("1.10"), 10, 2, Decimal(0))
    assert rows == [InsightRow(metrics, "1", "x"), InsightRow(metrics, "2", "x")]


async def test_the_figures_of_many_chosen_campaigns_are_added_up(opened: Opened, account: Account) -> None:
    chosen: list[int] = []

    def reply(request: httpx2.Request) -> httpx2.Response:
        conditions: list[dict[str, object]] = msgspec.json.decode(request.url.params["filtering"])
        chosen.append(len(msgspec.convert(conditions[0]["value"], list[str])))
        return _page([{"spend": "1.10", "impressions": "10", "clicks": "2"}])

    query = InsightsQuery("account", *_DAYS, campaign_ids=frozenset(map(str, range(101))))
    async with opened(reply) as meta:
        rows = await every_row(meta.insights(account, query))

    assert rows == [InsightRow(Metrics(Decimal("2.20"), 20, 4, Decimal(0)))]
    assert sorted(chosen) == [1, 100]


@pytest.mark.parametrize("changes", [{"campaign_id": "12"}, {"date_start": "2026-01-31"}, {"date_start": "2026-03-01"}])
async def test_a_row_that_nobody_asked_for_is_refused(
    opened: Opened, account: Account, changes: Mapping[str, str]
) -> None:
    row = {**_row("11"), "date_start": "2026-02-01", **changes}

    async with opened(_in_turn([], _page([row]))) as meta:
        with pytest.raises(Garbled):
            await every_row(meta.insights(account, InsightsQuery("campaign", *_DAYS, "day", frozenset({"11"}))))


async def test_a_row_on_two_pages_is_not_counted_twice(opened: Opened, account: Account) -> None:
    reply = _in_turn([], _page([_row("1")], "A", more=True), _page([_row("1")]))

    async with opened(reply) as meta:
        with pytest.raises(Garbled):
            await every_row(meta.insights(account, InsightsQuery("campaign", *_DAYS)))


async def test_a_page_that_is_too_large_is_halved_and_stays_so(opened: Opened, account: Account) -> None:
    asked: list[httpx2.Request] = []
    too_large = httpx2.Response(400, content=b'{"error":{"code":100,"error_subcode":1487534,"message":"too much"}}')
    reply = _in_turn(
        asked,
        httpx2.Response(500, content=_TOO_MUCH),
        too_large,
        _page([_row("1")], "A", more=True),
        _page([_row("2")]),
    )

    async with opened(reply) as meta:
        rows = await every_row(meta.insights(account, InsightsQuery("campaign", *_DAYS)))

    assert [row.campaign_id for row in rows] == ["1", "2"]
    assert [(request.url.params["limit"], request.url.params.get("after")) for request in asked] == [
        ("500", None),
        ("250", None),
        ("125", None),
        ("125", "A"),
    ]


async def test_what_is_too_much_even_in_small_pages_is_refused(opened: Opened, account: Account) -> None:
    asked: list[httpx2.Request] = []
    refusals = [httpx2.Response(500, content=_TOO_MUCH) for _ in range(9)]

    async with opened(_in_turn(asked, *refusals)) as meta:
        with pytest.raises(Rejected):
            await every_row(meta.insights(account, InsightsQuery("campaign", *_DAYS)))

    assert [request.url.params["limit"] for request in asked] == ["500", "250", "125", "62", "31", "25"]
