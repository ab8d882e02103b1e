"""The rows of TikTok's reports as ours, from the pages of JSON or the file of a report that was made.

Shapes: TikTok API for Business docs, v1.3, "Run a synchronous report", "Download the output of a report task".
"""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from io import BytesIO, TextIOWrapper
from itertools import islice, repeat
from operator import attrgetter

import msgspec

from ...ads.insights import InsightRow, Metrics
from ..paging import Numbered
from ..reading import each, reading
from .columns import Column, amounts, counts, days, ids, sums
from .reports import Form
from .segments import segment
from .shapes import PLATFORM, Answer, Page, pages

_ROWS_AT_ONCE = 2000
_Columns = Callable[[str], Column]


class _Dimensions(msgspec.Struct, gc=False):
    campaign_id: str = ""
    adgroup_id: str = ""
    ad_id: str = ""
    stat_time_day: str = ""
    country_code: str = ""
    platform: str = ""
    placement: str = ""
    age: str = ""
    gender: str = ""


class _Told(msgspec.Struct, gc=False):
    """What a row tells, in TikTok's spelling: all figures are documented to be texts."""

    spend: str = ""
    impressions: str = ""
    clicks: str = ""
    video_play_actions: str = ""
    reach: str = ""
    conversion: str = ""
    complete_payment: str = ""
    total_complete_payment_rate: str = ""
    total_purchase: str = ""
    total_purchase_value: str = ""
    form: str = ""
    total_form_value: str = ""
    user_registration: str = ""
    total_user_registration_value: str = ""
    web_event_add_to_cart: str = ""
    total_web_event_add_to_cart_value: str = ""
    initiate_checkout: str = ""
    total_initiate_checkout_value: str = ""
    app_install: str = ""
    campaign_id: str = ""
    campaign_name: str = ""
    adgroup_id: str = ""
    adgroup_name: str = ""
    ad_name: str = ""


class _Row(msgspec.Struct, gc=False):
    dimensions: _Dimensions
    metrics: _Told


class _LooseRow(msgspec.Struct):
    dimensions: dict[str, msgspec.Raw]
    metrics: dict[str, msgspec.Raw]


_rows = msgspec.json.Decoder(Answer[Page[_Row]])
_loose_rows = msgspec.json.Decoder(Answer[Page[_LooseRow]])
_NAMES = frozenset((*_Dimensions.__struct_fields__, *_Told.__struct_fields__))


def page(content: bytes, number: int, form: Form) -> Numbered[InsightRow]:
    """The page with this `number` of /report/integrated/get/."""
    with reading(PLATFORM):
        data = _decoded(content)
        of, told = [row.dimensions for row in data.rows], [row.metrics for row in data.rows]
        rows = _insights(len(told), _attributes(of), _attributes(told), form)
        return Numbered(rows, pages(data.page_info, number), data.page_info.total_number)


def file(content: bytes, form: Form) -> Iterator[Sequence[InsightRow]]:
    """The rows of a file of /report/task/download/, some at a time. Its first row has the names of the columns."""
    with reading(PLATFORM), TextIOWrapper(BytesIO(content), "utf-8-sig", newline="") as text:
        lines = csv.reader(text, strict=True)
        names = next(_readable(lines), list[str]())
        if len(set(names)) != len(names):
            raise ValueError("two columns of one name")
        while cells := list(islice(_readable(lines), _ROWS_AT_ONCE)):
            if any(len(line) != len(names) for line in cells):
                raise ValueError("a row of another width")
            named: Mapping[str, Column] = dict(zip(names, zip(*cells, strict=True), strict=True))
            column = partial(_named, named)
            yield _insights(len(cells), column, column, form)


def _readable(lines: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from lines
    except csv.Error as broken:
        raise ValueError("not a table") from broken


def _named(columns: Mapping[str, Column], name: str) -> Column:
    if name not in columns:
        raise ValueError("a column is missing")
    return columns[name]


def _attributes(rows: Sequence[_Dimensions] | Sequence[_Told]) -> _Columns:
    return lambda name: list(map(attrgetter(name), rows))


def _decoded(content: bytes) -> Page[_Row]:
    """A page; one whose figures are not all texts is read with more care, digit for digit all the same."""
    try:
        return _rows.decode(content).data
    except msgspec.ValidationError:
        data = _loose_rows.decode(content).data
    rows = [_Row(_Dimensions(**_texts(row.dimensions)), _Told(**_texts(row.metrics))) for row in data.rows]
    return Page(rows, data.page_info)


def _texts(said: Mapping[str, msgspec.Raw]) -> Mapping[str, str]:
    return {name: _text(bytes(raw)) for name, raw in said.items() if name in _NAMES}


def _text(raw: bytes) -> str:
    if raw.startswith(b'"'):
        return msgspec.json.decode(raw, type=str)
    return "" if raw == b"null" else raw.decode()


def _insights(rows: int, of: _Columns, told: _Columns, form: Form) -> Sequence[InsightRow]:
    """So many rows, put together from their columns: those of their dimensions, and those of what they tell."""
    nothing, silent = repeat(""), repeat(None)
    metrics = map(
        Metrics,
        amounts(told("spend")),
        counts(told("impressions")),
        counts(told("clicks")),
        sums([told(name) for name in form.counts], rows),
        silent,
        sums([told(name) for name in form.values], rows),
        counts(told("video_play_actions")),
    )
    names = form.words
    return list(
        map(
            InsightRow,
            metrics,
            ids((of if form.id == "campaign_id" else told)("campaign_id")) if "campaign_name" in names else nothing,
            told("campaign_name") if "campaign_name" in names else nothing,
            days(of("stat_time_day")) if form.by_day else silent,
            ids((of if form.id == "adgroup_id" else told)("adgroup_id")) if "adgroup_name" in names else nothing,
            told("adgroup_name") if "adgroup_name" in names else nothing,
            ids(of("ad_id")) if "ad_name" in names else nothing,
            told("ad_name") if "ad_name" in names else nothing,
            each(of(form.dimension), partial(segment, form.dimension)) if form.dimension else nothing,
            counts(told("reach")) if form.reach else silent,
        )
    )
