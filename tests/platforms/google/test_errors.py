"""Each refusal of Google becomes the error of whoever can act on it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xylo_mcp.ads.errors import (
    AdsError,
    Forbidden,
    Garbled,
    Invalid,
    Misconfigured,
    NotFound,
    Rejected,
    Throttled,
    TokenExpired,
    Unauthorized,
    Unavailable,
    VendorWords,
)
from xylo_mcp.platforms.google import people_refusals, refusals, write_refusals
from xylo_mcp.platforms.google.errors import fault
from xylo_mcp.platforms.google.refusals import BY_REASON, Refusal

BY_CODE = {**refusals.BY_CODE, **write_refusals.BY_CODE, **people_refusals.BY_CODE}
BY_CATEGORY = {**refusals.BY_CATEGORY, **write_refusals.BY_CATEGORY, **people_refusals.BY_CATEGORY}
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ASKED = httpx2.Request("POST", "https://ads.example")
SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.json"))
FAILURE_TYPE = "type.googleapis.com/google.ads.googleads.v26.errors.GoogleAdsFailure"
HTML = b"<!DOCTYPE html><title>Error</title><p>That is all we know."


def verdict(status: int, body: bytes, headers: Mapping[str, str] | None = None) -> AdsError | None:
    return fault(httpx2.Response(status, content=body, headers=headers, request=ASKED), clock=lambda: NOW)


def refused(status: int, body: bytes, headers: Mapping[str, str] | None = None) -> AdsError:
    error = verdict(status, body, headers)
    assert error is not None
    assert (error.platform, bool(error.message), bool(error.fix)) == ("google", True, True)
    return error


def envelope(*details: object, code: int = 400, status: str = "INVALID_ARGUMENT", message: str = "No.") -> bytes:
    return msgspec.json.encode(
        {"error": {"code": code, "message": message, "status": status, "details": list(details)}}
    )


def failure(*codes: str, code: int = 400) -> bytes:
    errors = [{"errorCode": dict([text.split(".")]), "message": f"about {text}"} for text in codes]
    return envelope({"@type": FAILURE_TYPE, "errors": errors, "requestId": "Zz-1"}, code=code)


@pytest.mark.parametrize(("code", "refusal"), BY_CODE.items())
@pytest.mark.parametrize("status", [400, 500])
def test_a_known_code_decides_whatever_the_status(code: str, refusal: Refusal, status: int) -> None:
    error = refused(status, failure(code, code=status))

    assert (type(error), error.message, error.fix) == (refusal.kind, refusal.message, refusal.fix)
    assert error.vendor == VendorWords(code=code, message=f"about {code}", request_id="Zz-1")


@pytest.mark.parametrize(("category", "refusal"), BY_CATEGORY.items())
def test_a_code_newer_than_us_is_judged_by_its_category(category: str, refusal: Refusal) -> None:
    error = refused(400, failure(f"{category}.NEW_TROUBLE"))

    assert (type(error), error.message, error.fix) == (refusal.kind, refusal.message, refusal.fix)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("authenticationError.OAUTH_TOKEN_EXPIRED", TokenExpired),
        ("authenticationError.OAUTH_TOKEN_INVALID", TokenExpired),
        ("authenticationError.OAUTH_TOKEN_REVOKED", Unauthorized),
        ("authenticationError.NOT_ADS_USER", Unauthorized),
        ("authenticationError.TWO_STEP_VERIFICATION_NOT_ENROLLED", Unauthorized),
        ("authenticationError.CUSTOMER_NOT_FOUND", NotFound),
        ("authorizationError.USER_PERMISSION_DENIED", Forbidden),
        ("authorizationError.CUSTOMER_NOT_ENABLED", Forbidden),
        ("authorizationError.METRIC_ACCESS_DENIED", Forbidden),
        ("authorizationError.INVALID_LOGIN_CUSTOMER_ID_SERVING_CUSTOMER_ID_COMBINATION", Misconfigured),
        ("headerError.INVALID_LOGIN_CUSTOMER_ID", Misconfigured),
        ("requestError.UNSUPPORTED_VERSION", Misconfigured),
        ("requestError.EXPIRED_PAGE_TOKEN", Rejected),
        ("quotaError.RESOURCE_EXHAUSTED", Throttled),
        ("quotaError.RESOURCE_TEMPORARILY_EXHAUSTED", Throttled),
        ("quotaError.EXCESSIVE_SHORT_TERM_QUERY_RESOURCE_CONSUMPTION", Throttled),
        ("quotaError.ACCESS_PROHIBITED", Forbidden),
        ("queryError.REQUESTED_METRICS_FOR_MANAGER", Invalid),
        ("queryError.FILTER_HAS_TOO_MANY_VALUES", Invalid),
        ("queryError.BAD_VALUE", Rejected),
        ("dateRangeError.REQUESTED_DATE_GRANULARITY_NOT_SUPPORTED", Invalid),
        ("internalError.TRANSIENT_ERROR", Unavailable),
        ("internalError.DEADLINE_EXCEEDED", Unavailable),
        ("databaseError.CONCURRENT_MODIFICATION", Unavailable),
        ("databaseError.DATA_CONSTRAINT_VIOLATION", Unavailable),
        ("campaignError.DUPLICATE_CAMPAIGN_NAME", Invalid),
        ("campaignBudgetError.BUDGET_BELOW_PER_DAY_MINIMUM", Invalid),
        ("campaignBudgetError.CANNOT_USE_ACCELERATED_DELIVERY_MODE", Rejected),
        ("contextError.OPERATION_NOT_PERMITTED_FOR_REMOVED_RESOURCE", Invalid),
        ("operationAccessDeniedError.UPDATE_OPERATION_NOT_PERMITTED", Forbidden),
        ("resourceCountLimitExceededError.ACCOUNT_LIMIT", Rejected),
        ("stringLengthError.TOO_LONG", Invalid),
    ],
)
def test_the_kind_of_a_refusal_says_who_can_act(code: str, kind: type[AdsError]) -> None:
    assert type(refused(400, failure(code))) is kind


def test_of_several_errors_the_one_that_we_know_best_counts() -> None:
    error = refused(400, failure("fooError.BAR", "queryError.NEW", "requestError.UNSUPPORTED_VERSION"))

    assert (type(error), error.vendor) == (
        Misconfigured,
        VendorWords("requestError.UNSUPPORTED_VERSION", "about requestError.UNSUPPORTED_VERSION", "Zz-1"),
    )


def test_an_unknown_category_keeps_googles_words_and_goes_by_the_status() -> None:
    error = refused(503, failure("fooError.BAR", code=503))

    assert (type(error), error.vendor) == (Unavailable, VendorWords("fooError.BAR", "about fooError.BAR", "Zz-1"))


@pytest.mark.parametrize(("reason", "refusal"), BY_REASON.items())
def test_the_front_ends_reasons_are_known(reason: str, refusal: Refusal) -> None:
    info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": "googleapis.com"}

    error = refused(403, envelope(info, code=403, status="PERMISSION_DENIED"), {"request-id": "Hd-2"})

    assert (type(error), error.message) == (refusal.kind, refusal.message)
    assert error.vendor == VendorWords(reason, "No.", "Hd-2")


def test_a_request_that_never_reached_google_ads_is_rejected_with_the_violation_left_aside() -> None:
    bad = {
        "@type": "type.googleapis.com/google.rpc.BadRequest",
        "fieldViolations": [{"field": "pageSize", "description": "Unknown name."}],
    }

    error = refused(400, envelope(bad))

    assert (type(error), error.vendor) == (Rejected, VendorWords("INVALID_ARGUMENT", "No.", ""))


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Rejected),
        (401, TokenExpired),
        (403, Forbidden),
        (404, Misconfigured),
        (409, Unavailable),
        (429, Throttled),
        (499, Unavailable),
        (500, Unavailable),
        (501, Misconfigured),
        (502, Unavailable),
        (503, Unavailable),
        (504, Unavailable),
    ],
)
@pytest.mark.parametrize(
    "body", [b"", b"null", b"{}", b"[]", HTML, b'{"error": "denied"}', b'{"error": null}', b"\xff"]
)
def test_a_status_decides_where_nothing_else_is_said(status: int, body: bytes, kind: type[AdsError]) -> None:
    error = refused(status, body)

    assert (type(error), error.vendor) == (kind, VendorWords(code=str(status)))


@pytest.mark.parametrize(
    "body", [b"", b"null", b"7", b'"ok"', b"[1]", HTML, b'{"error": "denied"}', b"{} {}", b"[" * 9999]
)
def test_a_good_status_with_another_format_is_garbled(body: bytes) -> None:
    assert type(refused(200, body)) is Garbled


@pytest.mark.parametrize("body", [b"{}", b'{"results": []}', b'[{"results": []}]', b'{"error": null}'])
def test_a_good_answer_has_no_fault(body: bytes) -> None:
    assert verdict(200, body) is None


@pytest.mark.parametrize("status", [200, 403])
@pytest.mark.parametrize("before", ["", '{"results": [{"campaign": {"id": "1"}}], "fieldMask": "campaign.id"},'])
def test_an_error_in_an_array_counts_even_after_good_parts(status: int, before: str) -> None:
    body = f"[{before}{failure('authorizationError.USER_PERMISSION_DENIED', code=403).decode()}]".encode()

    assert type(refused(status, body)) is Forbidden


@pytest.mark.parametrize(("code", "kind"), [(429, Throttled), (503, Unavailable), (0, Unavailable)])
def test_an_error_under_a_good_status_goes_by_its_own_code(code: int, kind: type[AdsError]) -> None:
    assert type(refused(200, envelope(code=code, status=""))) is kind


def quota(delay: str) -> object:
    details = {"quotaErrorDetails": {"rateScope": "ACCOUNT", "rateName": "Requests", "retryDelay": delay}}
    error = {"errorCode": {"quotaError": "RESOURCE_EXHAUSTED"}, "message": "Too many.", "details": details}
    return {"@type": FAILURE_TYPE, "errors": [error]}


@pytest.mark.parametrize(
    ("delay", "wait"),
    [
        ("30s", timedelta(seconds=31)),
        ("40591s", timedelta(seconds=40_592)),
        ("0.5s", timedelta(seconds=1)),
        ("999999999s", timedelta(days=1)),
    ],
)
def test_a_delay_that_google_names_is_kept_within_a_day(delay: str, wait: timedelta) -> None:
    assert refused(429, envelope(quota(delay), code=429)).retry_at == NOW + wait


@pytest.mark.parametrize("delay", ["", "-5s", "soon", "5", "1e9s", "99999999999s", "\uff15s"])
def test_a_delay_that_is_none_is_left_aside(delay: str) -> None:
    error = refused(429, envelope(quota(delay), code=429))

    assert (type(error), error.retry_at) == (Throttled, None)


def test_of_several_delays_the_longest_counts() -> None:
    retry = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "9s"}

    assert refused(429, envelope(quota("3s"), retry)).retry_at == NOW + timedelta(seconds=10)
    assert refused(429, envelope(retry), {"retry-after": "60"}).retry_at == NOW + timedelta(seconds=60)
    assert refused(503, HTML, {"retry-after": "later"}).retry_at is None


def test_a_secret_that_google_repeats_is_taken_out() -> None:
    body = envelope(message="The token dev-42 is odd.")

    error = fault(httpx2.Response(400, content=body, request=ASKED), clock=lambda: NOW, secrets=("dev-42",))

    assert error is not None
    assert error.vendor is not None
    assert "dev-42" not in error.vendor.message


@pytest.mark.parametrize("body", [path.read_bytes().strip() for path in SAMPLES], ids=[path.stem for path in SAMPLES])
def test_an_answer_that_is_cut_anywhere_is_garbled(body: bytes) -> None:
    assert verdict(200, body) is None

    assert {type(verdict(200, body[:length])) for length in range(len(body))} == {Garbled}


@given(st.sampled_from([200, 400, 401, 403, 429, 500]), st.binary(max_size=60))
def test_any_bytes_get_a_verdict_in_our_words(status: int, body: bytes) -> None:
    error = verdict(status, body)

    assert status == 200 or error is not None


def test_no_refusal_is_in_two_tables() -> None:
    assert not refusals.BY_CODE.keys() & write_refusals.BY_CODE.keys()
    assert not refusals.BY_CATEGORY.keys() & write_refusals.BY_CATEGORY.keys()


OPEN = {
    "requestError.RPC_DEADLINE_TOO_SHORT",
    # The one who took the tag may have been this change itself.
    "campaignBudgetError.DUPLICATE_NAME",
}


@pytest.mark.parametrize("code", BY_CODE)
def test_a_refusal_with_a_code_means_that_nothing_was_done_unless_it_leaves_that_open(code: str) -> None:
    assert refused(400, failure(code)).nothing_done is (code not in OPEN)


@pytest.mark.parametrize("category", [*BY_CATEGORY, "fooError"])
def test_a_code_newer_than_us_is_a_refusal_unless_its_category_is_of_failures(category: str) -> None:
    error = refused(400, failure(f"{category}.NEW_TROUBLE"))

    assert error.nothing_done is (category not in {"internalError", "databaseError"})


@pytest.mark.parametrize("status", [200, 408, 409, 499, 500, 502, 503, 504])
def test_a_refusal_under_another_status_than_a_refusals_leaves_open_what_was_done(status: int) -> None:
    error = refused(status, failure("fooError.BAR", code=status))

    assert error.nothing_done is False


@pytest.mark.parametrize("status", [200, 500, 503])
def test_even_a_known_refusal_under_a_failures_status_leaves_open_what_was_done(status: int) -> None:
    error = refused(status, failure("campaignError.DUPLICATE_CAMPAIGN_NAME", code=status))

    assert error.nothing_done is False


@pytest.mark.parametrize("other", ["internalError.TRANSIENT_ERROR", "databaseError.CONCURRENT_MODIFICATION"])
def test_a_refusal_beside_a_failure_leaves_open_what_was_done(other: str) -> None:
    error = refused(400, failure("campaignError.DUPLICATE_CAMPAIGN_NAME", other))

    assert (type(error), error.nothing_done) == (Invalid, False)


@pytest.mark.parametrize(
    ("status", "sure"),
    [(400, False), (401, True), (403, True), (404, False), (409, False), (429, True), (500, False), (502, False)],
)
@pytest.mark.parametrize("body", [HTML, b"", b"{}", b'{"error": {}}'])
def test_what_is_not_in_googles_envelope_proves_nothing_but_by_the_status_of_a_refusal(
    status: int, body: bytes, *, sure: bool
) -> None:
    assert refused(status, body).nothing_done is sure


@pytest.mark.parametrize("reason", BY_REASON)
def test_what_the_front_end_refuses_never_reached_google_ads(reason: str) -> None:
    info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason}

    assert refused(403, envelope(info, code=403)).nothing_done is True


def test_an_answer_that_is_garbled_leaves_open_what_was_done() -> None:
    assert refused(200, HTML).nothing_done is False


def too_little(**details: object) -> AdsError:
    """Shape: v26, `BudgetPerDayMinimumErrorDetails`."""
    error = {
        "errorCode": {"campaignBudgetError": "BUDGET_BELOW_PER_DAY_MINIMUM"},
        "message": "Too little.",
        "details": {"budgetPerDayMinimumErrorDetails": details},
    }
    return refused(400, envelope({"@type": FAILURE_TYPE, "errors": [error]}))


def test_a_budget_that_is_too_small_is_refused_with_the_smallest_that_google_takes() -> None:
    error = too_little(currencyCode="EUR", budgetPerDayMinimumMicros="5500000")

    assert error.fix == "Give a larger budget. At least 5.5 EUR a day."


@pytest.mark.parametrize(
    "details",
    [
        {},
        {"currencyCode": "EUR"},
        {"currencyCode": "EUR", "budgetPerDayMinimumMicros": "0"},
        {"currencyCode": "EUR", "budgetPerDayMinimumMicros": "some"},
        {"currencyCode": "your card number", "budgetPerDayMinimumMicros": "5000000"},
    ],
)
def test_a_smallest_budget_that_is_not_told_properly_is_left_aside(details: Mapping[str, object]) -> None:
    assert too_little(**details).fix == "Give a larger budget."
