"""The sandbox's TikTok keeps to TikTok's own rules, and says what is true in its world."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from time import perf_counter

import httpx2
import msgspec
import pytest

from xylo_mcp.sandbox.faults import Fault, Faults, Faulty
from xylo_mcp.sandbox.memory import Memory
from xylo_mcp.sandbox.tiktok import CAST, CREDENTIALS, server
from xylo_mcp.sandbox.world import Campaign, Facts, World, amount, summed

US, DE, JP, UK = (plan.id for plan in CAST.accounts)
ROOT = "/open_api/v1.3"
ACCOUNTS, DETAILS = f"{ROOT}/oauth2/advertiser/get/", f"{ROOT}/advertiser/info/"
CAMPAIGNS, REPORT = f"{ROOT}/campaign/get/", f"{ROOT}/report/integrated/get/"
TOKEN = {"Access-Token": CREDENTIALS["ACCESS_TOKEN"]}
APP = {"app_id": CREDENTIALS["APP_ID"], "secret": CREDENTIALS["APP_SECRET"]}
SINCE, UNTIL = date(2026, 1, 5), date(2026, 3, 4)
BASIC = {
    "advertiser_id": US,
    "report_type": "BASIC",
    "data_level": "AUCTION_CAMPAIGN",
    "dimensions": '["campaign_id"]',
    "start_date": SINCE.isoformat(),
    "end_date": UNTIL.isoformat(),
    "page_size": "1000",
}
BY_DAY = {**BASIC, "dimensions": '["campaign_id","stat_time_day"]', "start_date": "2026-02-03"}
OF_ADVERTISER = {**BASIC, "data_level": "AUCTION_ADVERTISER", "dimensions": '["advertiser_id"]'}
_NO_TOKEN = 40104, "Access token is null, you should set it in http header with key Access-Token."
_REPEATED = "The parameter may be given only once; a list is one parameter of JSON text."
NUMBERS = (
    "spend",
    "impressions",
    "clicks",
    "ctr",
    "cpc",
    "cpm",
    "reach",
    "frequency",
    "conversion",
    "cost_per_conversion",
    "conversion_rate",
    "complete_payment",
    "total_complete_payment_rate",
    "video_play_actions",
)


@dataclass
class Clock:
    now: datetime = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Envelope(msgspec.Struct, forbid_unknown_fields=True):
    code: int
    message: str
    request_id: str
    data: msgspec.Raw


class PageInfo(msgspec.Struct, forbid_unknown_fields=True):
    page: int
    page_size: int
    total_number: int
    total_page: int


class Listing(msgspec.Struct, forbid_unknown_fields=True):
    list: list[dict[str, object]]
    page_info: PageInfo | None = None


class Row(msgspec.Struct, forbid_unknown_fields=True):
    dimensions: dict[str, str]
    metrics: dict[str, str]


class Report(msgspec.Struct, forbid_unknown_fields=True):
    list: list[Row]
    page_info: PageInfo
    total_metrics: dict[str, str] = field(default_factory=dict[str, str])


Ask = Callable[[str, Mapping[str, str]], Awaitable[Envelope]]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    return World(seed=7, anchor=date(2026, 3, 4), clock=clock, casts=(CAST,))


@pytest.fixture
async def http(world: World) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=server(world)), base_url="http://sandbox", headers=TOKEN
    ) as client:
        yield client


@pytest.fixture
def ask(http: httpx2.AsyncClient) -> Ask:
    async def asked(path: str, parameters: Mapping[str, str]) -> Envelope:
        return opened(await http.get(path, params=parameters))

    return asked


def opened(response: httpx2.Response) -> Envelope:
    """What the envelope says, under the HTTP status that TikTok gives to every application's answer."""
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    return msgspec.json.decode(response.content, type=Envelope)


def refused(reply: Envelope) -> tuple[int, str]:
    """The code and sentence of a refusal, which never carries data."""
    assert bytes(reply.data) == b"{}"
    return reply.code, reply.message


def listing(reply: Envelope) -> Listing:
    assert (reply.code, reply.message) == (0, "OK")
    return msgspec.json.decode(reply.data, type=Listing)


def reported(reply: Envelope) -> Report:
    assert (reply.code, reply.message) == (0, "OK")
    return msgspec.json.decode(reply.data, type=Report)


def ids(found: Listing) -> Sequence[object]:
    return [item["campaign_id"] for item in found.list]


def kept(world: World, account: str = US) -> Sequence[Campaign]:
    return [one for one in world.campaigns("tiktok", account) if one.switch != "deleted"]


def two_decimals(value: Decimal) -> str:
    return str(value.quantize(Decimal("0.01"), ROUND_HALF_UP))


def per(part: Decimal | int, whole: int) -> str:
    return two_decimals(Decimal(part) / whole if whole else Decimal(0))


