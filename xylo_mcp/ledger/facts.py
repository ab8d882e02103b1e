"""What platforms said of days: running totals since the first of each month, so that a time is a difference of two."""

from array import array
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import accumulate, pairwise

import msgspec
import sqlalchemy as sa

from ..ads.columns import UNKNOWN, Pool
from ..ads.dates import Span, month_of
from ..ads.insights import SUMS, Level, Metrics, Sum
from ..ads.tables import Table
from . import engines
from .statements import Statement, of
from .store import Tx, moment, text
from .sums import Sums
from .tables import FACT_DAY, FACT_MONTH

_PRINCIPAL = "server"
_LONGEST = 1000  # characters of a name; no platform lets people write longer ones
_DAY = timedelta(days=1)


class Series(msgspec.Struct, frozen=True):
    """Days that continue each other: of one account of one `world`, at one level.

    `counting` tells apart by what was counted as a conversion.
    """

    world: str
    account: str
    level: Level
    counting: str


class Changed(msgspec.Struct, frozen=True):
    """A known day that came out different: what it was when it was read before, what it is now, and in which sums."""

    day: date
    read_before: datetime
    before: Metrics
    now: Metrics
    sums: Sequence[Sum]


class _Known(msgspec.Struct, frozen=True):
    read_at: str
    running: Sums


def _of_series(table: sa.Table) -> sa.ColumnElement[bool]:
    of_all = [table.c.tenant == of("tenant")]
    return sa.and_(*of_all, *(table.c[name] == of(f"this_{name}") for name in Series.__struct_fields__))


_SPAN = sa.and_(_of_series(FACT_DAY), FACT_DAY.c.day >= of("since"), FACT_DAY.c.day <= of("until"))
_READ = Statement(sa.select(FACT_DAY.c.day, FACT_DAY.c.read_at).where(_SPAN))
_DAYS = Statement(sa.select(FACT_DAY.c.day, FACT_DAY.c.read_at, FACT_DAY.c.figures).where(_SPAN))
_LATEST = Statement(sa.select(FACT_DAY.c.figures).where(_SPAN).order_by(FACT_DAY.c.day.desc()).limit(1))
_ADD_DAY = Statement(sa.insert(FACT_DAY))
_FORGET_DAY = Statement(sa.delete(FACT_DAY).where(_of_series(FACT_DAY), FACT_DAY.c.day == of("this_day")))
_FORGET_DAYS = Statement(sa.delete(FACT_DAY).where(_of_series(FACT_DAY)))
_FORGET_MONTHS = Statement(sa.delete(FACT_MONTH).where(_of_series(FACT_MONTH)))
_MONTH = sa.and_(_of_series(FACT_MONTH), FACT_MONTH.c.month == of("this_month"))
_OBJECTS = Statement(sa.select(FACT_MONTH.c.objects).where(_MONTH))
_ADD_MONTH = Statement(sa.insert(FACT_MONTH))
_FORGET_MONTH = Statement(sa.delete(FACT_MONTH).where(_MONTH))


def read_at(tx: Tx, series: Series, span: Span) -> Mapping[date, datetime]:
    """When each of the days of `span` was last read; those that never were are missing."""
    found = tx.rows(_READ, **_this(series), **_ends(span))
    return {date.fromisoformat(day): moment(at) for day, at in found}


def total(tx: Tx, series: Series, span: Span) -> Table:
    """What each object achieved over `span`, all of whose days are known.

    Raises:
        ValueError: what is kept is damaged.
    """
    listed: list[bytes] = []
    parts: list[Sums] = []
    for month in span.months():
        listed.append(_listed(tx, series, month.since))
        first = month.since.replace(day=1)
        sums = _latest(tx, series, Span(first, month.until))
        if month.since > first:
            sums = sums.less(_latest(tx, series, Span(first, month.since - _DAY)))
        parts.append(sums)
    read = {data: _read_objects(data) for data in set(listed)}  # months are often alike to the byte
    objects, places = _together([read[data] for data in listed])
    whole = Sums.nothing()
    for sums, of_month in zip(parts, places, strict=True):
        whole = whole.plus(sums.moved(of_month))
    return _eventful(_table(objects, whole))


def by_day(tx: Tx, series: Series, span: Span) -> Table:
    """What each object achieved on each day of `span`, all of which are known.

    Raises:
        ValueError: what is kept is damaged.
    """
    parts: list[Table] = []
    for month in span.months():
        objects = _objects(tx, series, month.since)
        known = _known(tx, series, Span(month.since.replace(day=1), month.until))
        before = Sums.nothing()
        for day in sorted(known):
            running = known[day].running
            if day >= month.since:
                parts.append(_table(objects, running.less(before), day))
            before = running
    return _eventful(Table.joined(parts))


