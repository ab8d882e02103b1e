"""Reproducible chance."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

_Choice = TypeVar("_Choice")


class Draw:
    """Reproducible chance: the same label always draws the same."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._rest = b""
        self._blocks = 0

    def below(self, end: int) -> int:
        """A whole number from 0 to `end` - 1."""
        if not self._rest:
            self._rest = hashlib.blake2b(f"{self._label}#{self._blocks}".encode()).digest()
            self._blocks += 1
        number, self._rest = int.from_bytes(self._rest[:4]), self._rest[4:]
        return number * end >> 32

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + self.below(high - low + 1)

    def one_of(self, choices: Sequence[_Choice]) -> _Choice:
        """One of `choices`."""
        return choices[self.below(len(choices))]