def written(facts: Facts, currency: str, payments: int) -> Mapping[str, str]:
    """All number metrics of `facts`, as TikTok writes them; `payments` in hundredths."""
    spend, conversions = amount(facts.spend, currency), facts.conversions // 100
    return {
        "spend": two_decimals(spend),
        "impressions": str(facts.impressions),
        "clicks": str(facts.clicks),
        "ctr": per(facts.clicks * 100, facts.impressions),
        "cpc": per(spend, facts.clicks),
        "cpm": per(spend * 1000, facts.impressions),
        "reach": str(facts.reach),
        "frequency": per(facts.impressions, facts.reach),
        "conversion": str(conversions),
        "cost_per_conversion": per(spend, conversions),
        "conversion_rate": per(conversions * 100, facts.impressions),
        "complete_payment": str(payments // 100),
        "total_complete_payment_rate": two_decimals(amount(facts.value, currency)),
        "video_play_actions": str(facts.video_plays),
    }


def written_of(campaign: Campaign, facts: Facts) -> Mapping[str, str]:
    payments = facts.conversions if campaign.goal == "purchases" else 0
    return written(facts, campaign.account.currency, payments)


async def test_every_answer_is_an_envelope_with_its_own_request_id(ask: Ask) -> None:
    first, second = await ask(ACCOUNTS, APP), await ask(ACCOUNTS, APP)

    assert (first.code, first.message) == (second.code, second.message) == (0, "OK")
    assert first.request_id == "20260304153000" + "0" * 19 + "1"
    assert second.request_id == "20260304153000" + "0" * 19 + "2"


async def test_the_log_id_stands_in_the_headers_and_no_hint_when_to_come_back(http: httpx2.AsyncClient) -> None:
    response = await http.get(ACCOUNTS, params=APP)

    assert response.headers["x-tt-logid"] == opened(response).request_id
    assert not {"retry-after", "x-ratelimit-remaining"} & set(response.headers)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", path.removesuffix("/")) for path in (ACCOUNTS, DETAILS, CAMPAIGNS, REPORT)]
    + [("GET", "/"), ("GET", f"{ROOT}/ad/get/"), ("GET", "/open_api/v1.2/campaign/get/"), ("POST", CAMPAIGNS)],
)
async def test_a_path_without_its_last_slash_or_not_tiktoks_is_plain_404(
    http: httpx2.AsyncClient, method: str, path: str
) -> None:
    response = await http.request(method, path, params={"advertiser_id": US})

    assert (response.status_code, response.text) == (404, "404 page not found")
    assert response.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize("path", [ACCOUNTS, DETAILS, CAMPAIGNS, REPORT])
@pytest.mark.parametrize(
    ("headers", "refusal"),
    [
        ({}, _NO_TOKEN),
        ({"Access-Token": ""}, _NO_TOKEN),
        ({"Authorization": "Bearer x"}, _NO_TOKEN),
        ({"Access-Token": "another"}, (40105, "Access token is incorrect or has been revoked.")),
    ],
)
async def test_the_token_is_asked_for_before_anything_else(
    world: World, path: str, headers: Mapping[str, str], refusal: tuple[int, str]
) -> None:
    transport = httpx2.ASGITransport(app=server(world))
    async with httpx2.AsyncClient(transport=transport, base_url="http://sandbox", headers=headers) as stranger:
        reply = opened(await stranger.get(path, params={"nonsense": "1", "access_token": CREDENTIALS["ACCESS_TOKEN"]}))

    assert refused(reply) == refusal


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        (DETAILS, {"advertiser_ids": '["{}"]'}),
        (CAMPAIGNS, {"advertiser_id": "{}"}),
        (REPORT, {**BASIC, "advertiser_id": "{}"}),
    ],
)
@pytest.mark.parametrize(
    ("advertiser", "refusal"),
    [
        ("7123456789012345690", (40001, "No permission to operate advertiser 7123456789012345690.")),
        ("7999999999999999999", (40300, "The advertiser 7999999999999999999 doesn't exist.")),
    ],
)
async def test_an_advertiser_not_granted_or_unknown_is_refused_each_in_its_own_way(
    ask: Ask, path: str, parameters: Mapping[str, str], advertiser: str, refusal: tuple[int, str]
) -> None:
    reply = await ask(path, {name: text.replace("{}", advertiser) for name, text in parameters.items()})

    assert refused(reply) == refusal


@pytest.mark.parametrize(
    ("kind", "refusal"),
    [
        ("throttle", (40100, "Due to too many requests, requests from App are temporarily restricted.")),
        ("expire_token", (40102, "Access token has expired.")),
        ("server_error", (50000, "System error, please try again later.")),
    ],
)
async def test_a_planned_fault_is_told_in_tiktoks_words_and_passes(
    world: World, kind: str, refusal: tuple[int, str]
) -> None:
    memory = Memory()
    faults = Faults(memory)
    faults.plan(msgspec.convert({"platform": "tiktok", "kind": kind}, Fault))
    transport = httpx2.ASGITransport(app=Faulty(server(world), "tiktok", faults))
    async with httpx2.AsyncClient(transport=transport, base_url="http://sandbox", headers=TOKEN) as http:
        met = opened(await http.get(ACCOUNTS, params=APP))
        after = opened(await http.get(ACCOUNTS, params=APP))
    memory.close()

    assert refused(met) == refusal
    assert after.code == 0


async def test_a_limited_app_is_refused_until_the_next_second_whatever_it_asks(world: World, clock: Clock) -> None:
    transport = httpx2.ASGITransport(app=server(world, qps=2))
    async with httpx2.AsyncClient(transport=transport, base_url="http://sandbox", headers=TOKEN) as http:
        asked = [(ACCOUNTS, APP), (CAMPAIGNS, {"advertiser_id": US}), (ACCOUNTS, APP), (REPORT, BASIC)]
        codes = [opened(await http.get(path, params=parameters)) for path, parameters in asked]
        clock.now += timedelta(seconds=1)
        later = opened(await http.get(ACCOUNTS, params=APP))

    assert [reply.code for reply in codes] == [0, 0, 40100, 40100]
    assert refused(codes[2]) == (40100, "App reaches the QPS limit 2")
    assert later.code == 0


