"""Bodies with people in them, read at once into messages, as strictly as Google's JSON front end reads them.

Protocol Buffers docs, "ProtoJSON format" (read Nov 2026). What is wrong is told by its place alone: the values
may be somebody's own.
"""

import re
from typing import Final, TypeVar

import msgspec
from starlette.requests import Request

from .failures import Place, Refusal, malformed
from .gaql.fields import snake

_SHAPE = TypeVar("_SHAPE", bound="Message")
_UNKNOWN: Final = re.compile(r"Object contains unknown field `([^`]*)`.*", re.DOTALL)
_PLACE: Final = re.compile(r" - at `\$\.?([^`]*)`\Z")
_INT64: Final = re.compile(r"-?[0-9]{1,19}")


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel", gc=False):
    """A message of the interface: names as JSON writes them, and none that it does not have."""


async def message_of(request: Request, shape: type[_SHAPE]) -> _SHAPE:
    """The body of `request`; refuses what is no such message."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind != "application/json":
        raise malformed("", f"Invalid content type '{kind}': JSON is expected.")
    try:
        return msgspec.json.decode(await request.body(), type=shape)
    except msgspec.ValidationError as wrong:
        raise _refusal(str(wrong)) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise malformed("", "Invalid JSON payload received. Expected an object.") from None


def whole(value: int | str, place: Place) -> int:
    """A whole number of 64 bits: JSON has it as a string, and takes a number too."""
    if isinstance(value, str) and not _INT64.fullmatch(value):
        raise invalid(place)
    return int(value)


def invalid(place: Place) -> Refusal:
    """What stands at `place` is not of the field's kind."""
    at = path_of(place)
    return malformed(at, f"Invalid value at '{at}'")


def both_set(place: Place, oneof: str) -> Refusal:
    """Two members of which a message has one."""
    at = path_of(place)
    return malformed(at, f"Invalid value at '{at}' (oneof), oneof field '{oneof}' is already set.")


def path_of(place: Place) -> str:
    """A place as the front end writes it."""
    return ".".join(name if at is None else f"{name}[{at}]" for name, at in place)


def _refusal(told: str) -> Refusal:
    found = _PLACE.search(told)
    at = snake(found[1]) if found else ""
    unknown = _UNKNOWN.match(told)
    if unknown is None:
        return malformed(at, f"Invalid value at '{at}'")
    where = f" at '{at}'" if at else ""
    return malformed(at, f'Invalid JSON payload received. Unknown name "{unknown[1]}"{where}: Cannot find field.')
