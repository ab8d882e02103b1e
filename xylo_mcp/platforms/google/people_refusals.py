"""What Google's refusals of people's data mean to us, as tables.

Codes: Google Ads API reference, v26, `errors`; Data Manager API reference, v1, `ErrorReason` (2026). No word of
Google's comes with them: it may quote what it was sent.
"""

from collections.abc import Mapping

from ...ads.errors import Forbidden, Invalid, Misconfigured, NotFound, Rejected, Throttled, Unavailable, Unsupported
from .refusals import BY_REASON, Refusal

NOT_ALLOWLISTED = "notAllowlistedError.CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE"
ALREADY_STARTED = "offlineUserDataJobError.JOB_ALREADY_STARTED"

_NO_LIST = Refusal(NotFound, "Google knows no such audience in this account.", "Take the id from a list of audiences.")
_NO_DESTINATION = Refusal(
    NotFound,
    "Google knows no such conversion action in this account.",
    "Take its id from Google Ads; where a manager account counts the conversions, the action is that account's.",
)
_WRONG_DESTINATION = Refusal(
    Invalid,
    "This conversion action takes no uploads.",
    "Choose one that imports conversions from clicks, or make one in Google Ads.",
)
_WRONG_LIST = Refusal(
    Unsupported,
    "This audience does not take people by e-mail, phone or address.",
    "Choose a customer list for contact details, or create one.",
)
_READ_ONLY = Refusal(
    Unsupported, "Google does not let this audience be changed by this account.", "Change it where it was made."
)
_TERMS = Refusal(
    Forbidden,
    "The account's owner has not accepted Google's terms for customer data.",
    "Accept the customer data terms in Google Ads (Goals, conversion settings), then make the same call again.",
)
_LEADS_OFF = Refusal(
    Forbidden,
    "Enhanced conversions for leads are switched off in the account, so people cannot be matched to clicks.",
    "Switch them on in Google Ads (Goals, conversion settings), or send events with click ids.",
)
_POLICY = Refusal(
    Forbidden,
    "Google's customer data policies do not allow this account to send people's data.",
    "Ask Google's support about the account.",
)
_OLD_WAY_CLOSED = Refusal(
    Forbidden,
    "Google lets this account send people's data through its Data Manager API only.",
    "Enable the Data Manager API in the Google Cloud project, and make the same call again.",
)
_NAME_TAKEN = Refusal(
    Invalid, "Another audience of the account has this name.", "Give another name, or use the audience that has it."
)
_NAME = Refusal(
    Invalid, "Google does not take this name: another audience has it, or it is no proper one.", "Give another name."
)
_DESCRIPTION = Refusal(Invalid, "Google does not take this description.", "Give a shorter or plainer one.")
_RULE = Refusal(Invalid, "Google does not take this rule.", "Say another piece of the pages' addresses.")
_SEED = Refusal(
    Invalid,
    "Google makes no lookalike audience of this one.",
    "Choose an audience of the account's own that Google takes as a seed.",
)
_COUNTRIES = Refusal(Invalid, "Google does not take these countries.", "Give others, as two capital letters each.")
_SAME_AGAIN = Refusal(Invalid, "The account has a lookalike audience like this one already.", "Use that one.")
_FULL = Refusal(
    Rejected, "The account has as many audiences of this kind as Google allows.", "Remove some that are not needed."
)
_STARTED = Refusal(
    Rejected,
    "Google is already at work on this list, so nobody can be added to this handover.",
    "Start a new one, under another key.",
)
_UNFIT = Refusal(
    Rejected,
    "Google does not take something of what was sent about people, and took none of it.",
    "See its code; it never says whose data it was about.",
)
_TOO_MANY = Refusal(Rejected, "These are more people or events than Google takes at once.", "Report this as a defect.")
_SCOPE = Refusal(
    Forbidden,
    "The sign-in does not cover Google's Data Manager API.",
    "Create the refresh token anew with both scopes: https://www.googleapis.com/auth/adwords and "
    "https://www.googleapis.com/auth/datamanager.",
)
_API_OFF = Refusal(
    Misconfigured,
    "The Data Manager API is switched off in the Google Cloud project.",
    "Enable it there, wait a few minutes, and make the same call again.",
)
_NO_ACCESS = Refusal(
    Forbidden,
    "The signed-in Google user may not send people's data to this account, or there is no such destination.",
    "Check the id, and the user's access to the account or to XYLO_GOOGLE_LOGIN_CUSTOMER_ID.",
)
_NOTHING_THERE = Refusal(NotFound, "Google knows no such audience or conversion action.", "Check the id.")
_SLOWER = Refusal(Throttled, "Google asks to slow down.", "Make the same call again later.")
_DOWN = Refusal(Unavailable, "Google had a failure of its own.", "Make the same call again in a moment.")

