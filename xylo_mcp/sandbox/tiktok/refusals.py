"""The error codes TikTok answers with (names from its own SDK's list, v1.1.3)."""

from typing import Final

PARTLY_OK: Final = 20001
NO_PERMISSION: Final = 40001
PARAMETER: Final = 40002
NO_SUCH_OBJECT: Final = 40007
NOTHING_TO_UPDATE: Final = 40012
# The list names it for a duplicated request; that a repeated request_id is what it means is inferred.
DUPLICATE_REQUEST: Final = 40050
INVALID_BATCH_SIZE: Final = 40061
NOT_HASHED: Final = 40062
# On no page, but seen (2024-10).
QUERY_TOO_LARGE: Final = 40067
TOO_FREQUENT: Final = 40100
BAD_APP_SECRET: Final = 40101
TOKEN_EXPIRED: Final = 40102
TOKEN_MISSING: Final = 40104
TOKEN_INVALID: Final = 40105
APP_FORBIDDEN: Final = 40113
TASK_ERROR: Final = 40200
TASK_NOT_READY: Final = 40201
NO_SUCH_ADVERTISER: Final = 40300
SIGNATURE_ERROR: Final = 40900
NO_SUCH_FILE: Final = 40905
FILE_EMPTY: Final = 40906
FILE_TOO_LARGE: Final = 40907
FILE_TYPE_ERROR: Final = 40908
# For a type that files cannot have; that a file whose lines are not of its type is refused with it, too, is inferred.
CALCULATE_TYPE_ERROR: Final = 40909
FILE_EXPIRED: Final = 40910
SYSTEM_ERROR: Final = 50000


class Refusal(Exception):
    """TikTok's "no" to a request: a code that is not 0, and a sentence."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(code, message)
        self.code, self.message = code, message


def parameter(name: str, rule: str) -> Refusal:
    """The refusal of a parameter that breaks a rule."""
    return Refusal(PARAMETER, f"{name}: {rule}")
