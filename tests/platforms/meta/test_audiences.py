"""Audiences at Meta, through the real client; answers are made up in the documented shapes (Meta docs, "Custom
Audience", "Ad Account Customaudiences", 2026-09)."""

from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from urllib.parse import parse_qsl

import httpx2
import pytest

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.audiences import Audience, AudiencePage
from xylo_mcp.ads.errors import AdsError, Forbidden, Garbled, Invalid, NotFound, Rejected, Unavailable, Unsupported
from xylo_mcp.ads.handovers import CreateAudience, UpdateAudience
from xylo_mcp.contract import AdPlatform, FoundAudiences

pytestmark = pytest.mark.virtual_time

Opened = Callable[..., AbstractAsyncContextManager[AdPlatform]]
TAG = "op:7f3k9m2q4wxy"
SINCE = datetime(2026, 3, 4, 10, tzinfo=UTC)
CREATE = CreateAudience("act_123456789", "Customers", "customer_list", "Who bought")
RENAME = UpdateAudience("act_123456789", "238", name="Buyers")
OURS = {"id": "238", "account_id": "123456789", "subtype": "CUSTOM"}


class Meta:
    """Answers in turn, and keeps what it was asked."""

    def __init__(self, *answers: httpx2.Response) -> None:
        self.answers: Iterator[httpx2.Response] = iter(answers)
        self.asked: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        return next(self.answers)

    @property
    def lines(self) -> list[tuple[str, str]]:
        return [(request.method, request.url.path) for request in self.asked]


def answer(body: object, status: int = 200) -> httpx2.Response:
    return httpx2.Response(status, json=body)


def refusal(code: int, subcode: int = 0, status: int = 400) -> httpx2.Response:
    error = {"message": "Something.", "type": "OAuthException", "code": code, "error_subcode": subcode}
    return answer({"error": error}, status)


async def test_a_page_of_audiences_is_one_request_and_says_where_to_go_on(opened: Opened, account: Account) -> None:
    more = {"cursors": {"after": "B"}, "next": "https://elsewhere.example/?access_token=EAAx"}
    meta = Meta(answer({"data": [{"id": "238", "name": "Buyers", "subtype": "CUSTOM"}], "paging": more}))

    async with opened(meta) as platform:
        page = await platform.audiences(account, place="A", size=500)

    buyers = Audience("238", account.id, "Buyers", "customer_list", size=None, readiness="unknown", raw_kind="CUSTOM")
    assert page == AudiencePage([buyers], "B")
    assert meta.lines == [("GET", "/v26.0/act_123456789/customaudiences")]
    assert dict(meta.asked[0].url.params) == {
        "fields": "id,name,subtype,approximate_count_lower_bound,approximate_count_upper_bound,"
        "operation_status,delivery_status,time_created",
        "after": "A",
        "limit": "100",
    }


async def test_a_page_that_leads_back_to_itself_is_refused(opened: Opened, account: Account) -> None:
    more = {"cursors": {"after": "A"}, "next": "https://elsewhere.example/"}

    async with opened(Meta(answer({"data": [], "paging": more}))) as platform:
        with pytest.raises(Garbled, match="lead back"):
            await platform.audiences(account, place="A", size=20)


async def test_a_list_is_made_by_one_request(opened: Opened, account: Account) -> None:
    meta = Meta(answer({"id": "2380000001"}))

    async with opened(meta) as platform:
        assert await platform.make_audience(account, CREATE, TAG) == "2380000001"

    assert meta.lines == [("POST", "/v26.0/act_123456789/customaudiences")]
    assert dict(parse_qsl(meta.asked[0].content.decode())) == {
        "name": "Customers",
        "description": "op:7f3k9m2q4wxy Who bought",
        "subtype": "CUSTOM",
        "customer_file_source": "USER_PROVIDED_ONLY",
    }


