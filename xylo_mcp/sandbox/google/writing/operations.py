"""Requests that change something: JSON read as strictly as Google's front end reads it.

Protocol Buffers docs, "ProtoJSON format" (read Nov 2026); Google Ads API docs, "Mutating resources" (v26).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

import msgspec

from ..bodies import MOST_OPERATIONS, check_keys
from ..failures import Place, Refusal, malformed, refused
from ..gaql.fields import snake
from .messages import BIDDING, SLOTS, Resource, Scalar, Slot

Verb = Literal["create", "update", "remove"]
VERBS: Final[tuple[Verb, ...]] = get_args(Verb)
_CONTENT_TYPES: Final = frozenset({"UNSPECIFIED", "RESOURCE_NAME_ONLY", "MUTABLE_RESOURCE"})
_SETTINGS: Final = frozenset({"partialFailure", "validateOnly", "responseContentType"})
_OF_EACH: Final[Mapping[str, Resource]] = {
    "campaignOperation": "campaign",
    "campaignBudgetOperation": "campaign_budget",
}
_INT64: Final = range(-(2**63), 2**63)
_WHOLE: Final = re.compile(r"-?[0-9]{1,19}")
Values: TypeAlias = Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class Operation:
    """One change of one object.

    Attributes:
        name: the resource's name, empty if none was sent.
        values: what was sent, by path; a message that is there is itself True.
        mask: the paths to update, None without a mask.
    """

    resource: Resource
    verb: Verb
    name: str
    values: Values
    mask: tuple[str, ...] | None
    place: Place

    def at(self, path: str = "") -> Place:
        """Where in the request the field at `path` is, or the object itself."""
        steps = snake(path).split(".") if path else ()
        return (*self.place, (self.verb, None), *((step, None) for step in steps))

    def text(self, path: str) -> str:
        """What stands at `path` as text, empty if nothing does."""
        return str(self.values.get(path, ""))

    def whole(self, path: str) -> int | None:
        """The whole number at `path`."""
        found = self.values.get(path)
        return found if isinstance(found, int) else None


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be changed, and how to go about it."""

    operations: Sequence[Operation]
    partial_failure: bool
    validate_only: bool
    tells_resources: bool


def of_one(content: Mapping[str, object], resource: Resource) -> Request:
    """A request to the service of one kind of resource."""
    check_keys(content, {"operations", *_SETTINGS}, "")
    sent = _list(content, "operations")
    return _request(
        content, "operations", [_operation(one, resource, (("operations", at),)) for at, one in enumerate(sent)]
    )


def of_all(content: Mapping[str, object]) -> Request:
    """A request to change resources of any kind in one transaction."""
    check_keys(content, {"mutateOperations", *_SETTINGS}, "")
    operations: list[Operation] = []
    for at, one in enumerate(_list(content, "mutateOperations")):
        place: Place = (("mutate_operations", at),)
        kinds = _object(one, place)
        check_keys(kinds, _OF_EACH, _path(place))
        name, inner = _only(kinds, _OF_EACH, place)
        operations.append(_operation(inner, _OF_EACH[name], (*place, (snake(name), None))))
    return _request(content, "mutate_operations", operations)


def _request(content: Mapping[str, object], name: str, operations: Sequence[Operation]) -> Request:
    partial, validate = (_flag(content, setting) for setting in ("partialFailure", "validateOnly"))
    wanted = content.get("responseContentType") or "UNSPECIFIED"
    if wanted not in _CONTENT_TYPES:
        raise _invalid("response_content_type", wanted)
    if not operations:
        raise refused("requestError", "REQUIRED_FIELD_MISSING", f"The required field '{name}' was not present.")
    if len(operations) > MOST_OPERATIONS:
        message = f"Too many mutate operations: {len(operations)} of at most {MOST_OPERATIONS}."
        raise refused("requestError", "TOO_MANY_MUTATE_OPERATIONS", message)
    return Request(operations, partial, validate, wanted == "MUTABLE_RESOURCE")


