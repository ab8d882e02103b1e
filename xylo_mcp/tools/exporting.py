"""An answer about performance whole, as CSV or JSON: all rows and metrics, to the last digit."""

import csv
import io
from collections.abc import Iterator, Mapping
from decimal import Decimal

import msgspec

from ..ads.errors import NotFound
from ..ads.insights import PEOPLE, RATIOS, SUMS
from ..ads.money import rounded
from ..ads.text import clean
from ..app import Caller
from ..insights import Line, Performance, Section

EXPORTS = "xylo://exports/"
_FORMATS = ("csv", "json")
_WHO = ("platform", "account", "currency", "time_zone", "date_from", "date_to")
_WHAT = ("date", "campaign_id", "campaign_name", "ad_group_id", "ad_group_name", "ad_id", "ad_name", "segment")
_COLUMNS = (*_WHO, *_WHAT, *SUMS, *RATIOS, *PEOPLE)
# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PLACES = 6


def export(name: str, caller: Caller) -> str:
    """The text of the export that is called `name`, such as AbCdEf012345.csv.

    Raises:
        NotFound: there is none.
        InvalidCursor: it has expired, or is somebody else's.
    """
    handle, _, kind = name.rpartition(".")
    if kind not in _FORMATS:
        raise NotFound("There is no such export.", f"Take its address from get_insights; it ends with .{_FORMATS[0]}.")
    found = caller.app.exports.find(handle, caller.who)
    return as_csv(found) if kind == "csv" else as_json(found)


def as_csv(found: Performance) -> str:
    """All rows of `found` under a line of column names (RFC 4180); unknown is an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for row in _rows(found):
        writer.writerow([_cell(row[name]) for name in _COLUMNS])
    return text.getvalue()


def as_json(found: Performance) -> str:
    """All rows of `found` as an array of objects; unknown is null, amounts are numbers of the same digits."""
    encoder = msgspec.json.Encoder(decimal_format="number")
    return encoder.encode(list(_rows(found))).decode()


def _rows(found: Performance) -> Iterator[Mapping[str, object]]:
    for section in found.sections:
        for line in section.lines():
            yield {**_who(section, line), **_what(line), **_numbers(line)}


def _who(section: Section, line: Line) -> Mapping[str, object]:
    reports = [one for one in section.reports if line.account in ("", one.account.id)]
    return {
        "platform": section.platform or reports[0].account.platform,
        "account": line.account or (section.account.id if section.account else ""),
        "currency": section.currency,
        "time_zone": reports[0].account.time_zone if len(reports) == 1 else "",
        "date_from": min(one.span.since for one in reports).isoformat(),
        "date_to": max(one.span.until for one in reports).isoformat(),
    }


def _what(line: Line) -> Mapping[str, object]:
    row = line.row
    return {
        "date": row.day.isoformat() if row.day else "",
        **{name: clean(getattr(row, name)) for name in _WHAT if name != "date"},
    }


def _numbers(line: Line) -> Mapping[str, object]:
    numbers: dict[str, object] = {name: getattr(line.metrics, name) for name in SUMS}
    numbers |= {name: _to_a_millionth(getattr(line.metrics, name)) for name in RATIOS}
    return numbers | {"reach": line.row.reach, "frequency": _to_a_millionth(line.row.frequency)}


def _to_a_millionth(ratio: Decimal | None) -> Decimal | None:
    return None if ratio is None else rounded(ratio, _PLACES)


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return f"{value:f}" if isinstance(value, Decimal) else value
