from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date
from decimal import Decimal

import httpx2
import msgspec
import pytest

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.errors import Garbled, Unsupported
from xylo_mcp.ads.insights import Breakdown, InsightRow, InsightsQuery, Level, Metrics, every_row
from xylo_mcp.contract import AdReader

Opened = Callable[..., AbstractAsyncContextManager[AdReader]]
Answer = Callable[..., httpx2.Response]

_EVERY_STATUS = {"field_name": "campaign_status", "filter_type": "IN", "filter_value": '["STATUS_ALL"]'}
_SUMS = (
    '["spend","impressions","clicks","video_play_actions","conversion","total_complete_payment_rate",'
    '"total_purchase_value"]'
)


def _page(rows: Sequence[object], page: int = 1, of: int = 1) -> Mapping[str, object]:
    """A page of `of`, each with as many rows."""
    info = {"page": page, "page_size": 1000, "total_number": of * len(rows), "total_page": of}
    return {"list": rows, "page_info": info}


def _row(dimensions: Mapping[str, str], spend: str = "1.10") -> Mapping[str, object]:
    return {
        "dimensions": dimensions,
        "metrics": {
            "spend": spend,
            "impressions": "10",
            "clicks": "2",
            "video_play_actions": "4",
            "conversion": "1",
            "total_complete_payment_rate": "3.50",
            "total_purchase_value": "-",
        },
    }


def _always(response: httpx2.Response) -> Callable[[httpx2.Request], httpx2.Response]:
    return lambda _: response


def _metrics(times: int) -> Metrics:
    return Metrics(
        times * Decimal("1.10"), times * 10, times * 2, Decimal(times), None, times * Decimal("3.50"), times * 4
    )


async def test_an_accounts_total_is_asked_for_in_the_documented_words(
    opened: Opened, good: Answer, account: Account
) -> None:
    asked: list[tuple[str, Mapping[str, str]]] = []

    def reply(request: httpx2.Request) -> httpx2.Response:
        asked.append((request.url.path, dict(request.url.params)))
        return good(_page([_row({"advertiser_id": "7123456789012345678"})]))

    async with opened(reply) as tiktok:
        rows = await every_row(tiktok.insights(account, InsightsQuery("account", date(2026, 2, 1), date(2026, 2, 28))))

    assert rows == [InsightRow(_metrics(1))]
    assert asked == [
        (
            "/open_api/v1.3/report/integrated/get/",
            {
                "advertiser_id": "7123456789012345678",
                "report_type": "BASIC",
                "data_level": "AUCTION_ADVERTISER",
                "dimensions": '["advertiser_id"]',
                "metrics": _SUMS,
                "start_date": "2026-02-01",
                "end_date": "2026-02-28",
                "page": "1",
                "page_size": "1000",
            },
        )
    ]


async def test_days_by_campaign_are_asked_for_thirty_at_a_time_deleted_campaigns_included(
    opened: Opened, good: Answer, account: Account
) -> None:
    asked: list[Mapping[str, str]] = []

    def reply(request: httpx2.Request) -> httpx2.Response:
        params = dict(request.url.params)
        asked.append(params)
        return good(_page([_row({"campaign_id": "11", "stat_time_day": f"{params['start_date']} 00:00:00"})]))

    query = InsightsQuery("campaign", date(2026, 1, 1), date(2026, 3, 1), "day")
    async with opened(reply) as tiktok:
        rows = await every_row(tiktok.insights(account, query))

    assert sorted((params["start_date"], params["end_date"]) for params in asked) == [
        ("2026-01-01", "2026-01-30"),
        ("2026-01-31", "2026-03-01"),
    ]
    assert {
        (params["data_level"], params["dimensions"], params["metrics"], params["filtering"]) for params in asked
    } == {
        (
            "AUCTION_CAMPAIGN",
            '["campaign_id","stat_time_day"]',
            _SUMS.replace("]", ',"campaign_name"]'),
            msgspec.json.encode([_EVERY_STATUS]).decode(),
        )
    }
    assert rows == [
        InsightRow(_metrics(1), campaign_id="11", day=date(2026, 1, 1)),
        InsightRow(_metrics(1), campaign_id="11", day=date(2026, 1, 31)),
    ]