def _operation(content: object, resource: Resource, place: Place) -> Operation:
    sent = _object(content, place)
    check_keys(sent, {*VERBS, "updateMask"}, _path(place))
    name, inner = _only(sent, VERBS, place)
    verb: Verb = next(one for one in VERBS if one == name)
    mask = _mask(sent, place)
    within: Place = (*place, (verb, None))
    if verb == "remove":
        if not isinstance(inner, str):
            raise _invalid(_path(within), inner)
        return Operation(resource, verb, inner, {}, mask, place)
    values = dict(_read(_object(inner, within), SLOTS[resource], "", _path(within)))
    if resource == "campaign":
        _check_bidding(values, _path(within))
    return Operation(resource, verb, str(values.pop("resourceName", "")), values, mask, place)


def _read(
    content: Mapping[str, object], slots: Mapping[str, Slot], prefix: str, at: str
) -> Iterator[tuple[str, Scalar]]:
    known = {path.removeprefix(prefix) for path in slots if path.startswith(prefix)}
    check_keys(content, {name for name in known if "." not in name}, at)
    for name, value in content.items():
        path, place = f"{prefix}{name}", f"{at}.{snake(name)}"
        slot = slots[path]
        if value is None:  # in JSON, the same as nothing
            continue
        if slot.kind == "message":
            yield path, True
            yield from _read(_object(value, place), slots, f"{path}.", place)
        else:
            yield path, _scalar(value, slot, place)


def _scalar(value: object, slot: Slot, at: str) -> Scalar:
    match slot.kind, value:
        case "text", str():
            return value
        case "enum", str() if value in slot.constants:
            return value
        case "bool", bool():
            return value
        case "int64", int() if not isinstance(value, bool) and value in _INT64:
            return value
        case "int64", str() if _WHOLE.fullmatch(value) and int(value) in _INT64:
            return int(value)
        case "double", int() | float() if not isinstance(value, bool):
            return float(value)
        case _:
            raise _invalid(at, value)


def _check_bidding(values: Values, at: str) -> None:
    members = [name for name in BIDDING if name in values]
    if len(members) > 1:
        description = (
            f"Invalid value at '{at}' (oneof), oneof field 'campaign_bidding_strategy' is already set."
            f" Cannot set '{members[1]}'"
        )
        raise malformed(at, description)


def _mask(sent: Mapping[str, object], place: Place) -> tuple[str, ...] | None:
    found = sent.get("updateMask")
    if found is None:
        return None
    if not isinstance(found, str) or not all(one.isalnum() or one in ".," for one in found):
        raise _invalid(f"{_path(place)}.update_mask", found)
    return tuple(found.split(",")) if found else ()


def _only(content: Mapping[str, object], names: Iterable[str], place: Place) -> tuple[str, object]:
    """The one member that must be set."""
    found = [(name, content[name]) for name in names if content.get(name) is not None]
    if len(found) > 1:
        at = _path(place)
        raise malformed(at, f"Invalid value at '{at}' (oneof), oneof field 'operation' is already set.")
    if not found:
        refusal = refused("requestError", "OPERATION_REQUIRED", "The operation is missing.")
        refusal.place = place
        raise refusal
    return found[0]


def _list(content: Mapping[str, object], name: str) -> Sequence[object]:
    found = content.get(name)
    try:
        return msgspec.convert([] if found is None else found, list[object])
    except msgspec.ValidationError as wrong:
        raise _invalid(snake(name), found) from wrong


def _object(content: object, place: Place | str) -> Mapping[str, object]:
    try:
        return msgspec.convert(content, dict[str, object])
    except msgspec.ValidationError as wrong:
        raise _invalid(place if isinstance(place, str) else _path(place), content) from wrong


def _flag(content: Mapping[str, object], name: str) -> bool:
    found = content.get(name)
    if found is not None and not isinstance(found, bool):
        raise _invalid(snake(name), found)
    return found is True


def _path(place: Place) -> str:
    return ".".join(name if at is None else f"{name}[{at}]" for name, at in place)


def _invalid(at: str, value: object) -> Refusal:
    return malformed(at, f"Invalid value at '{at}', {msgspec.json.encode(value).decode()}")
