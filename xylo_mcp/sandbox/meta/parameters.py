"""Reads the values of parameters: JSON texts, numbers, words of an enumeration."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import TypeVar

import msgspec

from .errors import invalid, not_one_of
from .wire import encoded

_Value = TypeVar("_Value")
_ELEMENT = re.compile(r"(\w+)\[\d*\]")
_EVERYWHERE = frozenset({"access_token", "appsecret_proof", "method", "format", "pretty", "locale", "fields"})


def gathered(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Parameters by name. As at Meta, the last of several wins, and `name[]` or `name[0]` are parts of one list."""
    single: dict[str, str] = {}
    several: dict[str, list[str]] = {}
    for name, value in pairs:
        if part := _ELEMENT.fullmatch(name):
            several.setdefault(part[1], []).append(value)
        else:
            single[name] = value
    return {**single, **{name: encoded([*values]).decode() for name, values in several.items()}}


def refuse_others(arguments: Mapping[str, str], known: Collection[str], *, where: str) -> None:
    """Refuse what the sandbox would have to overlook, so that no question is answered that was not asked."""
    for name in arguments:
        if name not in known and name not in _EVERYWHERE:
            raise invalid(f"The sandbox does not answer the parameter {name} on {where}")


def decoded(arguments: Mapping[str, str], name: str, kind: type[_Value], shape: str) -> _Value:
    """The JSON value of a parameter that is given; `shape` describes it to whoever sent something else."""
    try:
        return msgspec.json.decode(arguments[name], type=kind)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise invalid(f"Param {name} must be {shape}") from error


def strings(arguments: Mapping[str, str], name: str) -> list[str]:
    """A list of texts, empty if it is not given."""
    return decoded(arguments, name, list[str], "an array of strings") if arguments.get(name) else []


def words(arguments: Mapping[str, str], name: str, allowed: Collection[str]) -> frozenset[str]:
    """A list of words of an enumeration."""
    found = strings(arguments, name)
    for position, value in enumerate(found):
        if value not in allowed:
            raise not_one_of(f"{name}[{position}]", allowed)
    return frozenset(found)


def word(arguments: Mapping[str, str], name: str, allowed: Collection[str], default: str) -> str:
    """One word of an enumeration."""
    value = arguments.get(name) or default
    if value not in allowed:
        raise not_one_of(name, allowed)
    return value


def whole(arguments: Mapping[str, str], name: str, default: int) -> int:
    """A positive whole number."""
    text = arguments.get(name, "") or str(default)
    if not re.fullmatch(r"[0-9]{1,9}", text, re.ASCII) or int(text) < 1:
        raise invalid(f"Param {name} must be a positive integer")
    return int(text)


def truth(arguments: Mapping[str, str], name: str) -> bool:
    """A yes or no; no if it is not given."""
    return word(arguments, name, ("true", "false", "1", "0"), "false") in ("true", "1")
