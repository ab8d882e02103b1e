"""What a job is given: people to add or to remove, each operation checked on its own.

Google Ads API docs, "OfflineUserDataJobError" (v26) and "Manage offline user data jobs" (read Nov 2026).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from ..failures import Place, Refusal, refused, wrong
from ..shapes import both_set
from .identifiers import KEY_TYPES, missing, part_of
from .job_messages import JobOperation, UserData
from .jobs import Verb
from .persons import person

MOST_IDENTIFIERS: Final = 100_000
MOST_OF_ONE: Final = 20
_JOB: Final = "offlineUserDataJobError"


@dataclass(slots=True)
class Batch:
    """What is right of a request's operations.

    Attributes:
        key_type: what the job's list is matched by.
        verb: whether its people come or go, empty as long as nothing says so.
        operations: how many the job has.
        people: each as one text, in the order in which they came.
        warnings: what is said of operations that are done all the same.
    """

    key_type: str
    verb: Verb | str
    operations: int
    empties: bool = False
    people: list[str] = field(default_factory=list[str])
    refusals: list[Refusal] = field(default_factory=list[Refusal])
    warnings: list[Refusal] = field(default_factory=list[Refusal])

    def take(self, operation: JobOperation, place: Place, *, warns: bool) -> None:
        """Add one operation; refuses what Google would refuse."""
        if operation.remove_all:
            _check_alone(operation, place)
            if self.operations:
                message = "A remove-all operation has to be the first one."
                raise wrong((*place, ("remove_all", None)), _JOB, "INVALID_OPERATION_ORDER", message)
            self.empties = True
        else:
            self._take_person(operation, place, warns=warns)
        self.operations += 1

    def _take_person(self, operation: JobOperation, place: Place, *, warns: bool) -> None:
        verb, data = _one(operation, place)
        within: Place = (*place, (verb, None))
        text = self._person(data, within)
        if data.consent is not None:
            warning = _consent((*within, ("consent", None)))
            if not warns:
                raise warning
            self.warnings.append(warning)
        if self.verb not in {"", verb}:
            message = "Mixing creation and removal of offline data in the same job is not allowed."
            raise wrong(within, _JOB, "CONFLICTING_OPERATION", message)
        self.verb = verb
        self.people.append(text)

    def _person(self, data: UserData, place: Place) -> str:
        if data.transaction_attribute is not None or data.user_attribute is not None:
            code = "ATTRIBUTES_NOT_APPLICABLE_FOR_CUSTOMER_MATCH_USER_LIST"
            raise wrong(place, _JOB, code, "User attributes cannot be uploaded into a user list.")
        if not data.user_identifiers:
            raise missing((*place, ("user_identifiers", None)))
        parts: list[tuple[str, str]] = []
        for at, one in enumerate(data.user_identifiers):
            kind, value = part_of(one, (*place, ("user_identifiers", at)))
            if KEY_TYPES[kind] != self.key_type:
                message = "Upload data is not compatible with the upload key type of the associated user list."
                raise wrong((*place, ("user_identifiers", at)), _JOB, "INCOMPATIBLE_UPLOAD_KEY_TYPE", message)
            parts.append((kind, value))
        return person(parts)


def check_sizes(operations: Sequence[JobOperation]) -> None:
    """Refuse a request with too many identifiers, or too many of one person."""
    if not operations:
        raise refused("requestError", "REQUIRED_FIELD_MISSING", "The required field 'operations' was not present.")
    counts = [
        len(data.user_identifiers)
        for operation in operations
        for data in (operation.create, operation.remove)
        if data is not None
    ]
    if sum(counts) > MOST_IDENTIFIERS or max(counts, default=0) > MOST_OF_ONE:
        message = (
            f"Maximum number of user identifiers allowed per request is {MOST_IDENTIFIERS}"
            f" and per operation is {MOST_OF_ONE}."
        )
        raise refused(_JOB, "TOO_MANY_USER_IDENTIFIERS", message)


def _check_alone(operation: JobOperation, place: Place) -> None:
    if operation.create is not None or operation.remove is not None:
        raise both_set(place, "operation")


def _one(operation: JobOperation, place: Place) -> tuple[Verb, UserData]:
    if operation.create is not None and operation.remove is not None:
        raise both_set(place, "operation")
    if operation.create is not None:
        return "create", operation.create
    if operation.remove is not None:
        return "remove", operation.remove
    raise wrong(place, "requestError", "OPERATION_REQUIRED", "The operation is missing.")


def _consent(place: Place) -> Refusal:
    """Of one person, where the job should say it of all: an error unless warnings are asked for (inferred)."""
    message = "Consent was provided at the operation level for a job that expects it at the job level."
    return wrong(place, _JOB, "OPERATION_LEVEL_CONSENT_PROVIDED", message)
