from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import httpx2
import msgspec
import pytest

from xylo_mcp.ads.errors import (
    AdsError,
    Forbidden,
    Garbled,
    InProgress,
    Invalid,
    Misconfigured,
    NotFound,
    Rejected,
    Throttled,
    Unauthorized,
    Unavailable,
    VendorWords,
)
from xylo_mcp.contract import Clock
from xylo_mcp.platforms.meta.errors import TooMuch, TooSlow, fault, unquoted
from xylo_mcp.platforms.meta.verdicts import Finished, HalfDone, TimedOut, Updating

_NOW = datetime(2026, 3, 4, 10, 11, 12, tzinfo=UTC)
_KINDS: Mapping[type[AdsError], tuple[int, ...]] = {
    Unauthorized: (102, 190),
    Forbidden: (3, 10, 200, 250, 270, 272, 273, 274, 275, 278, 294, 299, 368, 900, 1404078, 1404163, 2859015),
    Misconfigured: (104, 2500, 2635),
    NotFound: (803,),
    Invalid: (3018,),
    Throttled: (4, 17, 32, 341, 613, *range(80000, 80015)),
    Unavailable: (1, 2, 960),
    Rejected: (100, 105, 300, 506, 801, 2650, 2654, 80015, -1, 0),
}
_SUBKINDS: Mapping[type[AdsError], tuple[tuple[int, int], ...]] = {
    Unauthorized: ((190, 458), (190, 459), (190, 460), (190, 463), (190, 464), (190, 467), (190, 492)),
    Forbidden: ((100, 3191001), (200, 1870034), (200, 1870050), (200, 1870090), (2654, 1713092)),
    NotFound: ((100, 33),),
    TooMuch: ((100, 1487534),),
    TooSlow: ((100, 1504018), (2, 1504038), (-3, 1504045)),
    Throttled: ((4, 1504022), (4, 1504039), (17, 2446079), (613, 1487742), (613, 5044001)),
    Unavailable: ((1, 99), (2, 1504043), (2, 1504044)),
    Rejected: (
        *((100, 1885272), (2, 1504041), (2, 1504042), (-2, 2490547), (200, 1870047), (100, 1713098), (100, 1713228)),
        *((100, 1713230), (100, 1713231), (100, 1713232), (2650, 1870144), (2650, 1870147), (2650, 1), (2654, 1)),
        *((100, 2804003), (100, 2804050)),
    ),
    Updating: ((2650, 1870145),),
    Finished: ((2650, 1870159),),
    TimedOut: ((2650, 1870158),),
    HalfDone: ((2650, 1870148),),
}


def _said(code: int, *, status: int = 400, headers: Mapping[str, str] | None = None, **more: object) -> httpx2.Response:
    error = {"message": "Something.", "type": "OAuthException", "code": code, "fbtrace_id": "AbC123", **more}
    return httpx2.Response(status, content=msgspec.json.encode({"error": error}), headers=headers)


@pytest.mark.parametrize(("code", "kind"), [(code, kind) for kind, codes in _KINDS.items() for code in codes])
def test_each_code_becomes_the_error_of_whoever_can_act(code: int, kind: type[AdsError], clock: Clock) -> None:
    error = fault(_said(code), clock)

    assert error is not None
    assert type(error) is kind
    assert error.vendor == VendorWords(code=str(code), message="Something.", request_id="AbC123")
    assert (error.platform, error.retry_at) == ("meta", None)
    assert error.message.endswith(".")
    assert error.fix.endswith(".")
    assert "Something" not in error.message + error.fix


@pytest.mark.parametrize(
    ("code", "subcode", "kind"), [(*both, kind) for kind, codes in _SUBKINDS.items() for both in codes]
)
def test_a_subcode_goes_before_its_code(code: int, subcode: int, kind: type[AdsError], clock: Clock) -> None:
    error = fault(_said(code, error_subcode=subcode), clock)

    assert error is not None
    assert type(error) is kind
    assert error.vendor == VendorWords(code=f"{code}/{subcode}", message="Something.", request_id="AbC123")


@pytest.mark.parametrize("status", [200, 400, 401, 403, 500])
def test_the_error_in_the_body_decides_whatever_the_http_status(status: int, clock: Clock) -> None:
    assert type(fault(_said(190, status=status), clock)) is Unauthorized


def test_an_unknown_error_that_meta_calls_transient_may_pass(clock: Clock) -> None:
    assert type(fault(_said(77, is_transient=True), clock)) is Unavailable
    assert type(fault(_said(77, is_transient=False), clock)) is Rejected


