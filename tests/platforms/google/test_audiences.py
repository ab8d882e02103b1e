"""Audiences on the wire: read, made, changed and found again.

Samples: made up in the documented shapes (Google Ads API reference, v26, `UserList` and `UserListService`).
"""

from datetime import UTC, datetime
from pathlib import Path

import httpx2
import msgspec
import pytest

from tests.platforms.google.people import ACCOUNT, ID, Connect, Google, refuses, says
from xylo_mcp.ads.audiences import Audience, AudiencePage, Readiness, Rule, Seed
from xylo_mcp.ads.errors import AdsError, Forbidden, Garbled, Invalid, InvalidCursor, NotFound, Unavailable
from xylo_mcp.ads.handovers import CreateAudience, UpdateAudience
from xylo_mcp.contract import FoundAudiences
from xylo_mcp.platforms.google import SPEC
from xylo_mcp.platforms.google.audiences import AudienceRow
from xylo_mcp.platforms.google.payloads import read

SAMPLE = (Path(__file__).parent / "samples" / "audiences.json").read_bytes()
SINCE = datetime(2026, 11, 20, 11, tzinfo=UTC)
LIST = CreateAudience(ID, "Käufer 2026", "customer_list", "Whoever bought", days=30)
FIELDS = (
    "user_list.id, user_list.name, user_list.type, user_list.membership_status, user_list.account_user_list_status, "
    "user_list.size_for_display, user_list.size_for_search, user_list.eligible_for_display, "
    "user_list.eligible_for_search"
)
THREE = [
    Audience("77", ID, "Käufer 2026", "customer_list", 1200, "ready", "CRM_BASED", "OPEN"),
    Audience("76", ID, "Cart", "website", 0, "too_small", "RULE_BASED", "OPEN"),
    Audience("75", ID, "New", "lookalike", None, "processing", "LOOKALIKE", "OPEN"),
]


def sample() -> httpx2.Response:
    return httpx2.Response(200, content=SAMPLE)


def page(*ids: str, token: str = "") -> httpx2.Response:
    rows = [{"userList": {"id": one, "membershipStatus": "OPEN"}} for one in ids]
    return says(results=rows, fieldMask="userList.id", **({"nextPageToken": token} if token else {}))


def written(audience_id: str) -> httpx2.Response:
    return says(results=[{"resourceName": f"{ID}/userLists/{audience_id}"}])


async def audiences(connect: Connect, google: Google, place: str | None = None, size: int = 3) -> AudiencePage:
    async with SPEC.open(connect(google)) as platform:
        return await platform.audiences(ACCOUNT, place=place, size=size)


async def failing(connect: Connect, google: Google, change: CreateAudience | UpdateAudience) -> AdsError:
    async with SPEC.open(connect(google)) as platform:
        makes = isinstance(change, CreateAudience)
        doing = platform.make_audience(ACCOUNT, change, "t") if makes else platform.update_audience(ACCOUNT, change)
        with pytest.raises(AdsError) as caught:
            await doing
    return caught.value


def row(**fields: object) -> Audience:
    told = {"id": "1", "membershipStatus": "OPEN", "sizeForSearch": "500"} | fields
    return read(msgspec.json.encode({"userList": told}), AudienceRow).in_our_words(ACCOUNT)


async def test_a_page_of_audiences_is_read_newest_first(connection: Connect) -> None:
    google = Google(sample())

    found = await audiences(connection, google, place="80")

    assert found == AudiencePage(THREE, "75")
    where = f"SELECT {FIELDS} FROM user_list WHERE user_list.id < 80 ORDER BY user_list.id DESC LIMIT 3"
    assert google.asked == [("ads.example/v26/customers/5000000002/googleAds:search", {"query": where})]
    assert google.sent[0].headers["login-customer-id"] == "7000000001"


async def test_a_page_that_is_not_full_is_the_last(connection: Connect) -> None:
    google = Google(sample())

    found = await audiences(connection, google, size=50)

    assert (found.audiences, found.next) == (THREE, None)
    assert google.asked[0][1] == {"query": f"SELECT {FIELDS} FROM user_list ORDER BY user_list.id DESC LIMIT 50"}


