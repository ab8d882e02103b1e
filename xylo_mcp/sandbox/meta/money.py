"""Amounts as Meta writes them: budgets in its own subunits, spend in major units.

Value sent = amount x offset, by Meta's own list of currencies (Marketing API docs, "Currencies", 2026-09):
it is not the list of ISO 4217.
"""

from decimal import ROUND_HALF_UP, Decimal

from ..cast import dollar
from ..world import amount, cents

_OFFSET_ONE = frozenset({"CLP", "COP", "CRC", "HUF", "IDR", "ISK", "JPY", "KRW", "PYG", "TWD", "VND"})
_SIX_PLACES = Decimal("0.000001")


def offset(currency: str) -> int:
    """How many of Meta's subunits make one unit of `currency`."""
    return 1 if currency in _OFFSET_ONE else 100


def subunits(minor: int, currency: str) -> str:
    """A budget: whole subunits, as text."""
    return str(int(amount(minor, currency) * offset(currency)))


def minor(subunits: int, currency: str) -> int:
    """The world's minor units of an amount in Meta's subunits, which are never finer."""
    return subunits * cents(currency) // offset(currency)


def least_daily(currency: str) -> int:
    """The smallest daily budget, in minor units: about a dollar, since Meta publishes no list of them."""
    return dollar(currency)


def least_cap(currency: str) -> int:
    """The smallest spend cap of a campaign, in minor units: about 100 dollars ("Ad Campaign Group", 2026-09)."""
    return 100 * dollar(currency)


def plain(number: Decimal | int) -> str:
    """A number without exponent and without needless zeros."""
    return f"{Decimal(number).normalize():f}"


def major(minor: int, currency: str) -> str:
    """Money in insights: major units, as text."""
    return plain(amount(minor, currency))


def ratio(part: Decimal | int, whole: Decimal | int) -> str | None:
    """A quotient as insights show it, to six places; None where nothing can be said."""
    if not whole or not part:
        return None
    return plain((Decimal(part) / Decimal(whole)).quantize(_SIX_PLACES, ROUND_HALF_UP))
