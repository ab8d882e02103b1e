"""What the Data Manager API answers when it refuses: all of the request, with each field that is wrong.

Data Manager API docs, "Understand API errors" and "Send audience members" (read Nov 2026).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from starlette.responses import Response

from ..failures import new_request_id, reply

_DOMAIN: Final = "datamanager.googleapis.com"
_TYPE: Final = "type.googleapis.com/google.rpc."
_MOST: Final = 100
"""So many fields are named at most (inferred)."""
_TEXTS: Final[Mapping[int, tuple[str, str]]] = {
    400: ("INVALID_ARGUMENT", "There was a problem with the request."),
    401: ("UNAUTHENTICATED", "Request had invalid authentication credentials."),
    403: ("PERMISSION_DENIED", "The caller does not have permission"),
    429: ("RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."),
    500: ("INTERNAL", "Internal error encountered."),
}


@dataclass(frozen=True, slots=True)
class Violation:
    """One field that is wrong; its value is never told."""

    field: str
    reason: str
    description: str


@dataclass(slots=True)
class Violations:
    """All that is wrong with a request so far; the first ones are enough."""

    found: list[Violation] = field(default_factory=list[Violation])

    def add(self, where: str, reason: str, description: str) -> None:
        """One more."""
        if len(self.found) < _MOST:
            self.found.append(Violation(where, reason, description))

    def check(self) -> None:
        """Refuse the request if anything is wrong with it."""
        if self.found:
            raise DataManagerRefusal(400, "INVALID_ARGUMENT", self.found)


class DataManagerRefusal(Exception):
    """The request is answered with an error."""

    def __init__(self, status: int, reason: str, violations: Sequence[Violation] = (), domain: str = _DOMAIN) -> None:
        super().__init__(status, reason)
        self.status, self.reason, self.violations, self.domain = status, reason, violations, domain


def violated(where: str, reason: str, description: str) -> DataManagerRefusal:
    """One field is wrong."""
    return DataManagerRefusal(400, "INVALID_ARGUMENT", [Violation(where, reason, description)])


def answer(refusal: DataManagerRefusal) -> Response:
    """The HTTP answer."""
    request_id = new_request_id()
    status, message = _TEXTS[refusal.status]
    info = {"@type": f"{_TYPE}ErrorInfo", "reason": refusal.reason, "domain": refusal.domain}
    details: list[Mapping[str, object]] = [info, {"@type": f"{_TYPE}RequestInfo", "requestId": request_id}]
    if refusal.violations:
        fields = [
            {"field": one.field, "description": one.description, "reason": one.reason} for one in refusal.violations
        ]
        details.insert(1, {"@type": f"{_TYPE}BadRequest", "fieldViolations": fields})
    if refusal.status == 429:
        details.append({"@type": f"{_TYPE}RetryInfo", "retryDelay": "1s"})
    error = {"code": refusal.status, "message": message, "status": status, "details": details}
    return reply({"error": error}, request_id, refusal.status)
