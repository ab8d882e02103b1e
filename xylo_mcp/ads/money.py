"""Amounts of money: a Decimal with an ISO 4217 currency, never a float."""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation, localcontext

import msgspec

# Currencies whose ISO 4217 minor unit is not a hundredth (ISO 4217:2015 list one, amendment 179).
# Only for showing amounts; what a vendor means by a "unit" stands in that vendor's folder.
_DECIMALS = {
    **dict.fromkeys(
        (
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    "CLF": 4,
}


class Money(msgspec.Struct, frozen=True, gc=False):
    """An exact amount in the major unit of `currency` (75.00 USD is seventy-five dollars)."""

    amount: Decimal
    currency: str


class Declared(msgspec.Struct, frozen=True):
    """What one unit of each currency is `worth` in `currency`, as somebody declared on `as_of`."""

    currency: str
    as_of: date
    worth: Mapping[str, Decimal]


def decimals(currency: str) -> int:
    """How many decimals ISO 4217 gives `currency`; 2 where it says nothing else."""
    return _DECIMALS.get(currency, 2)


def exact(text: str) -> Decimal:
    """The finite number that `text` spells, digit for digit.

    Raises:
        ValueError: `text` is not a finite decimal number.
    """
    try:
        number = Decimal(text)
    except InvalidOperation as wrong:
        raise ValueError(f"not a number: {text[:40]!r}") from wrong
    if not number.is_finite():
        raise ValueError(f"not a finite number: {text[:40]!r}")
    return number


def shown(amount: Decimal, currency: str) -> Decimal:
    """`amount` as it is shown: rounded once, half to even, to the decimals of `currency`."""
    return rounded(amount, decimals(currency))


def with_currency(amount: Decimal, currency: str) -> str:
    """`amount` in words, as it is shown: 75.00 USD."""
    return f"{shown(amount, currency)} {currency}"


def rounded(number: Decimal, places: int) -> Decimal:
    """`number` with `places` decimals, half to even."""
    with localcontext(prec=60):  # sums of amounts of any size: rounding must not fail for want of digits
        return number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
