"""The wire: one HTTP client a platform, which takes care of token, limits, retries, sizes and secrets."""

from .client import open_client
from .flows import FLOWING
from .limits import Limits
from .redaction import redacted, vendor_words
from .tokens import FixedToken, RenewingToken, Token

__all__ = ["FLOWING", "FixedToken", "Limits", "RenewingToken", "Token", "open_client", "redacted", "vendor_words"]
