"""Changes become exactly the operations that Google documents, or are refused before anything is sent.

Shapes: Google Ads API reference, v26, `GoogleAdsService.Mutate`; docs, "Temporary resource names" (2026).
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.campaigns import Campaign, Objective
from xylo_mcp.ads.changes import Change, CreateCampaign, PauseCampaign, UpdateCampaign
from xylo_mcp.ads.errors import AdsError, Invalid, NotFound, Unsupported
from xylo_mcp.ads.money import Money
from xylo_mcp.ads.standings import Budget, Standing
from xylo_mcp.platforms.google import SPEC, changes, gaql, words

TODAY = date(2026, 11, 20)
YESTERDAY, TOMORROW = date(2026, 11, 19), date(2026, 11, 21)
ID = "customers/5000000002"
ACCOUNT = Account(ID, "google", "Kranich Räder", "EUR", "Europe/Berlin", "active", "ENABLED")
EUR_30, EUR_1500 = Money(Decimal(30), "EUR"), Money(Decimal("1500.50"), "EUR")
CREATE = CreateCampaign(ID, "Frühling", "conversions", daily_budget=EUR_30)
UPDATE = UpdateCampaign(ID, "902")
CAMPAIGN = Campaign(
    id="902",
    account=ID,
    name="Winter",
    status="active",
    delivery="delivering",
    objective="traffic",
    raw_status="ENABLED",
    raw_delivery="ELIGIBLE",
    raw_objective="SEARCH/TARGET_SPEND",
    starts=date(2026, 11, 1),
    ends=date(2026, 12, 31),
)
DAILY = Budget("budget/40", "campaign", daily=EUR_30)
LIFETIME = Budget("budget/40", "campaign", lifetime=EUR_1500, ends=CAMPAIGN.ends)
STANDING = Standing(CAMPAIGN, [DAILY])


def operations(change: Change, standing: Standing | None = STANDING) -> Sequence[changes.Json]:
    return changes.operations(ACCOUNT, change, "op-7f3k", standing, TODAY)


def refused(change: Change, standing: Standing | None = STANDING) -> AdsError:
    with pytest.raises(AdsError) as caught:
        operations(change, standing)
    error = caught.value
    assert (error.platform, error.nothing_done, bool(error.message), bool(error.fix)) == ("google", True, True, True)
    return error


def creating(**fields: object) -> CreateCampaign:
    return msgspec.structs.replace(CREATE, **fields)


def updating(**fields: object) -> UpdateCampaign:
    return msgspec.structs.replace(UPDATE, **fields)


def with_dates(starts: date | None, ends: date | None) -> Standing:
    return Standing(msgspec.structs.replace(CAMPAIGN, starts=starts, ends=ends), [DAILY])


def test_a_campaign_is_created_paused_with_a_budget_of_its_own_that_bears_the_tag() -> None:
    assert operations(CREATE, None) == [
        {
            "campaignBudgetOperation": {
                "create": {
                    "resourceName": f"{ID}/campaignBudgets/-1",
                    "name": "op-7f3k",
                    "amountMicros": "30000000",
                    "deliveryMethod": "STANDARD",
                    "explicitlyShared": False,
                }
            }
        },
        {
            "campaignOperation": {
                "create": {
                    "resourceName": f"{ID}/campaigns/-2",
                    "name": "Frühling",
                    "status": "PAUSED",
                    "advertisingChannelType": "SEARCH",
                    "maximizeConversions": {},
                    "campaignBudget": f"{ID}/campaignBudgets/-1",
                    "networkSettings": {
                        "targetGoogleSearch": True,
                        "targetSearchNetwork": False,
                        "targetContentNetwork": False,
                        "targetPartnerSearchNetwork": False,
                    },
                    "containsEuPoliticalAdvertising": "DOES_NOT_CONTAIN_EU_POLITICAL_ADVERTISING",
                }
            }
        },
    ]


def created(change: CreateCampaign) -> tuple[dict[str, object], dict[str, object]]:
    """The budget and the campaign of a creation."""
    text = msgspec.json.encode(operations(change, None))
    first, second = msgspec.json.decode(text, type=list[dict[str, dict[str, dict[str, object]]]])
    return first["campaignBudgetOperation"]["create"], second["campaignOperation"]["create"]


def test_a_lifetime_budget_is_a_total_for_the_campaigns_days() -> None:
    change = creating(daily_budget=None, lifetime_budget=EUR_1500, starts=TODAY, ends=TOMORROW)

    budget, campaign = created(change)

    assert budget == {
        "resourceName": f"{ID}/campaignBudgets/-1",
        "name": "op-7f3k",
        "period": "CUSTOM_PERIOD",
        "totalAmountMicros": "1500500000",
        "deliveryMethod": "STANDARD",
        "explicitlyShared": False,
    }
    assert (campaign["startDateTime"], campaign["endDateTime"]) == ("2026-11-20 00:00:00", "2026-11-21 23:59:59")


@pytest.mark.parametrize("objective", sorted(SPEC.creates))
def test_a_campaign_of_an_objective_is_read_back_as_one_of_it(objective: Objective) -> None:
    recipe = words.RECIPES[objective]

    _, campaign = created(creating(objective=objective))

    assert (campaign["advertisingChannelType"], campaign[recipe.member]) == (recipe.channel, {})
    assert words.objective(recipe.channel, recipe.bidding) == objective
    assert recipe.member == "".join(part.title() for part in recipe.bidding.split("_")).replace(
        recipe.bidding[0], recipe.member[0], 1
    )


def test_a_display_campaign_is_shown_on_sites_and_nowhere_else() -> None:
    _, campaign = created(creating(objective="awareness"))

    assert campaign["networkSettings"] == {
        "targetGoogleSearch": False,
        "targetSearchNetwork": False,
        "targetContentNetwork": True,
        "targetPartnerSearchNetwork": False,
    }


@pytest.mark.parametrize("objective", sorted(set(get_args(Objective)) - SPEC.creates))
def test_an_objective_that_needs_more_is_unsupported(objective: Objective) -> None:
    error = refused(creating(objective=objective), None)

    assert type(error) is Unsupported
    assert error.fix.startswith("Choose one of awareness, conversions, sales, traffic,")


@pytest.mark.parametrize(
    "budgets",
    [
        {"daily_budget": None},
        {"lifetime_budget": EUR_1500, "ends": TOMORROW},
        {"daily_budget": None, "lifetime_budget": EUR_1500},
        {"daily_budget": Money(Decimal("30.005"), "EUR")},
        {"daily_budget": Money(Decimal(30), "USD")},
        {"daily_budget": None, "lifetime_budget": Money(Decimal("0.001"), "EUR"), "ends": TOMORROW},
    ],
)
def test_a_creation_needs_one_budget_that_google_can_hold(budgets: dict[str, object]) -> None:
    assert type(refused(creating(**budgets), None)) is Invalid


BAD_NAMES = ["", " ", " Winter", "Winter\u00a0", "a\nb", "a\rb", "a\x00b", "a\tb", "a\u2028b", "x" * 256, "ü" * 128]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_name_that_google_would_refuse_or_alter_is_invalid(name: str) -> None:
    assert type(refused(creating(name=name), None)) is Invalid
    if name:
        assert type(refused(updating(name=name))) is Invalid


@pytest.mark.parametrize("name", ["x" * 255, "ü" * 127, "Käse's 50% \\ [neu] 😀"])
def test_any_other_name_goes_as_it_is(name: str) -> None:
    assert created(creating(name=name))[1]["name"] == name


@given(st.text(max_size=20))
def test_a_name_that_is_taken_can_be_searched_for(name: str) -> None:
    try:
        operations(creating(name=name), None)
    except Invalid:
        return
    assert gaql.is_text("campaign.name", name)


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        (YESTERDAY, None),
        (None, YESTERDAY),
        (TOMORROW, TODAY),
        (None, date(2037, 12, 30)),
        (None, date(9999, 12, 31)),
    ],
)
def test_days_that_are_over_or_out_of_order_or_too_far_are_invalid(starts: date | None, ends: date | None) -> None:
    assert type(refused(creating(starts=starts, ends=ends), None)) is Invalid


@pytest.mark.parametrize(
    ("starts", "ends", "fields"),
    [
        (None, None, {}),
        (TODAY, None, {"startDateTime": "2026-11-20 00:00:00"}),
        (TODAY, TODAY, {"startDateTime": "2026-11-20 00:00:00", "endDateTime": "2026-11-20 23:59:59"}),
        (None, date(2037, 12, 29), {"endDateTime": "2037-12-29 23:59:59"}),
    ],
)
def test_days_are_whole_days_of_the_account(starts: date | None, ends: date | None, fields: dict[str, str]) -> None:
    _, campaign = created(creating(starts=starts, ends=ends))

    assert {name: value for name, value in campaign.items() if name.endswith("DateTime")} == fields


def campaign_update(mask: str, **fields: str) -> changes.Json:
    update = {"resourceName": f"{ID}/campaigns/902", **fields}
    return {"campaignOperation": {"update": update, "updateMask": mask}}


def budget_update(mask: str, **fields: str) -> changes.Json:
    update = {"resourceName": f"{ID}/campaignBudgets/40", **fields}
    return {"campaignBudgetOperation": {"update": update, "updateMask": mask}}


@pytest.mark.parametrize(
    ("change", "budget", "wanted"),
    [
        (PauseCampaign(ID, "902"), DAILY, [campaign_update("status", status="PAUSED")]),
        (updating(status="paused"), DAILY, [campaign_update("status", status="PAUSED")]),
        (updating(status="active"), DAILY, [campaign_update("status", status="ENABLED")]),
        (updating(name="Neu"), DAILY, [campaign_update("name", name="Neu")]),
        (updating(daily_budget=EUR_1500), DAILY, [budget_update("amountMicros", amountMicros="1500500000")]),
        (
            updating(lifetime_budget=EUR_30),
            LIFETIME,
            [budget_update("totalAmountMicros", totalAmountMicros="30000000")],
        ),
        (
            updating(name="Neu", status="paused", ends=TOMORROW, daily_budget=EUR_30),
            DAILY,
            [
                budget_update("amountMicros", amountMicros="30000000"),
                campaign_update(
                    "name,status,endDateTime", name="Neu", status="PAUSED", endDateTime="2026-11-21 23:59:59"
                ),
            ],
        ),
    ],
)
def test_a_change_names_each_field_that_it_sets_and_no_other(
    change: Change, budget: Budget, wanted: Sequence[changes.Json]
) -> None:
    assert operations(change, Standing(CAMPAIGN, [budget])) == wanted


def test_a_change_of_nothing_is_invalid() -> None:
    assert type(refused(UPDATE)) is Invalid


@pytest.mark.parametrize("change", [PauseCampaign(ID, "902"), updating(name="Neu")])
def test_a_campaign_that_is_gone_cannot_be_changed(change: Change) -> None:
    removed = Standing(msgspec.structs.replace(CAMPAIGN, status="archived"), [DAILY])

    assert type(refused(change, removed)) is Invalid


def test_a_pause_needs_no_look_and_every_other_change_does() -> None:
    assert operations(PauseCampaign(ID, "902"), None) == operations(
        PauseCampaign(ID, "902"), Standing(CAMPAIGN, [DAILY])
    )
    assert type(refused(updating(name="Neu"), None)) is NotFound


@pytest.mark.parametrize(
    ("change", "budgets", "fix"),
    [
        (updating(daily_budget=EUR_30), [LIFETIME], "Change lifetime_budget, or create another campaign."),
        (updating(lifetime_budget=EUR_30), [DAILY], "Change daily_budget, or create another campaign."),
        (updating(daily_budget=EUR_30), [Budget("budget/40", "campaign")], "Change it in Google Ads."),
        (updating(daily_budget=EUR_30), [Budget("campaign/902", "campaign", EUR_30)], "Change it in Google Ads."),
        (updating(daily_budget=EUR_30), [Budget("ad_group/7", "ad_group", EUR_30)], "Change it in Google Ads."),
        (updating(daily_budget=EUR_30), [], "Change it in Google Ads."),
        (updating(daily_budget=EUR_30), [DAILY, DAILY], "Change it in Google Ads."),
        (
            updating(daily_budget=EUR_30),
            [Budget("budget/41", "shared", EUR_30)],
            "Change it under Shared budgets in Google Ads.",
        ),
    ],
)
def test_a_budget_of_another_kind_or_elsewhere_is_not_changed(
    change: Change, budgets: Sequence[Budget], fix: str
) -> None:
    error = refused(change, Standing(CAMPAIGN, budgets))

    assert (type(error), error.fix) == (Unsupported, fix)


def test_two_budgets_at_once_are_invalid() -> None:
    assert type(refused(updating(daily_budget=EUR_30, lifetime_budget=EUR_30))) is Invalid


def test_a_budget_between_two_steps_is_invalid_in_a_change_too() -> None:
    assert type(refused(updating(daily_budget=Money(Decimal("0.005"), "EUR")))) is Invalid


@pytest.mark.parametrize(
    ("standing", "change"),
    [
        (with_dates(YESTERDAY, None), updating(starts=TOMORROW)),
        (with_dates(TODAY, None), updating(starts=TOMORROW)),
        (with_dates(TOMORROW, None), updating(starts=YESTERDAY)),
        (with_dates(YESTERDAY, None), updating(ends=YESTERDAY)),
        (with_dates(TOMORROW, None), updating(ends=TODAY)),
        (with_dates(TOMORROW, TOMORROW), updating(starts=date(2026, 12, 1))),
    ],
)
def test_days_that_no_longer_can_be_are_invalid(standing: Standing, change: UpdateCampaign) -> None:
    assert type(refused(change, standing)) is Invalid


@pytest.mark.parametrize(
    ("standing", "change"),
    [
        (with_dates(TOMORROW, None), updating(starts=TODAY)),
        (with_dates(YESTERDAY, YESTERDAY), updating(starts=YESTERDAY, ends=TODAY)),
        (with_dates(None, YESTERDAY), updating(ends=YESTERDAY)),
        (with_dates(TOMORROW, YESTERDAY), updating(name="Neu")),
    ],
)
def test_days_that_still_can_be_or_stay_are_taken(standing: Standing, change: UpdateCampaign) -> None:
    assert len(operations(change, standing)) == 1
