"""Everything that can go wrong, by who can act.

AdsError
├── Invalid           the caller: correct the arguments (INVALID_ARGUMENT)
│   └── InvalidCursor the caller: start again without the cursor (INVALID_CURSOR)
├── NotFound          the caller: ask for what exists (NOT_FOUND)
├── Refused           the caller: stay within the guardrails (REFUSED)
├── Conflict          the caller: look again, something else changed it (CONFLICT)
├── Mismatch          the caller: another key for another change (IDEMPOTENCY_MISMATCH)
├── InProgress        time: an operation on it is under way or not settled (OPERATION_PENDING)
├── OutcomeUnknown    time, then a person: it may have been done (OUTCOME_UNKNOWN)
├── Partial           the caller: a part was done (PARTIALLY_DONE)
├── Unsupported       the caller: this platform cannot do that (UNSUPPORTED)
├── Throttled         time: wait, then ask again (RATE_LIMITED)
├── Unavailable       time: the platform is down or unreachable (PLATFORM_DOWN)
├── Late              time: the deadline passed (DEADLINE_EXCEEDED)
├── Unauthorized      the operator: sign in again (AUTH_REQUIRED)
│   └── TokenExpired  the wire itself: renew the token once
├── Forbidden         the operator: grant access (SCOPE_REQUIRED)
├── Unrecorded        the operator: give the ledger back its disk or database (LEDGER_UNAVAILABLE)
├── Misconfigured     the operator: mend the settings (MISCONFIGURED)
├── Rejected          the platform refused the request (PLATFORM_ERROR)
└── Garbled           the platform's answer cannot be read (PLATFORM_ERROR)
"""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Literal

import msgspec

SideEffects = Literal["none", "unknown", "partial"]


class VendorWords(msgspec.Struct, frozen=True):
    """What the platform itself said: third-party text, shown as data and never as advice."""

    code: str = ""
    message: str = ""
    request_id: str = ""


class Limit(msgspec.Struct, frozen=True):
    """One guardrail that stands in the way, in words and amounts that may be shown.

    Attributes:
        rule: its name in the policy.
        limit: what it allows; `current`: what there is; `proposed`: what there would be.
        remaining: how much of it is left, empty where that makes no sense.
    """

    rule: str
    limit: str
    current: str
    proposed: str
    remaining: str = ""


class AdsError(Exception):
    """An error that a caller may read.

    Attributes:
        message: what went wrong, in our words, without third-party text.
        fix: what to do next.
        platform: whose answer it was, empty if nobody's.
        vendor: what that platform said.
        retry_at: when asking again makes sense, if known.
        nothing_done: whether a write that met this was surely not carried out.
        operation_id: the operation it is about, if any.
        limits: the guardrails in the way, if any.
    """

    code: ClassVar[str] = "INTERNAL"
    safe_to_retry: ClassVar[bool] = False
    side_effects: ClassVar[SideEffects] = "none"
    nothing_done: bool = False

    def __init__(
        self,
        message: str,
        fix: str,
        *,
        platform: str = "",
        vendor: VendorWords | None = None,
        retry_at: datetime | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix
        self.platform = platform
        self.vendor = vendor
        self.retry_at = retry_at
        self.operation_id = ""
        self.limits: Sequence[Limit] = ()


class Invalid(AdsError):
    """An argument is wrong."""

    code = "INVALID_ARGUMENT"
    nothing_done = True


class InvalidCursor(Invalid):
    """A cursor is unknown, expired or belongs to another question."""

    code = "INVALID_CURSOR"


class NotFound(AdsError):
    """No such thing, or not visible with these credentials."""

    code = "NOT_FOUND"
    nothing_done = True


class Unsupported(AdsError):
    """The platform has no such thing."""

    code = "UNSUPPORTED"
    nothing_done = True


class Throttled(AdsError):
    """The platform asks to slow down; nothing was done."""

    code = "RATE_LIMITED"
    nothing_done = True
    safe_to_retry = True


class Unavailable(AdsError):
    """The platform failed or could not be reached."""

    code = "PLATFORM_DOWN"
    safe_to_retry = True


class Late(AdsError):
    """The platform did not answer before the deadline."""

    code = "DEADLINE_EXCEEDED"
    safe_to_retry = True


class Unauthorized(AdsError):
    """The platform does not accept the credentials.

    `renewable` says that a fresh access token may help: it expired, rather than being revoked.
    """

    code = "AUTH_REQUIRED"
    nothing_done = True
    renewable = False


class TokenExpired(Unauthorized):
    """The access token ran out; a renewed one may do."""

    renewable = True


class Forbidden(AdsError):
    """The credentials are good but do not reach this."""

    code = "SCOPE_REQUIRED"
    nothing_done = True


class Misconfigured(AdsError):
    """The operator's settings do not hold together."""

    code = "MISCONFIGURED"
    nothing_done = True


class Rejected(AdsError):
    """The platform refused the request for a reason of its own."""

    code = "PLATFORM_ERROR"
    nothing_done = True


class Garbled(AdsError):
    """The platform answered something that is not its documented format."""

    code = "PLATFORM_ERROR"
    safe_to_retry = True


class Refused(AdsError):
    """The operator's guardrails do not allow it; nothing was sent."""

    code = "REFUSED"
    nothing_done = True


class Conflict(AdsError):
    """The object is not what it was when the change was decided on; nothing was sent."""

    code = "CONFLICT"
    nothing_done = True


class Mismatch(Invalid):
    """An idempotency key was given before, for another change."""

    code = "IDEMPOTENCY_MISMATCH"


class InProgress(AdsError):
    """An operation on the same object, or of the same key, is under way or not settled yet."""

    code = "OPERATION_PENDING"
    nothing_done = True


class OutcomeUnknown(AdsError):
    """The change was sent, and whether it was carried out is not known yet. It is never sent again."""

    code = "OUTCOME_UNKNOWN"
    side_effects = "unknown"


class Partial(AdsError):
    """A part of the change was carried out."""

    code = "PARTIALLY_DONE"
    side_effects = "partial"


class Unrecorded(AdsError):
    """The ledger cannot be written or read, so nothing was sent."""

    code = "LEDGER_UNAVAILABLE"
    nothing_done = True
    safe_to_retry = True