def keep(tx: Tx, series: Series, span: Span, rows: Table, at: datetime) -> Sequence[Changed]:
    """Remember `rows` as all that happened on the days of `span`, which lie in one month, as read `at` then.

    Raises:
        ValueError: a row is of another day, an object stands twice, or what is kept is damaged.
    """
    month = month_of(span.since)
    engines.lock(tx.connection, "/".join((tx.tenant, *_this(series).values(), f"{month.since}")))
    listed = _objects(tx, series, month.since)
    objects, into = Table.joined([listed, _capped(rows)]).objects()
    told = _told(rows, into[len(listed) :], span)
    known = _known(tx, series, month)
    _keep_objects(tx, series, month.since, objects)
    changed: list[Changed] = []
    was = now = Sums.nothing()
    for day in sorted({*known, *told}):
        old = known.get(day)
        before = old.running.less(was) if old else Sums.nothing()
        part = told.get(day, before)
        now = now.plus(part)
        if old is not None:
            was = old.running
            if part != before:
                changed.append(Changed(day, moment(old.read_at), before.total(), part.total(), before.unlike(part)))
        if old is None or day in told or old.running != now:
            read = text(at) if old is None or day in told else old.read_at
            _keep_day(tx, series, day, _Known(read, now))
    return changed


def forget(tx: Tx, series: Series) -> None:
    """Forget all days of `series`."""
    tx.run(_FORGET_DAYS, **_this(series))
    tx.run(_FORGET_MONTHS, **_this(series))


def _told(rows: Table, objects: Sequence[int], span: Span) -> Mapping[date, Sums]:
    """What was said of each day of `span`; `objects` are the numbers of those that the rows are of."""
    by_day: dict[int, list[int]] = {(span.since + number * _DAY).toordinal(): [] for number in range(span.days)}
    for row, day in enumerate(rows.days):
        if day not in by_day:
            raise ValueError("a row is of a day that was not asked for")
        by_day[day].append(row)
    columns = rows.figures[: len(SUMS)]
    return {
        date.fromordinal(day): Sums.of(
            [objects[row] for row in of_day], ([one[row] for row in of_day] for one in columns)
        )
        for day, of_day in by_day.items()
    }


def _table(objects: Table, sums: Sums, day: date | None = None) -> Table:
    """`objects` with what they achieved; how many people were reached is not kept."""
    unasked = array("q", [UNKNOWN]) * len(objects)
    days = array("I", [day.toordinal() if day else 0]) * len(objects)
    return Table(objects.pool, objects.texts, days, [*sums.told(len(objects)), unasked])


def _together(listed: Sequence[Table]) -> tuple[Table, Sequence[Sequence[int]]]:
    """The objects of several months, and which of them those of each month are."""
    last = listed[-1]
    if all(one is last for one in listed):
        return last, [range(len(last))] * len(listed)
    objects, into = Table.joined(listed).objects()
    ends = list(accumulate(map(len, listed), initial=0))
    return objects, [into[begin:end] for begin, end in pairwise(ends)]


def _eventful(table: Table) -> Table:
    """The rows of `table` that say something."""
    sums = table.figures[: len(SUMS)]
    if any(0 not in column for column in sums):
        return table
    rows = [row for row, figures in enumerate(zip(*sums, strict=True)) if any(figures)]
    return table if len(rows) == len(table) else table.take(rows)


def _capped(rows: Table) -> Table:
    """`rows` with names of bounded length."""
    pool = Pool.of(name[:_LONGEST] for name in rows.pool.all())
    return Table(pool, rows.texts, rows.days, rows.figures)


def _objects(tx: Tx, series: Series, day: date) -> Table:
    """The objects of the month of `day`, in the order in which they came."""
    return _read_objects(_listed(tx, series, day))


def _listed(tx: Tx, series: Series, day: date) -> bytes:
    """The same as it is kept; nothing where there are none."""
    found = tx.rows(_OBJECTS, this_month=f"{day:%Y-%m}", **_this(series))
    return bytes(found[0][0]) if found else b""


def _read_objects(data: bytes) -> Table:
    return Table.from_bytes(data) if data else Table.of([])


def _keep_objects(tx: Tx, series: Series, day: date, objects: Table) -> None:
    month = f"{day:%Y-%m}"
    tx.run(_FORGET_MONTH, this_month=month, **_this(series))
    values = msgspec.structs.asdict(series)
    tx.run(_ADD_MONTH, month=month, objects=objects.to_bytes(), principal=_PRINCIPAL, **values)


def _latest(tx: Tx, series: Series, span: Span) -> Sums:
    """The running totals of the last known day of `span`."""
    found = tx.rows(_LATEST, **_this(series), **_ends(span))
    return Sums.from_bytes(found[0][0]) if found else Sums.nothing()


def _known(tx: Tx, series: Series, span: Span) -> Mapping[date, _Known]:
    found = tx.rows(_DAYS, **_this(series), **_ends(span))
    return {date.fromisoformat(day): _Known(at, Sums.from_bytes(figures)) for day, at, figures in found}


def _keep_day(tx: Tx, series: Series, day: date, known: _Known) -> None:
    tx.run(_FORGET_DAY, this_day=day.isoformat(), **_this(series))
    values = {**msgspec.structs.asdict(series), "day": day.isoformat(), "principal": _PRINCIPAL}
    tx.run(_ADD_DAY, read_at=known.read_at, figures=known.running.to_bytes(), **values)


def _this(series: Series) -> Mapping[str, str]:
    return {f"this_{name}": value for name, value in msgspec.structs.asdict(series).items()}


def _ends(span: Span) -> Mapping[str, str]:
    return {"since": span.since.isoformat(), "until": span.until.isoformat()}