async def test_an_app_without_a_limit_may_ask_as_often_as_it_likes(ask: Ask) -> None:
    codes = {(await ask(ACCOUNTS, APP)).code for _ in range(60)}

    assert codes == {0}


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({}, "advertiser_id: Missing data for required field."),
        ({"advertiser_id": "tiktok_" + US}, "advertiser_id: Expected `str` matching regex '^[0-9]{1,19}\\\\Z'."),
        ({"advertiser_id": US, "page": "0"}, "page: Expected `int` >= 1."),
        ({"advertiser_id": US, "page": "two"}, "page: Expected `int`, got `str`."),
        ({"advertiser_id": US, "page_size": "0"}, "page_size: Expected `int` >= 1."),
        ({"advertiser_id": US, "page_size": "1001"}, "page_size: Expected `int` <= 1000."),
        ({"advertiser_id": US, "pagesize": "10"}, "pagesize: Unknown field."),
        ({"advertiser_id": US, "fields": '["name"]'}, "fields: Invalid field 'name'."),
        ({"advertiser_id": US, "fields": '"budget"'}, "fields: Expected `array`, got `str`."),
        ({"advertiser_id": US, "fields": "[]"}, "fields: Expected `array` of length >= 1."),
        ({"advertiser_id": US, "filtering": "[]"}, "filtering: Expected `object`, got `array`."),
        ({"advertiser_id": US, "filtering": '{"status":"X"}'}, "filtering: Object contains unknown field `status`."),
        (
            {"advertiser_id": US, "filtering": '{"primary_status":"DELETED"}'},
            "filtering.primary_status: Invalid enum value 'DELETED'.",
        ),
        (
            {"advertiser_id": US, "filtering": '{"campaign_ids":[1790000000000001]}'},
            "filtering.campaign_ids[0]: Expected `str`, got `int`.",
        ),
        (
            {"advertiser_id": US, "filtering": json.dumps({"campaign_ids": ["1"] * 101})},
            "filtering.campaign_ids: Expected `array` of length <= 100.",
        ),
        (
            {"advertiser_id": US, "exclude_field_types_in_response": '["ZERO"]'},
            "exclude_field_types_in_response[0]: Invalid enum value 'ZERO'.",
        ),
    ],
)
async def test_a_parameter_that_breaks_a_rule_is_named_with_the_rule(
    ask: Ask, parameters: Mapping[str, str], message: str
) -> None:
    reply = await ask(CAMPAIGNS, parameters)

    assert refused(reply) == (40002, message)


@pytest.mark.parametrize("text", ["campaign_id", '["campaign_id"', "\ufffd"])
async def test_a_list_that_is_not_json_text_is_refused(ask: Ask, text: str) -> None:
    code, message = refused(await ask(CAMPAIGNS, {"advertiser_id": US, "fields": text}))

    assert (code, message.split(".")[0]) == (40002, "fields: Not valid JSON")


async def test_a_repeated_query_key_is_refused(http: httpx2.AsyncClient) -> None:
    reply = opened(await http.get(f"{CAMPAIGNS}?advertiser_id={US}&fields=budget&fields=campaign_id"))

    assert refused(reply) == (40002, f"fields: {_REPEATED}")


async def test_a_get_may_carry_its_parameters_as_a_json_body(http: httpx2.AsyncClient, ask: Ask) -> None:
    body = {"fields": ["campaign_id"], "page_size": 3, "filtering": {"primary_status": "STATUS_ALL"}}

    in_body = opened(await http.request("GET", CAMPAIGNS, json={"advertiser_id": US, **body}))
    in_both = opened(await http.request("GET", CAMPAIGNS, params={"advertiser_id": US}, json=body))

    texts = {name: json.dumps(value) for name, value in body.items()}
    in_query = await ask(CAMPAIGNS, {"advertiser_id": US, **texts})
    assert listing(in_body) == listing(in_both) == listing(in_query)


@pytest.mark.parametrize(
    ("query", "body", "message"),
    [
        ("", b"[]", "body: Must be a JSON object. Expected `object`, got `array`"),
        ("", b'{"advertiser_id": 7}', "advertiser_id: Expected `str`, got `int`."),
        ("", b'{"advertiser_id": "7", "page": "1"}', "page: Expected `int`, got `str`."),
        (
            "",
            b'{"advertiser_id": "\xff"}',
            "advertiser_id: Not valid JSON. 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte",
        ),
        ("?page=1", b'{"advertiser_id": "7", "page": 1}', f"page: {_REPEATED}"),
    ],
)
async def test_a_json_body_is_held_to_the_same_rules(
    http: httpx2.AsyncClient, query: str, body: bytes, message: str
) -> None:
    reply = opened(await http.request("GET", CAMPAIGNS + query, content=body))

    assert refused(reply) == (40002, message)


async def test_booleans_are_read_in_pythons_spelling_too(ask: Ask) -> None:
    reports = [reported(await ask(REPORT, {**BASIC, "enable_total_metrics": text})) for text in ("true", "True")]

    assert reports[0] == reports[1]
    assert reports[0].total_metrics


async def test_all_granted_advertisers_are_listed_without_pages(ask: Ask) -> None:
    found = listing(await ask(ACCOUNTS, APP))

    assert found == Listing([{"advertiser_id": plan.id, "advertiser_name": plan.name} for plan in CAST.accounts])


@pytest.mark.parametrize(
    ("parameters", "refusal"),
    [
        ({"secret": APP["secret"]}, (40002, "app_id: Missing data for required field.")),
        ({"app_id": APP["app_id"]}, (40002, "secret: Missing data for required field.")),
        ({**APP, "app_id": "7"}, (40113, "The app does not exist or has been blocked.")),
        ({**APP, "secret": "x"}, (40101, "The secret does not belong to this app.")),
    ],
)
async def test_advertisers_are_listed_to_their_own_app_alone(
    ask: Ask, parameters: Mapping[str, str], refusal: tuple[int, str]
) -> None:
    assert refused(await ask(ACCOUNTS, parameters)) == refusal


async def test_an_advertiser_is_described_in_tiktoks_words(ask: Ask) -> None:
    found = listing(await ask(DETAILS, {"advertiser_ids": json.dumps([UK])}))

    assert found.list == [
        {
            "advertiser_id": UK,
            "name": "Nordlicht UK (closed)",
            "company": "Nordlicht Outdoor GmbH",
            "status": "STATUS_DISABLE",
            "role": "ROLE_ADVERTISER",
            "currency": "GBP",
            "timezone": "Europe/London",
            "display_timezone": "Europe/London",
            "balance": 0,
            "country": "GB",
            "industry": "291905",
            "language": "en",
            "create_time": 1714979289,
            "advertiser_account_type": "AUCTION",
            "owner_bc_id": "7100000000000000001",
            "rejection_reason": "",
            "contacter": "N***t",
            "email": "o***@nordlicht.example",
        }
    ]