def test_the_wish_for_less_data_is_known_by_its_text(clock: Clock) -> None:
    wish = _said(1, status=500, message="Please reduce the amount of data you're asking for, then retry")

    error = fault(wish, clock)

    assert type(error) is TooMuch
    assert not error.safe_to_retry


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"X-Ad-Account-Usage": '{"acc_id_util_pct":100,"reset_time_duration":90}'}, timedelta(seconds=90)),
        (
            {"X-Business-Use-Case-Usage": '{"11":[{"call_count":100,"estimated_time_to_regain_access":7}]}'},
            timedelta(minutes=7),
        ),
    ],
)
def test_a_throttle_tells_when_to_ask_again(headers: Mapping[str, str], wait: timedelta, clock: Clock) -> None:
    throttled = fault(_said(80000, headers=headers), clock)
    refused = fault(_said(100, headers=headers), clock)

    assert throttled is not None
    assert refused is not None
    assert (throttled.retry_at, refused.retry_at) == (_NOW + wait, None)


def test_a_budget_that_changed_too_often_rests_for_an_hour(clock: Clock) -> None:
    error = fault(_said(613, error_subcode=1487632), clock)

    assert error is not None
    assert (type(error), error.retry_at) == (Throttled, _NOW + timedelta(hours=1))


def test_secrets_are_kept_out_of_what_meta_said(clock: Clock) -> None:
    error = fault(_said(190, message="Malformed access token s3cr3t"), clock, secrets=("s3cr3t",))

    assert error is not None
    assert error.vendor == VendorWords(code="190", message="Malformed access token [redacted]", request_id="AbC123")


def test_of_an_audience_that_is_being_changed_the_caller_waits_and_of_a_half_done_one_nobody_is_sure() -> None:
    assert issubclass(Updating, InProgress)
    assert (Updating.nothing_done, Finished.nothing_done, HalfDone.nothing_done) == (True, True, False)


def test_words_that_may_repeat_what_meta_was_told_are_not_kept() -> None:
    told = Rejected("No.", "Mend it.", vendor=VendorWords("100/1", "ana@example.com is bad", "AbC123"))

    for error in (told, Garbled("What?", "Again.")):
        with pytest.raises(AdsError) as raised, unquoted():
            raise error
        assert raised.value is error
    assert told.vendor == VendorWords("100/1", "", "AbC123")


def test_an_error_needs_nothing_but_its_code(clock: Clock) -> None:
    error = fault(httpx2.Response(400, content=b'{"error":{"code":100,"message":null,"error_data":"{}"}}'), clock)

    assert error is not None
    assert (type(error), error.vendor) == (Rejected, VendorWords(code="100"))


@pytest.mark.parametrize("content", [b'{"data":[]}', b'{"id":"1"}', b'{"success":true}', b'{"data":[],"error":null}'])
def test_a_good_answer_is_no_fault(content: bytes, clock: Clock) -> None:
    assert fault(httpx2.Response(200, content=content), clock) is None


def test_an_answer_without_success_is_a_refusal(clock: Clock) -> None:
    assert type(fault(httpx2.Response(200, content=b'{"success":false}'), clock)) is Rejected


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"OK",
        b"<html><title>Sign in to the hotel's network</title></html>",
        b"null",
        b"[]",
        b"0",
        b'{"error":"no"}',
        b'{"error":{}}',
        b'{"error":{"code":"190"}}',
        b'\xef\xbb\xbf{"data":[]}',
        b'{"data":' + b'{"data":[' * 50_000,
    ],
)
def test_what_is_not_metas_format_is_garbled(content: bytes, clock: Clock) -> None:
    error = fault(httpx2.Response(200, content=content), clock)

    assert error is not None
    assert (type(error), error.platform) == (Garbled, "meta")


def test_an_answer_cut_anywhere_is_never_good(clock: Clock) -> None:
    whole = b'{"data":[{"id":"act_11","account_id":"11"}],"paging":{"cursors":{"after":"QVFI"}}}'

    kinds = {type(fault(httpx2.Response(200, content=whole[:cut]), clock)) for cut in range(len(whole))}

    assert kinds == {Garbled}


@pytest.mark.parametrize(
    ("status", "content", "kind"),
    [
        (404, b"<html>Not found</html>", Misconfigured),
        (429, b"", Throttled),
        (500, b"", Unavailable),
        (503, b"Service Unavailable", Unavailable),
        (503, b'{"data":[]}', Unavailable),
        (400, b"{}", Garbled),
        (302, b"", Garbled),
    ],
)
def test_without_an_error_in_the_body_the_http_status_decides(
    status: int, content: bytes, kind: type[AdsError], clock: Clock
) -> None:
    assert type(fault(httpx2.Response(status, content=content), clock)) is kind
