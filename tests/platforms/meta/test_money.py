from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xylo_mcp.ads.errors import Invalid, Unsupported
from xylo_mcp.ads.money import Money
from xylo_mcp.platforms.meta.money import from_subunits, to_subunits

WHOLE = ("CLP", "COP", "CRC", "HUF", "IDR", "ISK", "JPY", "KRW", "PYG", "TWD", "VND")


@pytest.mark.parametrize("currency", WHOLE)
def test_an_amount_of_a_currency_without_subunits_is_sent_as_it_is(currency: str) -> None:
    assert to_subunits(Money(Decimal(5000), currency)) == 5000
    with pytest.raises(Invalid, match="with 0 decimals"):
        to_subunits(Money(Decimal("5000.50"), currency))


@pytest.mark.parametrize("currency", ["USD", "EUR", "BHD"])
def test_an_amount_of_any_other_currency_is_sent_in_hundredths(currency: str) -> None:
    assert to_subunits(Money(Decimal("50.00"), currency)) == 5000
    with pytest.raises(Invalid, match="with 2 decimals"):
        to_subunits(Money(Decimal("50.005"), currency))


@pytest.mark.parametrize("currency", ["CLF", "KWD", "TND", "XTS"])
def test_the_unit_of_a_currency_that_is_not_documented_is_not_guessed(currency: str) -> None:
    with pytest.raises(Unsupported):
        to_subunits(Money(Decimal(50), currency))


@given(subunits=st.integers(1, 10**15), currency=st.sampled_from([*WHOLE, "USD", "EUR"]))
def test_every_amount_is_read_back_as_it_was_sent(subunits: int, currency: str) -> None:
    assert to_subunits(from_subunits(subunits, currency)) == subunits
