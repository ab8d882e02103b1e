"""What Google's refusals of any request mean to us, as tables.

Codes: Google Ads API reference, v26, `errors` (October 2026). Several refusals come with more than
one HTTP status, so the code decides and the status only where there is no code.
"""

from collections.abc import Mapping

import msgspec

from ...ads.errors import (
    AdsError,
    Forbidden,
    Invalid,
    Misconfigured,
    NotFound,
    Rejected,
    Throttled,
    TokenExpired,
    Unauthorized,
    Unavailable,
)


class Refusal(msgspec.Struct, frozen=True):
    """An error in the making.

    Attributes:
        kind, message, fix: of the error.
        sure: whether a change that met it was surely not carried out, where its kind doesn't deny that already.
    """

    kind: type[AdsError]
    message: str
    fix: str
    sure: bool = True


SERVER_ERROR = 500
"""The lowest HTTP status that puts the blame on the server."""

ACCOUNT_NOT_ENABLED = "authorizationError.CUSTOMER_NOT_ENABLED"
NO_ACCESS = "authorizationError.USER_PERMISSION_DENIED"

_EXPIRED = Refusal(
    TokenExpired,
    "Google no longer takes the access token.",
    "If it stays so, create a new refresh token and set XYLO_GOOGLE_REFRESH_TOKEN.",
)
_REVOKED = Refusal(
    Unauthorized,
    "Google revoked the access of this sign-in.",
    "Let the Google user consent again and set XYLO_GOOGLE_REFRESH_TOKEN to the new refresh token.",
)
_WRONG_USER = Refusal(
    Unauthorized,
    "The signed-in Google user cannot use the Google Ads API.",
    "Sign in as a user of the ad accounts, with two-step verification where Google demands it.",
)
_NO_PERMISSION = Refusal(
    Forbidden,
    "The signed-in Google user has no access to this account.",
    "Invite the user to the account, or set XYLO_GOOGLE_LOGIN_CUSTOMER_ID to the manager that leads to it.",
)
NOT_PERMITTED = Refusal(
    Forbidden,
    "Google does not permit this to the signed-in user or to this account.",
    "Check the user's access level and the state of the account in Google Ads.",
)
_NOT_ENABLED = Refusal(
    Forbidden,
    "The account is not enabled: its sign-up is unfinished, or it was closed.",
    "Finish its set-up or reactivate it in Google Ads.",
)
_PROJECT = Refusal(
    Forbidden,
    "The Google Cloud project of the OAuth client may not use the Google Ads API in this way.",
    "Check the project's access level, terms and state in the API Center and in the Google Cloud console.",
)
_SCOPE = Refusal(
    Forbidden,
    "The sign-in does not cover Google Ads.",
    "Create the refresh token anew with the scope https://www.googleapis.com/auth/adwords.",
)
_API_OFF = Refusal(
    Misconfigured,
    "The Google Ads API is switched off in the Google Cloud project.",
    "Enable it there, wait a few minutes, and ask again.",
)
_DEVELOPER_TOKEN = Refusal(
    Misconfigured,
    "Google does not take the developer token.",
    "Unset XYLO_GOOGLE_DEVELOPER_TOKEN: Google Ads needs none any more.",
)
_LOGIN_CUSTOMER = Refusal(
    Misconfigured,
    "The manager account to go through does not lead to this account.",
    "Correct or unset XYLO_GOOGLE_LOGIN_CUSTOMER_ID.",
)
_VERSION = Refusal(
    Misconfigured,
    "Google does not know this version of its API, or no longer.",
    "Correct the version in XYLO_GOOGLE_BASE_URL, or install a newer xylo-mcp.",
)
_ADDRESS = Refusal(
    Misconfigured,
    "There is nothing of Google's interface at this address.",
    "Check XYLO_GOOGLE_BASE_URL, and XYLO_GOOGLE_DATA_MANAGER_URL where it was about people's data.",
)
_NO_ACCOUNT = Refusal(NotFound, "Google knows no such account.", "Take the account from list_accounts.")
_NO_OBJECT = Refusal(NotFound, "Google knows no such object.", "Take the id from a list.")
_MANAGER = Refusal(
    Invalid,
    "This is a manager account, which has no figures of its own.",
    "Ask for the ad accounts below it.",
)
_TOO_MANY_IDS = Refusal(Invalid, "These are more campaign ids than Google takes at once.", "Ask for fewer.")
_DATES = Refusal(
    Invalid,
    "Google does not take these dates.",
    "Daily figures reach back 37 months; begin no earlier, and end no earlier than you begin.",
)
_QUERY = Refusal(
    Rejected,
    "Google does not take the query that this question became.",
    "Report this as a defect; asking with fewer filters may work.",
)
_STALE_PAGE = Refusal(Rejected, "Google no longer knows the next page.", "Ask the same again from the beginning.")
_SLOWER = Refusal(Throttled, "Google asks to slow down.", "Ask again later.")
_USED_UP = Refusal(
    Throttled,
    "The quota of the Google Cloud project is used up.",
    "Ask again when it is free, or apply for a higher access level.",
)
_DOWN = Refusal(Unavailable, "Google had a failure of its own.", "Ask again in a moment.")
_OTHER = Refusal(
    Rejected,
    "Google refused the request.",
    "See what Google says; if it makes no sense, report this as a defect.",
)

