"""What the objects of a month achieved, as columns by their numbers: what was said, and how often nothing was."""

from __future__ import annotations

import operator
import zlib
from array import array
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

import msgspec

from ..ads.columns import UNKNOWN, Column, figures, packed, unpacked
from ..ads.fields import said
from ..ads.insights import SUMS, Metrics, Sum

_VERSION = 1
_COLUMNS = 2 * len(SUMS)


class _Packed(msgspec.Struct, frozen=True, array_like=True):
    version: int
    columns: list[bytes]


class Sums:
    """Columns of the figures of `SUMS`, then of how often each was unknown; zeros at the end of one are left out."""

    __slots__ = ("columns",)
    __hash__ = None  # pyright: ignore[reportAssignmentType]  # nobody looks for it

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = columns

    @classmethod
    def nothing(cls) -> Sums:
        """Nothing happened."""
        return cls([array("q")] * _COLUMNS)

    @classmethod
    def of(cls, objects: Sequence[int], told: Iterable[Sequence[int]]) -> Sums:
        """What was told of the objects with these numbers: a column for each of `SUMS`.

        Raises:
            ValueError: an object stands twice.
        """
        if len(set(objects)) != len(objects):
            raise ValueError("an object stands twice on one day")
        known: list[Column] = []
        unknown: list[Column] = []
        for column in told:
            known.append(_spread(objects, [0 if figure == UNKNOWN else figure for figure in column]))
            unknown.append(_spread(objects, [int(figure == UNKNOWN) for figure in column]))
        return cls([*known, *unknown])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sums) and list(self.columns) == list(other.columns)

    def plus(self, other: Sums) -> Sums:
        """Both together.

        Raises:
            ValueError: a sum is too large.
        """
        pairs = zip(self.columns, other.columns, strict=True)
        return Sums(
            [_worked(operator.add, one, another) if one and another else one or another for one, another in pairs]
        )

    def less(self, other: Sums) -> Sums:
        """What is left of this without `other`."""
        pairs = zip(self.columns, other.columns, strict=True)
        return Sums([_worked(operator.sub, one, another) if another else one for one, another in pairs])

    def moved(self, places: Sequence[int]) -> Sums:
        """The same of objects that have other numbers."""
        if places == range(len(places)):
            return self
        return Sums([_spread(places[: len(column)], column) for column in self.columns])

    def told(self, objects: int) -> Sequence[Column]:
        """A column for each of `SUMS`, of so many objects, with what is unknown marked."""
        columns = [_padded(column, objects) for column in self.columns[: len(SUMS)]]
        for place, gaps in enumerate(self.columns[len(SUMS) :]):
            for number, gap in enumerate(gaps):
                if gap:
                    columns[place][number] = UNKNOWN
        return columns

    def total(self) -> Metrics:
        """The sum over all objects."""
        sums: dict[str, Decimal | int | None] = {}
        pairs = zip(self.columns[: len(SUMS)], self.columns[len(SUMS) :], strict=True)
        for name, (column, gaps) in zip(SUMS, pairs, strict=True):
            sums[name] = said(name, UNKNOWN if any(gaps) else sum(column))
        return Metrics(**sums)  # pyright: ignore[reportArgumentType]  # each of its own field's type

    def unlike(self, other: Sums) -> Sequence[Sum]:
        """In which sums some object differs."""
        pairs = zip(self.columns, other.columns, strict=True)
        places = {place % len(SUMS) for place, (one, another) in enumerate(pairs) if one != another}
        return [name for place, name in enumerate(SUMS) if place in places]

    def to_bytes(self) -> bytes:
        """These, compressed."""
        kept = _Packed(_VERSION, [packed(column) for column in self.columns])
        return zlib.compress(msgspec.msgpack.encode(kept), 1)

    @classmethod
    def from_bytes(cls, data: bytes) -> Sums:
        """Those that `to_bytes` made `data` of.

        Raises:
            ValueError: there are none, or they are damaged.
        """
        try:
            kept = msgspec.msgpack.decode(zlib.decompress(data), type=_Packed)
        except (zlib.error, msgspec.MsgspecError) as wrong:
            raise ValueError("not sums, or damaged") from wrong
        if kept.version != _VERSION or len(kept.columns) != _COLUMNS:
            raise ValueError("not sums of this version, or damaged")
        return cls([unpacked(column, "q") for column in kept.columns])


def _worked(work: Callable[[int, int], int], one: Column, other: Column) -> Column:
    size = max(len(one), len(other))
    return _trimmed(figures(map(work, _padded(one, size), _padded(other, size))))


def _spread(objects: Sequence[int], told: Sequence[int]) -> Column:
    """A column with what is `told` at each object's number."""
    if not any(told):
        return array("q")
    column = _padded(array("q"), max(objects) + 1)
    for number, figure in zip(objects, told, strict=True):
        column[number] = figure
    return _trimmed(column)


def _padded(column: Column, size: int) -> Column:
    """A copy of `column` with zeros up to `size`."""
    return column + array("q", bytes(8 * (size - len(column))))


def _trimmed(column: Column) -> Column:
    while column and not column[-1]:
        column.pop()
    return column
