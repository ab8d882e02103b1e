"""The rows of an answer as columns: a hundred thousand weigh some megabytes, and are summed and sorted as they lie."""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import chain, groupby, islice, repeat
from operator import itemgetter

import msgspec

from .columns import UNKNOWN, Column, Numbers, PackedPool, Pool, figures, packed, summed, unpacked
from .fields import FIGURES, IDS, PLACES, QUOTIENTS, TEXTS, figures_of, said, texts_of
from .insights import SUMS, InsightRow, Metric, Metrics, ratio

_REACH = PLACES["reach"]
_VERSION = 1
_CHUNK = 1000
_LAST_DAY = date.max.toordinal()


class _Packed(msgspec.Struct, frozen=True, array_like=True):
    version: int
    pool: PackedPool
    texts: list[bytes]
    days: bytes
    figures: list[bytes]


class Table:
    """Rows as columns: the numbers of their texts in a pool, the ordinals of their days (0: none), their figures.

    Figures are whole numbers, amounts in millionths, and `UNKNOWN` where the platform did not say.
    """

    __slots__ = ("days", "figures", "pool", "texts")
    __hash__ = None  # pyright: ignore[reportAssignmentType]  # it is as large as what it would be a key of

    def __init__(self, pool: Pool, texts: Sequence[Column], days: Column, figures: Sequence[Column]) -> None:
        self.pool, self.texts, self.days, self.figures = pool, texts, days, figures

    @classmethod
    def of(cls, rows: Iterable[InsightRow]) -> Table:
        """A table of `rows`, in their order.

        Raises:
            ValueError: a figure is no whole number of millionths, or too large.
        """
        numbers = Numbers()
        texts, days, columns = [array("I") for _ in TEXTS], array("I"), [array("q") for _ in FIGURES]
        try:
            coming = iter(rows)
            while part := list(islice(coming, _CHUNK)):
                for column, told in zip(texts, texts_of(part), strict=True):
                    column.extend(map(numbers.__getitem__, told))
                days.extend([row.day.toordinal() if row.day else 0 for row in part])
                for column, figure in zip(columns, figures_of(part), strict=True):
                    column.extend(figure)
        except OverflowError:
            raise ValueError("a figure is too large") from None
        return cls(Pool.of(numbers), texts, days, columns)

    @classmethod
    def joined(cls, tables: Sequence[Table]) -> Table:
        """All rows of `tables`, one table's after the other's."""
        numbers = Numbers()
        texts, days, columns = [array("I") for _ in TEXTS], array("I"), [array("q") for _ in FIGURES]
        new: Sequence[int] = ()
        pool: Pool | None = None
        for table in tables:
            if table.pool is not pool:  # parts of one table have its pool in common
                pool = table.pool
                new = [numbers[text] for text in pool.all()]
            for column, part in zip(texts, table.texts, strict=True):
                column.extend(map(new.__getitem__, part))
            days.extend(table.days)
            for column, part in zip(columns, table.figures, strict=True):
                column.extend(part)
        return cls(Pool.of(numbers), texts, days, columns)

    def __len__(self) -> int:
        return len(self.days)

    def __getitem__(self, row: int) -> InsightRow:
        return self._row(row, self.pool)

    def __iter__(self) -> Iterator[InsightRow]:
        texts = self.pool.all()  # each made once, and shared by all rows that say it
        return (self._row(row, texts) for row in range(len(self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Table):
            return NotImplemented
        return (
            self.days == other.days
            and list(self.figures) == list(other.figures)
            and [_told(self, place) for place in range(len(TEXTS))]
            == [_told(other, place) for place in range(len(TEXTS))]
        )

    def total(self, which: Iterable[int] | None = None) -> Metrics:
        """The sum of the rows with these numbers, or of all; a sum with an unknown part is unknown."""
        rows = None if which is None else tuple(which)
        sums: dict[str, Decimal | int | None] = {}
        for name, column in zip(SUMS, self.figures, strict=False):
            part = column if rows is None else [column[row] for row in rows]
            sums[name] = said(name, UNKNOWN if UNKNOWN in part else sum(part))
        return Metrics(**sums)  # pyright: ignore[reportArgumentType]  # each of its own field's type

    def order(self, metric: Metric, *, descending: bool = True) -> Sequence[int]:
        """The numbers of all rows by `metric`, unknown ones last either way; those alike by their keys."""
        values = self._values(metric)
        known = [(value, row) for row, value in enumerate(values) if value is not None]
        known.sort(key=itemgetter(0), reverse=descending)
        alike = [[row for _, row in ties] for _, ties in groupby(known, key=itemgetter(0))]
        alike.append([row for row, value in enumerate(values) if value is None])
        return [row for ties in alike for row in (sorted(ties, key=self._key) if len(ties) > 1 else ties)]

    def take(self, which: Sequence[int]) -> Table:
        """The rows with these numbers, in this order."""
        texts = [array("I", map(column.__getitem__, which)) for column in self.texts]
        used = {number: place for place, number in enumerate(dict.fromkeys(chain(*texts)))}
        return Table(
            Pool.of(map(self.pool.__getitem__, used)),
            [array("I", map(used.__getitem__, column)) for column in texts],
            array("I", map(self.days.__getitem__, which)),
            [array("q", map(column.__getitem__, which)) for column in self.figures],
        )

    def by_time(self, first_day: Callable[[date], date]) -> Table:
        """One row for each object, segment and `first_day` of its days, with the last of its names.

        How many people were reached is lost where there is more than one part: it cannot be added up.

        Raises:
            ValueError: a sum is too large.
        """
        first = {day: first_day(date.fromordinal(day)).toordinal() if day else 0 for day in set(self.days)}
        days = array("I", map(first.__getitem__, self.days))
        into = self._places(days)
        last = {place: row for row, place in enumerate(into)}
        if len(last) == len(self):
            return Table(self.pool, self.texts, days, self.figures)
        sums = [summed(column, into, len(last)) for column in self.figures]
        several = summed(array("q", repeat(1, len(into))), into, len(last))
        sums[_REACH] = [UNKNOWN if count > 1 else reach for count, reach in zip(several, sums[_REACH], strict=True)]
        named = self.take(tuple(last.values()))
        return Table(
            named.pool,
            named.texts,
            array("I", map(days.__getitem__, last.values())),
            [figures(column) for column in sums],
        )

    def objects(self) -> tuple[Table, Sequence[int]]:
        """Each object and segment once, with the last of its names and no figures; and which one each row is of."""
        into = self._places(array("I", bytes(4 * len(self))))
        last = {place: row for row, place in enumerate(into)}
        named = self.take(tuple(last.values()))
        nothing = array("q", bytes(8 * len(named)))
        return Table(named.pool, named.texts, array("I", bytes(4 * len(named))), [nothing] * len(FIGURES)), into

    def value(self, row: int, metric: Metric) -> Decimal | None:
        """What the row with this number has of `metric`."""
        if metric in QUOTIENTS:
            part, whole, scale = QUOTIENTS[metric]
            return ratio(self.value(row, part), self.value(row, whole), scale)
        found = said(metric, self.figures[PLACES[metric]][row])
        return Decimal(found) if isinstance(found, int) else found

    def to_bytes(self) -> bytes:
        """This table, compressed."""
        columns = [packed(column) for column in self.texts], packed(self.days), [packed(one) for one in self.figures]
        return zlib.compress(msgspec.msgpack.encode(_Packed(_VERSION, self.pool.packed(), *columns)), 1)

    @classmethod
    def from_bytes(cls, data: bytes) -> Table:
        """The table that `to_bytes` made `data` of.

        Raises:
            ValueError: it is none, or damaged.
        """
        try:
            kept = msgspec.msgpack.decode(zlib.decompress(data), type=_Packed)
        except (zlib.error, msgspec.MsgspecError) as wrong:
            raise ValueError("not a table, or damaged") from wrong
        table = cls(
            Pool.unpacked(kept.pool),
            [unpacked(column, "I") for column in kept.texts],
            unpacked(kept.days, "I"),
            [unpacked(column, "q") for column in kept.figures],
        )
        if kept.version != _VERSION or not _sound(table):
            raise ValueError("not a table of this version, or damaged")
        return table

    def _row(self, row: int, texts: Sequence[str] | Pool) -> InsightRow:
        told = {name: said(name, column[row]) for name, column in zip(FIGURES, self.figures, strict=True)}
        reach, day = self.figures[_REACH][row], self.days[row]
        del told["reach"]
        return InsightRow(
            Metrics(**told),  # pyright: ignore[reportArgumentType]  # each of its own field's type
            day=date.fromordinal(day) if day else None,
            reach=None if reach == UNKNOWN else reach,
            **{name: texts[column[row]] for name, column in zip(TEXTS, self.texts, strict=True)},
        )

    def _places(self, days: Column) -> Sequence[int]:
        """Which of the objects, segments and `days` that there are each row is of, by the order in which they come."""
        places: dict[tuple[int, ...], int] = {}
        return [
            places.setdefault(key, len(places)) for key in zip(*(self.texts[place] for place in IDS), days, strict=True)
        ]

    def _key(self, row: int) -> tuple[str | int, ...]:
        return (*(self.pool[self.texts[place][row]] for place in IDS), self.days[row])

    def _values(self, metric: Metric) -> Sequence[Decimal | int | None]:
        """What all rows have of `metric`, in numbers that sort alike."""
        if metric in QUOTIENTS:
            return [self.value(row, metric) for row in range(len(self))]
        return [None if figure == UNKNOWN else figure for figure in self.figures[PLACES[metric]]]


def _told(table: Table, place: int) -> Sequence[str]:
    """What all rows of `table` have in one column of texts."""
    return list(map(table.pool.all().__getitem__, table.texts[place]))


def _sound(table: Table) -> bool:
    """Whether all columns are there, equally long, and point at texts and days that are there."""
    columns = (*table.texts, table.days, *table.figures)
    return (
        (len(table.texts), len(table.figures)) == (len(TEXTS), len(FIGURES))
        and {len(column) for column in columns} == {len(table)}
        and all(max(column, default=-1) < len(table.pool) for column in table.texts)
        and max(table.days, default=0) <= _LAST_DAY
    )
