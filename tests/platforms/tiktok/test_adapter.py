from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, date, datetime, timedelta
from itertools import count

import anyio
import httpx2
import msgspec
import pytest

from xylo_mcp.ads.accounts import Account, Roster
from xylo_mcp.ads.campaigns import CampaignFilter
from xylo_mcp.ads.errors import AdsError, Forbidden, Garbled, NotFound, Throttled, Unauthorized
from xylo_mcp.ads.insights import InsightsQuery, every_row
from xylo_mcp.contract import AdReader

pytestmark = pytest.mark.virtual_time

Opened = Callable[..., AbstractAsyncContextManager[AdReader]]
Answer = Callable[..., httpx2.Response]

_IDS = [str(7123456789012345000 + number) for number in range(101)]


def _advertisers(ids: Sequence[str]) -> Sequence[Mapping[str, str]]:
    return [{"advertiser_id": one, "currency": "EUR", "timezone": "UTC"} for one in ids]


def _page(rows: Sequence[object], page: int = 1, of: int = 1) -> Mapping[str, object]:
    """A page of `of`, each with as many rows."""
    info = {"page": page, "page_size": 1000, "total_number": of * len(rows), "total_page": of}
    return {"list": rows, "page_info": info}


def _always(response: httpx2.Response) -> Callable[[httpx2.Request], httpx2.Response]:
    return lambda _: response


async def test_the_accounts_are_listed_and_described_a_hundred_at_a_time(opened: Opened, good: Answer) -> None:
    asked: list[tuple[str, Mapping[str, str], str]] = []

    def reply(request: httpx2.Request) -> httpx2.Response:
        asked.append((request.url.path, dict(request.url.params), request.headers["Access-Token"]))
        if request.url.path.endswith("/oauth2/advertiser/get/"):
            return good({"list": [{"advertiser_id": one, "advertiser_name": "x"} for one in reversed(_IDS)]})
        return good({"list": _advertisers(msgspec.json.decode(request.url.params["advertiser_ids"]))})

    async with opened(reply) as tiktok:
        roster = await tiktok.accounts()

    assert [account.id for account in roster.accounts] == [f"tiktok_{one}" for one in _IDS]
    assert roster.unreadable == []
    first, *batches = asked
    assert first == (
        "/open_api/v1.3/oauth2/advertiser/get/",
        {"app_id": "7000000000000000001", "secret": "s3cr3t-of-the-app"},
        "0f1e2d3c4b5a6978",
    )
    fields = '["advertiser_id","name","status","currency","timezone","display_timezone"]'
    assert [(path, params["fields"]) for path, params, _ in batches] == [
        ("/open_api/v1.3/advertiser/info/", fields)
    ] * 2
    assert sorted(len(msgspec.json.decode(params["advertiser_ids"])) for _, params, _ in batches) == [1, 100]


async def test_without_accounts_none_are_described(opened: Opened, good: Answer) -> None:
    async with opened(_always(good({"list": []}))) as tiktok:
        assert await tiktok.accounts() == Roster([], [])


async def test_an_account_that_is_listed_but_not_described_is_not_dropped_silently(
    opened: Opened, good: Answer
) -> None:
    def reply(request: httpx2.Request) -> httpx2.Response:
        listed = request.url.path.endswith("/oauth2/advertiser/get/")
        return good({"list": _advertisers(_IDS[:2] if listed else _IDS[:1])})

    async with opened(reply) as tiktok:
        roster = await tiktok.accounts()

    assert [account.id for account in roster.accounts] == [f"tiktok_{_IDS[0]}"]
    assert [(one.id, type(one.error)) for one in roster.unreadable] == [(f"tiktok_{_IDS[1]}", NotFound)]


