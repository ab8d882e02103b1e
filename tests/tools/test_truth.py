"""Is what the tools say true? Held against the world itself, for any seed, account and time."""

import re
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import LONG
from tests.test_contract_insights import summed
from xylo_mcp.ads.dates import PRESETS, DatePreset, Span, resolve
from xylo_mcp.ads.errors import Unsupported
from xylo_mcp.ads.insights import RATIOS, SUMS, Breakdown, Level, Metrics
from xylo_mcp.app import Caller, open_app
from xylo_mcp.contract import PlatformSpec
from xylo_mcp.insights import Bucket
from xylo_mcp.insights.asked import first_day_of
from xylo_mcp.platforms import found
from xylo_mcp.sandbox.house import House
from xylo_mcp.sandbox.truth import CampaignTruth, DayTruth, PartTruth, Truth, parts, truth
from xylo_mcp.settings import Settings
from xylo_mcp.tools import TOOLS, Answer

# An example takes half a second.
WORLDS, LISTS = (500, 166) if LONG else (12, 6)
BULK = "act_423456789"
TOOL = {tool.name: tool.run for tool in TOOLS}
MOMENTS = (
    datetime(2026, 3, 8, 9, 59, 59, tzinfo=UTC),  # clocks go forward in the United States
    datetime(2026, 3, 29, 1, 0, tzinfo=UTC),  # and in Europe
    datetime(2026, 11, 1, 5, 30, tzinfo=UTC),  # and back
    datetime(2026, 12, 31, 10, 30, tzinfo=UTC),  # it is next year already on the Line Islands
    datetime(2028, 2, 29, 23, 59, tzinfo=UTC),  # a leap day
)


SPECS = found()
BUCKETS: Sequence[Bucket] = get_args(Bucket)
BREAKDOWNS: Sequence[Breakdown] = get_args(Breakdown)
HALF_A_CENT = Decimal("0.005")
LEVELS: Sequence[Level] = get_args(Level)
Key = tuple[str, str, str, str, str]


class Row(msgspec.Struct):
    metrics: dict[str, float | None]
    campaign_id: str = ""
    ad_group_id: str = ""
    ad_id: str = ""
    segment: str = ""
    date: str = ""

    @property
    def key(self) -> Key:
        return (self.campaign_id, self.ad_group_id, self.ad_id, self.segment, self.date)


class Group(msgspec.Struct):
    account: str
    total: dict[str, float | None]
    rows: list[Row]


async def ask(caller: Caller, tool: str, **arguments: object) -> Answer:
    return await TOOL[tool](arguments, caller)


async def whole(caller: Caller, **asked: object) -> tuple[Group, list[Answer]]:
    """All rows about one account, from as many pages as it takes."""
    answers = [await ask(caller, "get_insights", **asked)]
    while answers[-1].content["next_cursor"]:
        cursor = answers[-1].content["next_cursor"]
        answers.append(await ask(caller, "get_insights", **asked, cursor=cursor))
    groups = [group for answer in answers for group in msgspec.convert(answer.content["groups"], list[Group])]
    return Group(groups[0].account, groups[0].total, [row for group in groups for row in group.rows]), answers


def says(shown: Mapping[str, float | None], true: Metrics) -> bool:
    """Whether what is shown is true: sums to the last digit, ratios as they are rounded."""
    for name in SUMS:
        value: Decimal | int | None = getattr(true, name)
        if (None if shown[name] is None else Decimal(str(shown[name]))) != (None if value is None else Decimal(value)):
            return False
    for name in RATIOS:
        value, ratio = getattr(true, name), shown[name]
        if (value is None) != (ratio is None) or (value is not None and abs(Decimal(str(ratio)) - value) > HALF_A_CENT):
            return False
    return True


@given(
    seed=st.integers(0, 2**31 - 1),
    moment=st.sampled_from(MOMENTS) | st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # hypothesis adds the zone
    preset=st.sampled_from(PRESETS),
    rows=st.tuples(st.sampled_from(LEVELS), st.sampled_from(BUCKETS), st.none() | st.sampled_from(BREAKDOWNS)),
    data=st.data(),
)
@settings(max_examples=WORLDS, suppress_health_check=[HealthCheck.too_slow])
async def test_what_get_insights_says_is_what_the_world_holds(
    seed: int,
    moment: datetime,
    preset: DatePreset,
    rows: tuple[Level, Bucket, Breakdown | None],
    data: st.DataObject,
) -> None:
    level, bucket, breakdown = rows
    house = House(None, seed, lambda: moment)
    plans = [plan for cast in house.world.casts for plan in cast.accounts if plan.public_id != BULK]
    plan = data.draw(st.sampled_from(plans))
    (spec,) = (one for one in SPECS.values() if re.fullmatch(one.account_id, plan.public_id))
    asked = {"accounts": [plan.public_id], "date_preset": preset, "level": level, "granularity": bucket}
    asked |= {"breakdown": breakdown} if breakdown else {}
    span = resolve(preset, house.world.today(plan))
    with tempfile.TemporaryDirectory() as state_dir:
        async with open_app(Settings(mode="sandbox", state_dir=Path(state_dir)), lambda: moment, house) as app:
            caller = Caller("test", app)
            try:
                group, _ = await whole(caller, **asked, response_format="detailed", limit=100)
                again, answers = await whole(caller, **asked, response_format="detailed", limit=100)
            except Unsupported:
                assert breakdown is not None  # which levels have it is the platform's business, and promised there
                return

    days = list(parts(house.world, plan.public_id, span.since, span.until, breakdown or ""))
    true = true_rows(spec, days, rows, span)
    shown = {row.key: row.metrics for row in group.rows if any(row.metrics[name] for name in SUMS)}
    assert len({row.key for row in group.rows}) == len(group.rows)
    assert shown.keys() == true.keys()
    assert [key for key, metrics in shown.items() if not says(metrics, true[key])] == []
    assert says(group.total, summed(spec, days, breakdown) if group.rows else Metrics())
    assert again == group
    assert all(answer.content["cached"] for answer in answers)


