from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xylo_mcp.ads.errors import Garbled
from xylo_mcp.platforms.reading import (
    count,
    currency,
    each,
    figure,
    identifier,
    identifiers,
    micros,
    reading,
    time_zone,
)

_AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, places=12, min_value=1 - 10**15, max_value=10**15 - 1)


@given(_AMOUNTS)
def test_any_amount_is_read_digit_for_digit_whether_quoted_or_not(amount: Decimal) -> None:
    text = f"{amount:f}".encode()

    assert str(figure(msgspec.Raw(text))) == str(figure(msgspec.Raw(b'"' + text + b'"'))) == str(Decimal(text.decode()))


@given(st.text(alphabet="0123456789", min_size=1, max_size=15), st.text(alphabet="0123456789", max_size=12))
def test_no_digit_of_a_decimal_text_is_lost(whole: str, fraction: str) -> None:
    text = f"{whole}.{fraction}" if fraction else whole

    assert figure(msgspec.Raw(f'"{text}"'.encode())) == Decimal(text)


@pytest.mark.parametrize("silence", [b"null", b'""', b'"-"'])
def test_silence_is_unknown_and_not_zero(silence: bytes) -> None:
    assert (figure(msgspec.Raw(silence)), count(msgspec.Raw(silence))) == (None, None)


@pytest.mark.parametrize(
    "wrong",
    ["NaN", "Infinity", "1,000", "1_000", " 1", "0x10", "--", "1e999", "1.2.3", "\uff11\uff12", "+1", ".5", "1."],
)
def test_what_does_not_spell_a_number_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        figure(msgspec.Raw(msgspec.json.encode(wrong)))


@pytest.mark.parametrize("wrong", [b"true", b"[]", b"{}", b'"12', b'12"'])
def test_what_is_neither_number_nor_text_is_refused(wrong: bytes) -> None:
    with pytest.raises(ValueError, match="not a number"):
        figure(msgspec.Raw(wrong))


@pytest.mark.parametrize(("text", "number"), [(b"1e-7", "1E-7"), (b'"12.340"', "12.340"), (b"-3", "-3"), (b"0", "0")])
def test_numbers_keep_their_scale(text: bytes, number: str) -> None:
    assert str(figure(msgspec.Raw(text))) == number


@pytest.mark.parametrize(
    "absurd", [b"1000000000000000", b"-1e15", b'"1e99"', b"999999999999999999999999", b"0.1234567890123", b"1e-13"]
)
def test_a_figure_that_no_advertising_has_is_refused(absurd: bytes) -> None:
    with pytest.raises(ValueError, match="not a figure of this world"):
        figure(msgspec.Raw(absurd))
    with pytest.raises(ValueError, match="not a figure of this world"):
        count(msgspec.Raw(absurd))


def test_a_double_may_be_written_out_to_its_last_digit() -> None:
    assert figure(msgspec.Raw(b"0.0012345678901234567"), 24) == Decimal("0.0012345678901234567")


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        (b'"12345678"', Decimal("12.345678")),
        (b'"999999999999999999999"', Decimal("999999999999999.999999")),
        (b"-1", Decimal("-0.000001")),
        (b"0", Decimal(0)),
        (b"null", None),
    ],
)
def test_an_amount_in_millionths_keeps_each_of_them(text: bytes, amount: Decimal | None) -> None:
    assert micros(msgspec.Raw(text)) == amount


@pytest.mark.parametrize("wrong", [b"1.5", b'"1000000000000000000000"', b"1e99"])
def test_an_amount_in_parts_of_millionths_or_beyond_all_measure_is_refused(wrong: bytes) -> None:
    with pytest.raises(ValueError, match="not an amount in millionths"):
        micros(msgspec.Raw(wrong))


@pytest.mark.parametrize("wrong", [b'"1.5"', b"-1"])
def test_a_count_is_whole_and_not_negative(wrong: bytes) -> None:
    with pytest.raises(ValueError, match="not a count"):
        count(msgspec.Raw(wrong))


def test_a_count_may_be_written_with_empty_decimals() -> None:
    assert count(msgspec.Raw(b'"9300.00"')) == 9300


@pytest.mark.parametrize("value", ["9007199254740993", 9007199254740993])
def test_an_id_keeps_all_its_digits(value: str | int) -> None:
    assert identifier(value) == "9007199254740993"


@pytest.mark.parametrize("value", ["", "-1", "1/../2", "12 ", "\uff11\uff12", "abc", -1, "1\n"])
def test_what_is_not_an_id_is_refused(value: str | int) -> None:
    with pytest.raises(ValueError, match="not an id"):
        identifier(value)


@pytest.mark.parametrize("code", ["", "eur", "EURO", "EU", "E€R", "EUR\n", "978"])
def test_what_is_not_a_currency_is_refused(code: str) -> None:
    assert currency("EUR") == "EUR"
    with pytest.raises(ValueError, match="not a currency"):
        currency(code)


@pytest.mark.parametrize("name", ["Europe/Berlin", "Etc/GMT+8"])
def test_a_known_time_zone_is_kept(name: str) -> None:
    assert time_zone(name) == name


@pytest.mark.parametrize("name", ["", "Mars/Phobos", "../etc/passwd", "Europe", "Europe/\0"])
def test_an_unknown_time_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - some of the texts are the standard library's
        time_zone(name)


@pytest.mark.parametrize("content", [b"", b"[", b'{"a":1}', b"\xff", b"[" * 100_000])
def test_what_cannot_be_decoded_is_garbled(content: bytes) -> None:
    with pytest.raises(Garbled) as raised, reading("tiktok"):
        msgspec.json.decode(content, type=list[int])

    assert raised.value.platform == "tiktok"


@given(st.lists(st.one_of(st.text(max_size=30), st.integers(), st.from_regex(r"[0-9]{1,25}", fullmatch=True))))
def test_ids_are_read_together_as_they_are_one_by_one(column: list[str | int]) -> None:
    try:
        alone = [identifier(one) for one in column]
    except ValueError:
        with pytest.raises(ValueError):  # noqa: PT011 - it has no words of its own
            identifiers(column)
    else:
        assert identifiers(column) == alone


def test_what_comes_again_and_again_is_read_once() -> None:
    read: list[str] = []

    assert each(["b", "a", "b"], lambda told: (read.append(told), told.upper())[1]) == ["B", "A", "B"]
    assert sorted(read) == ["a", "b"]
