from datetime import UTC, datetime

import pytest

from xylo_mcp.ads import errors
from xylo_mcp.ads.errors import (
    AdsError,
    Invalid,
    InvalidCursor,
    Limit,
    Mismatch,
    TokenExpired,
    Unauthorized,
    VendorWords,
)

CODES = {
    "Invalid": ("INVALID_ARGUMENT", False),
    "InvalidCursor": ("INVALID_CURSOR", False),
    "NotFound": ("NOT_FOUND", False),
    "Unsupported": ("UNSUPPORTED", False),
    "Throttled": ("RATE_LIMITED", True),
    "Unavailable": ("PLATFORM_DOWN", True),
    "Late": ("DEADLINE_EXCEEDED", True),
    "Unauthorized": ("AUTH_REQUIRED", False),
    "TokenExpired": ("AUTH_REQUIRED", False),
    "Forbidden": ("SCOPE_REQUIRED", False),
    "Misconfigured": ("MISCONFIGURED", False),
    "Rejected": ("PLATFORM_ERROR", False),
    "Garbled": ("PLATFORM_ERROR", True),
    "Refused": ("REFUSED", False),
    "Conflict": ("CONFLICT", False),
    "Mismatch": ("IDEMPOTENCY_MISMATCH", False),
    "InProgress": ("OPERATION_PENDING", False),
    "OutcomeUnknown": ("OUTCOME_UNKNOWN", False),
    "Partial": ("PARTIALLY_DONE", False),
    "Unrecorded": ("LEDGER_UNAVAILABLE", True),
}
MAY_BE_DONE = {"Unavailable", "Late", "Garbled", "OutcomeUnknown", "Partial"}
SIDE_EFFECTS = {"OutcomeUnknown": "unknown", "Partial": "partial"}
KINDS = {
    name: kind
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, AdsError) and kind is not AdsError
}


def test_each_error_has_the_code_that_callers_rely_on_and_says_whether_asking_again_is_safe() -> None:
    assert {name: (kind.code, kind.safe_to_retry) for name, kind in KINDS.items()} == CODES


@pytest.mark.parametrize("name", CODES)
def test_a_write_that_meets_an_error_was_surely_not_done_unless_that_cannot_be_known(name: str) -> None:
    assert KINDS[name].nothing_done is (name not in MAY_BE_DONE)


@pytest.mark.parametrize("name", CODES)
def test_only_what_was_done_or_may_be_has_side_effects(name: str) -> None:
    assert KINDS[name].side_effects == SIDE_EFFECTS.get(name, "none")


@pytest.mark.parametrize("name", CODES)
def test_the_list_of_errors_names_each_with_its_code(name: str) -> None:
    (line,) = (line for line in (errors.__doc__ or "").splitlines() if f"── {name} " in line)

    assert name == "TokenExpired" or f"({CODES[name][0]})" in line


def test_an_error_that_is_none_of_these_is_internal_and_not_asked_again() -> None:
    assert (AdsError.code, AdsError.safe_to_retry) == ("INTERNAL", False)
    assert (AdsError.nothing_done, AdsError.side_effects) == (False, "none")


def test_an_error_says_what_went_wrong_and_what_to_do_and_no_more_than_it_knows() -> None:
    error = Invalid("limit: too many.", "Ask for fewer.")

    assert (str(error), error.message, error.fix) == ("limit: too many.", "limit: too many.", "Ask for fewer.")
    assert (error.platform, error.vendor, error.retry_at) == ("", None, None)
    assert (error.operation_id, error.limits) == ("", ())


def test_an_error_keeps_what_the_platform_said_apart_from_our_words() -> None:
    said = VendorWords("190", "Invalid OAuth access token", "A1B2")
    at = datetime(2026, 3, 18, 12, tzinfo=UTC)

    error = Unauthorized("Not signed in.", "Sign in.", platform="meta", vendor=said, retry_at=at)

    assert (error.platform, error.vendor, error.retry_at) == ("meta", said, at)
    assert "OAuth" not in str(error)


def test_a_platform_that_said_nothing_is_quoted_with_nothing() -> None:
    assert VendorWords() == VendorWords("", "", "")


def test_a_token_that_ran_out_may_be_renewed_and_one_that_was_revoked_may_not() -> None:
    assert TokenExpired("", "").renewable
    assert not Unauthorized("", "").renewable
    assert isinstance(TokenExpired("", ""), Unauthorized)


def test_a_bad_cursor_is_a_bad_argument_and_so_is_a_key_that_was_given_for_another_change() -> None:
    assert issubclass(InvalidCursor, Invalid)
    assert issubclass(Mismatch, Invalid)


def test_a_guardrail_in_the_way_is_told_with_what_is_left_if_that_makes_sense() -> None:
    assert Limit("cuts", "a", "b", "c") == Limit(rule="cuts", limit="a", current="b", proposed="c", remaining="")
