from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import httpx2
import msgspec
import pytest

from xylo_mcp.ads.errors import (
    AdsError,
    Forbidden,
    Garbled,
    Misconfigured,
    NotFound,
    Rejected,
    Throttled,
    Unauthorized,
    Unavailable,
    Unsupported,
    VendorWords,
)
from xylo_mcp.contract import Clock
from xylo_mcp.platforms.tiktok.errors import TooLarge, cut_short, fault

_REQUEST_ID = "20260304101113FFEE00112233445566"
_KINDS: Mapping[type[AdsError], tuple[int, ...]] = {
    Unauthorized: (40102, 40103, 40104, 40105, 40107, 40108, 40110, 40115, 40116, 70001),
    Forbidden: (40001, 40003, 40106, 40117, 40118, 40119, 40130, 40301, 41000),
    Misconfigured: (40006, 40008, 40010, 40051, 40101, 40113, 40400, 41001, 41002),
    NotFound: (40007, 40013, 40300, 40302),
    Unsupported: (40009, 40014),
    Throttled: (40016, 40100, 40132, 40133, 61000),
    Unavailable: (
        40201,
        40202,
        40900,
        40901,
        40902,
        40903,
        40913,
        50000,
        50001,
        50002,
        51010,
        51037,
        51305,
        52001,
        53000,
        60001,
    ),
    Rejected: (20001, 40000, 40002, 40011, 40012, 40050, 40061, 40062, 40502, 40700, 40910, 49999, -1),
}


def _said(code: int, message: str = "Something.", *, status: int = 200) -> httpx2.Response:
    envelope: dict[str, object] = {"code": code, "message": message, "request_id": _REQUEST_ID, "data": {}}
    return httpx2.Response(status, content=msgspec.json.encode(envelope))


@pytest.mark.parametrize(("code", "kind"), [(code, kind) for kind, codes in _KINDS.items() for code in codes])
def test_each_code_becomes_the_error_of_whoever_can_act(code: int, kind: type[AdsError], clock: Clock) -> None:
    error = fault(_said(code), clock)

    assert error is not None
    assert type(error) is kind
    assert error.vendor == VendorWords(code=str(code), message="Something.", request_id=_REQUEST_ID)
    assert (error.platform, error.retry_at) == ("tiktok", None)
    assert error.message.endswith(".")
    assert error.fix.endswith(".")
    assert "Something" not in error.message + error.fix


@pytest.mark.parametrize("status", [200, 400, 401, 429, 500])
def test_the_code_decides_whatever_the_http_status(status: int, clock: Clock) -> None:
    assert type(fault(_said(40105, status=status), clock)) is Unauthorized


@pytest.mark.parametrize(
    ("message", "wait"),
    [
        ("App reaches the QPS limit 10", timedelta(seconds=1)),
        ("Too many requests from this App are temporarily restricted.", timedelta(minutes=5)),
    ],
)
def test_the_text_of_a_throttle_tells_when_to_ask_again(message: str, wait: timedelta, clock: Clock) -> None:
    error = fault(_said(40100, message), clock)

    assert error is not None
    assert error.retry_at == datetime(2026, 3, 4, 10, 11, 12, tzinfo=UTC) + wait


def test_secrets_are_kept_out_of_what_tiktok_said(clock: Clock) -> None:
    error = fault(_said(40001, "token 0f1e2d3c with secret=hunter2 may not"), clock, secrets=("0f1e2d3c",))

    assert error is not None
    assert error.vendor == VendorWords(
        code="40001", message="token [redacted] with secret=[redacted] may not", request_id=_REQUEST_ID
    )


def test_an_error_needs_neither_message_nor_request_id(clock: Clock) -> None:
    error = fault(httpx2.Response(200, content=b'{"code":40002,"message":null}'), clock)

    assert error is not None
    assert type(error) is Rejected
    assert error.vendor == VendorWords(code="40002")


@pytest.mark.parametrize("data", [b"{}", b'{"list":[]}', b'[{"video_id":"v1"}]'])
def test_a_good_answer_is_no_fault(data: bytes, clock: Clock) -> None:
    content = b'{"code":0,"message":"OK","request_id":"1","surplus":[1],"data":' + data + b"}"

    assert fault(httpx2.Response(200, content=content), clock) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"OK",
        b"<html><title>Sign in to the hotel's network</title></html>",
        b"null",
        b"[]",
        b"0",
        b"{}",
        b'{"code":"0","data":{}}',
        b'{"code":true,"data":{}}',
        b'{"code":0}',
        b'{"code":0,"data":null}',
        b'{"code":0,"data":"list"}',
        b'\xef\xbb\xbf{"code":0,"data":{}}',
        b'{"code":0,"data":' + b'{"list":[' * 50_000,
    ],
)
def test_what_is_not_tiktoks_envelope_is_garbled(content: bytes, clock: Clock) -> None:
    error = fault(httpx2.Response(200, content=content), clock)

    assert error is not None
    assert (type(error), error.platform) == (Garbled, "tiktok")


def test_an_answer_cut_anywhere_is_never_good(clock: Clock) -> None:
    whole = b'{"code":0,"message":"OK","request_id":"1","data":{"list":[{"advertiser_id":"7123"}]}}'

    kinds = {type(fault(httpx2.Response(200, content=whole[:cut]), clock)) for cut in range(len(whole))}

    assert kinds == {Garbled}


@pytest.mark.parametrize(
    ("status", "content", "kind"),
    [
        (404, b"404 page not found", Misconfigured),
        (429, b"slow down", Throttled),
        (500, b"", Unavailable),
        (502, b"<html>Bad gateway</html>", Unavailable),
        (503, b'{"code":0,"data":{}}', Unavailable),
        (403, b"<html>Forbidden</html>", Garbled),
        (302, b"", Garbled),
    ],
)
def test_without_an_envelope_the_http_status_decides(
    status: int, content: bytes, kind: type[AdsError], clock: Clock
) -> None:
    assert type(fault(httpx2.Response(status, content=content), clock)) is kind


def test_a_report_that_lacks_rows_is_no_answer() -> None:
    whole = httpx2.Response(200)
    cut = httpx2.Response(200, headers={"X-Tt-Ads-Throttle": "only 20000 ids are returned"})

    assert (cut_short(whole), type(cut_short(cut))) == (None, TooLarge)
