"""What a budget may come to.

Google Ads API docs, "CampaignBudget" and "CampaignBudgetError" (v26, read Nov 2026). Google publishes neither the
least nor the most: both numbers here are inferred, and the least is told in the error's details as Google does.
"""

from typing import Final

from ...cast import dollar
from ...world import AccountPlan, cents
from ..failures import Place, wrong

_MOST_UNITS: Final = 100_000_000


def unit(customer: AccountPlan) -> int:
    """The micros of one minor unit, of which all amounts are multiples."""
    return 1_000_000 // cents(customer.currency)


def minor(micros: int, customer: AccountPlan, place: Place) -> int:
    """`micros` as minor units; refuses what is no amount of the currency."""
    trigger = str(micros)
    if micros < 0:
        message = "The amount is negative."
        raise wrong(place, "campaignBudgetError", "NEGATIVE_MONEY_AMOUNT", message, trigger=trigger)
    if micros % unit(customer):
        message = "The amount is not a multiple of the currency's smallest unit."
        raise wrong(place, "campaignBudgetError", "NON_MULTIPLE_OF_MINIMUM_CURRENCY_UNIT", message, trigger=trigger)
    if micros > _MOST_UNITS * 1_000_000:
        message = "The amount is too large."
        raise wrong(place, "campaignBudgetError", "MONEY_AMOUNT_TOO_LARGE", message, trigger=trigger)
    return micros // unit(customer)


def check_minimum(customer: AccountPlan, place: Place, amount: int, total_for: int = 0) -> None:
    """Refuse minor units that are too few for a day, or for a total budget's `total_for` days."""
    least, micros = dollar(customer.currency), unit(customer)
    if amount >= least * (total_for or 1):
        return
    refusal = wrong(
        place,
        "campaignBudgetError",
        "BUDGET_BELOW_PER_DAY_MINIMUM",
        "Budget amount or total amount must be above this campaign's per-day minimum.",
        trigger=str(amount * micros),
    )
    kind = "TotalAmountMicros" if total_for else "AmountMicros"
    refusal.details = {
        "budgetPerDayMinimumErrorDetails": {
            "currencyCode": customer.currency,
            "budgetPerDayMinimumMicros": str(least * micros),
            f"minimumBudget{kind}": str(least * micros * (total_for or 1)),
            f"failedBudget{kind}": str(amount * micros),
        }
    }
    raise refusal
