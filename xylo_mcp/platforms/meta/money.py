"""Meta's unit of money: whole subunits, a hundredth or the currency itself, by Meta's own list.

It is not the list of ISO 4217: forints, rupiahs or New Taiwan dollars have no subunit here, and
Bahraini dinars a hundredth (Meta Marketing API docs, "Currencies").
"""

from collections.abc import Mapping
from decimal import Decimal

from ...ads.errors import Invalid, Unsupported
from ...ads.money import Money

_WHOLE = "CLP COP CRC HUF IDR ISK JPY KRW PYG TWD VND"
_HUNDREDTHS = (
    "AED ARS AUD BDT BGN BHD BOB BRL CAD CHF CNY CZK DKK DZD EGP EUR GBP GTQ HKD HNL ILS INR JOD KES LKR "
    "MOP MXN MYR NGN NIO NOK NZD PEN PHP PKR PLN QAR RON RSD RUB SAR SEK SGD THB TRY UAH USD UYU VES ZAR"
)
_PLACES: Mapping[str, int] = {
    currency: places for places, currencies in ((0, _WHOLE), (2, _HUNDREDTHS)) for currency in currencies.split()
}


def from_subunits(subunits: int, currency: str) -> Money:
    """The amount that Meta means by so many subunits.

    Raises:
        Unsupported: the currency is not on Meta's list, so its unit would be a guess.
    """
    return Money(Decimal(subunits).scaleb(-_places(currency)), currency)


def to_subunits(money: Money) -> int:
    """How many subunits Meta calls this amount.

    Raises:
        Unsupported: as above. Invalid: it is no whole number of them.
    """
    places = _places(money.currency)
    subunits = money.amount.scaleb(places)
    if subunits != subunits.to_integral_value():
        raise Invalid(
            f"Meta takes amounts of {money.currency} with {places} decimals.", "Give a rounder amount.", platform="meta"
        )
    return int(subunits)


def _places(currency: str) -> int:
    places = _PLACES.get(currency)
    if places is None:
        raise Unsupported(
            "Meta does not document in which unit budgets of this currency are.",
            "Look the budgets up in Meta Ads Manager.",
            platform="meta",
        )
    return places
