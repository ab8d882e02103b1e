"""Reproducible chance."""

import hashlib
import struct
from collections.abc import Iterator, Sequence
from typing import TypeVar

_Choice = TypeVar("_Choice")
_numbers = struct.Struct(">16I").unpack  # a digest as so many numbers of 32 bits


class Draw:
    """Reproducible chance: the same label always draws the same."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._rest: Iterator[int] = iter(())
        self._blocks = 0

    def below(self, end: int) -> int:
        """A whole number from 0 to `end` - 1."""
        number = next(self._rest, None)
        if number is None:
            self._rest = iter(_numbers(hashlib.blake2b(f"{self._label}#{self._blocks}".encode()).digest()))
            self._blocks += 1
            number = next(self._rest)
        return number * end >> 32

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + self.below(high - low + 1)

    def one_of(self, choices: Sequence[_Choice]) -> _Choice:
        """One of `choices`."""
        return choices[self.below(len(choices))]
