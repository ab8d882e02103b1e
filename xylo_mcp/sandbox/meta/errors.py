"""Meta's refusals: one envelope, many codes (Graph API docs, "Handling Errors", 2026-09)."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from .wire import Json

AUDIENCE_EDGES = frozenset({"customaudiences", "users", "usersreplace", "sessions"})
"""What is asked of these counts against an account's quota for audiences."""


class GraphError(Exception):
    """An answer that is an error: `extra` holds the optional keys of its envelope."""

    def __init__(
        self,
        code: int,
        message: str,
        *,
        subcode: int = 0,
        status: int = 400,
        kind: str = "OAuthException",
        extra: Mapping[str, Json] | None = None,
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.subcode = code, message, subcode
        self.status, self.kind, self.extra = status, kind, dict(extra or {})

    def envelope(self, trace: str) -> dict[str, Json]:
        """The body of the answer."""
        told: dict[str, Json] = {"message": self.message, "type": self.kind, "code": self.code}
        if self.subcode:
            told["error_subcode"] = self.subcode
        return {"error": {**told, **self.extra, "fbtrace_id": trace}}


def invalid(message: str, subcode: int = 0) -> GraphError:
    """A parameter that Meta does not take."""
    return GraphError(100, f"(#100) {message}", subcode=subcode)


def not_one_of(name: str, allowed: Iterable[str]) -> GraphError:
    """A value outside an enumeration."""
    return invalid(f"Param {name} must be one of {{{', '.join(allowed)}}}")


def no_such_field(name: str, node: str) -> GraphError:
    """A field that the node does not have."""
    return invalid(f"Tried accessing nonexisting field ({name}) on node type ({node})")


def syntax(message: str, position: int, text: str) -> GraphError:
    """A field expression that cannot be read."""
    return GraphError(2500, f'Syntax error "{message}" at character {position}: {text}')


def unknown_path(parts: Iterable[str]) -> GraphError:
    """An edge that the node does not have."""
    return GraphError(2500, f"Unknown path components: /{'/'.join(parts)}")


def no_such_object(method: str, name: str) -> GraphError:
    """An object that is not there, not reachable or not able to do this; aliases have a code of their own."""
    if not name.removeprefix("act_").isdigit():
        return GraphError(803, f"(#803) Some of the aliases you requested do not exist: {name}", status=404)
    message = (
        f"Unsupported {method.lower()} request. Object with ID '{name}' does not exist, cannot be loaded due to"
        " missing permissions, or does not support this operation."
    )
    return GraphError(100, message, subcode=33, kind="GraphMethodException")


def unsupported(method: str) -> GraphError:
    """A request on nothing in particular."""
    return GraphError(100, f"Unsupported {method.lower()} request.", kind="GraphMethodException")


def too_much_data(*, insights: bool) -> GraphError:
    """A page beyond what Meta likes to give: insights have their own code for it."""
    if insights:
        return invalid("The request asks for too many data points. Please reduce the amount of data.", 1487534)
    return GraphError(1, "Please reduce the amount of data you're asking for, then retry your request", status=500)


def missing_token() -> GraphError:
    """A request that names no token."""
    return GraphError(104, "An access token is required to request this resource.")


def unknown_token() -> GraphError:
    """A token that was never given out."""
    return GraphError(190, "Invalid OAuth access token - Cannot parse access token", status=401)


def expired_token(now: datetime) -> GraphError:
    """A token whose time is over; Meta says so with 400 as well as 401."""
    moment = now.strftime("%A, %d-%b-%y %H:%M:%S UTC")
    message = f"Error validating access token: Session has expired on {moment}. The current time is {moment}."
    return GraphError(190, message, subcode=463)


def wrong_proof() -> GraphError:
    """A proof that does not belong to the token."""
    return GraphError(100, "Invalid appsecret_proof provided in the API argument", kind="GraphMethodException")


def missing_proof() -> GraphError:
    """No proof where the app insists on it."""
    message = "API calls from the server require an appsecret_proof argument"
    return GraphError(100, message, kind="GraphMethodException")


def server_fault() -> GraphError:
    """Meta's own failure."""
    return GraphError(1, "An unknown error occurred", status=500, extra={"is_transient": True})


def throttled(edge: str, *, of_account: bool) -> GraphError:
    """The quota that a request used up: the user's, or one of the account's.

    Throttling comes as HTTP 400, each kind with its own code (Marketing API docs, "Rate Limiting", 2026-09).
    """
    if not of_account:
        return GraphError(17, "(#17) User request limit reached", subcode=2446079)
    code = 80000 if edge == "insights" else 80003 if edge in AUDIENCE_EDGES else 80004
    return GraphError(
        code,
        f"(#{code}) There have been too many calls to this ad-account. Wait a bit and try again.",
        subcode=2446079,
    )


def too_far_back() -> GraphError:
    """Insights reach 37 months back (Marketing API docs, "Insights API", 2026-09)."""
    message = "(#3018) The start date of the time range cannot be beyond 37 months from the current date"
    return GraphError(3018, message)


def bad_breakdowns(names: Iterable[str]) -> GraphError:
    """A set of breakdowns that Meta does not answer (Marketing API docs, "Insights API", error codes, 2026-09)."""
    message = f"(#2) Current combination of data breakdown columns ({', '.join(names)}) is invalid"
    return GraphError(2, message, subcode=1504041)


def too_slow() -> GraphError:
    """A question that takes longer than Meta answers at once (Marketing API docs, "Insights API", 2026-09)."""
    return invalid("The request took too long to process. Make an asynchronous request, or ask for less.", 1504018)


def report_not_loaded() -> GraphError:
    """A report that is not made: the code that users of Meta's Python SDK were given."""
    message = "(#2601) Error accessing adreport job."
    return GraphError(2601, message, subcode=1815107, extra={"is_transient": True})
