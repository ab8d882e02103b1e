"""Is what the tools say true? Held against the world itself, for any seed, account and time."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xylo_mcp.ads.dates import PRESETS, DatePreset, Span, resolve
from xylo_mcp.app import Caller, open_app
from xylo_mcp.sandbox.house import House
from xylo_mcp.sandbox.truth import CampaignTruth, DayTruth, Truth, truth
from xylo_mcp.settings import Settings
from xylo_mcp.tools import TOOLS, Answer

EXAMPLES = settings().max_examples
BULK = "act_423456789"
TOOL = {tool.name: tool.run for tool in TOOLS}
MOMENTS = (
    datetime(2026, 3, 8, 9, 59, 59, tzinfo=UTC),  # clocks go forward in the United States
    datetime(2026, 3, 29, 1, 0, tzinfo=UTC),  # and in Europe
    datetime(2026, 11, 1, 5, 30, tzinfo=UTC),  # and back
    datetime(2026, 12, 31, 10, 30, tzinfo=UTC),  # it is next year already on the Line Islands
    datetime(2028, 2, 29, 23, 59, tzinfo=UTC),  # a leap day
)


async def ask(caller: Caller, tool: str, **arguments: object) -> Answer:
    return await TOOL[tool](arguments, caller)


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


@given(
    seed=st.integers(0, 2**31 - 1),
    moment=st.sampled_from(MOMENTS) | st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # hypothesis adds the zone
    preset=st.sampled_from(PRESETS),
    level=st.sampled_from(["account", "campaign"]),
    granularity=st.sampled_from(["total", "day"]),
)
@settings(max_examples=EXAMPLES // 8, suppress_health_check=[HealthCheck.too_slow])
async def test_what_get_insights_says_is_what_the_world_holds(
    seed: int, moment: datetime, preset: DatePreset, level: str, granularity: str
) -> None:
    house = House(None, seed, lambda: moment)
    plans = [plan for cast in house.world.casts for plan in cast.accounts if plan.public_id != BULK]
    ids = [plan.public_id for plan in plans]
    async with open_app(Settings(mode="sandbox", state_dir=Path("unused")), lambda: moment, house) as app:
        rows: dict[str, list[Mapping[str, object]]] = {account: [] for account in ids}
        totals: dict[str, Mapping[str, object]] = {}
        asked = {"accounts": ids, "date_preset": preset, "level": level, "granularity": granularity, "limit": 100}
        answer = await ask(Caller("test", app), "get_insights", **asked)
        while True:
            for report in msgspec.convert(answer.content["accounts"], list[dict[str, object]]):
                account = str(report["account"])
                rows[account].extend(msgspec.convert(report["rows"], list[dict[str, object]]))
                totals[account] = msgspec.convert(report["total"], dict[str, object])
            if answer.content["complete"]:
                break
            answer = await ask(Caller("test", app), "get_insights", **asked, cursor=answer.content["next_cursor"])

    for plan in plans:
        span = resolve(preset, house.world.today(plan))
        days = truth(house.world, plan.public_id, span.since, span.until).days
        assert said(totals[plan.public_id]) == facts(days)
        assert rows_by_object(rows[plan.public_id]) == true_rows(days, level, granularity)


def rows_by_object(rows: Sequence[Mapping[str, object]]) -> Mapping[tuple[object, object], Mapping[str, object]]:
    """Rows that say something, by campaign and day; none stands twice."""
    found = {(row.get("campaign_id", ""), row.get("date", "")): said(row) for row in rows}
    assert len(found) == len(rows)
    return {key: numbers for key, numbers in found.items() if any(numbers.values())}


def true_rows(
    days: Sequence[DayTruth], level: str, granularity: str
) -> Mapping[tuple[object, object], Mapping[str, object]]:
    groups: dict[tuple[object, object], list[DayTruth]] = {}
    for day in days:
        key = (day.campaign_id if level == "campaign" else "", day.date.isoformat() if granularity == "day" else "")
        groups.setdefault(key, []).append(day)
    return {key: facts(group) for key, group in groups.items()}


@given(seed=st.integers(0, 2**31 - 1))
@settings(max_examples=EXAMPLES // 12, suppress_health_check=[HealthCheck.too_slow])
async def test_what_list_campaigns_says_is_what_the_world_holds(seed: int) -> None:
    moment = datetime(2026, 6, 15, 12, tzinfo=UTC)
    house = House(None, seed, lambda: moment)
    plans = [plan for cast in house.world.casts for plan in cast.accounts if plan.public_id != BULK]
    ids = [plan.public_id for plan in plans]
    async with open_app(Settings(mode="sandbox", state_dir=Path("unused")), lambda: moment, house) as app:
        found: dict[str, dict[str, object]] = {}
        asked = {"accounts": ids, "status": "all", "date_preset": "last_14d", "limit": 100}
        answer = await ask(Caller("test", app), "list_campaigns", **asked)
        while True:
            for account in msgspec.convert(answer.content["accounts"], list[dict[str, object]]):
                for campaign in msgspec.convert(account["campaigns"], list[dict[str, object]]):
                    assert campaign["id"] not in found
                    found[str(campaign["id"])] = campaign
            if answer.content["complete"]:
                break
            answer = await ask(Caller("test", app), "list_campaigns", **asked, cursor=answer.content["next_cursor"])

    whole = [truth(house.world, account) for account in ids]
    assert found.keys() == {campaign.id for part in whole for campaign in part.campaigns}
    for part in whole:
        span = resolve("last_14d", part.accounts[0].today)
        check(part, span, truth(house.world, part.accounts[0].id, span.since, span.until).days, found)


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
    answer = await ask(
        caller,
        "get_insights",
        accounts=["tiktok_7123456789012345678"],
        granularity="day",
        date_from=since.isoformat(),
        date_to=until.isoformat(),
        limit=100,
    )

    (report,) = msgspec.convert(answer.content["accounts"], list[dict[str, object]])
    days = truth(house.world, "tiktok_7123456789012345678", since, until).days
    assert said(msgspec.convert(report["total"], dict[str, object])) == facts(days)