@pytest.mark.parametrize("ids", [("5", "6"), ("6", "6"), ("9",), ()])
async def test_audiences_out_of_their_order_are_no_page(connection: Connect, ids: tuple[str, ...]) -> None:
    with pytest.raises(Garbled):
        await audiences(connection, Google(page(*ids, token="more")), place="9")


async def test_a_place_that_is_none_of_googles_is_refused_unasked(connection: Connect) -> None:
    google = Google()

    with pytest.raises(InvalidCursor):
        await audiences(connection, google, place="9 OR")

    assert google.sent == []


@pytest.mark.parametrize(
    ("fields", "readiness"),
    [
        ({"eligibleForSearch": True}, "ready"),
        ({"eligibleForSearch": False, "eligibleForDisplay": True}, "ready"),
        ({"eligibleForSearch": False, "eligibleForDisplay": False}, "unusable"),
        ({}, "unknown"),
        ({"sizeForSearch": "99", "eligibleForSearch": True}, "too_small"),
        ({"sizeForSearch": None}, "processing"),
        ({"membershipStatus": "CLOSED", "eligibleForSearch": True}, "closed"),
        ({"membershipStatus": "NEWER"}, "unknown"),
        ({"accountUserListStatus": "DISABLED", "eligibleForSearch": True}, "unusable"),
    ],
)
def test_googles_own_words_say_whether_ads_can_use_an_audience(fields: dict[str, object], readiness: Readiness) -> None:
    assert row(**fields).readiness == readiness


def test_an_audience_is_as_large_as_googles_largest_network_says_and_nothing_is_not_zero() -> None:
    sizes = [
        row(sizeForDisplay="700").size,
        row(sizeForSearch=None, sizeForDisplay="0").size,
        row(sizeForSearch=None).size,
    ]

    assert sizes == [700, 0, None]


def test_a_kind_of_list_that_is_unknown_keeps_googles_word() -> None:
    audience = row(type="NEWER")

    assert (audience.kind, audience.raw_kind) == ("other", "NEWER")


async def test_a_customer_list_is_made_empty_and_bears_its_tag_out_of_sight(connection: Connect) -> None:
    google = Google(written("77"))

    async with SPEC.open(connection(google)) as platform:
        made = await platform.make_audience(ACCOUNT, LIST, "op-7f3k")

    assert made == "77"
    create = {
        "name": "Käufer 2026",
        "description": "Whoever bought",
        "integrationCode": "op-7f3k",
        "membershipStatus": "OPEN",
        "membershipLifeSpan": "30",
        "crmBasedUserList": {"uploadKeyType": "CONTACT_INFO", "dataSourceType": "FIRST_PARTY"},
    }
    body = {"operations": [{"create": create}]}
    assert google.asked == [("ads.example/v26/customers/5000000002/userLists:mutate", body)]


async def test_visitors_and_people_alike_become_lists_of_their_own_kinds(connection: Connect) -> None:
    google = Google(written("78"), written("79"))
    visitors = CreateAudience(ID, "Cart", "website", rule=Rule("", 7, url_contains="shop.example/cart"))
    alike = CreateAudience(ID, "Alike", "lookalike", seed=Seed("77", ("PL", "DE"), "broad"))

    async with SPEC.open(connection(google)) as platform:
        made = [await platform.make_audience(ACCOUNT, change, "op-7") for change in (visitors, alike)]

    assert made == ["78", "79"]
    page = {"name": "url__", "stringRuleItem": {"operator": "CONTAINS", "value": "shop.example/cart"}}
    rule = {
        "prepopulationStatus": "REQUESTED",
        "flexibleRuleUserList": {
            "inclusiveRuleOperator": "AND",
            "inclusiveOperands": [
                {"rule": {"ruleItemGroups": [{"ruleItems": [page]}]}, "lookbackWindowDays": "7"},
            ],
        },
    }
    common = {"integrationCode": "op-7", "membershipStatus": "OPEN"}
    seed = {"seedUserListIds": ["77"], "expansionLevel": "BROAD", "countryCodes": ["PL", "DE"]}
    assert [body for _, body in google.asked] == [
        {"operations": [{"create": {"name": "Cart", **common, "ruleBasedUserList": rule}}]},
        {"operations": [{"create": {"name": "Alike", **common, "lookalikeUserList": seed}}]},
    ]


