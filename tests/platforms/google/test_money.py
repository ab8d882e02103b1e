"""Budgets become micros exactly, or are refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.errors import Invalid
from xylo_mcp.ads.money import Money
from xylo_mcp.platforms.google.money import budget_amount, in_micros, step

CURRENCIES = ["EUR", "USD", "JPY", "KRW", "KWD", "CLF", "TWD"]


def account(currency: str) -> Account:
    return Account("customers/5000000002", "google", "N", currency, "Europe/Berlin", "active", "ENABLED")


def micros(amount: str, currency: str = "EUR") -> str:
    return in_micros(Money(Decimal(amount), currency), account(currency))


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("75", "EUR", "75000000"),
        ("75.10", "EUR", "75100000"),
        ("0.01", "USD", "10000"),
        ("7.5E+1", "EUR", "75000000"),
        ("1500", "JPY", "1500000000"),
        ("1500.00", "JPY", "1500000000"),
        ("2.25", "KWD", "2250000"),
        ("9223372036854.77", "EUR", "9223372036854770000"),
    ],
)
def test_a_budget_is_written_in_micros(amount: str, currency: str, text: str) -> None:
    assert micros(amount, currency) == text


@pytest.mark.parametrize(
    ("amount", "currency", "smallest"),
    [("75.001", "EUR", "0.01"), ("0.0000001", "USD", "0.01"), ("10.5", "JPY", "1"), ("2.225", "KWD", "0.01")],
)
def test_an_amount_between_two_steps_is_refused_with_the_step(amount: str, currency: str, smallest: str) -> None:
    with pytest.raises(Invalid) as caught:
        micros(amount, currency)

    assert (caught.value.message, caught.value.fix) == (
        f"Budgets in {currency} go in steps of {smallest}.",
        f"Give a multiple of {smallest}.",
    )


@pytest.mark.parametrize("amount", ["0", "-5", "NaN", "Infinity", "9223372036854.78", "1E+30"])
def test_what_is_no_amount_of_a_budget_is_refused(amount: str) -> None:
    with pytest.raises(Invalid):
        micros(amount)


def test_an_amount_in_another_currency_is_refused() -> None:
    with pytest.raises(Invalid) as caught:
        in_micros(Money(Decimal(5), "USD"), account("EUR"))

    assert caught.value.fix == "Give the amount in EUR."


@given(st.integers(1, 10**12), st.sampled_from(CURRENCIES))
def test_every_budget_is_read_back_as_it_was_written(steps: int, currency: str) -> None:
    budget = Money(steps * step(currency), currency)

    written = in_micros(budget, account(currency))

    assert budget_amount(int(written), currency) == budget
