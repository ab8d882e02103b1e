"""The wire: one HTTP client a platform, which takes care of token, limits, retries, sizes and secrets."""

from .bounded import LARGEST_BODY
from .client import open_client
from .flows import FLOWING
from .limits import Limits
from .redaction import redacted, vendor_words
from .tokens import FixedToken, RenewingToken, Token
from .verdicts import Fault

__all__ = [
    "FLOWING",
    "LARGEST_BODY",
    "Fault",
    "FixedToken",
    "Limits",
    "RenewingToken",
    "Token",
    "open_client",
    "redacted",
    "vendor_words",
]
