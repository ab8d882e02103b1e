"""Google's campaigns and budgets are read exactly, or refused."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.campaigns import Campaign, Delivery, Objective
from xylo_mcp.ads.errors import Garbled
from xylo_mcp.ads.money import Money
from xylo_mcp.ads.standings import Budget, Look, Seat, Standing
from xylo_mcp.platforms.google import standings, words
from xylo_mcp.platforms.google.campaigns import CampaignRow
from xylo_mcp.platforms.google.payloads import Page, read

SAMPLES = Path(__file__).parent / "samples"
TODAY = date(2026, 11, 20)
ACCOUNT = Account("customers/5000000002", "google", "Kranich Räder", "EUR", "Europe/Berlin", "active", "ENABLED")


def sample(name: str) -> bytes:
    return (SAMPLES / f"{name}.json").read_bytes()


def campaign(**fields: object) -> Campaign:
    return read(msgspec.json.encode({"campaign": {"id": "1", **fields}}), CampaignRow).in_our_words(ACCOUNT)


def budgeted(**fields: object) -> Campaign:
    body = msgspec.json.encode({"campaign": {"id": "1"}, "campaignBudget": fields})
    return read(body, CampaignRow).in_our_words(ACCOUNT)


def test_campaigns_are_read_with_the_budget_they_spend_from() -> None:
    rows = read(sample("campaigns"), Page[CampaignRow]).rows

    assert [row.in_our_words(ACCOUNT) for row in rows] == [
        Campaign(
            id="903",
            account="customers/5000000002",
            name="Straße im Herbst",
            status="active",
            delivery="limited",
            objective="conversions",
            raw_status="ENABLED",
            raw_delivery="LIMITED/BUDGET_CONSTRAINED",
            raw_objective="SEARCH/MAXIMIZE_CONVERSIONS",
            daily_budget=Money(Decimal("25.12"), "EUR"),
            shared_budget=True,
            starts=date(2026, 9, 1),
        ),
        Campaign(
            id="902",
            account="customers/5000000002",
            name="Winter 2027",
            status="paused",
            delivery="paused",
            objective="sales",
            raw_status="PAUSED",
            raw_delivery="PAUSED/CAMPAIGN_PAUSED",
            raw_objective="PERFORMANCE_MAX/MAXIMIZE_CONVERSION_VALUE",
            lifetime_budget=Money(Decimal(1500), "EUR"),
            starts=date(2027, 1, 10),
            ends=date(2027, 2, 10),
        ),
        Campaign(
            id="901",
            account="customers/5000000002",
            name="Old",
            status="archived",
            delivery="archived",
            objective="other",
            raw_status="REMOVED",
            raw_delivery="REMOVED",
            raw_objective="VIDEO/TARGET_CPV",
            starts=date(2020, 1, 1),
        ),
    ]


def test_a_status_newer_than_us_counts_as_active_with_googles_word() -> None:
    found = campaign(status="HIBERNATING", primaryStatus="DREAMING")

    assert (found.status, found.raw_status) == ("active", "HIBERNATING")
    assert (found.delivery, found.raw_delivery) == ("unknown", "DREAMING")


@pytest.mark.parametrize(
    ("primary", "reasons", "delivery"),
    [
        ("ELIGIBLE", [], "delivering"),
        ("LEARNING", ["BIDDING_STRATEGY_LEARNING"], "delivering"),
        ("LIMITED", ["HAS_ADS_DISAPPROVED"], "limited"),
        ("PENDING", ["CAMPAIGN_PENDING"], "in_review"),
        ("ENDED", [], "ended"),
        ("PAUSED", [], "paused"),
        ("REMOVED", [], "archived"),
        ("NOT_ELIGIBLE", [], "rejected"),
        ("NOT_ELIGIBLE", ["HAS_ADS_DISAPPROVED", "AD_GROUP_ADS_PAUSED"], "rejected"),
        ("NOT_ELIGIBLE", ["MOST_ADS_UNDER_REVIEW"], "in_review"),
        ("NOT_ELIGIBLE", ["AD_GROUPS_PAUSED", "KEYWORDS_PAUSED"], "paused"),
        ("NOT_ELIGIBLE", ["AD_GROUPS_PAUSED", "NO_KEYWORDS"], "rejected"),
        ("MISCONFIGURED", ["BUDGET_MISCONFIGURED"], "rejected"),
        ("", [], "unknown"),
        ("UNKNOWN", [], "unknown"),
    ],
)
def test_delivery_follows_from_the_primary_status_and_its_reasons(
    primary: str, reasons: list[str], delivery: Delivery
) -> None:
    assert words.delivery(primary, reasons) == delivery


@pytest.mark.parametrize(
    ("channel", "bidding", "objective"),
    [
        ("MULTI_CHANNEL", "TARGET_CPA", "app_promotion"),
        ("SHOPPING", "MANUAL_CPC", "sales"),
        ("SEARCH", "TARGET_ROAS", "sales"),
        ("DISPLAY", "TARGET_CPA", "conversions"),
        ("SEARCH", "TARGET_SPEND", "traffic"),
        ("VIDEO", "TARGET_CPM", "awareness"),
        ("SEARCH", "TARGET_IMPRESSION_SHARE", "awareness"),
        ("SEARCH", "MANUAL_CPC", "other"),
        ("", "", "other"),
    ],
)
def test_an_objective_is_derived_where_it_is_clear(channel: str, bidding: str, objective: Objective) -> None:
    assert words.objective(channel, bidding) == objective


@pytest.mark.parametrize(
    ("fields", "daily", "lifetime", "shared"),
    [
        ({"amountMicros": "1"}, "0.000001", None, False),
        ({"amountMicros": 25_000_000}, "25", None, False),
        ({"amountMicros": "9223372036854775807"}, "9223372036854.775807", None, False),
        ({"amountMicros": "0"}, None, None, False),
        ({"amountMicros": "0", "totalAmountMicros": "7000000"}, None, "7", False),
        ({"amountMicros": "5000000", "totalAmountMicros": "0"}, "5", None, False),
        ({}, None, None, False),
        ({"explicitlyShared": True}, None, None, True),
        ({"explicitlyShared": True, "referenceCount": "1"}, None, None, False),
        ({"explicitlyShared": False, "referenceCount": 3}, None, None, True),
    ],
)
def test_a_budget_is_exact_and_of_one_kind(
    fields: dict[str, object], daily: str | None, lifetime: str | None, *, shared: bool
) -> None:
    found = budgeted(**fields)

    assert (found.daily_budget, found.lifetime_budget, found.shared_budget) == (
        Money(Decimal(daily), "EUR") if daily else None,
        Money(Decimal(lifetime), "EUR") if lifetime else None,
        shared,
    )


@pytest.mark.parametrize(
    ("moments", "starts", "ends"),
    [
        ({}, None, None),
        ({"startDateTime": "", "endDateTime": ""}, None, None),
        ({"startDateTime": "2026-11-01", "endDateTime": "2026-11-30"}, date(2026, 11, 1), date(2026, 11, 30)),
        (
            {"startDateTime": "2026-11-01 08:00:00", "endDateTime": "2026-11-30 12:00:00"},
            date(2026, 11, 1),
            date(2026, 11, 30),
        ),
        ({"startDateTime": "2037-12-30 00:00:00", "endDateTime": "2037-12-30 23:59:59"}, date(2037, 12, 30), None),
    ],
)
def test_a_campaigns_days_are_those_on_which_it_may_deliver(
    moments: Mapping[str, str], starts: date | None, ends: date | None
) -> None:
    found = campaign(**moments)

    assert (found.starts, found.ends) == (starts, ends)


@pytest.mark.parametrize("moment", ["soon", "2026-13-01 00:00:00", "20261101", "2026-11-01T00:00:00", "2026-11-01 "])
@pytest.mark.parametrize("field", ["startDateTime", "endDateTime"])
def test_a_moment_that_is_none_is_refused(field: str, moment: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        campaign(**{field: moment})


def row(campaign_id: str = "902", status: str = "ENABLED", end: str = "", budget: object = None) -> CampaignRow:
    fields = {"id": campaign_id, "status": status, "startDateTime": "2026-11-01 00:00:00", "endDateTime": end}
    return read(msgspec.json.encode({"campaign": fields, "campaignBudget": budget or {}}), CampaignRow)


EUR_5 = Money(Decimal(5), "EUR")


@pytest.mark.parametrize(
    ("fields", "budget"),
    [
        ({"id": "40", "amountMicros": "5000000"}, Budget("budget/40", "campaign", daily=EUR_5)),
        (
            {"id": 40, "totalAmountMicros": "5000000", "referenceCount": "1"},
            Budget("budget/40", "campaign", lifetime=EUR_5, starts=date(2026, 11, 1), ends=date(2026, 12, 31)),
        ),
        ({"id": "40", "amountMicros": "0"}, Budget("budget/40", "campaign")),
        ({"id": "40"}, Budget("budget/40", "campaign")),
        ({"amountMicros": "5000000"}, Budget("campaign/902", "campaign", daily=EUR_5)),
        ({}, Budget("campaign/902", "campaign")),
    ],
)
def test_what_a_campaign_may_spend_is_one_budget_which_may_have_no_bound(
    fields: Mapping[str, object], budget: Budget
) -> None:
    found = row(end="2026-12-31 23:59:59", budget=fields).standing(ACCOUNT)

    assert found == Standing(row(end="2026-12-31 23:59:59", budget=fields).in_our_words(ACCOUNT), [budget])


@pytest.mark.parametrize(
    ("fields", "seat"),
    [
        ({"explicitlyShared": False, "referenceCount": "1"}, "campaign"),
        ({"explicitlyShared": False, "referenceCount": "2"}, "shared"),
        ({"explicitlyShared": True, "referenceCount": "2"}, "shared"),
        ({"explicitlyShared": True, "referenceCount": "1"}, "shared"),
        ({"explicitlyShared": True}, "shared"),
    ],
)
def test_a_budget_that_others_draw_on_or_may_join_is_shared(fields: Mapping[str, object], seat: Seat) -> None:
    (budget,) = row(budget={"id": "40", "amountMicros": "5000000", **fields}).standing(ACCOUNT).budgets

    assert budget == Budget("budget/40", seat, daily=EUR_5)


def look(*active: CampaignRow, target: CampaignRow | None = None) -> Look:
    return standings.look(ACCOUNT, active, [target] if target else [], TODAY)


def test_campaigns_that_share_a_budget_name_the_same() -> None:
    found = look(*(row(number, budget={"id": "40", "referenceCount": "2"}) for number in "12"))

    assert [standing.budgets[0].id for standing in found.running] == ["budget/40", "budget/40"]


@pytest.mark.parametrize(
    ("end", "runs"),
    [
        ("", True),
        ("2037-12-30 23:59:59", True),
        ("2026-11-20 00:00:00", True),
        ("2026-11-21 23:59:59", True),
        ("2026-11-19 23:59:59", False),
    ],
)
def test_a_campaign_runs_until_its_last_day_is_over(end: str, *, runs: bool) -> None:
    one = row(end=end)

    assert look(one) == Look([one.standing(ACCOUNT)] if runs else [])


def test_a_campaign_with_a_status_newer_than_us_counts_as_running() -> None:
    one = row(status="HIBERNATING")

    assert look(one) == Look([one.standing(ACCOUNT)])


@pytest.mark.parametrize("status", ["PAUSED", "REMOVED"])
def test_the_target_comes_in_whatever_state_with_its_budget(status: str) -> None:
    other, target = row("1", budget={"id": "39"}), row("2", status, budget={"id": "40", "amountMicros": "5000000"})

    assert look(other, target=target) == Look([other.standing(ACCOUNT)], target.standing(ACCOUNT))


def test_a_running_target_is_counted_once() -> None:
    one = row()

    assert look(one, target=one) == Look([one.standing(ACCOUNT)], one.standing(ACCOUNT))


def test_a_target_that_began_to_run_between_the_two_answers_counts() -> None:
    one = row()

    assert look(target=one) == Look([one.standing(ACCOUNT)], one.standing(ACCOUNT))


def test_a_campaign_that_comes_twice_is_refused() -> None:
    with pytest.raises(Garbled):
        look(row("1"), row("1"))


def test_two_targets_are_refused() -> None:
    with pytest.raises(Garbled):
        standings.look(ACCOUNT, [], [row("1"), row("2")], TODAY)


@pytest.mark.parametrize("budget", [{"id": "x"}, {"amountMicros": "-1"}, {"amountMicros": "many"}])
def test_a_budget_that_cannot_be_read_is_an_error_and_never_left_out(budget: Mapping[str, object]) -> None:
    with pytest.raises(Garbled):
        look(row("1"), row("2", budget=budget))
