"""Everything that can go wrong, by who can act.

AdsError
├── Invalid           the caller: correct the arguments (INVALID_ARGUMENT)
│   └── InvalidCursor the caller: start again without the cursor (INVALID_CURSOR)
├── NotFound          the caller: ask for what exists (NOT_FOUND)
├── Unsupported       the caller: this platform cannot do that (UNSUPPORTED)
├── Throttled         time: wait, then ask again (RATE_LIMITED)
├── Unavailable       time: the platform is down or unreachable (PLATFORM_DOWN)
├── Late              time: the deadline passed (DEADLINE_EXCEEDED)
├── Unauthorized      the operator: sign in again (AUTH_REQUIRED)
│   └── TokenExpired  the wire itself: renew the token once
├── Forbidden         the operator: grant access (SCOPE_REQUIRED)
├── Misconfigured     the operator: mend the settings (MISCONFIGURED)
├── Rejected          the platform refused the request (PLATFORM_ERROR)
└── Garbled           the platform's answer cannot be read (PLATFORM_ERROR)
"""

from datetime import datetime
from typing import ClassVar

import msgspec


class VendorWords(msgspec.Struct, frozen=True):
    """What the platform itself said: third-party text, shown as data and never as advice."""

    code: str = ""
    message: str = ""
    request_id: str = ""


class AdsError(Exception):
    """An error that a caller may read.

    Attributes:
        message: what went wrong, in our words, without third-party text.
        fix: what to do next.
        platform: whose answer it was, empty if nobody's.
        vendor: what that platform said.
        retry_at: when asking again makes sense, if known.
    """

    code: ClassVar[str] = "INTERNAL"
    safe_to_retry: ClassVar[bool] = False

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


class Invalid(AdsError):
    """An argument is wrong."""

    code = "INVALID_ARGUMENT"


class InvalidCursor(Invalid):
    """A cursor is unknown, expired or belongs to another question."""

    code = "INVALID_CURSOR"


class NotFound(AdsError):
    """No such thing, or not visible with these credentials."""

    code = "NOT_FOUND"


class Unsupported(AdsError):
    """The platform has no such thing."""

    code = "UNSUPPORTED"


class Throttled(AdsError):
    """The platform asks to slow down; nothing was done."""

    code = "RATE_LIMITED"
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
    renewable = False


class TokenExpired(Unauthorized):
    """The access token ran out; a renewed one may do."""

    renewable = True


class Forbidden(AdsError):
    """The credentials are good but do not reach this."""

    code = "SCOPE_REQUIRED"


class Misconfigured(AdsError):
    """The operator's settings do not hold together."""

    code = "MISCONFIGURED"


class Rejected(AdsError):
    """The platform refused the request for a reason of its own."""

    code = "PLATFORM_ERROR"


class Garbled(AdsError):
    """The platform answered something that is not its documented format."""

    code = "PLATFORM_ERROR"
    safe_to_retry = True