async def test_chosen_fields_alone_come_back_in_the_order_of_the_ids(ask: Ask) -> None:
    fields = ["advertiser_id", "status", "currency", "timezone", "display_timezone", "company_name_editable"]

    found = listing(await ask(DETAILS, {"advertiser_ids": json.dumps([JP, US]), "fields": json.dumps(fields)}))

    assert [tuple(item) for item in found.list] == [tuple(fields)] * 2
    assert [tuple(item.values()) for item in found.list] == [
        (JP, "STATUS_ENABLE", "JPY", "Asia/Tokyo", "Asia/Tokyo", False),
        (US, "STATUS_ENABLE", "USD", "America/New_York", "America/New_York", False),
    ]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({}, "advertiser_ids: Missing data for required field."),
        ({"advertiser_ids": US}, "advertiser_ids: Expected `array`, got `int`."),
        ({"advertiser_ids": "[]"}, "advertiser_ids: Expected `array` of length >= 1."),
        ({"advertiser_ids": json.dumps([US] * 101)}, "advertiser_ids: Expected `array` of length <= 100."),
        ({"advertiser_ids": f"[{US}]"}, "advertiser_ids[0]: Expected `str`, got `int`."),
        ({"advertiser_ids": json.dumps([US]), "fields": '["password"]'}, "fields: Invalid field 'password'."),
    ],
)
async def test_details_are_asked_for_by_a_list_of_ids(ask: Ask, parameters: Mapping[str, str], message: str) -> None:
    assert refused(await ask(DETAILS, parameters)) == (40002, message)


async def test_one_advertiser_that_may_not_be_seen_hides_all(ask: Ask) -> None:
    reply = await ask(DETAILS, {"advertiser_ids": json.dumps([US, "7123456789012345690"])})

    assert refused(reply) == (40001, "No permission to operate advertiser 7123456789012345690.")


