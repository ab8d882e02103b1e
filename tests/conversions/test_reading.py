"""Events are read exactly, or it is said by a word which field is wrong; nothing is made up."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xylo_mcp.ads.conversions import Event, Item
from xylo_mcp.ads.errors import Invalid
from xylo_mcp.ads.money import Money
from xylo_mcp.conversions import Numbered, from_file, from_values
from xylo_mcp.conversions.words import Given
from xylo_mcp.identity import files

NOW = datetime(2026, 3, 18, 15, 30, tzinfo=UTC)
GOOD: Mapping[str, Any] = {"name": "purchase", "id": "o-1", "time": "2026-03-18T10:00:00+01:00"}


def read_lines(tmp_path: Path, *lines: str, name: str = "events.jsonl") -> list[Numbered]:
    """What a file of these lines gives."""
    (tmp_path / name).write_text("\n".join(lines))
    with files.opened(name, (tmp_path,)) as opened:
        return [one for chunk in from_file(opened, NOW) for one in chunk]


def read(**fields: object) -> Event | str:
    """What one event gives that comes in a call."""
    ((_, one),) = next(iter(from_values([msgspec.convert({**GOOD, **fields}, Given)], NOW)))
    return one


def event(**fields: object) -> Event:
    one = read(**fields)
    assert isinstance(one, Event), one
    return one


_WRONG: Sequence[tuple[Mapping[str, Any], str]] = (
    ({"name": ""}, "name_invalid"),
    ({"name": "1st"}, "name_invalid"),
    ({"name": "n" * 51}, "name_invalid"),
    ({"id": ""}, "id_missing"),
    ({"id": "a b"}, "id_invalid"),
    ({"id": "i" * 101}, "id_invalid"),
    ({"place": "moon"}, "place_invalid"),
    ({"time": ""}, "time_missing"),
    ({"time": "yesterday"}, "time_invalid"),
    ({"time": 10**15}, "time_invalid"),
    ({"time": 1773828000000}, "time_invalid"),
    ({"time": "2026-03-18T10:00:00"}, "time_without_zone"),
    ({"time": "2026-03-18"}, "time_without_zone"),
    ({"time": "2026-03-18T15:35:01Z"}, "time_in_the_future"),
    ({"value": 5}, "currency_missing"),
    ({"value": 5, "currency": "usd"}, "currency_invalid"),
    ({"value": 0, "currency": "USD"}, "value_invalid"),
    ({"value": -1, "currency": "USD"}, "value_invalid"),
    ({"value": True, "currency": "USD"}, "value_invalid"),
    ({"value": float("nan"), "currency": "USD"}, "value_invalid"),
    ({"value": float("inf"), "currency": "USD"}, "value_invalid"),
    ({"value": 10**12, "currency": "USD"}, "value_invalid"),
    ({"value": "5 USD", "currency": "USD"}, "value_invalid"),
    ({"value": "1_000", "currency": "USD"}, "value_invalid"),
    ({"value": "1,5", "currency": "USD"}, "value_invalid"),
    ({"value": "\u0665", "currency": "USD"}, "value_invalid"),
    ({"value": "1e3", "currency": "USD"}, "value_invalid"),
    ({"value": [5], "currency": "USD"}, "value_invalid"),
    ({"value": 5.001, "currency": "USD"}, "value_has_too_many_decimals"),
    ({"value": 500.5, "currency": "JPY"}, "value_has_too_many_decimals"),
    ({"order_id": "a\x00"}, "order_id_invalid"),
    ({"url": "u" * 2_001}, "url_invalid"),
    ({"user_agent": "a\nb"}, "user_agent_invalid"),
    ({"contents": [{}]}, "contents_without_id"),
    ({"contents": [{"id": True}]}, "contents_without_id"),
    ({"contents": [{"id": "a", "quantity": 0}]}, "quantity_invalid"),
    ({"contents": [{"id": "a", "quantity": 1.5}]}, "quantity_invalid"),
    ({"contents": [{"id": "a", "price": -1}]}, "price_invalid"),
    ({"contents": [{"id": "a", "price": True}]}, "price_invalid"),
    ({"contents": [{"id": "a", "price": "1_0"}]}, "price_invalid"),
    ({"contents": [{"id": "a", "name": {"of": "it"}}]}, "contents_invalid"),
    ({"contents": [{"id": "a\x07"}]}, "contents_invalid"),
)


@pytest.mark.parametrize(("fields", "word"), _WRONG)
def test_what_is_wrong_is_said_by_its_field(fields: Mapping[str, object], word: str) -> None:
    """C04, C05, C06."""
    assert read(**fields) == word


@pytest.mark.parametrize(
    "time",
    ["2026-03-18T10:00:00+01:00", "2026-03-18T09:00:00Z", "2026-03-18 09:00:00+00:00", 1773824400],
)
def test_a_time_is_a_moment_however_it_is_written(time: str | int) -> None:
    assert event(time=time).at == datetime(2026, 3, 18, 9, tzinfo=UTC)


def test_a_clock_may_be_five_minutes_ahead() -> None:
    assert event(time="2026-03-18T15:35:00Z").at == NOW + timedelta(minutes=5)


def test_what_was_bought_is_read_whole() -> None:
    bought = [{"id": 7, "quantity": 2, "price": 0.1, "name": "Lamp", "category": None}, {"id": "b", "price": None}]

    assert event(contents=bought).contents == (Item("7", 2, Decimal("0.1"), "Lamp"), Item("b"))


@pytest.mark.parametrize(
    ("said", "consent"),
    [("granted", "granted"), ("no", "denied"), ("maybe", "denied"), ("", "unsaid"), (None, "unsaid")],
)
def test_consent_that_cannot_be_read_counts_as_denied(said: str | None, consent: str) -> None:
    """C11."""
    assert event(person={"email": "a@example.com", "consent": said}).consent == consent


def test_lines_that_are_no_events_cost_the_others_nothing(tmp_path: Path) -> None:
    good = msgspec.json.encode(GOOD).decode()
    deep = '{"name":"purchase","contents":' + "[" * 5_000 + "]" * 5_000 + "}"
    lines = [good, "", "not json", '{"name":"purchase","age":3}', "[]", '{"id":"1"}', deep, '{"name":7}', good]

    numbered = read_lines(tmp_path, *lines)

    words: Sequence[object] = [one if isinstance(one, str) else "event" for _, one in numbered]
    assert [number for number, _ in numbered] == [1, 3, 4, 5, 6, 7, 8, 9]
    assert words == ["event", *["row_invalid"] * 6, "event"]


@pytest.mark.parametrize("name", ["events.csv", "events.txt", "events.csv.gz"])
def test_events_are_read_from_no_other_files(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"a")
    with pytest.raises(Invalid):
        read_lines(tmp_path, "a", name=name)


@given(st.decimals(min_value=Decimal("0.01"), max_value=Decimal("999999999999.99"), places=2))
def test_amounts_in_files_are_exact_to_the_last_digit(
    tmp_path_factory: pytest.TempPathFactory, amount: Decimal
) -> None:
    line = f'{{"name":"purchase","id":"1","time":1773828000,"currency":"EUR","value":{amount}}}'

    ((_, one),) = read_lines(tmp_path_factory.mktemp("events"), line)

    assert isinstance(one, Event)
    assert one.value == Money(amount, "EUR")


@given(st.integers(min_value=1, max_value=10**11))
def test_amounts_in_calls_are_what_was_written(cents: int) -> None:
    written = Decimal(cents) / 100

    assert event(value=float(written), currency="USD").value == Money(written, "USD")


@given(st.datetimes(timezones=st.timezones()) | st.datetimes(timezones=st.just(timezone(timedelta(hours=14)))))
def test_any_moment_is_read_as_itself_or_lies_ahead(moment: datetime) -> None:
    one = read(time=moment.isoformat())

    if isinstance(one, str):
        assert one in ("time_in_the_future", "time_invalid")
    else:
        assert one.at == datetime.fromisoformat(moment.isoformat())


@given(
    st.dictionaries(
        st.sampled_from(["name", "id", "time", "value", "currency", "contents", "person", "place"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=5,
        ),
    )
)
def test_whatever_a_line_says_it_is_an_event_or_a_word(
    tmp_path_factory: pytest.TempPathFactory, told: dict[str, object]
) -> None:
    line = msgspec.json.encode({**GOOD, **{key: _writable(value) for key, value in told.items()}}).decode()

    for _, one in read_lines(tmp_path_factory.mktemp("events"), line):
        assert isinstance(one, Event) or one.replace("_", "").isalpha()


def _writable(value: object) -> object:
    """`value` as far as JSON can hold it."""
    match value:
        case str():
            return value.encode("utf-8", "replace").decode()
        case int() if not isinstance(value, bool):
            return max(-(2**63), min(value, 2**63))
        case dict():
            members = cast("dict[str, object]", value)
            return {str(_writable(key)): _writable(one) for key, one in members.items()}
        case list():
            return [_writable(one) for one in cast("list[object]", value)]
        case _:
            return value
