"""Every platform tells what was achieved as the sandbox's truth has it, at each level, by day and by each breakdown."""

from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from itertools import chain
from typing import get_args

import msgspec
import pytest

from tests.test_contract import SPECS, on_the_sandbox, some_accounts
from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.errors import Unsupported
from xylo_mcp.ads.insights import (
    SUMS,
    Breakdown,
    Granularity,
    InsightRow,
    InsightsQuery,
    Level,
    Metrics,
    every_row,
    total,
)
from xylo_mcp.ads.money import decimals
from xylo_mcp.contract import AdReader, Clock, PlatformSpec
from xylo_mcp.sandbox.house import House
from xylo_mcp.sandbox.truth import DayTruth, PartTruth, parts, truth

SINCE, UNTIL = date(2026, 1, 20), date(2026, 3, 18)
DAY = timedelta(days=1)
LEVELS: Sequence[Level] = get_args(Level)
GRANULARITIES: Sequence[Granularity] = get_args(Granularity)
Key = tuple[str, str, str, str, date | None]
pytestmark = pytest.mark.parametrize("spec", SPECS.values(), ids=list(SPECS))


@pytest.fixture
async def reader(spec: PlatformSpec, house: House, clock: Clock) -> AsyncGenerator[AdReader]:
    async with on_the_sandbox(spec, house, clock) as opened:
        yield opened


def summed(spec: PlatformSpec, of: Iterable[DayTruth], breakdown: Breakdown | None = None) -> Metrics:
    """The sum of `of`, in what the platform tells of it."""
    whole = total(
        Metrics(
            spend=one.spend,
            impressions=one.impressions,
            clicks=one.clicks,
            conversions=one.conversions,
            link_clicks=one.link_clicks,
            conversion_value=one.conversion_value,
            video_views=one.video_views,
        )
        for one in of
    )
    return msgspec.structs.replace(whole, **dict.fromkeys(spec.unsaid(breakdown), None))


def by_object(rows: Sequence[InsightRow]) -> Mapping[Key, Metrics]:
    """Rows that say something; none stands twice."""
    assert len({row.key for row in rows}) == len(rows)
    return {row.key: row.metrics for row in rows if says_something(row.metrics)}


def says_something(metrics: Metrics) -> bool:
    return any(getattr(metrics, name) for name in SUMS)


def true_rows(spec: PlatformSpec, of: Iterable[PartTruth], query: InsightsQuery) -> Mapping[Key, Metrics]:
    groups: dict[Key, list[PartTruth]] = {}
    depth = LEVELS.index(query.level)
    for one in of:
        ids = [*(one.campaign_id, one.ad_group_id, one.ad_id)[:depth], "", "", ""][:3]
        day = one.date if query.granularity == "day" else None
        groups.setdefault((ids[0], ids[1], ids[2], one.segment, day), []).append(one)
    found = {key: summed(spec, group, query.breakdown) for key, group in groups.items()}
    return {key: metrics for key, metrics in found.items() if says_something(metrics)}


async def rows_of(reader: AdReader, account: Account, query: InsightsQuery) -> Sequence[InsightRow]:
    return await every_row(reader.insights(account, query))


@pytest.mark.parametrize("granularity", GRANULARITIES)
@pytest.mark.parametrize("level", LEVELS)
async def test_insights_are_what_the_world_holds_one_row_an_object_and_day(
    spec: PlatformSpec, reader: AdReader, house: House, level: Level, granularity: Granularity
) -> None:
    query = InsightsQuery(level, SINCE, UNTIL, granularity)
    for account in await some_accounts(reader, house):
        rows = await rows_of(reader, account, query)

        assert by_object(rows) == true_rows(spec, parts(house.world, account.id, SINCE, UNTIL), query)


@pytest.mark.parametrize("breakdown", get_args(Breakdown))
async def test_a_breakdown_is_what_the_world_holds_or_refused_before_anything_is_asked(
    spec: PlatformSpec, reader: AdReader, house: House, breakdown: Breakdown
) -> None:
    since = UNTIL - 9 * DAY
    queries = [InsightsQuery(level, since, UNTIL, by, breakdown=breakdown) for level in LEVELS for by in GRANULARITIES]
    accounts = await some_accounts(reader, house)
    refused: list[InsightsQuery] = []

    @cache
    def true_parts(account_id: str) -> Sequence[PartTruth]:
        return list(parts(house.world, account_id, since, UNTIL, breakdown))

    for query in queries:
        for account in accounts[:2]:
            try:
                rows = await rows_of(reader, account, query)
            except Unsupported:
                refused.append(query)
                break

            assert by_object(rows) == true_rows(spec, true_parts(account.id), query)

    assert (len(refused) == len(queries)) == (breakdown not in spec.breakdowns)


