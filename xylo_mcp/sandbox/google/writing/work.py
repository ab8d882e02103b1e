"""One request being carried out: whom its resource names mean, and what it has made and touched so far.

Google Ads API docs, "Mutating resources" and "Temporary IDs" (v26, read Nov 2026); which code stands for which
wrong name is inferred.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from ...world import AccountPlan, Campaign, Editor, World
from ..budgets import Purse, purses
from ..failures import Place, Refusal, wrong
from .messages import COLLECTIONS, IMMUTABLE, OUTPUT_ONLY, SLOTS, Resource, has_fields
from .operations import Operation

_NAME: Final = re.compile(r"customers/([^/]+)/([A-Za-z]+)/([^/]+)")
_NUMBER: Final = re.compile(r"-?[0-9]{1,19}")


@dataclass(slots=True)
class Work:
    """What a request's operations share.

    Attributes:
        made: the ids behind the temporary ones, by resource and temporary number.
        taken: the temporary numbers so far, of whatever resource; some of them came to nothing.
    """

    world: World
    editor: Editor
    customer: AccountPlan
    made: dict[tuple[Resource, int], str] = field(default_factory=dict[tuple[Resource, int], str])
    taken: set[int] = field(default_factory=set[int])
    touched: set[tuple[Resource, str]] = field(default_factory=set[tuple[Resource, str]])

    def temporary(self, operation: Operation) -> int | None:
        """The temporary number that a new resource is to have; None: it is not spoken of again."""
        if not operation.name:
            return None
        place = operation.at("resourceName")
        number = self._number(operation.name, operation.resource, place)
        if number >= 0:
            message = "A new resource cannot have an ID."
            raise wrong(place, "newResourceCreationError", "CANNOT_SET_ID_FOR_CREATE", message)
        if number in self.taken:
            message = "The temporary ID is used more than once."
            raise wrong(place, "newResourceCreationError", "DUPLICATE_TEMP_IDS", message, trigger=operation.name)
        self.taken.add(number)
        return number

    def target(self, operation: Operation) -> str:
        """The id of the resource that is to be changed; each resource but once."""
        place = operation.at("" if operation.verb == "remove" else "resourceName")
        identity = self.referred(operation.name, operation.resource, place)
        if (operation.resource, identity) in self.touched:
            message = "A resource can be changed only once in a request."
            raise wrong(place, "mutateError", "ID_EXISTS_IN_MULTIPLE_MUTATES", message, trigger=operation.name)
        self.touched.add((operation.resource, identity))
        return identity

    def referred(self, name: str, resource: Resource, place: Place) -> str:
        """The id behind a resource name that an operation speaks of."""
        number = self._number(name, resource, place)
        if number >= 0:
            return str(number)
        if (resource, number) not in self.made:
            if number in self.taken:
                message = "The resource with this temporary ID had errors."
                raise wrong(place, "newResourceCreationError", "TEMP_ID_RESOURCE_HAD_ERRORS", message, trigger=name)
            raise wrong(place, "mutateError", "RESOURCE_NOT_FOUND", "Resource was not found.", trigger=name)
        return self.made[resource, number]

    def campaign(self, identity: str, place: Place) -> Campaign:
        """One campaign of the customer."""
        for campaign in self.editor.campaigns(self.customer):
            if campaign.id == identity:
                return campaign
        raise wrong(place, "mutateError", "RESOURCE_NOT_FOUND", "Resource was not found.", trigger=identity)

    def purse(self, identity: str, place: Place) -> Purse:
        """One budget of the customer."""
        found = purses(self.world, self.customer).get(identity)
        if found is None:
            raise wrong(place, "mutateError", "RESOURCE_NOT_FOUND", "Resource was not found.", trigger=identity)
        return found

    def _number(self, name: str, resource: Resource, place: Place) -> int:
        if not name:
            raise wrong(place, "requestError", "RESOURCE_NAME_MISSING", "The resource name is missing.")
        parts = _NAME.fullmatch(name)
        if parts is None or parts[2] != COLLECTIONS[resource]:
            raise wrong(place, "requestError", "RESOURCE_NAME_MALFORMED", "Resource name is malformed.", trigger=name)
        if parts[1] != self.customer.id:
            message = "The customer ID of the resource name is not that of the request."
            raise wrong(place, "requestError", "INVALID_CUSTOMER_ID", message, trigger=name)
        if not _NUMBER.fullmatch(parts[3]):
            raise wrong(place, "requestError", "BAD_RESOURCE_ID", "Resource id is no number.", trigger=name)
        return int(parts[3])


def check_message(operation: Operation) -> None:
    """Refuse what cannot stand in the object, whatever it says."""
    slots, values = SLOTS[operation.resource], operation.values
    for path, value in values.items():
        if slots[path].kind == "enum" and value == "UNKNOWN":
            raise wrong(operation.at(path), "requestError", "INVALID_ENUM_VALUE", "The enum value is not valid.")
    if operation.verb == "create":
        for path in values:
            if path in OUTPUT_ONLY[operation.resource]:
                message = "The field's value must be unset: it is read-only."
                raise wrong(operation.at(path), "fieldError", "VALUE_MUST_BE_UNSET", message)


def checked_mask(operation: Operation) -> tuple[str, ...]:
    """The paths to update, without the resource's name; none where there is nothing to update."""
    place: Place = (*operation.place, ("update_mask", None))
    if operation.verb != "update":
        if operation.mask is not None:
            raise wrong(place, "fieldMaskError", "FIELD_MASK_NOT_ALLOWED", "Only updates have a field mask.")
        return ()
    if not operation.mask:
        raise wrong(place, "fieldMaskError", "FIELD_MASK_MISSING", "The field mask is missing.")
    slots = SLOTS[operation.resource]
    for path in operation.mask:
        if path not in slots:
            message = f"The field mask contained an invalid field: '{path}'."
            raise wrong(place, "fieldMaskError", "FIELD_NOT_FOUND", message, trigger=path)
        if slots[path].kind == "message" and has_fields(operation.resource, path):
            message = f"The field mask updated a field with subfields: '{path}'."
            raise wrong(place, "fieldMaskError", "FIELD_HAS_SUBFIELDS", message, trigger=path)
        if path in OUTPUT_ONLY[operation.resource] | IMMUTABLE[operation.resource]:
            raise wrong(operation.at(path), "fieldError", "IMMUTABLE_FIELD", "The field cannot be changed.")
    return tuple(path for path in dict.fromkeys(operation.mask) if path != "resourceName")


def check_text(operation: Operation, path: str, most: int, length: int) -> None:
    """Refuse a name that is empty, or longer than `most` by its `length`."""
    text, place = operation.text(path), operation.at(path)
    if not text.strip():
        raise wrong(place, "stringLengthError", "EMPTY", "The text is empty.", trigger=text)
    if length > most:
        raise wrong(place, "stringLengthError", "TOO_LONG", f"The text is longer than {most}.", trigger=text)


def required(operation: Operation, path: str) -> Refusal:
    """The field at `path` is not there."""
    return wrong(operation.at(path), "fieldError", "REQUIRED", "The required field was not present.")


def not_cleared(operation: Operation, path: str) -> Refusal:
    """The field at `path` is masked and not there: it would be cleared."""
    return wrong(operation.at(path), "fieldError", "FIELD_CANNOT_BE_CLEARED", "The field cannot be cleared.")


def check_alive(operation: Operation, *, removed: bool) -> None:
    """What is removed stays as it is."""
    if removed:
        code, message = "OPERATION_NOT_PERMITTED_FOR_REMOVED_RESOURCE", "The resource is removed."
        raise wrong(operation.at(), "contextError", code, message, trigger=operation.name)
