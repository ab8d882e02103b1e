"""TikTok's lists of audiences in our words.

Rows are made up in the documented shape (TikTok API for Business docs, v1.3, "Get all audiences", 2026).
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime

import httpx2
import msgspec
import pytest

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.audiences import Audience, AudienceKind, Readiness
from xylo_mcp.ads.errors import Garbled
from xylo_mcp.contract import AdPlatform
from xylo_mcp.platforms.tiktok import audience_rows

Opened = Callable[..., AbstractAsyncContextManager[AdPlatform]]

ID = "tiktok_7123456789012345678"
NOW = datetime(2026, 3, 4, 10, 11, 12, tzinfo=UTC)
ROW: Mapping[str, object] = {
    "audience_id": "200100",
    "name": "Kundinnen <Süd>",
    "audience_type": "Customer File Audience",
    "audience_sub_type": "NORMAL",
    "calculate_type": "MULTIPLE_TYPES",
    "cover_num": 4210,
    "shared": False,
    "is_creator": True,
    "is_valid": True,
    "is_expiring": False,
    "is_auto_refresh": False,
    "owner_id": "7123456789012345678",
    "msg": "",
    "error_msg": "",
    "create_time": "2026-02-03 10:00:00",
    "expired_time": "2027-02-03 10:00:00",
}
AUDIENCE = Audience(
    id="200100",
    account=ID,
    name="Kundinnen <Süd>",
    kind="customer_list",
    size=4210,
    readiness="ready",
    raw_kind="Customer File Audience",
    raw_status="",
    created=datetime(2026, 2, 3, 10, tzinfo=UTC),
)


def content(*rows: Mapping[str, object], page: int = 1, of: int = 1, total: int | None = None) -> bytes:
    info = {"page": page, "page_size": 20, "total_number": len(rows) if total is None else total, "total_page": of}
    return msgspec.json.encode({"code": 0, "data": {"list": rows, "page_info": info}})


def read(account: Account, **values: object) -> Audience:
    (audience,), _ = audience_rows.audiences(content({**ROW, **values}), account, (1, 20), NOW)
    return audience


def test_a_row_is_read_whole(account: Account) -> None:
    assert audience_rows.audiences(content(ROW), account, (1, 20), NOW) == ([AUDIENCE], 1)


def test_a_row_that_says_nothing_but_its_id_claims_nothing(account: Account) -> None:
    read_rows, _ = audience_rows.audiences(content({"audience_id": 200100}), account, (1, 20), NOW)

    assert read_rows == [Audience("200100", ID, "", "other", None, "unknown")]


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Customer File Audience", "customer_list"),
        ("Website Audience", "website"),
        ("App Activity Audience", "app_activity"),
        ("Engagement Audience", "engagement"),
        ("LOOKALIKE AUDIENCE ", "lookalike"),
        ("Lead Generation", "other"),
        ("Partner", "other"),
        ("", "other"),
    ],
)
def test_kinds_are_told_by_tiktoks_words_which_stay_beside_them(
    account: Account, word: str, kind: AudienceKind
) -> None:
    audience = read(account, audience_type=word)

    assert (audience.kind, audience.raw_kind) == (kind, word)


@pytest.mark.parametrize(
    ("told", "size", "readiness"),
    [
        ({}, 4210, "ready"),
        ({"cover_num": 0}, 0, "ready"),
        ({"cover_num": None}, None, "ready"),
        ({"cover_num": -1}, None, "ready"),
        ({"is_valid": None}, 4210, "unknown"),
        ({"is_valid": False, "cover_num": 0, "create_time": "2026-03-03 10:00:00"}, None, "processing"),
        ({"is_valid": False, "cover_num": 0}, None, "too_small"),
        ({"is_valid": False, "cover_num": 999}, 999, "too_small"),
        ({"is_valid": False, "cover_num": 1000}, 1000, "unusable"),
        ({"is_valid": False, "cover_num": None}, None, "unusable"),
        ({"is_valid": False, "expired_time": "2026-03-04 10:00:00"}, 4210, "unusable"),
        ({"is_valid": False, "error_msg": "Upload failed", "create_time": "2026-03-03 10:00:00"}, 4210, "unusable"),
    ],
)
def test_readiness_and_size_follow_from_what_tiktok_says(
    account: Account, told: Mapping[str, object], size: int | None, readiness: Readiness
) -> None:
    audience = read(account, **told)

    assert (audience.size, audience.readiness) == (size, readiness)


def test_tiktoks_own_words_on_its_status_stay(account: Account) -> None:
    assert read(account, msg="Calculating").raw_status == "Calculating"
    assert read(account, msg="Calculating", error_msg="Upload failed").raw_status == "Upload failed"


@pytest.mark.parametrize(
    "answer",
    [
        content(ROW, page=2, of=2),
        content(ROW, total=2),
        content({**ROW, "audience_id": "abc"}),
        content({**ROW, "cover_num": "many"}),
        content({**ROW, "create_time": "yesterday"}),
        b'{"code":0,"data":{}}',
    ],
)
def test_a_page_that_is_odd_is_no_page(account: Account, answer: bytes) -> None:
    with pytest.raises(Garbled):
        audience_rows.audiences(answer, account, (1, 20), NOW)


async def test_pages_are_asked_for_one_by_one(
    account: Account, opened: Opened, good: Callable[[object], httpx2.Response]
) -> None:
    asked: list[Mapping[str, str]] = []

    def reply(request: httpx2.Request) -> httpx2.Response:
        asked.append(dict(request.url.params))
        page = int(request.url.params["page"])
        rows = [{**ROW, "audience_id": str(page * 1000 + number)} for number in range(20 if page == 1 else 1)]
        return good({"list": rows, "page_info": {"page": page, "page_size": 20, "total_number": 21, "total_page": 2}})

    async with opened(reply) as platform:
        first = await platform.audiences(account, place=None, size=5)
        second = await platform.audiences(account, place=first.next, size=5)

    assert (len(first.audiences), first.next) == (20, "2/20")
    assert ([one.id for one in second.audiences], second.next) == (["2000"], None)
    assert asked == [
        {"advertiser_id": "7123456789012345678", "page": "1", "page_size": "20"},
        {"advertiser_id": "7123456789012345678", "page": "2", "page_size": "20"},
    ]