async def test_a_total_over_more_than_a_year_is_added_up(opened: Opened, good: Answer, account: Account) -> None:
    def reply(request: httpx2.Request) -> httpx2.Response:
        return good(_page([_row({"campaign_id": "11"}), _row({"campaign_id": request.url.params["start_date"][:4]})]))

    query = InsightsQuery("campaign", date(2025, 1, 1), date(2026, 1, 1))
    async with opened(reply) as tiktok:
        rows = await every_row(tiktok.insights(account, query))

    assert rows == [
        InsightRow(_metrics(2), campaign_id="11"),
        InsightRow(_metrics(1), campaign_id="2025"),
        InsightRow(_metrics(1), campaign_id="2026"),
    ]


async def test_an_account_of_some_campaigns_is_their_sum(opened: Opened, good: Answer, account: Account) -> None:
    asked: list[Sequence[Mapping[str, str]]] = []

    def reply(request: httpx2.Request) -> httpx2.Response:
        status, chosen = msgspec.json.decode(request.url.params["filtering"], type=list[dict[str, str]])
        asked.append([status, {**chosen, "filter_value": ""}])
        ids: list[str] = msgspec.json.decode(chosen["filter_value"])
        return good(_page([_row({"campaign_id": one}) for one in ids]))

    query = InsightsQuery("account", date(2026, 2, 1), date(2026, 2, 2), campaign_ids=frozenset(map(str, range(101))))
    async with opened(reply) as tiktok:
        rows = await every_row(tiktok.insights(account, query))

    assert rows == [InsightRow(_metrics(101))]
    assert asked == [[_EVERY_STATUS, {"field_name": "campaign_ids", "filter_type": "IN", "filter_value": ""}]] * 2


async def test_a_report_is_read_to_its_last_page(opened: Opened, good: Answer, account: Account) -> None:
    def reply(request: httpx2.Request) -> httpx2.Response:
        page = int(request.url.params["page"])
        return good(_page([_row({"campaign_id": str(page)})], page, of=4))

    async with opened(reply) as tiktok:
        rows = await every_row(tiktok.insights(account, InsightsQuery("campaign", date(2026, 2, 1), date(2026, 2, 2))))

    assert [row.campaign_id for row in rows] == ["1", "2", "3", "4"]


async def test_a_row_on_two_pages_is_not_counted_twice(opened: Opened, good: Answer, account: Account) -> None:
    def reply(request: httpx2.Request) -> httpx2.Response:
        return good(_page([_row({"campaign_id": "11"})], int(request.url.params["page"]), of=2))

    async with opened(reply) as tiktok:
        with pytest.raises(Garbled):
            await every_row(tiktok.insights(account, InsightsQuery("campaign", date(2026, 2, 1), date(2026, 2, 2))))


@pytest.mark.parametrize("told", [0, 1, 3])
async def test_a_report_with_another_number_of_rows_than_told_is_refused(
    opened: Opened, good: Answer, account: Account, told: int
) -> None:
    rows = [_row({"campaign_id": "1"}), _row({"campaign_id": "2"})]
    short = good({"list": rows, "page_info": {"page": 1, "page_size": 1000, "total_number": told, "total_page": 1}})

    async with opened(_always(short)) as tiktok:
        with pytest.raises(Garbled):
            await every_row(tiktok.insights(account, InsightsQuery("campaign", date(2026, 2, 1), date(2026, 2, 2))))


@pytest.mark.parametrize(
    "dimensions",
    [
        {"campaign_id": "12", "stat_time_day": "2026-02-01 00:00:00"},
        {"campaign_id": "11", "stat_time_day": "2026-01-31 00:00:00"},
        {"campaign_id": "11", "stat_time_day": "2026-02-03 00:00:00"},
    ],
)
async def test_a_row_that_nobody_asked_for_is_refused(
    opened: Opened, good: Answer, account: Account, dimensions: Mapping[str, str]
) -> None:
    query = InsightsQuery("account", date(2026, 2, 1), date(2026, 2, 2), "day", frozenset({"11"}))

    async with opened(_always(good(_page([_row(dimensions)])))) as tiktok:
        with pytest.raises(Garbled):
            await every_row(tiktok.insights(account, query))


