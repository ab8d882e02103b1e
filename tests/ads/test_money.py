import ast
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import xylo_mcp
from xylo_mcp.ads.money import Money, decimals, exact, rounded, shown

AMOUNTS = st.decimals(-(10**15), 10**15, allow_nan=False, allow_infinity=False, places=6)
CURRENCIES = st.sampled_from(["USD", "EUR", "JPY", "KWD", "CLF", "TWD", "XTS"])


@pytest.mark.parametrize(
    ("currency", "places"),
    [("USD", 2), ("EUR", 2), ("TWD", 2), ("JPY", 0), ("KRW", 0), ("CLP", 0), ("KWD", 3), ("BHD", 3), ("CLF", 4)],
)
def test_a_currency_has_the_decimals_that_iso_4217_gives_it(currency: str, places: int) -> None:
    assert decimals(currency) == places


def test_a_currency_that_iso_4217_says_nothing_of_has_two_decimals() -> None:
    assert decimals("XTS") == 2


def test_money_is_what_it_says_and_nothing_else_equals_it() -> None:
    assert Money(Decimal("75.00"), "USD") == Money(Decimal(75), "USD")
    assert Money(Decimal(75), "USD") != Money(Decimal(75), "EUR")


def test_money_does_not_change() -> None:
    with pytest.raises(AttributeError):
        setattr(Money(Decimal(75), "USD"), "amount", Decimal(76))  # noqa: B010  # the type checker knows it already


@given(AMOUNTS)
@example(Decimal("0.1"))
@example(Decimal("-0"))
@example(Decimal("1E+3"))
def test_a_number_is_read_digit_for_digit(number: Decimal) -> None:
    assert exact(str(number)).as_tuple() == number.as_tuple()


@pytest.mark.parametrize("text", ["0.10", "12345678901234567890.123456", "-7", "+7", "1e3", "00.5"])
def test_the_spellings_of_a_number_are_read(text: str) -> None:
    assert exact(text) == Decimal(text)


@pytest.mark.parametrize("text", ["", " ", "-", "12,5", "1.2.3", "0x10", "$5", "12 USD", "1e", "None", "twelve"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        exact(text)


@pytest.mark.parametrize("text", ["NaN", "nan", "sNaN", "-NaN", "Infinity", "-inf", "NaN123"])
def test_what_is_not_finite_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a finite number"):
        exact(text)


def test_a_refusal_quotes_no_more_than_the_beginning() -> None:
    with pytest.raises(ValueError, match="not a number") as refused:
        exact("x" * 10_000)

    assert str(refused.value) == f"not a number: '{'x' * 40}'"


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("75", "USD", "75.00"),
        ("0.125", "USD", "0.12"),
        ("0.135", "USD", "0.14"),
        ("0.1250001", "USD", "0.13"),
        ("-0.125", "USD", "-0.12"),
        ("2.5", "JPY", "2"),
        ("3.5", "JPY", "4"),
        ("1.0005", "KWD", "1.000"),
        ("1.0015", "KWD", "1.002"),
        ("0.00005", "CLF", "0.0000"),
    ],
)
def test_an_amount_is_shown_rounded_half_to_even_with_its_currencys_decimals(
    amount: str, currency: str, text: str
) -> None:
    assert str(shown(Decimal(amount), currency)) == text


@given(AMOUNTS, CURRENCIES)
def test_what_is_shown_is_off_by_half_of_the_last_place_at_most(amount: Decimal, currency: str) -> None:
    unit = Decimal(1).scaleb(-decimals(currency))

    assert abs(shown(amount, currency) - amount) <= unit / 2
    assert shown(amount, currency).as_tuple().exponent == -decimals(currency)


@given(AMOUNTS, CURRENCIES)
def test_what_is_shown_is_not_rounded_again(amount: Decimal, currency: str) -> None:
    once = shown(amount, currency)

    assert shown(once, currency) == once


@given(AMOUNTS, AMOUNTS, CURRENCIES)
def test_more_is_never_shown_as_less(one: Decimal, other: Decimal, currency: str) -> None:
    less, more = sorted((one, other))

    assert shown(less, currency) <= shown(more, currency)


@given(AMOUNTS, st.integers(0, 6))
def test_rounding_does_not_depend_on_the_rounding_that_others_chose(number: Decimal, places: int) -> None:
    expected = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
    with localcontext(rounding="ROUND_UP"):
        assert rounded(number, places) == expected


def test_no_amount_becomes_a_float_but_where_it_is_shown_as_a_json_number() -> None:
    package = Path(xylo_mcp.__file__).parent
    files = [file for file in package.rglob("*.py") if "sandbox" not in file.parts]

    converting = [
        file.relative_to(package).as_posix()
        for file in files
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"
    ]

    assert converting == ["tools/tables.py"]