def itself(day: date) -> date:
    return day


def true_rows(
    spec: PlatformSpec, days: Sequence[PartTruth], rows: tuple[Level, Bucket, Breakdown | None], span: Span
) -> Mapping[Key, Metrics]:
    level, bucket, breakdown = rows
    depth = LEVELS.index(level)
    begins = first_day_of(bucket, span) or itself
    groups: dict[Key, list[PartTruth]] = {}
    for one in days:
        ids = [*(one.campaign_id, one.ad_group_id, one.ad_id)[:depth], "", "", ""]
        day = "" if bucket == "total" else begins(one.date).isoformat()
        groups.setdefault((ids[0], ids[1], ids[2], one.segment, day), []).append(one)
    return {
        key: summed(spec, group, breakdown)
        for key, group in groups.items()
        if any(getattr(summed(spec, group), name) for name in SUMS)
    }


@given(seed=st.integers(0, 2**31 - 1))
@settings(max_examples=LISTS, suppress_health_check=[HealthCheck.too_slow])
async def test_what_list_campaigns_says_is_what_the_world_holds(seed: int) -> None:
    moment = datetime(2026, 6, 15, 12, tzinfo=UTC)
    house = House(None, seed, lambda: moment)
    plans = [plan for cast in house.world.casts for plan in cast.accounts if plan.public_id != BULK]
    ids = [plan.public_id for plan in plans]
    with tempfile.TemporaryDirectory() as state_dir:
        async with open_app(Settings(mode="sandbox", state_dir=Path(state_dir)), lambda: moment, house) as app:
            listed = await all_campaigns(Caller("test", app), ids)

    truths = [truth(house.world, account) for account in ids]
    assert listed.keys() == {campaign.id for part in truths for campaign in part.campaigns}
    for part in truths:
        span = resolve("last_14d", part.accounts[0].today)
        check(part, span, truth(house.world, part.accounts[0].id, span.since, span.until).days, listed)


async def all_campaigns(caller: Caller, ids: Sequence[str]) -> Mapping[str, Mapping[str, object]]:
    """Every campaign of these accounts as it is listed, from as many pages as it takes."""
    listed: dict[str, Mapping[str, object]] = {}
    asked = {"accounts": ids, "status": "all", "date_preset": "last_14d", "limit": 100}
    answer = await ask(caller, "list_campaigns", **asked)
    while True:
        for account in msgspec.convert(answer.content["accounts"], list[dict[str, object]]):
            for campaign in msgspec.convert(account["campaigns"], list[dict[str, object]]):
                assert campaign["id"] not in listed
                listed[str(campaign["id"])] = campaign
        if answer.content["complete"]:
            return listed
        answer = await ask(caller, "list_campaigns", **asked, cursor=answer.content["next_cursor"])


STATUS = {"on": "active", "off": "paused", "archived": "archived", "deleted": "archived"}


def check(part: Truth, span: Span, days: Sequence[DayTruth], found: Mapping[str, Mapping[str, object]]) -> None:
    budgets = shared_budgets(part.campaigns)
    for campaign in part.campaigns:
        shown = found[campaign.id]
        assert (shown["name"], shown["status"]) == (campaign.name, STATUS[campaign.switch])
        daily, lifetime = budgets[campaign.budget_id]
        assert (decimal(shown["daily_budget"]), decimal(shown["lifetime_budget"])) == (daily, lifetime)
        insights = msgspec.convert(shown["insights"], dict[str, object])
        assert said(insights) == facts([day for day in days if day.campaign_id == campaign.id])


def shared_budgets(campaigns: Sequence[CampaignTruth]) -> Mapping[str, tuple[Decimal | None, Decimal | None]]:
    """The budgets by id: that of the first campaign in it."""
    found: dict[str, tuple[Decimal | None, Decimal | None]] = {}
    for campaign in campaigns:
        found.setdefault(campaign.budget_id, (campaign.daily_budget, campaign.lifetime_budget))
    return found


def decimal(number: object) -> Decimal | None:
    return None if number is None else Decimal(str(number))


@pytest.mark.parametrize("span", [(date(2025, 12, 1), date(2026, 3, 17)), (date(2026, 3, 17), date(2026, 3, 17))])
async def test_days_given_by_date_are_summed_without_gap_or_double(
    caller: Caller, house: House, span: tuple[date, date]
) -> None:
    since, until = span
    account = "tiktok_7123456789012345678"
    group, _ = await whole(
        caller,
        accounts=[account],
        granularity="day",
        date_from=since.isoformat(),
        date_to=until.isoformat(),
        response_format="detailed",
        limit=100,
    )

    assert says(group.total, summed(SPECS["tiktok"], truth(house.world, account, since, until).days))


def facts(days: Sequence[DayTruth]) -> Mapping[str, object]:
    return {
        "impressions": sum(day.impressions for day in days),
        "clicks": sum(day.clicks for day in days),
        "spend": sum((day.spend for day in days), Decimal(0)),
        "conversions": sum((day.conversions for day in days), Decimal(0)),
    }


def said(row: Mapping[str, object]) -> Mapping[str, object]:
    exact = {name: Decimal(str(row[name])) for name in ("spend", "conversions")}
    return {"impressions": row["impressions"], "clicks": row["clicks"], **exact}
