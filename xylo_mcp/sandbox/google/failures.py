"""Google's refusals: the REST envelope around a GoogleAdsFailure, and the plainer ones of the front end.

Google Ads API docs, "Understand API errors" and "REST mappings" (v26, read Nov 2026).
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

import msgspec
from starlette.responses import Response

VERSION: Final = "v26"
_INVALID_ARGUMENT: Final = 3  # as gRPC numbers it
Place: TypeAlias = tuple[tuple[str, int | None], ...]
"""Where in a request something is wrong: names as protocol buffers write them, and positions within lists."""

_STATUS: Final = {
    400: ("INVALID_ARGUMENT", "Request contains an invalid argument."),
    401: (
        "UNAUTHENTICATED",
        "Request had invalid authentication credentials. Expected OAuth 2 access token or other valid credential.",
    ),
    403: ("PERMISSION_DENIED", "The caller does not have permission"),
    429: ("RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."),
    500: ("INTERNAL", "Internal error encountered."),
}


class Refusal(Exception):
    """The request is answered with an error.

    Attributes:
        error_code: category and code, such as `{"queryError": "BAD_NUMBER"}`; empty: the front end refuses
            what it cannot even read, at `field`.
        details: what the error carries beside its message.
        version: of the interface that the failure's type names.
        place: which part of the request is wrong; `trigger`: the value that is.
    """

    def __init__(self, status: int, error_code: Mapping[str, str], message: str) -> None:
        super().__init__(status, error_code, message)
        self.status, self.error_code, self.message = status, error_code, message
        self.field = ""
        self.details: Mapping[str, object] = {}
        self.version = VERSION
        self.place: Place = ()
        self.trigger = ""


class Refusals(Exception):
    """The request is answered with several errors, one for each part of it that is wrong."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__(refusals)
        self.refusals = refusals


def refused(category: str, code: str, message: str, *, status: int = 400) -> Refusal:
    """A GoogleAdsFailure with one error, such as `queryError`, `UNRECOGNIZED_FIELD`."""
    return Refusal(status, {category: code}, message)


def wrong(place: Place, category: str, code: str, message: str, *, trigger: str = "") -> Refusal:
    """The same for one part of a request that asks to change something."""
    refusal = refused(category, code, message)
    refusal.place, refusal.trigger = place, trigger
    return refusal


def query_error(code: str, message: str) -> Refusal:
    """A query that Google would not run."""
    return refused("queryError", code, message)


def unsupported_version(version: str) -> Refusal:
    """A version that is not served, named in the failure's own type."""
    refusal = refused("requestError", "UNSUPPORTED_VERSION", f"Version {version} is not served (any more).")
    refusal.version = version
    return refusal


def malformed(field: str, description: str) -> Refusal:
    """JSON that the front end cannot turn into the request's message: it never reaches Google Ads."""
    refusal = Refusal(400, {}, description)
    refusal.field = field
    return refusal


def throttled() -> Refusal:
    """Too many requests for the moment; Google says how long to wait."""
    message = "Too many requests. Retry in 1 seconds."
    refusal = refused("quotaError", "RESOURCE_TEMPORARILY_EXHAUSTED", message, status=429)
    rate = {"rateScope": "ACCOUNT", "rateName": "Requests per service per method", "retryDelay": "1s"}
    refusal.details = {"quotaErrorDetails": rate}
    return refusal


def answer(refusals: Sequence[Refusal], *, in_list: bool) -> Response:
    """The HTTP answer; a stream's errors come `in_list`, as its batches do."""
    request_id = new_request_id()
    body = error_of(refusals, request_id)
    return reply([body] if in_list else body, request_id, refusals[0].status)


def error_of(refusals: Sequence[Refusal], request_id: str) -> Mapping[str, object]:
    """The envelope around all of them."""
    first = refusals[0]
    status, text = _STATUS[first.status]
    detail = failure(refusals, request_id) if first.error_code else _bad_request(first)
    message = text if first.error_code else first.message
    return {"error": {"code": first.status, "message": message, "status": status, "details": [detail]}}


def failure(refusals: Sequence[Refusal], request_id: str) -> Mapping[str, object]:
    """All of them in one GoogleAdsFailure."""
    kind = f"type.googleapis.com/google.ads.googleads.{refusals[0].version}.errors.GoogleAdsFailure"
    return {"@type": kind, "errors": [_error(refusal) for refusal in refusals], "requestId": request_id}


def partial_failure(refusals: Sequence[Refusal], request_id: str) -> Mapping[str, object]:
    """The status beside what was done, for those parts of a request that were not."""
    message = f"Multiple errors in 'details'. First error: {refusals[0].message}"
    return {"code": _INVALID_ARGUMENT, "message": message, "details": [failure(refusals, request_id)]}


def _error(refusal: Refusal) -> Mapping[str, object]:
    error: dict[str, object] = {"errorCode": refusal.error_code, "message": refusal.message}
    if refusal.trigger:
        error["trigger"] = {"stringValue": refusal.trigger}
    if refusal.place:
        steps = [{"fieldName": name} | ({} if at is None else {"index": at}) for name, at in refusal.place]
        error["location"] = {"fieldPathElements": steps}
    if refusal.details:
        error["details"] = refusal.details
    return error


def _bad_request(refusal: Refusal) -> Mapping[str, object]:
    violation = {"field": refusal.field} if refusal.field else {}
    violation["description"] = refusal.message
    return {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}


def reply(content: object, request_id: str, status: int = 200) -> Response:
    """A JSON answer with the id under which Google's support would find the request."""
    return Response(
        msgspec.json.encode(content),
        status,
        headers={"request-id": request_id},
        media_type="application/json; charset=UTF-8",
    )


def new_request_id() -> str:
    """An opaque id."""
    return secrets.token_urlsafe(16)