@pytest.mark.parametrize(
    ("told", "kind", "nothing_done"),
    [
        (refusal(200, 1870034), Forbidden, True),
        (refusal(200, 1870090), Forbidden, True),
        (refusal(200, 1870050), Forbidden, True),
        (refusal(2654, 1713092), Forbidden, True),
        (refusal(2654), Rejected, True),
        (refusal(100, 1713098), Rejected, True),
        (refusal(100, 1713232), Rejected, True),
        (refusal(2, status=503), Unavailable, False),
        (answer({}), Garbled, False),
        (answer({"id": "act_1"}), Garbled, False),
        (answer({"success": True}), Garbled, False),
    ],
)
async def test_a_create_is_sent_once_whatever_meta_says(
    opened: Opened, account: Account, told: httpx2.Response, *, kind: type[AdsError], nothing_done: bool
) -> None:
    meta = Meta(told)

    async with opened(meta) as platform:
        with pytest.raises(kind) as raised:
            await platform.make_audience(account, CREATE, TAG)

    assert (type(raised.value), raised.value.nothing_done, len(meta.asked)) == (kind, nothing_done, 1)


async def test_an_audience_meta_cannot_make_is_refused_before_any_request(opened: Opened, account: Account) -> None:
    meta = Meta()

    async with opened(meta) as platform:
        platform.check_audience(account, CREATE)
        platform.check_audience(account, RENAME)
        with pytest.raises(Unsupported):
            platform.check_audience(account, CreateAudience(account.id, "A", "other"))
        with pytest.raises(Unsupported):
            platform.check_audience(account, UpdateAudience(account.id, "238", status="closed"))

    assert meta.asked == []


async def test_an_audience_gets_its_other_name_after_a_look_at_whose_it_is(opened: Opened, account: Account) -> None:
    meta = Meta(answer(OURS), answer({"success": True}))

    async with opened(meta) as platform:
        await platform.update_audience(account, RENAME)

    assert meta.lines == [("GET", "/v26.0/238"), ("POST", "/v26.0/238")]
    assert dict(meta.asked[0].url.params) == {"fields": "id,account_id,subtype"}
    assert meta.asked[1].content == b"name=Buyers"


@pytest.mark.parametrize(
    "told", [answer({**OURS, "account_id": "987654321"}), refusal(100, 33), refusal(100), refusal(803)]
)
async def test_what_is_no_audience_of_the_account_is_not_touched(
    opened: Opened, account: Account, told: httpx2.Response
) -> None:
    meta = Meta(told)

    async with opened(meta) as platform:
        with pytest.raises(NotFound, match="act_123456789 has no audience 238"):
            await platform.update_audience(account, RENAME)

    assert meta.lines == [("GET", "/v26.0/238")]


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ([answer({**OURS, "id": "239"})], Garbled),
        ([answer({"id": "238"})], Garbled),
        ([refusal(10, status=403)], Forbidden),
        ([answer(OURS), answer({"id": "238"})], Garbled),
        ([answer(OURS), answer({"success": False})], Rejected),
        ([answer(OURS), refusal(100, 1713231)], Rejected),
    ],
)
async def test_a_change_that_meta_does_not_confirm_is_an_error(
    opened: Opened, account: Account, told: list[httpx2.Response], *, kind: type[AdsError]
) -> None:
    async with opened(Meta(*told)) as platform:
        with pytest.raises(AdsError) as raised:
            await platform.update_audience(account, RENAME)

    assert type(raised.value) is kind


async def test_an_id_never_becomes_another_address(opened: Opened, account: Account) -> None:
    meta = Meta()

    async with opened(meta) as platform:
        with pytest.raises(Invalid):
            await platform.update_audience(account, UpdateAudience(account.id, "me/adaccounts", name="B"))

    assert meta.asked == []


async def test_what_a_create_made_is_known_by_its_tag(opened: Opened, account: Account) -> None:
    more = {"cursors": {"after": "A"}, "next": "https://elsewhere.example/"}
    first = [{"id": "1", "description": "op:other Mine"}, {"id": "2", "description": f"{TAG} Who bought"}]
    meta = Meta(answer({"data": first, "paging": more}), answer({"data": [{"id": "3", "description": TAG}]}))

    async with opened(meta) as platform:
        found = await platform.find_audiences(account, CREATE, TAG, SINCE)

    assert found == FoundAudiences(["2", "3"], sure=True)
    assert [dict(request.url.params) for request in meta.asked] == [
        {"fields": "id,description", "limit": "100"},
        {"fields": "id,description", "limit": "100", "after": "A"},
    ]
