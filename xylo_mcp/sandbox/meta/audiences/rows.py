"""Reads the people of a request (Marketing API docs, "Customer File Custom Audiences", 2026-04).

A row that cannot be used is counted and left out; it never makes the request fail.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from ..errors import invalid, not_one_of
from ..parameters import decoded
from ..refusals import missing
from ..wire import Json

MOST = 10_000
_SAMPLES = 100
_Cell = str | int | float | list[str]
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII).fullmatch
_DEVICE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII).fullmatch
_NUMBER = re.compile(r"[0-9]+", re.ASCII).fullmatch
_OLD_NAMES = {"EMAIL_SHA256": "EMAIL", "PHONE_SHA256": "PHONE", "MOBILE_ADVERTISER_ID": "MADID"}
_HASHED = ("EMAIL", "PHONE", "GEN", "DOBY", "DOBM", "DOBD", "LN", "FN", "FI", "CT", "ST", "ZIP", "COUNTRY")
_KEYS = ("EXTERN_ID", *_HASHED, "MADID", "PAGEUID")
_BESIDE = (
    *("LOOKALIKE_VALUE", "DATA_PROCESSING_OPTIONS"),
    *("DATA_PROCESSING_OPTIONS_COUNTRY", "DATA_PROCESSING_OPTIONS_STATE"),
)


class _Payload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`is_raw` tells combined keys from single ones, not raw values from digests."""

    schema: str | list[str]
    data: list[str | int | float | list[_Cell]]
    is_raw: bool = False
    app_ids: list[int | str] = []
    page_ids: list[int | str] = []
    ig_account_ids: list[int | str] = []
    data_source: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Batch:
    """What one request brought. Each of `people` is one text: the row's keys in Meta's order, `EMAIL=…|PHONE=…`."""

    schema: tuple[str, ...]
    people: Sequence[str]
    received: int
    samples: Json

    @property
    def invalid(self) -> int:
        """How many rows could not be used."""
        return self.received - len(self.people)


def read(arguments: Mapping[str, str]) -> Batch:
    """The parameter `payload`."""
    if "payload" not in arguments:
        raise missing("payload")
    payload = decoded(arguments, "payload", _Payload, 'an object with "schema" and "data"')
    if len(payload.data) > MOST:
        raise invalid(f"Param payload[data] must have at most {MOST} elements")
    if not payload.data:
        raise invalid("Param payload[data] must not be empty")
    columns = _columns(payload)
    order = sorted(enumerate(columns), key=lambda column: (*_KEYS, *_BESIDE).index(column[1]))
    flat = isinstance(payload.schema, str)
    people, unusable = list[str](), dict[str, Json]()
    for position, given in enumerate(payload.data):
        row = [given] if flat and not isinstance(given, list) else given
        person = _person(row, len(columns), order) if isinstance(row, list) else ""
        if person:
            people.append(person)
        elif len(unusable) < _SAMPLES:
            unusable[str(position)] = msgspec.json.encode(given).decode()
    return Batch(columns, people, len(payload.data), unusable or [])


def _columns(payload: _Payload) -> tuple[str, ...]:
    """The keys of a row. A single one may have one of the old names."""
    given = payload.schema
    names = [_OLD_NAMES.get(given, given)] if isinstance(given, str) else given
    for name in names:
        if name not in _KEYS and name not in _BESIDE:
            raise not_one_of("payload[schema]", (*_KEYS, *_BESIDE, *_OLD_NAMES))
    if not set(names).intersection(_KEYS):
        raise invalid("Param payload[schema] must have at least one key that people are known by")
    if "PAGEUID" in names and not payload.page_ids:
        raise missing("payload[page_ids]")
    return tuple(names)


def _person(row: Sequence[_Cell], width: int, order: Sequence[tuple[int, str]]) -> str:
    """One person as a text; empty where the row is of no use. An empty cell is one that is not known."""
    if len(row) != width:
        return ""
    known = list[str]()
    for position, name in order:
        cell = row[position]
        if cell in ("", []):
            continue
        if not _FITS[name](cell):
            return ""
        if name not in _BESIDE:
            known.append(f"{name}={cell}")
    return "|".join(known)


def _is_digest(cell: _Cell) -> bool:
    return isinstance(cell, str) and _DIGEST(cell) is not None


def _is_device(cell: _Cell) -> bool:
    """Advertising ids are not hashed, in lower case, with their hyphens."""
    return isinstance(cell, str) and _DEVICE(cell) is not None


def _is_name(cell: _Cell) -> bool:
    return isinstance(cell, int) or (isinstance(cell, str) and bool(cell.strip()))


def _is_number(cell: _Cell) -> bool:
    return isinstance(cell, str | int) and _NUMBER(str(cell)) is not None


def _is_worth(cell: _Cell) -> bool:
    return isinstance(cell, int | float) and cell >= 0


_FITS: Mapping[str, Callable[[_Cell], bool]] = {
    **dict.fromkeys(_HASHED, _is_digest),
    "EXTERN_ID": _is_name,
    "MADID": _is_device,
    "PAGEUID": _is_number,
    "LOOKALIKE_VALUE": _is_worth,
    "DATA_PROCESSING_OPTIONS": lambda cell: cell == ["LDU"],
    "DATA_PROCESSING_OPTIONS_COUNTRY": lambda cell: cell in (0, 1),
    "DATA_PROCESSING_OPTIONS_STATE": lambda cell: cell in (0, 1000),
}
