from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager

import anyio
import httpx2
import msgspec
import pytest

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.campaigns import CampaignFilter, CampaignPage
from xylo_mcp.ads.errors import Garbled, Unauthorized
from xylo_mcp.contract import AdReader

pytestmark = pytest.mark.virtual_time

Opened = Callable[..., AbstractAsyncContextManager[AdReader]]
Reply = Callable[[httpx2.Request], httpx2.Response]

_ANY_STATUS = [
    *("ACTIVE", "PAUSED", "IN_PROCESS", "WITH_ISSUES", "ARCHIVED", "DELETED", "PENDING_REVIEW", "DISAPPROVED"),
    *("PREAPPROVED", "PENDING_BILLING_INFO", "CAMPAIGN_PAUSED", "ADSET_PAUSED"),
]


def _page(rows: Sequence[object], after: str = "END", *, more: bool = False) -> httpx2.Response:
    following = {"next": f"https://elsewhere.example/v26.0/1?after={after}&access_token=EAAx"} if more else {}
    paging = {"cursors": {"before": "START", "after": after}, **following}
    return httpx2.Response(200, content=msgspec.json.encode({"data": rows, "paging": paging}))


def _always(response: httpx2.Response) -> Reply:
    return lambda _: response


def _in_turn(asked: list[httpx2.Request], *responses: httpx2.Response) -> Reply:
    answers: Iterator[httpx2.Response] = iter(responses)

    def reply(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return next(answers)

    return reply


def _ad_account(number: int) -> Mapping[str, object]:
    return {"id": f"act_{number}", "currency": "USD", "timezone_name": "UTC", "account_status": 1}


async def test_the_accounts_are_listed_to_the_end_without_following_metas_addresses(opened: Opened) -> None:
    asked: list[httpx2.Request] = []
    reply = _in_turn(
        asked,
        _page([_ad_account(3)], "A", more=True),
        _page([], "B", more=True),
        _page([_ad_account(1), _ad_account(3)]),
    )

    async with opened(reply) as meta:
        roster = await meta.accounts()

    assert [account.id for account in roster.accounts] == ["act_1", "act_3"]
    assert roster.unreadable == []
    fields = {"fields": "id,name,currency,timezone_name,account_status", "limit": "200"}
    assert [(str(request.url.copy_with(query=None)), dict(request.url.params)) for request in asked] == [
        ("https://graph.facebook.com/v26.0/me/adaccounts", fields),
        ("https://graph.facebook.com/v26.0/me/adaccounts", {**fields, "after": "A"}),
        ("https://graph.facebook.com/v26.0/me/adaccounts", {**fields, "after": "B"}),
    ]
    assert {request.headers["Authorization"] for request in asked} == {"Bearer EAAexampletoken"}


async def test_an_odd_account_costs_the_others_nothing(opened: Opened) -> None:
    odd = {**_ad_account(2), "timezone_name": None}

    async with opened(_in_turn([], _page([_ad_account(3), odd], "A", more=True), _page([_ad_account(1)]))) as meta:
        roster = await meta.accounts()

    assert [account.id for account in roster.accounts] == ["act_1", "act_3"]
    assert [(one.id, type(one.error)) for one in roster.unreadable] == [("act_2", Garbled)]


async def test_a_repeated_cursor_is_refused(opened: Opened) -> None:
    async with opened(_always(_page([_ad_account(1)], "A", more=True))) as meta:
        with pytest.raises(Garbled):
            await meta.accounts()


@pytest.mark.parametrize("base_url", ["http://localhost:9000/v26.0/", "http://localhost:9000/v26"])
async def test_the_base_url_may_name_a_version(opened: Opened, base_url: str) -> None:
    asked: list[httpx2.Request] = []

    async with opened(_in_turn(asked, _page([])), base_url) as meta:
        await meta.accounts()

    assert str(asked[0].url.copy_with(query=None)) == base_url.rstrip("/") + "/me/adaccounts"


async def test_the_apps_secret_proves_each_request_and_is_not_sent(opened: Opened) -> None:
    asked: list[httpx2.Request] = []

    async with opened(_in_turn(asked, _page([])), app_secret="shhh-example-secret") as meta:
        await meta.accounts()

    proof = "4a3260d3b7172d627512fa5934cfbb233349f5954dda76023c23b7f60cf95004"
    assert asked[0].url.params["appsecret_proof"] == proof
    assert "shhh" not in str(asked[0].url) + str(asked[0].headers)
    assert "EAAexampletoken" not in str(asked[0].url)


@pytest.mark.parametrize(
    ("wanted", "place", "asked_for"),
    [
        (CampaignFilter(), None, {"limit": "25"}),
        (CampaignFilter(), "QVFI", {"limit": "25", "after": "QVFI"}),
        (
            CampaignFilter(statuses=frozenset({"active", "paused", "archived"})),
            None,
            {"limit": "25", "effective_status": msgspec.json.encode(_ANY_STATUS).decode()},
        ),
        (
            CampaignFilter(ids=frozenset({"22", "11"})),
            None,
            {"limit": "25", "filtering": '[{"field":"id","operator":"IN","value":["11","22"]}]'},
        ),
        (CampaignFilter(name_contains="Ünïcode & 'quote'"), None, {"limit": "500"}),
        (CampaignFilter(ids=frozenset(map(str, range(101)))), None, {"limit": "500"}),
    ],
)
async def test_a_page_of_campaigns_takes_one_request_that_loses_nothing(
    opened: Opened, account: Account, *, wanted: CampaignFilter, place: str | None, asked_for: Mapping[str, str]
) -> None:
    asked: list[httpx2.Request] = []

    async with opened(_in_turn(asked, _page([], "NEXT", more=True))) as meta:
        page = await meta.campaigns(account, wanted, place=place, size=25)

    fields = "id,name,objective,status,effective_status,daily_budget,lifetime_budget,start_time,stop_time"
    assert [(request.url.path, dict(request.url.params)) for request in asked] == [
        ("/v26.0/act_123456789/campaigns", {"fields": fields, **asked_for})
    ]
    assert page == CampaignPage([], "NEXT")


async def test_the_last_page_of_campaigns_has_none_after_it(opened: Opened, account: Account) -> None:
    async with opened(_always(_page([{"id": "1"}], "END"))) as meta:
        page = await meta.campaigns(account, CampaignFilter(), place=None, size=25)

    assert ([campaign.id for campaign in page.campaigns], page.next) == (["1"], None)


async def test_a_page_of_campaigns_that_leads_to_itself_is_refused(opened: Opened, account: Account) -> None:
    async with opened(_always(_page([], "SAME", more=True))) as meta:
        with pytest.raises(Garbled):
            await meta.campaigns(account, CampaignFilter(), place="SAME", size=25)


async def test_a_token_that_ended_is_the_operators_matter_after_one_request(opened: Opened) -> None:
    asked: list[httpx2.Request] = []
    expired = httpx2.Response(400, content=b'{"error":{"code":190,"error_subcode":463,"message":"expired"}}')

    async with opened(_in_turn(asked, expired)) as meta:
        with pytest.raises(Unauthorized):
            await meta.accounts()

    assert len(asked) == 1


@pytest.mark.parametrize("body", [b"", b"<html></html>", b'{"data":[{"id":"act_1'])
async def test_a_body_that_cannot_be_read_is_garbled(opened: Opened, body: bytes) -> None:
    async with opened(_always(httpx2.Response(200, content=body))) as meta:
        with anyio.fail_after(0.05), pytest.raises(Garbled):
            await meta.accounts()
