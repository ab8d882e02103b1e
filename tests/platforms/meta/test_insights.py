from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date
from decimal import Decimal

import httpx2
import msgspec
import pytest

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.errors import Garbled, Rejected, Unsupported
from xylo_mcp.ads.insights import InsightRow, InsightsQuery, Metrics, every_row
from xylo_mcp.contract import AdReader

Opened = Callable[..., AbstractAsyncContextManager[AdReader]]
Reply = Callable[[httpx2.Request], httpx2.Response]

_EVERY_STATUS = ["ACTIVE", "PAUSED", "IN_PROCESS", "WITH_ISSUES", "ARCHIVED", "DELETED"]
_STATUSES = {"field": "campaign.effective_status", "operator": "IN", "value": _EVERY_STATUS}
_METRICS = "spend,impressions,clicks,inline_link_clicks,actions,action_values,video_play_actions"
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
            {"level": "account", "fields": _METRICS},
        ),
        (
            InsightsQuery("account", *_DAYS, "day"),
            {"level": "account", "fields": _METRICS, "time_increment": "1"},
        ),
        (
            InsightsQuery("campaign", *_DAYS, "day"),
            {
                "level": "campaign",
                "fields": f"campaign_id,campaign_name,{_METRICS}",
                "time_increment": "1",
                "filtering": msgspec.json.encode([_STATUSES]).decode(),
            },
        ),
        (
            InsightsQuery("account", *_DAYS, campaign_ids=frozenset({"22", "11"})),
            {
                "level": "account",
                "fields": _METRICS,
                "filtering": msgspec.json.encode(
                    [{"field": "campaign.id", "operator": "IN", "value": ["11", "22"]}, _STATUSES]
                ).decode(),
            },
        ),
        (
            InsightsQuery("ad_group", *_DAYS, campaign_ids=frozenset({"11"}), breakdown="placement"),
            {
                "level": "adset",
                "fields": f"campaign_id,campaign_name,adset_id,adset_name,{_METRICS}",
                "breakdowns": "publisher_platform,platform_position",
                "filtering": msgspec.json.encode(
                    [
                        {"field": "campaign.id", "operator": "IN", "value": ["11"]},
                        {
                            "field": "adset.effective_status",
                            "operator": "IN",
                            "value": [*_EVERY_STATUS, "CAMPAIGN_PAUSED"],
                        },
                    ]
                ).decode(),
            },
        ),
        (
            InsightsQuery("ad", *_DAYS, reach=True, breakdown="device"),
            {
                "level": "ad",
                "fields": f"campaign_id,campaign_name,adset_id,adset_name,ad_id,ad_name,{_METRICS},reach",
                "breakdowns": "device_platform",
                "filtering": msgspec.json.encode(
                    [
                        {
                            "field": "ad.effective_status",
                            "operator": "IN",
                            "value": [
                                *(*_EVERY_STATUS, "CAMPAIGN_PAUSED", "ADSET_PAUSED", "PENDING_REVIEW"),
                                *("DISAPPROVED", "PREAPPROVED", "PENDING_BILLING_INFO"),
                            ],
                        }
                    ]
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


async def test_pages_come_one_by_one_and_no_further_one_is_asked_for_before_its_time(
    opened: Opened, account: Account
) -> None:
    asked: list[httpx2.Request] = []
    reply = _in_turn(asked, _page([_row("1")], "A", more=True), _page([_row("2")]))

    async with opened(reply) as meta:
        batches = meta.insights(account, InsightsQuery("campaign", *_DAYS))
        seen = [(len(asked), [row.campaign_id for row in batch.rows]) async for batch in batches]

    assert seen == [(1, ["1"]), (2, ["2"])]


async def test_many_chosen_campaigns_are_asked_about_a_few_pages_at_a_time(opened: Opened, account: Account) -> None:
    asked: list[httpx2.Request] = []

    def reply(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        conditions: list[dict[str, object]] = msgspec.json.decode(request.url.params["filtering"])
        ids = msgspec.convert(conditions[0]["value"], list[str])
        return _page([_row(one) for one in ids])

    query = InsightsQuery("campaign", *_DAYS, campaign_ids=frozenset(map(str, range(950))))
    seen: list[int] = []
    read: list[str] = []
    async with opened(reply) as meta:
        async for batch in meta.insights(account, query):
            seen.append(len(asked))
            read.extend(row.campaign_id for row in batch.rows)

    assert seen == [4, 4, 4, 4, 8, 8, 8, 8, 10, 10]
    assert sorted(read) == sorted(query.campaign_ids)


async def test_people_of_figures_that_were_added_up_are_unknown(opened: Opened, account: Account) -> None:
    def reply(request: httpx2.Request) -> httpx2.Response:
        return _page([{"spend": "1.10", "impressions": "10", "reach": "7", "date_start": "2026-02-01"}])

    async with opened(reply) as meta:
        one, both = [
            await every_row(meta.insights(account, InsightsQuery("account", *_DAYS, campaign_ids=ids, reach=True)))
            for ids in (frozenset({"1"}), frozenset(map(str, range(101))))
        ]

    assert [one[0].reach, both] == [7, [InsightRow(Metrics(Decimal("2.20"), 20))]]


@pytest.mark.parametrize("events", [("purchase", "telepathy"), ("omni_purchase",)])
async def test_an_event_that_meta_does_not_have_is_refused_before_anything_is_asked(
    opened: Opened, account: Account, events: tuple[str, ...]
) -> None:
    asked: list[httpx2.Request] = []

    async with opened(_in_turn(asked)) as meta:
        with pytest.raises(Unsupported):
            await every_row(meta.insights(account, InsightsQuery("account", *_DAYS, events=events)))

    assert asked == []


async def test_what_is_too_much_in_the_middle_of_an_answer_is_refused(opened: Opened, account: Account) -> None:
    refusals = [httpx2.Response(500, content=_TOO_MUCH) for _ in range(9)]

    async with opened(_in_turn([], _page([_row("1")], "A", more=True), *refusals)) as meta:
        with pytest.raises(Rejected):
            await every_row(meta.insights(account, InsightsQuery("campaign", *_DAYS)))