BY_CODE: Mapping[str, Refusal] = {
    NOT_ALLOWLISTED: _OLD_WAY_CLOSED,
    ALREADY_STARTED: _STARTED,
    "offlineUserDataJobError.INVALID_USER_LIST_ID": _NO_LIST,
    "offlineUserDataJobError.INVALID_USER_LIST_TYPE": _WRONG_LIST,
    "offlineUserDataJobError.INCOMPATIBLE_UPLOAD_KEY_TYPE": _WRONG_LIST,
    "offlineUserDataJobError.CUSTOMER_NOT_ACCEPTED_CUSTOMER_DATA_TERMS": _TERMS,
    "offlineUserDataJobError.TOO_MANY_USER_IDENTIFIERS": _TOO_MANY,
    "userListError.NAME_ALREADY_USED": _NAME_TAKEN,
    "userListError.INVALID_NAME": _NAME,
    "userListError.USERLIST_NAME_IS_RESERVED_FOR_SYSTEM_LIST": _NAME,
    "userListError.INVALID_DESCRIPTION": _DESCRIPTION,
    "userListError.INVALID_RULE": _RULE,
    "userListError.MAX_NUM_RULEBASED_USERLISTS": _FULL,
    "userListError.OWNERSHIP_REQUIRED_FOR_SET": _READ_ONLY,
    "userListError.USER_LIST_MUTATE_NOT_SUPPORTED": _READ_ONLY,
    "userListError.EXTERNAL_REMARKETING_USER_LIST_MUTATE_NOT_SUPPORTED": _READ_ONLY,
    "userListError.CAN_NOT_MUTATE_SENSITIVE_USERLIST": _READ_ONLY,
    "userListError.CANNOT_MUTATE_SYSTEM_LIST": _READ_ONLY,
    "userListError.ADVERTISER_NOT_ON_ALLOWLIST_FOR_USING_UPLOADED_DATA": _POLICY,
    "userListError.ADVERTISER_TOS_NOT_ACCEPTED": _TERMS,
    "userListError.ACCOUNT_SETTING_TYPE_NOT_ALLOWED": _POLICY,
    "userListError.SEED_LIST_DOES_NOT_EXIST": _SEED,
    "userListError.INVALID_SEED_LIST_ACCESS_REASON": _SEED,
    "userListError.INVALID_SEED_LIST_TYPE": _SEED,
    "userListError.INVALID_COUNTRY_CODES": _COUNTRIES,
    "userListError.DUPLICATE_LOOKALIKE": _SAME_AGAIN,
    "conversionUploadError.NO_CONVERSION_ACTION_FOUND": _NO_DESTINATION,
    "conversionUploadError.INVALID_CONVERSION_ACTION_TYPE": _WRONG_DESTINATION,
    "conversionUploadError.CUSTOMER_NOT_ACCEPTED_CUSTOMER_DATA_TERMS": _TERMS,
    "conversionUploadError.CUSTOMER_NOT_ENABLED_ENHANCED_CONVERSIONS_FOR_LEADS": _LEADS_OFF,
    "conversionUploadError.CUSTOMER_DATA_POLICY_PROHIBITS_ENHANCED_CONVERSIONS": _POLICY,
    "conversionUploadError.TOO_MANY_CONVERSIONS_IN_REQUEST": _TOO_MANY,
}

BY_CATEGORY: Mapping[str, Refusal] = {
    "offlineUserDataJobError": _UNFIT,
    "conversionUploadError": _UNFIT,
}

OF_DATA_MANAGER: Mapping[str, Refusal] = {
    **BY_REASON,
    "ACCESS_TOKEN_SCOPE_INSUFFICIENT": _SCOPE,
    "SERVICE_DISABLED": _API_OFF,
    "INTERNAL_ERROR": _DOWN,
    "DEADLINE_EXCEEDED": _DOWN,
    "RESOURCE_EXHAUSTED": _SLOWER,
    "NOT_FOUND": _NOTHING_THERE,
    "PERMISSION_DENIED": _NO_ACCESS,
    "NOT_ALLOWLISTED": _POLICY,
    "INVALID_USER_LIST_ID": _NO_LIST,
    "INVALID_USER_LIST_TYPE": _WRONG_LIST,
    "INVALID_DESTINATION": _NOTHING_THERE,
    "INVALID_CONVERSION_ACTION_ID": _NO_DESTINATION,
    "INVALID_CONVERSION_ACTION_TYPE": _WRONG_DESTINATION,
    "EVENT_SOURCE_AND_DESTINATION_MISMATCH": _WRONG_DESTINATION,
    "TERMS_AND_CONDITIONS_NOT_SIGNED": _TERMS,
    "DESTINATION_ACCOUNT_ENHANCED_CONVERSIONS_TERMS_NOT_SIGNED": _TERMS,
    "DESTINATION_ACCOUNT_NOT_ENABLED_ENHANCED_CONVERSIONS_FOR_LEADS": _LEADS_OFF,
    "DESTINATION_ACCOUNT_DATA_POLICY_PROHIBITS_ENHANCED_CONVERSIONS": _POLICY,
    "ADVERTISER_NOT_ALLOWLISTED_FOR_UPLOADED_DATA": _POLICY,
    "SENSITIVE_USER_LIST_IMMUTABLE": _READ_ONLY,
    "USER_LIST_MUTATION_NOT_SUPPORTED": _READ_ONLY,
    "DATA_PARTNER_USER_LIST_MUTATE_NOT_ALLOWED": _READ_ONLY,
    "TOO_MANY_AUDIENCE_MEMBERS": _TOO_MANY,
    "TOO_MANY_USER_IDENTIFIERS": _TOO_MANY,
    "TOO_MANY_EVENTS": _TOO_MANY,
    "INVALID_HEX_ENCODING": _UNFIT,
    "INVALID_SHA256_FORMAT": _UNFIT,
    "INVALID_AUDIENCE_MEMBER": _UNFIT,
    "INVALID_POSTAL_CODE": _UNFIT,
    "INVALID_REGION_CODE": _UNFIT,
    "INVALID_EVENT": _UNFIT,
    "INVALID_FORMAT": _UNFIT,
    "REQUIRED_FIELD_MISSING": _UNFIT,
}
"""By `ErrorInfo.reason`, by the reason of a field violation, or by the canonical status."""