async def test_a_create_whose_answer_is_lost_is_sent_once(connection: Connect) -> None:
    google = Google(httpx2.Response(503))

    error = await failing(connection, google, LIST)

    assert (type(error), error.nothing_done, len(google.sent)) == (Unavailable, False, 1)


@pytest.mark.parametrize("name", ["", "customers/9999999999/userLists/7", f"{ID}/campaigns/7", f"{ID}/userLists/x"])
async def test_an_answer_that_names_no_list_of_the_account_is_none(connection: Connect, name: str) -> None:
    assert isinstance(await failing(connection, Google(says(results=[{"resourceName": name}])), LIST), Garbled)


@pytest.mark.parametrize("results", [[], [{"resourceName": f"{ID}/userLists/7"}] * 2])
async def test_an_answer_about_none_or_several_lists_is_none(connection: Connect, results: list[object]) -> None:
    assert isinstance(await failing(connection, Google(says(results=results)), LIST), Garbled)


async def test_an_update_changes_what_it_names_and_nothing_else(connection: Connect) -> None:
    google = Google(written("77"), written("77"))

    async with SPEC.open(connection(google)) as platform:
        await platform.update_audience(ACCOUNT, UpdateAudience(ID, "77", name="Stammkunden", status="closed"))
        await platform.update_audience(ACCOUNT, UpdateAudience(ID, "77", status="open"))

    named = {"resourceName": f"{ID}/userLists/77"}
    both = {**named, "name": "Stammkunden", "membershipStatus": "CLOSED"}
    assert [body for _, body in google.asked] == [
        {"operations": [{"update": both, "updateMask": "name,membershipStatus"}]},
        {"operations": [{"update": {**named, "membershipStatus": "OPEN"}, "updateMask": "membershipStatus"}]},
    ]


async def test_an_update_of_another_list_than_asked_is_garbled(connection: Connect) -> None:
    assert isinstance(await failing(connection, Google(written("78")), UpdateAudience(ID, "77", name="N")), Garbled)


@pytest.mark.parametrize(
    ("category", "value", "kind"),
    [
        ("mutateError", "RESOURCE_NOT_FOUND", NotFound),
        ("userListError", "NAME_ALREADY_USED", Invalid),
        ("userListError", "INVALID_NAME", Invalid),
        ("userListError", "ADVERTISER_TOS_NOT_ACCEPTED", Forbidden),
    ],
)
async def test_refusals_of_lists_say_who_can_act(
    connection: Connect, category: str, value: str, kind: type[AdsError]
) -> None:
    error = await failing(connection, Google(refuses(category, value)), UpdateAudience(ID, "77", name="N"))

    assert (type(error), error.nothing_done) == (kind, True)


@pytest.mark.parametrize(
    ("tagged", "named", "found"),
    [
        (("77",), ("77",), FoundAudiences(["77"])),
        ((), ("76",), FoundAudiences(["76"], sure=False)),
        ((), (), FoundAudiences([], sure=False)),
    ],
)
async def test_what_a_create_made_is_found_by_its_tag_and_guessed_by_its_name(
    connection: Connect, tagged: tuple[str, ...], named: tuple[str, ...], found: FoundAudiences
) -> None:
    asked: list[str] = []

    def google(request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/token":
            return httpx2.Response(200, json={"access_token": "ya29.made-up", "expires_in": 3599})
        asked.append(msgspec.json.decode(request.content, type=dict[str, str])["query"])
        return page(*(tagged if "integration_code" in asked[-1] else named))

    async with SPEC.open(connection(google)) as platform:
        assert await platform.find_audiences(ACCOUNT, LIST, "op-7f3k", SINCE) == found

    assert sorted(asked) == [
        f"SELECT {FIELDS} FROM user_list WHERE user_list.integration_code = 'op-7f3k' ORDER BY user_list.id",
        f"SELECT {FIELDS} FROM user_list WHERE user_list.name = 'Käufer 2026' ORDER BY user_list.id",
    ]