async def test_campaigns_come_newest_first_ten_a_page_and_without_the_deleted(world: World, ask: Ask) -> None:
    newest_first = [one.id for one in reversed(kept(world))]

    first = listing(await ask(CAMPAIGNS, {"advertiser_id": US}))
    second = listing(await ask(CAMPAIGNS, {"advertiser_id": US, "page": "2"}))

    pages = -(-len(newest_first) // 10)
    assert ids(first) == newest_first[:10]
    assert first.page_info == PageInfo(1, 10, len(newest_first), pages)
    assert ids(second) == newest_first[10:20]
    assert second.page_info == PageInfo(2, 10, len(newest_first), pages)


async def test_a_page_after_the_last_is_empty_and_no_error(world: World, ask: Ask) -> None:
    found = listing(await ask(CAMPAIGNS, {"advertiser_id": US, "page": "99", "page_size": "1000"}))

    assert found == Listing([], PageInfo(99, 1000, len(kept(world)), 1))


async def test_the_founding_campaign_reads_as_it_is_known(ask: Ask) -> None:
    fields = ["campaign_id", "campaign_name", "budget", "budget_mode", "operation_status", "objective_type"]

    found = listing(
        await ask(
            CAMPAIGNS,
            {"advertiser_id": US, "fields": json.dumps(fields), "filtering": '{"campaign_ids":["1790000000000001"]}'},
        )
    )

    assert found.list == [
        {
            "campaign_id": "1790000000000001",
            "campaign_name": "Summer Sale - TikTok",
            "budget": 100.0,
            "budget_mode": "BUDGET_MODE_DAY",
            "operation_status": "ENABLE",
            "objective_type": "CONVERSIONS",
        }
    ]


@pytest.mark.parametrize("account", [US, DE, JP, UK])
async def test_every_campaign_says_what_is_true_in_tiktoks_words(world: World, ask: Ask, account: str) -> None:
    found = listing(
        await ask(
            CAMPAIGNS,
            {"advertiser_id": account, "page_size": "1000", "filtering": '{"primary_status":"STATUS_ALL"}'},
        )
    )

    told = {
        str(item["campaign_id"]): (
            item["advertiser_id"],
            item["campaign_name"],
            item["objective_type"],
            item["operation_status"],
            item["secondary_status"],
            item["budget_mode"],
            Decimal(str(item["budget"])),
            item.get("budget_optimize_on", False),
            item["create_time"],
            item["modify_time"],
        )
        for item in found.list
    }
    assert told == {one.id: _true_words(one) for one in world.campaigns("tiktok", account)}


def _true_words(one: Campaign) -> tuple[object, ...]:
    number = int(one.id)
    dynamic = bool(one.daily) and number % 4 == 0
    day = "BUDGET_MODE_DYNAMIC_DAILY_BUDGET" if dynamic else "BUDGET_MODE_DAY"
    objectives = {
        "awareness": "REACH",
        "traffic": "TRAFFIC",
        "engagement": "VIDEO_VIEWS" if number % 2 else "ENGAGEMENT",
        "leads": "LEAD_GENERATION",
        "app": "APP_PROMOTION",
        "purchases": "CONVERSIONS" if one.name == "Summer Sale - TikTok" else "WEB_CONVERSIONS",
    }
    statuses = {
        "delivering": "CAMPAIGN_STATUS_ENABLE",
        "ended": "CAMPAIGN_STATUS_ENABLE",
        "off": "CAMPAIGN_STATUS_DISABLE",
        "limited": "CAMPAIGN_STATUS_BUDGET_EXCEED",
        "in_review": "CAMPAIGN_STATUS_ADVERTISER_AUDIT",
        "rejected": "CAMPAIGN_STATUS_ADVERTISER_AUDIT_DENY",
        "gone": "CAMPAIGN_STATUS_DELETE",
    }
    return (
        one.account.id,
        one.name,
        objectives[one.goal],
        "ENABLE" if one.switch == "on" else "DISABLE",
        statuses[one.state],
        day if one.daily else "BUDGET_MODE_TOTAL" if one.lifetime else "BUDGET_MODE_INFINITE",
        amount(one.daily or one.lifetime, one.account.currency),
        bool(one.daily or one.lifetime),
        f"{one.created:%Y-%m-%d %H:%M:%S}",
        f"{one.modified:%Y-%m-%d %H:%M:%S}",
    )


async def test_a_budget_is_a_json_number_in_units_of_the_currency(world: World, http: httpx2.AsyncClient) -> None:
    one = next(one for one in kept(world, JP) if one.daily)
    asked = {"advertiser_id": JP, "fields": '["budget"]', "filtering": json.dumps({"campaign_ids": [one.id]})}

    response = await http.get(CAMPAIGNS, params=asked)

    assert f'"list":[{{"budget":{one.daily}.0}}]' in response.text


async def test_null_fields_are_sent_unless_they_are_excluded(ask: Ask) -> None:
    asked = {"advertiser_id": US, "filtering": '{"campaign_ids":["1790000000000001"]}'}

    with_nulls = listing(await ask(CAMPAIGNS, asked)).list[0]
    without = listing(await ask(CAMPAIGNS, {**asked, "exclude_field_types_in_response": '["NULL_FIELD"]'})).list[0]

    assert with_nulls["deep_bid_type"] is None
    assert without == {name: value for name, value in with_nulls.items() if value is not None}


_FILTERS: Sequence[tuple[Mapping[str, object], Callable[[Campaign], bool]]] = [
    ({"primary_status": "STATUS_ALL"}, lambda _: True),
    ({"primary_status": "STATUS_NOT_DELETE"}, lambda one: one.state != "gone"),
    ({"primary_status": "STATUS_DELETE"}, lambda one: one.state == "gone"),
    ({"primary_status": "STATUS_DELIVERY_OK"}, lambda one: one.state in ("delivering", "ended")),
    ({"primary_status": "STATUS_DISABLE"}, lambda one: one.state == "off"),
    ({"primary_status": "STATUS_NOT_DELIVERY"}, lambda one: one.state in ("limited", "in_review", "rejected")),
    ({"primary_status": "STATUS_TIME_DONE"}, lambda _: False),
    ({"secondary_status": "CAMPAIGN_STATUS_ALL"}, lambda _: True),
    ({"secondary_status": "CAMPAIGN_STATUS_NOT_DELETE"}, lambda one: one.state != "gone"),
    ({"secondary_status": "CAMPAIGN_STATUS_DELETE"}, lambda one: one.state == "gone"),
    ({"secondary_status": "CAMPAIGN_STATUS_DISABLE"}, lambda one: one.state == "off"),
    ({"primary_status": "STATUS_DISABLE", "secondary_status": "CAMPAIGN_STATUS_ENABLE"}, lambda _: False),
    ({"campaign_name": "sUmMer"}, lambda one: one.state != "gone" and "summer" in one.name.lower()),
    ({"objective_type": "WEB_CONVERSIONS"}, lambda one: one.state != "gone" and one.goal == "purchases"),
    ({"objective_type": "CONVERSIONS"}, lambda one: one.state != "gone" and one.goal == "purchases"),
    ({"objective_type": "TRAFFIC"}, lambda one: one.state != "gone" and one.goal == "traffic"),
    ({"buying_types": ["RESERVATION_RF"]}, lambda _: False),
    ({"campaign_system_origins": ["PROMOTE"]}, lambda _: False),
    ({"campaign_automation_type": "MANUAL"}, lambda one: one.state != "gone"),
    ({"campaign_automation_type": "SMART_PLUS"}, lambda _: False),
    ({"is_smart_performance_campaign": False}, lambda one: one.state != "gone"),
    (
        {"creation_filter_start_time": "2025-09-01 00:00:00", "creation_filter_end_time": "2025-12-31 23:59:59"},
        lambda one: one.state != "gone" and date(2025, 9, 1) <= one.created.date() <= date(2025, 12, 31),
    ),
]


@pytest.mark.parametrize(("filtering", "admits"), _FILTERS)
async def test_a_filter_finds_exactly_what_it_admits(
    world: World, ask: Ask, filtering: Mapping[str, object], admits: Callable[[Campaign], bool]
) -> None:
    found = listing(
        await ask(CAMPAIGNS, {"advertiser_id": US, "page_size": "1000", "filtering": json.dumps(filtering)})
    )

    assert ids(found) == [one.id for one in reversed(world.campaigns("tiktok", US)) if admits(one)]


async def test_a_deleted_campaign_stays_hidden_from_those_who_ask_for_it_by_id(world: World, ask: Ask) -> None:
    gone = next(one for one in world.campaigns("tiktok", US) if one.switch == "deleted")

    by_id = listing(await ask(CAMPAIGNS, {"advertiser_id": US, "filtering": json.dumps({"campaign_ids": [gone.id]})}))
    with_status = listing(
        await ask(
            CAMPAIGNS,
            {
                "advertiser_id": US,
                "filtering": json.dumps({"campaign_ids": [gone.id], "primary_status": "STATUS_ALL"}),
            },
        )
    )

    assert ids(by_id) == []
    assert ids(with_status) == [gone.id]


@pytest.mark.parametrize("account", [US, DE, JP, UK])
async def test_totals_of_campaigns_are_the_worlds_truth(world: World, ask: Ask, account: str) -> None:
    found = reported(await ask(REPORT, {**BASIC, "advertiser_id": account, "metrics": json.dumps(NUMBERS)}))

    told = {row.dimensions["campaign_id"]: row.metrics for row in found.list}
    truth = {one.id: world.total("tiktok", one, SINCE, UNTIL) for one in kept(world, account)}
    assert told == {one.id: written_of(one, truth[one.id]) for one in kept(world, account)}
    assert any(facts.conversions for facts in truth.values())
    assert all(tuple(row.dimensions) == ("campaign_id",) for row in found.list)


async def test_days_of_campaigns_are_the_worlds_truth_and_quiet_days_are_left_out(world: World, ask: Ask) -> None:
    found = reported(await ask(REPORT, {**BY_DAY, "metrics": json.dumps(NUMBERS)}))

    told = {(row.dimensions["campaign_id"], row.dimensions["stat_time_day"]): row.metrics for row in found.list}
    assert told == {
        (one.id, f"{day} 00:00:00"): written_of(one, facts)
        for one in kept(world)
        for day, facts in world.days("tiktok", one, date(2026, 2, 3), UNTIL)
    }
    assert len(told) == len(found.list) == found.page_info.total_number


async def test_an_advertisers_row_holds_its_deleted_campaigns_too(world: World, ask: Ask) -> None:
    since = date(2025, 3, 6)

    found = reported(
        await ask(REPORT, {**OF_ADVERTISER, "start_date": since.isoformat(), "metrics": json.dumps(NUMBERS)})
    )

    everyone = world.campaigns("tiktok", US)
    facts = summed(facts for one in everyone for _, facts in world.days("tiktok", one, since, UNTIL))
    payments = sum(world.total("tiktok", one, since, UNTIL).conversions for one in everyone if one.goal == "purchases")
    assert found.list == [Row({"advertiser_id": US}, dict(written(facts, "USD", payments)))]
    assert facts.spend > sum(world.total("tiktok", one, since, UNTIL).spend for one in kept(world))


async def test_days_of_an_advertiser_are_the_sums_of_its_campaigns(world: World, ask: Ask) -> None:
    asked = {**BY_DAY, "data_level": "AUCTION_ADVERTISER", "dimensions": '["stat_time_day","advertiser_id"]'}

    found = reported(await ask(REPORT, asked))

    days = [date(2026, 2, 3) + timedelta(days=number) for number in range(30)]
    truth = {day: summed(world.facts("tiktok", one, day) for one in world.campaigns("tiktok", US)) for day in days}
    assert {row.dimensions["stat_time_day"]: row.metrics for row in found.list} == {
        f"{day} 00:00:00": {"spend": two_decimals(amount(facts.spend, "USD")), "impressions": str(facts.impressions)}
        for day, facts in truth.items()
        if not facts.nothing
    }


async def test_a_lifetime_needs_no_dates_and_ignores_them(world: World, ask: Ask) -> None:
    lifetime = {name: text for name, text in BASIC.items() if not name.endswith("_date")} | {"query_lifetime": "true"}

    found = reported(await ask(REPORT, {**lifetime, "start_date": "yesterday"}))

    assert {row.dimensions["campaign_id"]: row.metrics["spend"] for row in found.list} == {
        one.id: two_decimals(amount(world.total("tiktok", one, one.first_day, UNTIL).spend, "USD"))
        for one in kept(world)
    }


async def test_what_brought_nothing_is_a_row_of_zeros_without_days_and_no_row_with_them(world: World, ask: Ask) -> None:
    early = {"start_date": "2020-01-01", "end_date": "2020-01-30", "metrics": json.dumps(NUMBERS)}

    without = reported(await ask(REPORT, {**BASIC, **early}))
    of_advertiser = reported(await ask(REPORT, {**OF_ADVERTISER, **early}))
    by_day = reported(await ask(REPORT, {**BY_DAY, **early}))

    zeros = written(Facts(), "USD", 0)
    assert {row.dimensions["campaign_id"]: row.metrics for row in without.list} == {
        one.id: zeros for one in kept(world)
    }
    assert of_advertiser.list == [Row({"advertiser_id": US}, dict(zeros))]
    assert (by_day.list, by_day.page_info) == ([], PageInfo(1, 1000, 0, 0))


async def test_days_that_have_not_begun_bring_nothing(ask: Ask) -> None:
    found = reported(await ask(REPORT, {**BY_DAY, "start_date": "2026-03-06", "end_date": "2026-03-20"}))

    assert found.list == []


async def test_days_are_the_advertisers_own(world: World, clock: Clock, ask: Ask) -> None:
    clock.now = datetime(2026, 3, 3, 20, 0, tzinfo=UTC)  # already the 4th in Tokyo, five o'clock
    asked = {**BY_DAY, "advertiser_id": JP, "start_date": "2026-03-04", "end_date": "2026-03-04"}

    found = reported(await ask(REPORT, asked))

    assert {row.dimensions["campaign_id"]: row.metrics["impressions"] for row in found.list} == {
        one.id: str(facts.impressions)
        for one in kept(world, JP)
        for _, facts in world.days("tiktok", one, date(2026, 3, 4), date(2026, 3, 4))
    }
    assert found.list


async def test_spend_and_impressions_are_shown_where_no_metrics_are_named(ask: Ask) -> None:
    found = reported(await ask(REPORT, BASIC))

    assert {tuple(row.metrics) for row in found.list} == {("spend", "impressions")}


async def test_reports_have_ten_rows_a_page_and_every_row_stands_on_one(world: World, ask: Ask) -> None:
    asked = {name: text for name, text in BASIC.items() if name != "page_size"}

    pages = [reported(await ask(REPORT, {**asked, "page": str(number)})) for number in (1, 2, 3, 4)]

    rows = [row.dimensions["campaign_id"] for page in pages for row in page.list]
    assert sorted(rows) == [one.id for one in kept(world)]
    assert [page.page_info for page in pages] == [
        PageInfo(number, 10, len(rows), -(-len(rows) // 10)) for number in (1, 2, 3, 4)
    ]
    assert len(pages[0].list) == 10


async def test_rows_are_in_no_order_unless_one_is_asked_for(ask: Ask) -> None:
    unordered = reported(await ask(REPORT, BASIC)).list
    falling = reported(await ask(REPORT, {**BASIC, "order_field": "spend"})).list
    rising = reported(await ask(REPORT, {**BASIC, "order_field": "spend", "order_type": "ASC"})).list

    assert [Decimal(row.metrics["spend"]) for row in falling] == sorted(
        (Decimal(row.metrics["spend"]) for row in unordered), reverse=True
    )
    assert [row.metrics["spend"] for row in rising] == [row.metrics["spend"] for row in reversed(falling)]
    assert [row.dimensions for row in unordered] not in (
        sorted((row.dimensions for row in unordered), key=lambda of: of["campaign_id"]),
        sorted((row.dimensions for row in unordered), key=lambda of: of["campaign_id"], reverse=True),
    )


async def test_rows_may_be_ordered_by_a_count_that_is_not_shown(world: World, ask: Ask) -> None:
    found = reported(await ask(REPORT, {**BASIC, "order_field": "clicks"})).list

    clicks = {one.id: world.total("tiktok", one, SINCE, UNTIL).clicks for one in kept(world)}
    assert [clicks[row.dimensions["campaign_id"]] for row in found] == sorted(clicks.values(), reverse=True)


async def test_total_metrics_sum_all_pages_and_have_no_words(world: World, ask: Ask) -> None:
    metrics = [*NUMBERS, "campaign_name", "currency"]

    found = reported(
        await ask(
            REPORT,
            {**BASIC, "page_size": "1", "enable_total_metrics": "true", "metrics": json.dumps(metrics)},
        )
    )

    everyone = kept(world)
    facts = summed(facts for one in everyone for _, facts in world.days("tiktok", one, SINCE, UNTIL))
    payments = sum(world.total("tiktok", one, SINCE, UNTIL).conversions for one in everyone if one.goal == "purchases")
    assert found.total_metrics == {**written(facts, "USD", payments), "campaign_name": "-", "currency": "-"}
    assert len(found.list) == 1


async def test_words_about_a_campaign_stand_among_its_metrics(world: World, ask: Ask) -> None:
    metrics = ["campaign_name", "objective_type", "currency", "budget"]

    found = reported(await ask(REPORT, {**BASIC, "metrics": json.dumps(metrics)}))

    titles = {
        "awareness": {"Reach"},
        "traffic": {"Traffic"},
        "engagement": {"Video views", "Community interaction"},
        "leads": {"Lead generation"},
        "app": {"App promotion"},
        "purchases": {"Website conversions", "Conversions"},
    }
    told = {row.dimensions["campaign_id"]: row.metrics for row in found.list}
    for one in kept(world):
        words = dict(told.pop(one.id))
        budget = amount(one.daily or one.lifetime, "USD")
        assert words.pop("objective_type") in titles[one.goal]
        assert words == {
            "campaign_name": one.name,
            "currency": "USD",
            "budget": two_decimals(budget) if budget else "-",
        }
    assert not told


async def test_a_report_is_narrowed_by_ids_and_the_deleted_are_shown_on_request(world: World, ask: Ask) -> None:
    gone = next(one for one in world.campaigns("tiktok", US) if one.switch == "deleted")
    here = kept(world)[0]
    by_id = {"field_name": "campaign_ids", "filter_type": "IN", "filter_value": json.dumps([gone.id, here.id])}
    all_of_them = {"field_name": "campaign_status", "filter_type": "IN", "filter_value": '["STATUS_ALL"]'}
    the_deleted = {"field_name": "campaign_status", "filter_type": "IN", "filter_value": '["STATUS_DELETE"]'}

    found = [
        reported(await ask(REPORT, {**BASIC, "filtering": json.dumps(filters)}))
        for filters in ([by_id], [by_id, all_of_them], [the_deleted])
    ]

    assert [{row.dimensions["campaign_id"] for row in one.list} for one in found] == [
        {here.id},
        {here.id, gone.id},
        {one.id for one in world.campaigns("tiktok", US) if one.switch == "deleted"},
    ]


async def test_several_advertisers_share_a_report_and_win_over_a_single_one(ask: Ask) -> None:
    asked = {**OF_ADVERTISER, "advertiser_ids": json.dumps([DE, JP]), "metrics": '["currency"]'}

    found = reported(await ask(REPORT, asked))

    assert found.list == [
        Row({"advertiser_id": DE}, {"currency": "EUR"}),
        Row({"advertiser_id": JP}, {"currency": "JPY"}),
    ]


@pytest.mark.parametrize(("end", "asked"), [("2026-01-30", BY_DAY), ("2026-12-31", BASIC)])
async def test_the_longest_span_is_given_and_a_day_more_refused(ask: Ask, end: str, asked: Mapping[str, str]) -> None:
    day_after = (date.fromisoformat(end) + timedelta(days=1)).isoformat()

    longest = await ask(REPORT, {**asked, "start_date": "2026-01-01", "end_date": end})
    longer = await ask(REPORT, {**asked, "start_date": "2026-01-01", "end_date": day_after})

    assert longest.code == 0
    assert refused(longer) == (
        40002,
        "max time span is 30 days when use stat_time_day" if asked is BY_DAY else "max time span is 365 days",
    )


_UNSUPPORTED = "is not supported here; one of AUCTION_ADVERTISER, AUCTION_CAMPAIGN, AUCTION_ADGROUP, AUCTION_AD."


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"report_type": "BASICS"}, "report_type: Invalid enum value 'BASICS'."),
        ({"report_type": "CATALOG"}, "report_type: CATALOG is not supported here."),
        ({"report_type": "AUDIENCE"}, "dimensions: An audience report needs an audience dimension."),
        ({"bc_id": "7100000000000000001"}, "bc_id: Only for report_type BC."),
        ({"service_type": "RESERVATION"}, "service_type: RESERVATION is not supported here."),
        ({"query_mode": "CHUNK"}, "query_mode: CHUNK is not supported here."),
        ({"multi_adv_report_in_utc_time": "true"}, "multi_adv_report_in_utc_time: Only with advertiser_ids."),
        (
            {"multi_adv_report_in_utc_time": "true", "advertiser_ids": json.dumps([DE])},
            "multi_adv_report_in_utc_time: true is not supported here.",
        ),
        ({"advertiser_ids": json.dumps([US] * 6)}, "advertiser_ids: Expected `array` of length <= 5."),
        (
            {"advertiser_ids": json.dumps([US, DE]), "enable_total_metrics": "true"},
            "enable_total_metrics: Advertisers with different currencies have no total.",
        ),
        ({"data_level": ""}, "data_level: Missing data for required field."),
        ({"data_level": "RESERVATION_AD"}, f"data_level: RESERVATION_AD {_UNSUPPORTED}"),
        ({"data_level": "AUCTION_AD"}, "dimension campaign_id does not match data_level AUCTION_AD"),
        (
            {"data_level": "AUCTION_ADVERTISER"},
            "dimension campaign_id does not match data_level AUCTION_ADVERTISER",
        ),
        (
            {"dimensions": '["campaign_id","advertiser_id"]'},
            "dimension advertiser_id does not match data_level AUCTION_CAMPAIGN",
        ),
        (
            {"dimensions": '["adgroup_id"]'},
            "dimension adgroup_id does not match data_level AUCTION_CAMPAIGN",
        ),
        ({"dimensions": '["campaign_id","planet"]'}, "Invalid dimension fields: ['planet']"),
        ({"dimensions": '["campaign_id","stat_time_hour"]'}, "Invalid dimension fields: ['stat_time_hour']"),
        ({"dimensions": '["campaign_id","campaign_id"]'}, "dimensions: Each dimension only once."),
        (
            {"dimensions": '["stat_time_day"]'},
            "dimensions: data_level AUCTION_CAMPAIGN needs the dimension campaign_id.",
        ),
        (
            {"dimensions": "campaign_id,stat_time_day"},
            "dimensions: Not valid JSON. JSON is malformed: invalid character (byte 0)",
        ),
        ({"metrics": '["spend","video_views"]'}, "Invalid metric fields: ['video_views']"),
        ({"metrics": "[]"}, "metrics: Expected `array` of length >= 1."),
        ({"order_field": "campaign_name"}, "order_field: 'campaign_name' is not a numeric metric."),
        ({"order_type": "UP"}, "order_type: Invalid enum value 'UP'."),
        ({"start_date": ""}, "start_date: Missing data for required field."),
        ({"end_date": "20260304"}, "end_date: Not a valid date, use YYYY-MM-DD."),
        ({"end_date": "2026-02-29"}, "end_date: Not a valid date, use YYYY-MM-DD."),
        ({"start_date": "2026-03-05"}, "start_date: Must not be later than end_date."),
        (
            {"query_lifetime": "true", "dimensions": '["campaign_id","stat_time_day"]'},
            "query_lifetime: Not with the dimension stat_time_day.",
        ),
        ({"page_size": "1001"}, "page_size: Expected `int` <= 1000."),
        ({"page": "0"}, "page: Expected `int` >= 1."),
        ({"filtering": '{"campaign_ids":["1"]}'}, "filtering: Expected `array`, got `object`."),
        ({"filtering": '[{"field_name":"spend"}]'}, "filtering[0]: Object missing required field `filter_type`."),
    ],
)
async def test_a_report_that_breaks_a_rule_is_refused_with_the_rule(
    ask: Ask, change: Mapping[str, str], message: str
) -> None:
    assert refused(await ask(REPORT, {**BASIC, **change})) == (40002, message)


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ([("spend", "GREATER_THAN", "5")], "filtering[0]: The field_name 'spend' is not supported at this data_level."),
        (
            [("adgroup_ids", "IN", "[]")],
            "filtering[0]: The field_name 'adgroup_ids' is not supported at this data_level.",
        ),
        ([("campaign_ids", "MATCH", "1")], "filtering[0]: 'campaign_ids' takes only the filter_type IN."),
        ([("campaign_ids", "LIKE", "1")], "filtering[0].filter_type: Invalid enum value 'LIKE'."),
        ([("campaign_ids", "IN", ["1"])], "filtering[0].filter_value: Expected `str`, got `array`."),
        (
            [("campaign_ids", "IN", "1")],
            "filtering[0].filter_value: Expected `array`, got `int`.",
        ),
        (
            [("campaign_ids", "IN", json.dumps(["1"] * 101))],
            "filtering[0].filter_value: Expected `array` of length <= 100.",
        ),
        (
            [("campaign_status", "IN", '["STATUS_GONE"]')],
            "filtering[0].filter_value[0]: Invalid enum value 'STATUS_GONE'.",
        ),
        (
            [("campaign_ids", "IN", '["1"')],
            "filtering[0].filter_value: Not valid JSON. Input data was truncated",
        ),
        (
            [("campaign_ids", "IN", '["1"]'), ("campaign_ids", "IN", '["2"]')],
            "filtering[1]: 'campaign_ids' may be given only once.",
        ),
    ],
)
async def test_a_filter_that_breaks_a_rule_is_refused_with_its_place(
    ask: Ask, filters: Sequence[tuple[str, str, object]], message: str
) -> None:
    filtering = [{"field_name": name, "filter_type": kind, "filter_value": value} for name, kind, value in filters]

    assert refused(await ask(REPORT, {**BASIC, "filtering": json.dumps(filtering)})) == (40002, message)


async def test_words_about_campaigns_are_no_metrics_of_an_advertiser(ask: Ask) -> None:
    reply = await ask(REPORT, {**OF_ADVERTISER, "metrics": '["spend","campaign_name","budget"]'})

    assert refused(reply) == (40002, "Invalid metric fields: ['campaign_name', 'budget']")


async def test_a_report_without_an_advertiser_is_refused(ask: Ask) -> None:
    reply = await ask(REPORT, {name: text for name, text in BASIC.items() if name != "advertiser_id"})

    assert refused(reply) == (40002, "advertiser_id: Missing data for required field.")


async def test_ninety_days_of_an_account_take_tens_of_milliseconds(ask: Ask) -> None:
    asked = {**BASIC, "start_date": "2025-12-05", "metrics": json.dumps(NUMBERS)}
    await ask(REPORT, asked)

    begin = perf_counter()
    await ask(REPORT, asked)

    assert perf_counter() - begin < 0.5  # ten times what it takes: other work may share the machine
