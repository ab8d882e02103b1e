"""Google's unit of money, to and from ours; micros exist only here and in the figures of `payloads`."""

from decimal import Decimal

from ...ads.accounts import Account
from ...ads.errors import Invalid
from ...ads.money import Money, decimals
from ..improper import no_amount, refuse_amount
from .errors import PLATFORM

_PLACES_OF_A_MICRO = 6
_LARGEST = Decimal(2**63 - 1).scaleb(-_PLACES_OF_A_MICRO)
"""What a signed number of 64 bits holds in micros."""


def step(currency: str) -> Decimal:
    """The smallest amount of which a budget must be a multiple.

    That there is one is documented (`CampaignBudgetError.NON_MULTIPLE_OF_MINIMUM_CURRENCY_UNIT`, v26), which
    it is for each currency is not: taken as ISO 4217's smallest unit, and never finer than a hundredth. Where
    Google's own is coarser it refuses the amount, and nothing is lost.
    """
    return Decimal(1).scaleb(-min(decimals(currency), 2))


def in_micros(money: Money, account: Account) -> str:
    """`money` as Google writes an amount, exactly.

    Raises:
        Invalid: it is in another currency than `account`, or no amount that a budget can have.
    """
    refuse_amount(PLATFORM, account, money)
    amount, smallest = money.amount, step(money.currency)
    if amount > _LARGEST:
        raise no_amount(PLATFORM)
    if amount % smallest:
        raise Invalid(
            f"Budgets in {money.currency} go in steps of {smallest}.",
            f"Give a multiple of {smallest}.",
            platform=PLATFORM,
        )
    return str(int(amount.scaleb(_PLACES_OF_A_MICRO)))


def budget_amount(micros: int | None, code: str) -> Money | None:
    """A budget as Google writes it; none where it says nothing or zero, since a budget of zero does not exist."""
    return Money(Decimal(micros).scaleb(-_PLACES_OF_A_MICRO), code) if micros else None
