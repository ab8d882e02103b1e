"""Budgets of the Google sandbox: a campaign's own ones, shared ones, and their amounts."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xylo_mcp.sandbox.google import CAST
from xylo_mcp.sandbox.google.failures import Refusal
from xylo_mcp.sandbox.google.writing.amounts import minor
from xylo_mcp.sandbox.world import Campaign, World

Json = dict[str, Any]
Make = Callable[..., Json]
Mutate = Callable[..., Awaitable[httpx2.Response]]
New = Callable[..., Awaitable[str]]
Refusals = Callable[[httpx2.Response], list[tuple[str, str]]]
Rows = Callable[[str], Awaitable[list[Json]]]
ACCOUNT = CAST.accounts[0]
HOME = f"customers/{ACCOUNT.id}"
FIELDS = (
    "campaign_budget.name, campaign_budget.amount_micros, campaign_budget.explicitly_shared,"
    " campaign_budget.reference_count, campaign_budget.status"
)


def update(name: str, mask: str, /, **fields: object) -> Json:
    return {"update": {"resourceName": name, **fields}, "updateMask": mask}


def amounts(world: World, *names: str) -> list[int]:
    found = [world.campaign("google", name.rpartition("/")[2]) for name in names]
    return [campaign.daily for campaign in found if campaign is not None]


@pytest.fixture
def shared(world: World) -> list[Campaign]:
    """Campaigns from before that spend from one budget, which is a daily one."""
    campaigns = world.campaigns("google", ACCOUNT.id)
    groups = [[one for one in campaigns if one.budget_id == owner.budget_id] for owner in campaigns if owner.daily]
    return next(group for group in groups if len(group) > 1)


async def test_a_budget_is_shared_unless_it_says_otherwise(new_budget: New, rows: Rows) -> None:
    name = await new_budget(name="Purse", explicitlyShared=None)

    assert await rows(f"SELECT {FIELDS} FROM campaign_budget WHERE campaign_budget.resource_name = '{name}'") == [
        {
            "campaignBudget": {
                "name": "Purse",
                "amountMicros": "25000000",
                "explicitlyShared": True,
                "referenceCount": "0",
                "status": "ENABLED",
            }
        }
    ]


@pytest.mark.parametrize(("given_name", "shown"), [("Purse", "Purse"), (None, "Torches")])
async def test_a_budget_of_a_campaigns_own_has_its_own_name_or_follows_the_campaigns(
    mutate: Mutate, new_campaign: New, new_budget: New, rows: Rows, given_name: str | None, shown: str
) -> None:
    fields = {} if given_name is None else {"name": given_name}
    budget = await new_budget(**fields)
    await mutate("campaigns", update(await new_campaign(budget), "name", name="Torches"))

    found = await rows(f"SELECT campaign_budget.name FROM campaign WHERE campaign.campaign_budget = '{budget}'")

    assert found == [{"campaignBudget": {"name": shown}}]


async def test_one_change_of_a_shared_budget_changes_all_campaigns_that_share_it(
    mutate: Mutate, new_campaign: New, new_budget: New, rows: Rows, world: World
) -> None:
    budget = await new_budget(name="Purse", explicitlyShared=True)
    first, second = await new_campaign(budget), await new_campaign(budget, name="Torches")

    answer = await mutate("campaignBudgets", update(budget, "amountMicros", amountMicros="40000000"))

    assert (answer.status_code, answer.json()) == (200, {"results": [{"resourceName": budget}]})
    assert amounts(world, first, second) == [4000, 4000]
    query = f"SELECT campaign.name, {FIELDS} FROM campaign WHERE campaign.campaign_budget = '{budget}'"
    assert await rows(query) == [
        {
            "campaign": {"name": name},
            "campaignBudget": {
                "name": "Purse",
                "amountMicros": "40000000",
                "explicitlyShared": True,
                "referenceCount": "2",
                "status": "ENABLED",
            },
        }
        for name in ("Lanterns", "Torches")
    ]


async def test_a_shared_budget_from_before_changes_for_all_too(
    mutate: Mutate, world: World, shared: list[Campaign]
) -> None:
    budget = f"{HOME}/campaignBudgets/{shared[0].budget_id}"

    await mutate("campaignBudgets", update(budget, "amountMicros", amountMicros="77000000"))

    assert amounts(world, *(f"/{campaign.id}" for campaign in shared)) == [7700] * len(shared)


async def test_a_campaign_from_before_can_leave_a_shared_budget_which_stays_shared(
    mutate: Mutate, new_budget: New, rows: Rows, world: World
) -> None:
    group = _without_smart_bidding(world)
    budget, left = await new_budget(amountMicros="3000000"), group[0]

    answer = await mutate("campaigns", update(f"{HOME}/campaigns/{left.id}", "campaignBudget", campaignBudget=budget))

    assert answer.status_code == 200, answer.text
    assert amounts(world, f"/{left.id}", f"/{group[1].id}") == [300, group[1].daily]
    query = "SELECT campaign_budget.explicitly_shared, campaign_budget.status, campaign_budget.amount_micros"
    assert await rows(f"{query} FROM campaign_budget WHERE campaign_budget.id = {group[1].budget_id}") == [
        {
            "campaignBudget": {
                "explicitlyShared": True,
                "status": "ENABLED",
                "amountMicros": str(group[1].daily * 10_000),
            }
        }
    ]


def _without_smart_bidding(world: World) -> list[Campaign]:
    campaigns = world.campaigns("google", ACCOUNT.id)
    groups = [[one for one in campaigns if one.budget_id == owner.budget_id] for owner in campaigns if owner.daily]
    return next(group for group in groups if len(group) > 1 and group[0].switch != "deleted")


async def test_a_budget_of_a_campaigns_own_goes_when_the_campaign_leaves_it(
    mutate: Mutate, new_campaign: New, new_budget: New, rows: Rows, refusals: Refusals, a_campaign: Make
) -> None:
    left, taken = await new_budget(), await new_budget(amountMicros="3000000")
    name = await new_campaign(left)

    await mutate("campaigns", update(name, "campaignBudget", campaignBudget=taken))
    again = await mutate("campaigns", a_campaign(left, name="Torches"))

    assert refusals(again) == [("campaignBudgetError.CAMPAIGN_BUDGET_REMOVED", "operations[0].create.campaign_budget")]
    query = "SELECT campaign_budget.status, campaign_budget.reference_count FROM campaign_budget"
    assert await rows(f"{query} WHERE campaign_budget.resource_name = '{left}'") == [
        {"campaignBudget": {"status": "REMOVED", "referenceCount": "0"}}
    ]


async def test_a_budget_of_a_campaigns_own_serves_no_second_one(
    mutate: Mutate, new_campaign: New, new_budget: New, a_campaign: Make, refusals: Refusals
) -> None:
    budget = await new_budget()
    await new_campaign(budget)

    answer = await mutate("campaigns", a_campaign(budget, name="Torches"))

    code = "campaignBudgetError.CANNOT_USE_IMPLICITLY_SHARED_CAMPAIGN_BUDGET_WITH_MULTIPLE_CAMPAIGNS"
    assert refusals(answer) == [(code, "operations[0].create.campaign_budget")]


async def test_smart_bidding_needs_a_budget_of_its_own(
    mutate: Mutate, new_campaign: New, new_budget: New, a_campaign: Make, refusals: Refusals
) -> None:
    budget = await new_budget(name="Purse", explicitlyShared=True)
    alone = await new_campaign(maximizeConversions={})
    together = await new_campaign(budget, name="Torches")

    made = await mutate("campaigns", a_campaign(budget, name="Lamps", maximizeConversions={}))
    moved = await mutate("campaigns", update(alone, "campaignBudget", campaignBudget=budget))
    mask = "maximizeConversions.targetCpaMicros"
    bidden = await mutate("campaigns", update(together, mask, maximizeConversions={}))

    code = "biddingError.BIDDING_STRATEGY_TYPE_INCOMPATIBLE_WITH_SHARED_BUDGET"
    assert [refusals(answer) for answer in (made, moved, bidden)] == [
        [(code, "operations[0].create.maximize_conversions")],
        [(code, "operations[0].update.campaign_budget")],
        [(code, "operations[0].update.maximize_conversions")],
    ]


async def test_the_period_of_a_campaigns_budget_stays(
    mutate: Mutate, new_campaign: New, new_budget: New, refusals: Refusals
) -> None:
    total = await new_budget(amountMicros=None, totalAmountMicros="90000000", period="CUSTOM_PERIOD")
    name = await new_campaign(endDateTime="2026-12-24 23:59:59")

    answer = await mutate("campaigns", update(name, "campaignBudget", campaignBudget=total))

    assert refusals(answer) == [("campaignError.CANNOT_CHANGE_BUDGET_PERIOD", "operations[0].update.campaign_budget")]


async def test_a_total_budget_keeps_its_end_and_its_least_amount(
    mutate: Mutate, new_campaign: New, new_budget: New, refusals: Refusals, world: World
) -> None:
    budget = await new_budget(amountMicros=None, totalAmountMicros="90000000", period="CUSTOM_PERIOD")
    name = await new_campaign(budget, endDateTime="2026-11-29 23:59:59")

    endless = await mutate("campaigns", update(name, "endDateTime"))
    too_little = await mutate("campaignBudgets", update(budget, "totalAmountMicros", totalAmountMicros="9990000"))
    enough = await mutate("campaignBudgets", update(budget, "totalAmountMicros", totalAmountMicros="10000000"))

    assert refusals(endless) == [
        ("campaignError.END_DATE_TIME_REQUIRED_FOR_TOTAL_BUDGET", "operations[0].update.end_date_time")
    ]
    assert refusals(too_little) == [
        ("campaignBudgetError.BUDGET_BELOW_PER_DAY_MINIMUM", "operations[0].update.total_amount_micros")
    ]
    assert enough.status_code == 200
    campaign = world.campaign("google", name.rpartition("/")[2])
    assert campaign is not None
    assert (campaign.daily, campaign.lifetime) == (0, 1000)


_DAILY = "BUDGET_AMOUNT_MUST_BE_UNSET_FOR_CUSTOM_BUDGET_PERIOD"
_TOTAL = "TOTAL_BUDGET_AMOUNT_MUST_BE_UNSET_FOR_BUDGET_PERIOD_DAILY"


@pytest.mark.parametrize(
    ("fields", "code", "place"),
    [
        ({"amountMicros": "0"}, "campaignBudgetError.BUDGET_BELOW_PER_DAY_MINIMUM", "amount_micros"),
        ({"amountMicros": "990000"}, "campaignBudgetError.BUDGET_BELOW_PER_DAY_MINIMUM", "amount_micros"),
        ({"amountMicros": "-10000"}, "campaignBudgetError.NEGATIVE_MONEY_AMOUNT", "amount_micros"),
        ({"amountMicros": "25005000"}, "campaignBudgetError.NON_MULTIPLE_OF_MINIMUM_CURRENCY_UNIT", "amount_micros"),
        ({"amountMicros": "100000000010000"}, "campaignBudgetError.MONEY_AMOUNT_TOO_LARGE", "amount_micros"),
        ({"amountMicros": None}, "fieldError.REQUIRED", "amount_micros"),
        ({"totalAmountMicros": "25000000"}, f"campaignBudgetError.{_TOTAL}", "total_amount_micros"),
        ({"period": "CUSTOM_PERIOD"}, f"campaignBudgetError.{_DAILY}", "amount_micros"),
        ({"period": "CUSTOM_PERIOD", "amountMicros": None}, "fieldError.REQUIRED", "total_amount_micros"),
        ({"period": "CUSTOM_PERIOD", "explicitlyShared": True, "name": "Purse"},
         "campaignBudgetError.CAMPAIGN_BUDGET_CANNOT_BE_SHARED", "explicitly_shared"),
        ({"explicitlyShared": True}, "fieldError.REQUIRED", "name"),
        ({"explicitlyShared": True, "name": ""}, "stringLengthError.EMPTY", "name"),
        ({"name": "ü" * 128}, "stringLengthError.TOO_LONG", "name"),
        ({"deliveryMethod": "ACCELERATED"}, "campaignBudgetError.CANNOT_USE_ACCELERATED_DELIVERY_MODE",
         "delivery_method"),
        ({"type": "FIXED_CPA"}, "fieldError.INVALID_VALUE", "type"),
        ({"referenceCount": "0"}, "fieldError.VALUE_MUST_BE_UNSET", "reference_count"),
        ({"status": "ENABLED"}, "fieldError.VALUE_MUST_BE_UNSET", "status"),
    ],
)  # fmt: skip
async def test_a_budget_that_google_would_not_make_is_refused(
    mutate: Mutate, a_budget: Make, refusals: Refusals, fields: Json, code: str, place: str
) -> None:
    sent = {key: value for key, value in a_budget(**fields)["create"].items() if value is not None}

    answer = await mutate("campaignBudgets", {"create": sent})

    assert refusals(answer) == [(code, f"operations[0].create.{place}")]


async def test_a_budget_below_the_minimum_is_told_the_minimum(mutate: Mutate, a_budget: Make) -> None:
    answer = await mutate("campaignBudgets", a_budget(amountMicros="990000"))

    (error,) = answer.json()["error"]["details"][0]["errors"]
    assert error["details"] == {
        "budgetPerDayMinimumErrorDetails": {
            "currencyCode": "USD",
            "budgetPerDayMinimumMicros": "1000000",
            "minimumBudgetAmountMicros": "1000000",
            "failedBudgetAmountMicros": "990000",
        }
    }


async def test_a_shared_budgets_name_is_its_own_alone_until_it_is_removed(
    mutate: Mutate, a_budget: Make, new_budget: New, refusals: Refusals
) -> None:
    purse = a_budget(name="Purse", explicitlyShared=True)
    first, other = await new_budget(**purse["create"]), await new_budget(name="Sack", explicitlyShared=True)

    twice = await mutate("campaignBudgets", purse)
    renamed = await mutate("campaignBudgets", update(other, "name", name="Purse"))
    kept = await mutate("campaignBudgets", update(other, "name", name="Sack"))
    await mutate("campaignBudgets", {"remove": first})
    again = await mutate("campaignBudgets", purse)

    code = "campaignBudgetError.DUPLICATE_NAME"
    assert refusals(twice) == [(code, "operations[0].create.name")]
    assert refusals(renamed) == [(code, "operations[0].update.name")]
    assert (kept.status_code, again.status_code) == (200, 200)


async def test_a_budget_of_ones_own_can_become_shared_with_a_name_and_never_the_other_way(
    mutate: Mutate, new_budget: New, refusals: Refusals, rows: Rows
) -> None:
    budget = await new_budget()

    nameless = await mutate("campaignBudgets", update(budget, "explicitlyShared", explicitlyShared=True))
    alone = await mutate("campaignBudgets", update(budget, "name", name="Purse"))
    still = await mutate("campaignBudgets", update(budget, "explicitlyShared", explicitlyShared=False))
    mask = "name,explicitlyShared,deliveryMethod"
    shared = await mutate("campaignBudgets", update(budget, mask, name="Purse", explicitlyShared=True))
    back = await mutate("campaignBudgets", update(budget, "explicitlyShared"))

    name = "campaignBudgetError.CANNOT_UPDATE_CAMPAIGN_BUDGET_TO"
    assert refusals(nameless) == [(f"{name}_EXPLICITLY_SHARED_WITHOUT_NAME", "operations[0].update.explicitly_shared")]
    assert refusals(alone) == [
        (
            "campaignBudgetError.CANNOT_MODIFY_FIELD_OF_IMPLICITLY_SHARED_CAMPAIGN_BUDGET",
            "operations[0].update.name",
        )
    ]
    assert (still.status_code, shared.status_code) == (200, 200)
    assert refusals(back) == [(f"{name}_IMPLICITLY_SHARED", "operations[0].update.explicitly_shared")]
    query = "SELECT campaign_budget.name, campaign_budget.explicitly_shared FROM campaign_budget"
    assert await rows(f"{query} WHERE campaign_budget.resource_name = '{budget}'") == [
        {"campaignBudget": {"name": "Purse", "explicitlyShared": True}}
    ]


@pytest.mark.parametrize(
    ("total", "mask", "fields", "code", "place"),
    [
        (False, "period", {"period": "CUSTOM_PERIOD"}, "fieldError.IMMUTABLE_FIELD", "period"),
        (False, "amountMicros", {}, "fieldError.REQUIRED", "amount_micros"),
        (False, "amountMicros", {"amountMicros": "1"}, "campaignBudgetError.NON_MULTIPLE_OF_MINIMUM_CURRENCY_UNIT",
         "amount_micros"),
        (False, "amountMicros", {"amountMicros": "990000"}, "campaignBudgetError.BUDGET_BELOW_PER_DAY_MINIMUM",
         "amount_micros"),
        (False, "totalAmountMicros", {"totalAmountMicros": "9000000"}, f"campaignBudgetError.{_TOTAL}",
         "total_amount_micros"),
        (True, "amountMicros", {"amountMicros": "9000000"}, f"campaignBudgetError.{_DAILY}", "amount_micros"),
        (True, "totalAmountMicros", {"totalAmountMicros": "0"}, "campaignBudgetError.BUDGET_BELOW_PER_DAY_MINIMUM",
         "total_amount_micros"),
        (True, "name,explicitlyShared", {"name": "Purse", "explicitlyShared": True},
         "campaignBudgetError.CAMPAIGN_BUDGET_CANNOT_BE_SHARED", "explicitly_shared"),
        (False, "deliveryMethod", {"deliveryMethod": "ACCELERATED"},
         "campaignBudgetError.CANNOT_USE_ACCELERATED_DELIVERY_MODE", "delivery_method"),
        (False, "name,explicitlyShared", {"explicitlyShared": True}, "fieldError.FIELD_CANNOT_BE_CLEARED", "name"),
    ],
)  # fmt: skip
async def test_a_change_of_a_budget_that_google_would_not_make_is_refused(
    mutate: Mutate, new_budget: New, refusals: Refusals, *, total: bool, mask: str, fields: Json, code: str, place: str
) -> None:
    period = {"amountMicros": None, "totalAmountMicros": "25000000", "period": "CUSTOM_PERIOD"} if total else {}

    answer = await mutate("campaignBudgets", update(await new_budget(**period), mask, **fields))

    assert refusals(answer) == [(code, f"operations[0].update.{place}")]


async def test_a_budget_in_use_cannot_be_removed_and_a_removed_one_not_changed(
    mutate: Mutate, new_campaign: New, new_budget: New, refusals: Refusals
) -> None:
    budget = await new_budget(name="Purse", explicitlyShared=True)
    campaign = await new_campaign(budget)

    in_use = await mutate("campaignBudgets", {"remove": budget})
    await mutate("campaigns", {"remove": campaign})
    free = await mutate("campaignBudgets", {"remove": budget})
    changed = await mutate("campaignBudgets", update(budget, "amountMicros", amountMicros="9000000"))
    again = await mutate("campaignBudgets", {"remove": budget})

    assert refusals(in_use) == [("campaignBudgetError.CAMPAIGN_BUDGET_IN_USE", "operations[0].remove")]
    assert (free.status_code, free.json()) == (200, {"results": [{"resourceName": budget}]})
    code = "contextError.OPERATION_NOT_PERMITTED_FOR_REMOVED_RESOURCE"
    assert refusals(changed) == [(code, "operations[0].update")]
    assert refusals(again) == [(code, "operations[0].remove")]


@given(st.integers(0, 10**10))
def test_whole_minor_units_are_an_amount(amount: int) -> None:
    assert minor(amount * 10_000, ACCOUNT, ()) == amount


@given(st.integers(0, 10**10), st.integers(1, 9_999))
def test_a_part_of_a_minor_unit_is_none(amount: int, part: int) -> None:
    with pytest.raises(Refusal) as caught:
        minor(amount * 10_000 + part, ACCOUNT, ())

    assert caught.value.error_code == {"campaignBudgetError": "NON_MULTIPLE_OF_MINIMUM_CURRENCY_UNIT"}
