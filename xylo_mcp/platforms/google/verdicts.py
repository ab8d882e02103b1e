"""What Google says of single events, in our words.

Codes: Google Ads API reference, v26, `ConversionUploadError`; Data Manager API reference, v1, `ErrorReason` (2026).
Shapes: `google.rpc.Status` with a `GoogleAdsFailure` in its details. No words of Google's are kept, but its codes.
"""

from collections.abc import Mapping, Sequence

import msgspec

from ...ads.conversions import Told
from ...transport import vendor_words
from ..reading import garbled
from .errors import PLATFORM
from .payloads import read

_ALREADY = frozenset({"CLICK_CONVERSION_ALREADY_EXISTS", "ORDER_ID_ALREADY_IN_USE"})
_LATER: Mapping[str, str] = {
    "TOO_RECENT_EVENT": "click_too_recent",  # less than six hours ago
    "TOO_RECENT_CONVERSION_ACTION": "destination_too_new",
    "CONVERSION_ACTION_TOO_RECENTLY_CREATED": "destination_too_new",
}
_PASSING = frozenset({"internalError", "databaseError", "quotaError"})
_REASONS: Mapping[str, str] = {
    "UNPARSEABLE_GCLID": "unreadable_click_id",
    "UNPARSEABLE_GBRAID": "unreadable_click_id",
    "UNPARSEABLE_WBRAID": "unreadable_click_id",
    "CLICK_NOT_FOUND": "no_such_click",
    "EVENT_NOT_FOUND": "no_such_click",
    "EXPIRED_EVENT": "click_too_old",
    "CONVERSION_PRECEDES_EVENT": "before_its_click",
    "INVALID_CUSTOMER_FOR_CLICK": "click_of_another_account",
    "UNAUTHORIZED_CUSTOMER": "click_of_another_account",
    "INVALID_AD_IDENTIFIER_FOR_ACCOUNT": "click_of_another_account",
    "CONVERSION_TRACKING_NOT_ENABLED_AT_IMPRESSION_TIME": "not_counted_then",
    "NO_CONVERSION_ACTION_FOUND": "no_such_destination",
    "INVALID_CONVERSION_ACTION_TYPE": "destination_takes_no_uploads",
    "ONE_PER_CLICK_CONVERSION_ACTION_NOT_PERMITTED_WITH_BRAID": "destination_counts_one_per_click",
    "CUSTOMER_NOT_ACCEPTED_CUSTOMER_DATA_TERMS": "terms_not_accepted",
    "CUSTOMER_NOT_ENABLED_ENHANCED_CONVERSIONS_FOR_LEADS": "enhanced_conversions_off",
    "CUSTOMER_DATA_POLICY_PROHIBITS_ENHANCED_CONVERSIONS": "not_allowed_by_policy",
    "CONVERSION_NOT_COMPLIANT_WITH_ATT_POLICY": "tracking_not_allowed",
    "INVALID_USER_IDENTIFIER": "unfit_person",
    "UNSUPPORTED_USER_IDENTIFIER": "unfit_person",
    "INVALID_HEX_ENCODING": "unfit_person",
    "INVALID_SHA256_FORMAT": "unfit_person",
    "NO_IDENTIFIERS_PROVIDED": "nobody_to_match",
    "ORDER_ID_CONTAINS_PII": "id_names_a_person",
    "DUPLICATE_ORDER_ID": "twice_in_one_request",
    "DUPLICATE_CLICK_CONVERSION_IN_REQUEST": "twice_in_one_request",
    "EVENT_TIME_INVALID": "too_old",
    "INVALID_CURRENCY_CODE": "unknown_currency",
}
KNOWN = frozenset({*_ALREADY, *_LATER, *_REASONS})
"""The codes that are told apart."""

_OTHER = "refused"
_WORST_FIRST = ("rejected", "later", "already")


class _Step(msgspec.Struct, frozen=True, rename="camel"):
    field_name: str = ""
    index: int | None = None


class _Location(msgspec.Struct, frozen=True, rename="camel"):
    field_path_elements: Sequence[_Step] = ()


class _Failed(msgspec.Struct, frozen=True, rename="camel"):
    """One error of a GoogleAdsFailure; neither its message nor what triggered it is read."""

    error_code: Mapping[str, str] = {}
    location: _Location = _Location()

    @property
    def row(self) -> int | None:
        """Which conversion it is about; an index that is left out is 0."""
        steps = self.location.field_path_elements
        return (steps[0].index or 0) if steps and steps[0].field_name == "conversions" else None

    @property
    def code(self) -> str:
        return next((f"{category}.{value}" for category, value in self.error_code.items()), "")


class _Detail(msgspec.Struct, frozen=True, rename="camel"):
    errors: Sequence[_Failed] = ()
    request_id: str = ""


class _Status(msgspec.Struct, frozen=True):
    details: Sequence[_Detail] = ()


class _Result(msgspec.Struct, frozen=True, rename="camel"):
    """What was taken of one conversion; nothing where it was refused."""

    conversion_action: str = ""


class _Answer(msgspec.Struct, frozen=True, rename="camel"):
    results: Sequence[_Result] = ()
    partial_failure_error: _Status | None = None


def uploaded(body: bytes, destination: str, count: int, *, rehearsed: bool) -> Sequence[Told]:
    """What the answer to an upload of `count` conversions says of each, in their order.

    Raises:
        Garbled: it does not say so of each.
    """
    answer = read(body, _Answer)
    refused = _refused(answer.partial_failure_error or _Status())
    taken = [bool(result.conversion_action) for result in answer.results] or [False] * count
    if rehearsed and not any(taken):  # then no results are told
        taken = [row not in refused for row in range(count)]
    elif rehearsed or len(taken) != count or _of_another(answer.results, destination):
        raise garbled(PLATFORM)
    if refused.keys() ^ {row for row, was_taken in enumerate(taken) if not was_taken}:
        raise garbled(PLATFORM)
    return [refused.get(row) or Told("delivered") for row in range(count)]


def verdict(code: str, request_id: str = "") -> Told:
    """What a code says of one event: a category and a value, or a value alone."""
    category, _, value = code.rpartition(".")
    words = vendor_words(code, "", request_id)
    if value in _ALREADY:
        return Told("already", "taken_before", words)
    if value in _LATER:
        return Told("later", _LATER[value], words)
    if category in _PASSING:
        return Told("later", "platform_failure", words)
    return Told("rejected", _REASONS.get(value, _OTHER), words)


def _refused(status: _Status) -> Mapping[int | None, Told]:
    """The worst that is said of each row; of None where it says something of none of them."""
    worst: dict[int | None, Told] = {}
    for detail in status.details:
        for failed in detail.errors:
            told, known = verdict(failed.code, detail.request_id), worst.get(failed.row)
            if known is None or _WORST_FIRST.index(told.state) < _WORST_FIRST.index(known.state):
                worst[failed.row] = told
    return worst


def _of_another(results: Sequence[_Result], destination: str) -> bool:
    """Whether one was taken for another conversion action. Whose customer's name stands before its id says nothing."""
    return any(
        result.conversion_action and not result.conversion_action.endswith(f"/conversionActions/{destination}")
        for result in results
    )
