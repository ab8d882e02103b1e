"""What was heard, apart from when it was read and whether it was remembered: that depends on who asked before."""

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

_READ_AT = re.compile(r", as of [0-9T:Z-]+( \(remembered\))?")
_Heard = TypeVar("_Heard")


def timeless(heard: _Heard) -> _Heard:
    """`heard` (JSON) as if all of it had been read at no time, by a question that was asked."""
    return _timeless(heard)  # type: ignore[return-value]  # it keeps the shape


def _timeless(heard: object) -> object:
    if isinstance(heard, str):
        return _READ_AT.sub("", heard)
    if isinstance(heard, Mapping):
        return {key: _told(key, value) for key, value in heard.items()}  # type: ignore[misc]  # JSON
    return [_timeless(one) for one in heard] if isinstance(heard, Sequence) else heard  # type: ignore[misc]  # JSON


def _told(key: str, value: object) -> object:
    """A value of an answer; a schema says of these keys what they are, and stays as it is."""
    answered = {"as_of": None, "cached": False}
    return answered[key] if key in answered and isinstance(value, str | bool | None) else _timeless(value)