BY_CODE: Mapping[str, Refusal] = {
    "authenticationError.OAUTH_TOKEN_EXPIRED": _EXPIRED,
    "authenticationError.OAUTH_TOKEN_INVALID": _EXPIRED,
    "authenticationError.OAUTH_TOKEN_REVOKED": _REVOKED,
    "authenticationError.OAUTH_TOKEN_DISABLED": _REVOKED,
    "authenticationError.GOOGLE_ACCOUNT_DELETED": _REVOKED,
    "authenticationError.CUSTOMER_NOT_FOUND": _NO_ACCOUNT,
    "authenticationError.CLIENT_CUSTOMER_ID_INVALID": _NO_ACCOUNT,
    "authenticationError.DEVELOPER_TOKEN_INVALID": _DEVELOPER_TOKEN,
    "authenticationError.ORGANIZATION_NOT_ASSOCIATED_WITH_DEVELOPER_TOKEN": _DEVELOPER_TOKEN,
    NO_ACCESS: _NO_PERMISSION,
    "authorizationError.DEVELOPER_TOKEN_NOT_ON_ALLOWLIST": _DEVELOPER_TOKEN,
    "authorizationError.DEVELOPER_TOKEN_PROHIBITED": _DEVELOPER_TOKEN,
    "authorizationError.DEVELOPER_TOKEN_NOT_APPROVED": _PROJECT,
    "authorizationError.CLOUD_PROJECT_NOT_APPROVED_FOR_PRODUCTION": _PROJECT,
    "authorizationError.CLOUD_PROJECT_NOT_UNDER_ORGANIZATION": _PROJECT,
    "authorizationError.PROJECT_DISABLED": _PROJECT,
    "authorizationError.MISSING_TOS": _PROJECT,
    ACCOUNT_NOT_ENABLED: _NOT_ENABLED,
    "authorizationError.INCOMPLETE_SIGNUP": _NOT_ENABLED,
    "authorizationError.INVALID_LOGIN_CUSTOMER_ID_SERVING_CUSTOMER_ID_COMBINATION": _LOGIN_CUSTOMER,
    "headerError.INVALID_LOGIN_CUSTOMER_ID": _LOGIN_CUSTOMER,
    "requestError.LOGIN_CUSTOMER_ID_PARAMETER_MISSING": _NO_PERMISSION,
    "requestError.DEVELOPER_TOKEN_PARAMETER_MISSING": Refusal(
        Misconfigured, "This version of the API wants a developer token.", "Set XYLO_GOOGLE_DEVELOPER_TOKEN."
    ),
    "requestError.CLOUD_PROJECT_NOT_FOUND": _PROJECT,
    "requestError.UNSUPPORTED_VERSION": _VERSION,
    "requestError.INVALID_CUSTOMER_ID": _NO_ACCOUNT,
    "requestError.RESOURCE_NOT_FOUND": _NO_OBJECT,
    "requestError.EXPIRED_PAGE_TOKEN": _STALE_PAGE,
    "requestError.INVALID_PAGE_TOKEN": _STALE_PAGE,
    "requestError.RPC_DEADLINE_TOO_SHORT": _DOWN,
    "mutateError.RESOURCE_NOT_FOUND": _NO_OBJECT,
    "idError.NOT_FOUND": _NO_OBJECT,
    "quotaError.RESOURCE_EXHAUSTED": _USED_UP,
    "quotaError.ACCESS_PROHIBITED": _PROJECT,
    "queryError.REQUESTED_METRICS_FOR_MANAGER": _MANAGER,
    "queryError.FILTER_HAS_TOO_MANY_VALUES": _TOO_MANY_IDS,
    "queryError.DATE_RANGE_TOO_WIDE": _DATES,
    "queryError.DATE_RANGE_TOO_NARROW": _DATES,
    # A field that we ask for exists in the version we were written for, so it must be another version.
    "queryError.UNRECOGNIZED_FIELD": _VERSION,
}

BY_CATEGORY: Mapping[str, Refusal] = {
    "authenticationError": _WRONG_USER,
    "authorizationError": NOT_PERMITTED,
    "notAllowlistedError": NOT_PERMITTED,
    "headerError": _LOGIN_CUSTOMER,
    "quotaError": _SLOWER,
    # Failures in the middle of something: of a change they leave open whether it was carried out.
    "internalError": _DOWN,
    "databaseError": _DOWN,
    "queryError": _QUERY,
    "dateError": _DATES,
    "dateRangeError": _DATES,
}

# `google.rpc.ErrorInfo` (googleapis, google/api/error_reason.proto): from Google's front end, before Google Ads.
BY_REASON: Mapping[str, Refusal] = {
    "ACCESS_TOKEN_EXPIRED": _EXPIRED,
    "ACCESS_TOKEN_SCOPE_INSUFFICIENT": _SCOPE,
    "CONSUMER_INVALID": _PROJECT,
    "CONSUMER_SUSPENDED": _PROJECT,
    "RATE_LIMIT_EXCEEDED": _SLOWER,
    "SERVICE_DISABLED": _API_OFF,
    "USER_PROJECT_DENIED": _PROJECT,
}

_BY_STATUS: Mapping[int, Refusal] = {
    401: _EXPIRED,
    403: NOT_PERMITTED,
    404: _ADDRESS,
    408: _DOWN,
    409: _DOWN,
    429: _SLOWER,
    499: _DOWN,
    501: _ADDRESS,
}


def by_status(status: int) -> Refusal:
    """What an HTTP status means that no code explains."""
    return _BY_STATUS.get(status, _DOWN if status >= SERVER_ERROR else _OTHER)