async def test_an_odd_account_and_an_odd_id_cost_the_others_nothing(opened: Opened, good: Answer) -> None:
    described: list[Sequence[str]] = []

    def reply(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith("/oauth2/advertiser/get/"):
            return good({"list": _advertisers([*_IDS[:2], "42", "../campaign"])})
        described.append(msgspec.json.decode(request.url.params["advertiser_ids"]))
        fine, odd = _advertisers(_IDS[:2])
        return good({"list": [fine, {**odd, "timezone": "Mars/Phobos"}]})

    async with opened(reply) as tiktok:
        roster = await tiktok.accounts()

    assert described == [_IDS[:2]]
    assert [account.id for account in roster.accounts] == [f"tiktok_{_IDS[0]}"]
    assert [(one.id, type(one.error)) for one in roster.unreadable] == [
        ("tiktok_42", Garbled),
        (f"tiktok_{_IDS[1]}", Garbled),
        ("tiktok_??/campaign", Garbled),
    ]


@pytest.mark.parametrize(("code", "kind"), [(40001, Forbidden), (40300, NotFound)])
async def test_an_account_that_spoils_a_request_is_sought_out(
    opened: Opened, good: Answer, code: int, kind: type[AdsError]
) -> None:
    asked: list[int] = []
    ids = _IDS[:8]

    def reply(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith("/oauth2/advertiser/get/"):
            return good({"list": _advertisers(ids)})
        wanted: list[str] = msgspec.json.decode(request.url.params["advertiser_ids"])
        asked.append(len(wanted))
        if ids[5] in wanted:
            return httpx2.Response(200, content=b'{"code":%d,"message":"no","data":{},"request_id":"r"}' % code)
        return good({"list": _advertisers(wanted)})

    async with opened(reply) as tiktok:
        roster = await tiktok.accounts()

    assert [account.id for account in roster.accounts] == [f"tiktok_{one}" for one in ids if one != ids[5]]
    assert [(one.id, type(one.error)) for one in roster.unreadable] == [(f"tiktok_{ids[5]}", kind)]
    assert sorted(asked) == [1, 1, 2, 2, 4, 4, 8]


async def test_a_refusal_of_all_accounts_alike_is_an_error_after_one_request(opened: Opened, good: Answer) -> None:
    asked: list[str] = []

    def reply(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url.path)
        if request.url.path.endswith("/oauth2/advertiser/get/"):
            return good({"list": _advertisers(_IDS[:8])})
        return httpx2.Response(200, content=b'{"code":41000,"message":"country","data":{},"request_id":"r"}')

    async with opened(reply) as tiktok:
        with pytest.raises(Forbidden):
            await tiktok.accounts()

    assert len(asked) == 2


@pytest.mark.parametrize(
    "base_url",
    ["https://business-api.tiktok.com", "https://business-api.tiktok.com/open_api/v1.3"],
)
@pytest.mark.parametrize("end", ["", "/"])
async def test_the_base_url_may_have_the_version_or_not(opened: Opened, good: Answer, base_url: str, end: str) -> None:
    asked: list[str] = []

    def reply(request: httpx2.Request) -> httpx2.Response:
        asked.append(str(request.url.copy_with(query=None)))
        return good({"list": []})

    async with opened(reply, base_url + end) as tiktok:
        await tiktok.accounts()

    assert asked == ["https://business-api.tiktok.com/open_api/v1.3/oauth2/advertiser/get/"]


@pytest.mark.parametrize(
    ("wanted", "place", "asked_for"),
    [
        (CampaignFilter(), None, {"page": "1", "page_size": "25"}),
        (CampaignFilter(), "2/25", {"page": "2", "page_size": "25"}),
        (CampaignFilter(), "3/40", {"page": "3", "page_size": "40"}),
        (
            CampaignFilter(statuses=frozenset({"active", "paused", "archived"})),
            None,
            {"page": "1", "page_size": "25", "filtering": '{"primary_status":"STATUS_ALL"}'},
        ),
        (
            CampaignFilter(ids=frozenset({"22", "11"})),
            None,
            {"page": "1", "page_size": "25", "filtering": '{"campaign_ids":["11","22"]}'},
        ),
        (CampaignFilter(name_contains="Ünïcode & 'quote'"), None, {"page": "1", "page_size": "1000"}),
        (CampaignFilter(ids=frozenset(map(str, range(101)))), None, {"page": "1", "page_size": "1000"}),
    ],
)
async def test_a_page_of_campaigns_takes_one_request_that_loses_nothing(
    opened: Opened,
    good: Answer,
    account: Account,
    *,
    wanted: CampaignFilter,
    place: str | None,
    asked_for: Mapping[str, str],
) -> None:
    asked: list[tuple[str, Mapping[str, str]]] = []

    def reply(request: httpx2.Request) -> httpx2.Response:
        asked.append((request.url.path, dict(request.url.params)))
        rows = [{"campaign_id": "1"}] * int(asked[-1][1]["page_size"])
        return good(_page(rows, page=int(asked[-1][1]["page"]), of=3))

    async with opened(reply) as tiktok:
        page = await tiktok.campaigns(account, wanted, place=place, size=25)

    fields = (
        '["campaign_id","campaign_name","objective_type","virtual_objective_type","budget","budget_mode",'
        '"operation_status","secondary_status"]'
    )
    params = {"advertiser_id": "7123456789012345678", "fields": fields, **asked_for}
    assert asked == [("/open_api/v1.3/campaign/get/", params)]
    following = f"{int(asked_for['page']) + 1}/{asked_for['page_size']}"
    assert len(page.campaigns) == int(asked_for["page_size"])
    assert page.next == (following if asked_for["page"] != "3" else None)


async def test_a_page_before_the_last_that_is_not_full_is_refused(
    opened: Opened, good: Answer, account: Account
) -> None:
    async with opened(_always(good(_page([{"campaign_id": "1"}] * 24, of=3)))) as tiktok:
        with pytest.raises(Garbled):
            await tiktok.campaigns(account, CampaignFilter(), place=None, size=25)


async def test_another_page_than_the_one_asked_for_is_refused(opened: Opened, good: Answer, account: Account) -> None:
    async with opened(_always(good(_page([], page=1, of=3)))) as tiktok:
        with pytest.raises(Garbled):
            await tiktok.campaigns(account, CampaignFilter(), place="2/25", size=25)


async def test_a_revoked_token_is_the_operators_matter_after_one_request(opened: Opened, account: Account) -> None:
    numbers = count(1)

    def reply(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(
            200, content=b'{"code":40105,"message":"revoked","data":{},"request_id":"r%d"}' % next(numbers)
        )

    async with opened(reply) as tiktok:
        with pytest.raises(Unauthorized) as raised:
            await every_row(tiktok.insights(account, InsightsQuery("account", date(2026, 2, 1), date(2026, 2, 2))))

    assert raised.value.vendor is not None
    assert raised.value.vendor.request_id == "r1"


async def test_a_locked_out_app_is_told_when_to_come_back(opened: Opened) -> None:
    body = b'{"code":40100,"message":"requests from App are temporarily restricted.","data":{},"request_id":"r"}'

    async with opened(_always(httpx2.Response(200, content=body))) as tiktok:
        with pytest.raises(Throttled) as raised:
            await tiktok.accounts()

    assert raised.value.retry_at == datetime(2026, 3, 4, 10, 11, 12, tzinfo=UTC) + timedelta(minutes=5)


@pytest.mark.parametrize("body", [b"", b"<html></html>", b'{"code":0,"message":"OK","data":{"li'])
async def test_a_body_that_cannot_be_read_is_garbled(opened: Opened, body: bytes) -> None:
    async with opened(_always(httpx2.Response(200, content=body))) as tiktok:
        with anyio.fail_after(0.05), pytest.raises(Garbled):
            await tiktok.accounts()