@pytest.mark.parametrize(
    "rows",
    [
        ("campaign", "AUCTION_CAMPAIGN", "campaign_id", "campaign_status"),
        ("ad_group", "AUCTION_ADGROUP", "adgroup_id", "adgroup_status"),
        ("ad", "AUCTION_AD", "ad_id", "ad_status"),
    ],
)
@pytest.mark.parametrize(
    "divided",
    [
        ("country", "BASIC", "country_code"),
        ("device", "AUDIENCE", "platform"),
        ("placement", "AUDIENCE", "placement"),
        ("age", "AUDIENCE", "age"),
        ("gender", "AUDIENCE", "gender"),
    ],
)
async def test_levels_and_breakdowns_are_asked_for_in_the_documented_words(
    opened: Opened,
    good: Answer,
    account: Account,
    rows: tuple[Level, str, str, str],
    divided: tuple[Breakdown, str, str],
) -> None:
    (level, data_level, dimension, status), (breakdown, report_type, part) = rows, divided
    asked: list[Mapping[str, str]] = []

    def reply(request: httpx2.Request) -> httpx2.Response:
        asked.append(dict(request.url.params))
        return good(_page([]))

    query = InsightsQuery(
        level, date(2026, 2, 1), date(2026, 2, 2), "day", frozenset({"7"}), breakdown=breakdown, reach=True
    )
    async with opened(reply) as tiktok:
        found = await every_row(tiktok.insights(account, query))

    chosen = {"field_name": "campaign_ids", "filter_type": "IN", "filter_value": '["7"]'}
    value = ["total_complete_payment_rate", "total_purchase_value"] if report_type == "BASIC" else []
    words = {
        "campaign": ["campaign_name"],
        "ad_group": ["campaign_id", "campaign_name", "adgroup_name"],
        "ad": ["campaign_id", "campaign_name", "adgroup_id", "adgroup_name", "ad_name"],
    }[level]
    told = ["spend", "impressions", "clicks", "video_play_actions", "conversion", *value, "reach", *words]
    assert found == []
    assert asked == [
        {
            "advertiser_id": "7123456789012345678",
            "report_type": report_type,
            "data_level": data_level,
            "dimensions": f'["{dimension}","{part}","stat_time_day"]',
            "metrics": msgspec.json.encode(told).decode(),
            "start_date": "2026-02-01",
            "end_date": "2026-02-02",
            "filtering": msgspec.json.encode([{**_EVERY_STATUS, "field_name": status}, chosen]).decode(),
            "page": "1",
            "page_size": "1000",
        }
    ]


@pytest.mark.parametrize(
    "query",
    [
        InsightsQuery("campaign", date(2026, 2, 1), date(2026, 2, 2), breakdown="publisher_platform"),
        InsightsQuery("campaign", date(2026, 2, 1), date(2026, 2, 2), breakdown="age", events=("purchase",)),
        InsightsQuery("campaign", date(2026, 2, 1), date(2026, 2, 2), events=("purchase", "wish")),
    ],
)
async def test_what_tiktok_cannot_tell_is_refused_before_anything_is_asked(
    opened: Opened, account: Account, query: InsightsQuery
) -> None:
    asked: list[httpx2.Request] = []

    def reply(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(500)

    async with opened(reply) as tiktok:
        with pytest.raises(Unsupported):
            await every_row(tiktok.insights(account, query))

    assert asked == []


async def test_people_are_told_of_one_report_and_lost_where_several_are_joined(
    opened: Opened, good: Answer, account: Account
) -> None:
    def reply(request: httpx2.Request) -> httpx2.Response:
        row = {**_row({"campaign_id": "11"})}
        row["metrics"] = {**msgspec.convert(row["metrics"], dict[str, str]), "reach": "8"}
        return good(_page([row]))

    async with opened(reply) as tiktok:
        year, more = [
            await every_row(tiktok.insights(account, InsightsQuery("campaign", since, date(2026, 1, 1), reach=True)))
            for since in (date(2025, 1, 2), date(2025, 1, 1))
        ]

    assert year == [InsightRow(_metrics(1), "11", reach=8)]
    assert more == [InsightRow(_metrics(2), "11", reach=None)]


async def test_few_pages_are_under_way_or_held_at_a_time(opened: Opened, good: Answer, account: Account) -> None:
    asked: list[int] = []

    def reply(request: httpx2.Request) -> httpx2.Response:
        asked.append(int(request.url.params["page"]))
        return good(_page([_row({"campaign_id": request.url.params["page"]})], asked[-1], of=10))

    under_way: list[int] = []
    async with opened(reply) as tiktok:
        query = InsightsQuery("campaign", date(2026, 2, 1), date(2026, 2, 2))
        read = 0
        async for batch in tiktok.insights(account, query):
            read += len(batch.rows)
            under_way.append(len(asked) - read)

    assert (read, sorted(asked), max(under_way)) == (10, list(range(1, 11)), 3)