async def test_days_add_up_to_the_total_and_parts_to_the_account(
    spec: PlatformSpec, reader: AdReader, house: House
) -> None:
    for account in await some_accounts(reader, house):
        sums = [
            total(
                row.metrics for row in await rows_of(reader, account, InsightsQuery(level, SINCE, UNTIL, granularity))
            )
            for level in LEVELS
            for granularity in GRANULARITIES
        ]

        known = [msgspec.structs.replace(one, **dict.fromkeys(spec.lacks, None)) for one in sums]
        assert known == known[:1] * len(sums)


async def test_one_day_is_that_day_and_days_cut_in_two_have_no_gap_or_double(reader: AdReader, house: House) -> None:
    account = (await some_accounts(reader, house))[0]
    whole = await rows_of(reader, account, InsightsQuery("account", SINCE, UNTIL, "day"))

    cut = [
        row
        for since, until in ((SINCE, SINCE), (SINCE + DAY, UNTIL - DAY), (UNTIL, UNTIL))
        for row in await rows_of(reader, account, InsightsQuery("account", since, until, "day"))
    ]

    assert by_object(cut) == by_object(whole)
    assert {row.day for row in whole} <= {SINCE + number * DAY for number in range((UNTIL - SINCE).days + 1)}


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("count", [1, 5, 130])
async def test_only_what_belongs_to_the_campaigns_asked_for_counts_archived_ones_included(
    spec: PlatformSpec, reader: AdReader, house: House, count: int, level: Level
) -> None:
    for account in await some_accounts(reader, house):
        everything = list(parts(house.world, account.id, SINCE, UNTIL))
        ids = sorted({one.campaign_id for one in everything})[:count]
        asked = frozenset([*ids, *(str(10**11 + number) for number in range(count - len(ids)))])
        query = InsightsQuery(level, SINCE, UNTIL, campaign_ids=asked)

        rows = await rows_of(reader, account, query)

        assert by_object(rows) == true_rows(spec, [one for one in everything if one.campaign_id in ids], query)


@pytest.mark.parametrize("level", LEVELS)
async def test_a_row_has_the_names_of_its_level_and_of_none_below(reader: AdReader, house: House, level: Level) -> None:
    depth = LEVELS.index(level)
    for account in await some_accounts(reader, house):
        whole = truth(house.world, account.id)
        true = {one.id: one.name for one in chain(whole.campaigns, whole.ad_groups, whole.ads)} | {"": ""}

        rows = await rows_of(reader, account, InsightsQuery(level, SINCE, UNTIL))

        named = {
            (row.campaign_id, row.campaign_name, row.ad_group_id, row.ad_group_name, row.ad_id, row.ad_name)
            for row in rows
        }
        for found in named:
            assert [bool(part) for part in found] == [True] * depth * 2 + [False] * (3 - depth) * 2
            assert [true[part] for part in found[::2]] == list(found[1::2])
        assert {row.day for row in rows} <= {None}


async def test_people_are_counted_only_where_that_is_asked_for(reader: AdReader, house: House) -> None:
    account = (await some_accounts(reader, house))[0]

    without = await rows_of(reader, account, InsightsQuery("campaign", SINCE, UNTIL))
    asked = await rows_of(reader, account, InsightsQuery("campaign", SINCE, UNTIL, reach=True))

    assert {row.reach for row in without} == {None}
    assert by_object(asked) == by_object(without)


async def test_spend_has_no_more_decimals_than_its_currency(reader: AdReader, house: House) -> None:
    for account in await some_accounts(reader, house):
        rows = await rows_of(reader, account, InsightsQuery("campaign", SINCE, UNTIL, "day"))

        for row in rows:
            assert row.metrics.spend == round(row.metrics.spend or Decimal(0), decimals(account.currency))


async def test_before_a_campaign_ran_there_is_nothing(reader: AdReader, house: House) -> None:
    for account in await some_accounts(reader, house):
        first = min(one.first_day for one in truth(house.world, account.id).campaigns)
        for level in LEVELS:
            rows = await rows_of(reader, account, InsightsQuery(level, first - 3 * DAY, first - DAY, "day"))

            assert by_object(rows) == {}
