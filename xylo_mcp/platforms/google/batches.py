"""Cuts a JSON array into its elements while its bytes still arrive.

Only quotes and brackets are looked at, most of them by the million: what an element holds is for its reader to check.
"""

import re
from collections.abc import Iterator
from itertools import accumulate

_WINDOW = 64 * 1024
_MARK = re.compile(rb'\\.|["{}\[\]]', re.DOTALL)
_BETWEEN = re.compile(rb"(?:\[,*\]?)?")
_NOT_MARKS = bytes(set(range(256)) - set(b'"{}[]'))
_USUAL_DEPTH = 4
_STEPS = {ord("{"): 1, ord("["): 1, ord("}"): -1, ord("]"): -1}


class Batches:
    """The elements of an array, each of at most `largest` bytes. All methods raise ValueError where it is none."""

    def __init__(self, largest: int) -> None:
        self._largest = largest
        self._depth, self._in_string = 0, False
        self._held = b""  # a backslash whose partner is still to come
        self._element: list[bytes] = []
        self._size = self._elements = 0
        self._between = b""  # what stands outside of the elements

    def feed(self, part: bytes) -> Iterator[bytes]:
        """The elements that `part` completes."""
        for begin in range(0, len(part), _WINDOW):
            window = self._held + part[begin : begin + _WINDOW]
            odd = (len(window) - len(window.rstrip(b"\\"))) % 2
            self._held = window[len(window) - odd :]
            window = window[: len(window) - odd]
            if self._depth > 1 and self._stays_inside(window):
                self._keep(window)
            else:
                yield from self._cut(window)

    def end(self) -> None:
        """Make sure that the array is complete."""
        commas = self._between.count(b",")
        if self._held or not self._between.endswith(b"]") or commas != max(self._elements - 1, 0):
            raise ValueError("the array was cut short")

    def _stays_inside(self, window: bytes) -> bool:
        """Whether the element goes on beyond `window`; then all of it is taken in."""
        plain = window.replace(rb"\\", b"").replace(rb"\"", b"") if b"\\" in window else window
        # Nothing stands between two quotes that then are neighbours: without them, whatever is in a string stays so.
        marks = plain.translate(None, _NOT_MARKS).replace(b'""', b"")
        pieces = marks.split(b'"')
        brackets = b"".join(pieces[self._in_string :: 2])
        for _ in range(_USUAL_DEPTH):
            brackets = brackets.replace(b"{}", b"").replace(b"[]", b"")
        depths = list(accumulate((_STEPS[bracket] for bracket in brackets), initial=self._depth))
        if min(depths) < 2:  # noqa: PLR2004 - the array itself is 1
            return False
        self._depth = depths[-1]
        self._in_string ^= len(pieces) % 2 == 0
        return True

    def _cut(self, window: bytes) -> Iterator[bytes]:
        begin = 0
        for match in _MARK.finditer(window):
            mark, at = match[0], match.start()
            if mark == b'"':
                self._in_string = not self._in_string
            elif self._in_string or len(mark) > 1:
                continue
            elif mark in b"{[":
                if self._depth == 1:
                    self._beside(window[begin:at])
                    begin = at
                self._depth += 1
            else:
                self._depth -= 1
                if self._depth == 1:
                    self._keep(window[begin : at + 1])
                    begin = at + 1
                    yield self._taken()
        rest = window[begin:]
        if self._depth > 1:
            self._keep(rest)
        else:
            self._beside(rest)

    def _beside(self, text: bytes) -> None:
        self._between += b"".join(text.split())
        if not _BETWEEN.fullmatch(self._between) or self._between.count(b",") > self._elements:
            raise ValueError("not an array of objects")

    def _keep(self, piece: bytes) -> None:
        self._element.append(piece)
        self._size += len(piece)
        if self._size > self._largest:
            raise ValueError("an element of no documented size")

    def _taken(self) -> bytes:
        element = b"".join(self._element)
        self._element, self._size = [], 0
        self._elements += 1
        return element
