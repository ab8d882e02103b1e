"""Columns of whole numbers, and of texts that each stand once: what many rows weigh least in."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Sequence
from decimal import Context, Decimal, Inexact, InvalidOperation
from itertools import accumulate
from typing import Literal, TypeAlias

import msgspec

Column: TypeAlias = "array[int]"
UNKNOWN = -(2**63)
"""Stands in a column of figures for what the platform did not say; no figure is ever as small."""

_MILLION = Decimal(1_000_000)
_EXACT = Context(prec=60, traps=[Inexact, InvalidOperation])


def millionths(amount: Decimal) -> int:
    """How many millionths `amount` is.

    Raises:
        ValueError: it is no whole number of them.
    """
    try:
        scaled = _EXACT.multiply(amount, _MILLION)
        whole = int(scaled)
    except (ArithmeticError, ValueError):
        raise ValueError("an amount is not a number, or has too many digits") from None
    if whole != scaled:
        raise ValueError("an amount is no whole number of millionths")
    return whole


def amount(of: int) -> Decimal:
    """The amount that so many millionths are."""
    return _EXACT.divide(Decimal(of), _MILLION)


def figures(of: Iterable[int] = ()) -> Column:
    """A column of figures.

    Raises:
        ValueError: one does not fit.
    """
    try:
        return array("q", of)
    except OverflowError:
        raise ValueError("a figure is too large") from None


def summed(column: Column, into: Sequence[int], places: int) -> list[int]:
    """The sums of the figures of `column` that go `into` each place; with an unknown part, unknown."""
    sums = [0] * places
    if UNKNOWN not in column:
        for place, figure in zip(into, column, strict=True):
            sums[place] += figure
        return sums
    for place, figure in zip(into, column, strict=True):
        sums[place] = UNKNOWN if UNKNOWN in (figure, sums[place]) else sums[place] + figure
    return sums


def packed(column: Column) -> bytes:
    """`column` as bytes, those of equal weight side by side: so the zeros of small numbers compress to nothing."""
    size = column.itemsize
    plain = _little(column).tobytes()
    return b"".join(plain[place::size] for place in range(size))


def unpacked(data: bytes, kind: Literal["q", "I"]) -> Column:
    """The column of this kind that `packed` made `data` of.

    Raises:
        ValueError: it is none.
    """
    column = array(kind)
    size = column.itemsize
    count, rest = divmod(len(data), size)
    if rest:
        raise ValueError("a column is damaged")
    plain = bytearray(len(data))
    for place in range(size):
        plain[place::size] = data[place * count : (place + 1) * count]
    column.frombytes(plain)
    return _little(column)


def _little(column: Column) -> Column:
    """`column` with its bytes in the order they are kept in, or back again."""
    if sys.byteorder == "big":
        column = column[:]
        column.byteswap()
    return column


class Numbers(dict[str, int]):
    """The numbers of texts: a text that is new gets the next one."""

    def __missing__(self, text: str) -> int:
        self[text] = number = len(self)
        return number


class PackedPool(msgspec.Struct, frozen=True, array_like=True):
    """A pool as bytes."""

    text: bytes
    ends: bytes


class Pool:
    """Texts, each once, one after the other within a single one."""

    __slots__ = ("_ends", "_text")

    def __init__(self, text: str, ends: Column) -> None:
        self._text, self._ends = text, ends

    @classmethod
    def of(cls, texts: Iterable[str]) -> Pool:
        """A pool of `texts`, in their order."""
        parts = tuple(texts)
        return cls("".join(parts), array("I", accumulate(map(len, parts))))

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, number: int) -> str:
        return self._text[self._ends[number - 1] if number else 0 : self._ends[number]]

    def all(self) -> Sequence[str]:
        """All texts, in order."""
        ends = self._ends
        return [self._text[begin:end] for begin, end in zip([0, *ends], ends, strict=False)]

    def packed(self) -> PackedPool:
        """This pool as bytes."""
        return PackedPool(self._text.encode("utf-8", "surrogatepass"), packed(self._ends))

    @classmethod
    def unpacked(cls, pool: PackedPool) -> Pool:
        """The pool that `packed` made this of.

        Raises:
            ValueError: it is none.
        """
        text, ends = pool.text.decode("utf-8", "surrogatepass"), unpacked(pool.ends, "I")
        if sorted(ends) != list(ends) or (ends[-1] if ends else 0) != len(text):
            raise ValueError("the texts are damaged")
        return cls(text, ends)
