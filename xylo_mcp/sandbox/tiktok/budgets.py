"""What a campaign's budget may be (TikTok API for Business docs, v1.3, "Budget")."""

from decimal import Decimal
from typing import Final, Literal

from ..world import Campaign, World, amount, cents
from .cast import PLATFORM
from .refusals import parameter

BudgetMode = Literal["BUDGET_MODE_DAY", "BUDGET_MODE_TOTAL", "BUDGET_MODE_DYNAMIC_DAILY_BUDGET", "BUDGET_MODE_INFINITE"]
INFINITE: Final = "BUDGET_MODE_INFINITE"

# How many units of a currency TikTok takes for a dollar where it sets limits. The documentation gives the
# yen's; that the euro and the pound count as a dollar is taken for granted.
_RATIO = {"USD": 1, "EUR": 1, "GBP": 1, "JPY": 100}
# In dollars. The prose demands more than the least amount, the documented range includes it; the range is followed.
_LEAST, _LEAST_OF_A_STORE, _TOO_MUCH = 50, 10, 10_000_000
_ROOM_ABOVE_SPEND = Decimal("1.05")


def check_mode(mode: BudgetMode, *, optimized: bool) -> None:
    """Refuse a mode that does not go with campaign budget optimization being on (`optimized`) or off."""
    if optimized and mode == INFINITE:
        raise parameter("budget_mode", f"{INFINITE} cannot be used when budget_optimize_on is true.")
    if not optimized and mode == "BUDGET_MODE_DYNAMIC_DAILY_BUDGET":
        raise parameter("budget_mode", f"{mode} can only be used when budget_optimize_on is true.")


def minor_units(budget: float, currency: str, *, of_a_store: bool) -> int:
    """`budget`, in units of `currency`, as the world counts it; refused where TikTok would not take it.

    `of_a_store` is for product sales of a TikTok shop, which may do with less.
    """
    exact = Decimal(repr(budget))  # the shortest decimal that is this float: what the sender wrote
    ratio = _RATIO[currency]
    least, end = ratio * (_LEAST_OF_A_STORE if of_a_store else _LEAST), ratio * _TOO_MUCH
    if not least <= exact < end:
        raise parameter("budget", f"Must be at least {least} and less than {end} {currency}.")
    minor = exact * cents(currency)
    if minor != int(minor):
        raise parameter("budget", f"Must have no more than {len(str(cents(currency))) - 1} decimals in {currency}.")
    return int(minor)


def check_spend(world: World, campaign: Campaign, minor: int) -> None:
    """Refuse a new budget of `minor` units that is less than 105 % of what its present period has cost so far.

    The period of a daily budget is the advertiser's present day, that of a lifetime budget the campaign's life.
    """
    today = world.today(campaign.account)
    spent = world.total(PLATFORM, campaign, campaign.first_day if campaign.lifetime else today, today).spend
    if minor < spent * _ROOM_ABOVE_SPEND:
        raise parameter(
            "budget", f"Must be at least 105% of the {amount(spent, campaign.account.currency):f} already spent."
        )
