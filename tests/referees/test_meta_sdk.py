"""Meta's own SDK, unmodified, against the sandbox: what it reads is the world's truth, and it knows the errors."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import uvicorn
from facebook_business.adobjects.adaccount import AdAccount
from facebook_business.adobjects.campaign import Campaign
from facebook_business.adobjects.user import User
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from facebook_business.session import FacebookSession
from starlette.types import ASGIApp

from xylo_mcp.sandbox.faults import Fault, Faults, Faulty
from xylo_mcp.sandbox.memory import Memory
from xylo_mcp.sandbox.meta import CAST, CREDENTIALS, server
from xylo_mcp.sandbox.world import World, amount, summed

TOKEN, SECRET = CREDENTIALS["ACCESS_TOKEN"], CREDENTIALS["APP_SECRET"]
FIRST = "120210000000000001"
SINCE, UNTIL = date(2026, 11, 1), date(2026, 11, 14)
RANGE = {"since": SINCE.isoformat(), "until": UNTIL.isoformat()}
DAILY = {
    "name": "Neu 🚀",
    "objective": "OUTCOME_SALES",
    "special_ad_categories": [],
    "status": "PAUSED",
    "daily_budget": 12345,
    "bid_strategy": "LOWEST_COST_WITHOUT_CAP",
}
POSITIONS = {
    "audience_network/classic": ("audience_network", "an_classic"),
    "facebook/feed": ("facebook", "feed"),
    "facebook/marketplace": ("facebook", "marketplace"),
    "instagram/stories": ("instagram", "instagram_stories"),
}
Connect = Callable[..., FacebookAdsApi]


@pytest.fixture(scope="module")
def world() -> World:
    return World(7, date(2026, 11, 22), lambda: datetime(2026, 11, 22, 12, tzinfo=UTC), (CAST,))


@pytest.fixture(scope="module")
def faults() -> Iterator[Faults]:
    memory = Memory()
    yield Faults(memory)
    memory.close()


@pytest.fixture(scope="module")
def origin(world: World, faults: Faults) -> Iterator[str]:
    yield from served(Faulty(server(world, proof_required=True), "meta", faults))


@pytest.fixture(scope="module")
def writable() -> World:
    """A world that some tests write to, beside the one that the others read."""
    return World(7, date(2026, 11, 22), lambda: datetime(2026, 11, 22, 12, tzinfo=UTC), (CAST,))


@pytest.fixture(scope="module")
def writable_origin(writable: World, faults: Faults) -> Iterator[str]:
    yield from served(Faulty(server(writable, proof_required=True), "meta", faults))


def served(app: ASGIApp) -> Iterator[str]:
    running = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", lifespan="off", ws="none"))
    thread = threading.Thread(target=running.run)
    thread.start()
    deadline = time.monotonic() + 60
    while not running.started and time.monotonic() < deadline:
        time.sleep(0.005)
    port = running.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    running.should_exit = True
    thread.join(10)


@pytest.fixture
def connect(origin: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connect]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    sessions: list[FacebookSession] = []

    def make(token: str = TOKEN, secret: str | None = SECRET, origin: str = origin) -> FacebookAdsApi:
        session = FacebookSession("1", secret, token, timeout=60)
        session.GRAPH = origin
        sessions.append(session)
        return FacebookAdsApi(session)

    yield make
    for session in sessions:
        session.requests.close()


@pytest.fixture
def api(connect: Connect) -> FacebookAdsApi:
    return connect()


@pytest.fixture
def writer(connect: Connect, writable_origin: str) -> FacebookAdsApi:
    return connect(origin=writable_origin)


def test_the_sdk_lists_all_accounts_over_several_pages(api: FacebookAdsApi) -> None:
    fields = ["name", "currency", "timezone_name", "account_status"]
    cursor = User("me", api=api).get_ad_accounts(fields=fields, params={"limit": 2})
    assert [(one["id"], one["name"], one["currency"], one["timezone_name"]) for one in cursor] == [
        (plan.public_id, plan.name, plan.currency, plan.time_zone) for plan in CAST.accounts
    ]
    assert cursor.total() == len(CAST.accounts)


def test_the_sdk_reads_an_account(api: FacebookAdsApi) -> None:
    account = AdAccount("act_523456789", api=api).api_get(fields=["name", "account_status", "disable_reason"])
    assert account.export_all_data() == {
        "name": "Bergquell UK (closed)",
        "account_status": 2,
        "disable_reason": 3,
        "id": "act_523456789",
    }


@pytest.mark.parametrize("plan", CAST.accounts, ids=lambda plan: plan.currency)
def test_the_sdk_lists_the_campaigns_of_the_world(api: FacebookAdsApi, world: World, plan: Any) -> None:
    statuses = ["ACTIVE", "PAUSED", "IN_PROCESS", "WITH_ISSUES", "ARCHIVED", "DELETED"]
    params = {"limit": 500 if plan.campaigns > 100 else 7, "effective_status": statuses}
    cursor = AdAccount(plan.public_id, api=api).get_campaigns(
        fields=["name", "status", "daily_budget", "lifetime_budget"], params=params
    )
    offset = 1 if plan.currency in {"JPY", "TWD"} else 100
    switches = {"on": "ACTIVE", "off": "PAUSED", "archived": "ARCHIVED", "deleted": "DELETED"}
    told = [
        (
            one["id"],
            one["name"],
            one["status"],
            Decimal(one.get("daily_budget", "0")) / offset,
            Decimal(one.get("lifetime_budget", "0")) / offset,
        )
        for one in cursor
    ]
    assert told == [
        (one.id, one.name, switches[one.switch], amount(one.daily, plan.currency), amount(one.lifetime, plan.currency))
        for one in reversed(world.campaigns("meta", plan.id))
    ]
    assert cursor.total() == plan.campaigns


def test_the_sdk_filters_campaigns(api: FacebookAdsApi) -> None:
    named = [{"field": "name", "operator": "IN", "value": ["Q2 Prospecting"]}]
    cursor = AdAccount("act_123456789", api=api).get_campaigns(params={"filtering": named})
    assert [one["id"] for one in cursor] == [FIRST]


def test_the_sdk_reads_one_campaign_and_several(api: FacebookAdsApi) -> None:
    one = Campaign(FIRST, api=api).api_get(fields=["name", "objective"])
    several = Campaign.get_by_ids([FIRST, "120210000000000002"], fields=["objective"], api=api)
    assert one.export_all_data() == {"name": "Q2 Prospecting", "objective": "OUTCOME_SALES", "id": FIRST}
    assert [(found["id"], found["objective"]) for found in several] == [
        (FIRST, "OUTCOME_SALES"),
        ("120210000000000002", "OUTCOME_SALES"),
    ]


def test_the_sdk_reads_an_accounts_insights(api: FacebookAdsApi, world: World) -> None:
    fields = ["spend", "impressions", "clicks", "actions"]
    rows = AdAccount("act_223456789", api=api).get_insights(fields=fields, params={"time_range": RANGE})
    campaigns = world.campaigns("meta", "223456789")
    facts = summed(facts for found in campaigns for _, facts in world.days("meta", found, SINCE, UNTIL))
    (row,) = rows
    actions = {action["action_type"]: int(action["value"]) for action in row["actions"]}
    assert (row["spend"], row["impressions"], row["clicks"], actions["link_click"]) == (
        str(facts.spend),
        str(facts.impressions),
        str(facts.clicks),
        facts.link_clicks,
    )


def test_the_sdk_reads_rows_for_each_campaign_and_day(api: FacebookAdsApi, world: World) -> None:
    params = {"time_range": RANGE, "level": "campaign", "time_increment": 1, "limit": 50}
    rows = AdAccount("act_123456789", api=api).get_insights(fields=["campaign_id", "spend"], params=params)
    told = {(row["campaign_id"], row["date_start"]): Decimal(row["spend"]) for row in rows}
    assert told == {
        (found.id, day.isoformat()): amount(facts.spend, "USD")
        for found in world.campaigns("meta", "123456789")
        if found.state != "gone"
        for day, facts in world.days("meta", found, SINCE, UNTIL)
    }


def test_the_sdk_reads_a_campaigns_insights(api: FacebookAdsApi, world: World) -> None:
    (row,) = Campaign(FIRST, api=api).get_insights(fields=["spend", "purchase_roas"], params={"date_preset": "last_7d"})
    campaign = world.campaigns("meta", "123456789")[0]
    facts = world.total("meta", campaign, date(2026, 11, 15), date(2026, 11, 21))
    assert Decimal(row["spend"]) == amount(facts.spend, "USD")
    assert Decimal(row["purchase_roas"][0]["value"]) == round(Decimal(facts.value) / facts.spend, 6)


def test_the_sdk_reads_ads_by_placement(api: FacebookAdsApi, world: World) -> None:
    breakdowns = ["publisher_platform", "platform_position"]
    params = {"time_range": RANGE, "level": "ad", "breakdowns": breakdowns, "limit": 100}
    rows = AdAccount("act_123456789", api=api).get_insights(fields=["ad_id", "adset_id", "spend"], params=params)
    told = {(row["adset_id"], row["ad_id"], *(row[name] for name in breakdowns)): Decimal(row["spend"]) for row in rows}
    true: Counter[tuple[str, ...]] = Counter()
    for found in world.campaigns("meta", "123456789"):
        if found.state != "gone":
            for part in world.parts("meta", found, SINCE, UNTIL, "placement"):
                true[part.ad.ad_group, part.ad.id, *POSITIONS[part.segment]] += part.facts.spend
    assert {key: spend for key, spend in told.items() if spend} == {
        key: amount(spend, "USD") for key, spend in true.items() if spend
    }


def test_the_sdk_has_a_report_made_and_reads_it(api: FacebookAdsApi) -> None:
    fields, params = ["adset_id", "spend", "actions"], {"time_range": RANGE, "level": "adset", "time_increment": 1}
    account = AdAccount("act_123456789", api=api)
    job = account.get_insights(fields=fields, params=params, is_async=True)
    stages = [(told["async_status"], told["async_percent_completion"]) for told in (job.api_get() for _ in range(5))]
    rows = [row.export_all_data() for row in job.get_insights(params={"limit": 50})]
    assert stages == [
        ("Job Not Started", 0),
        ("Job Started", 0),
        ("Job Running", 40),
        ("Job Running", 100),
        ("Job Completed", 100),
    ]
    assert len(rows) > 100
    assert rows == [
        row.export_all_data() for row in account.get_insights(fields=fields, params={**params, "limit": 50})
    ]


def test_the_sdk_sees_a_report_fail(api: FacebookAdsApi, faults: Faults) -> None:
    account = AdAccount("act_123456789", api=api)
    faults.plan(Fault("meta", "server_error", path="insights"))
    job = account.get_insights(fields=["spend"], params={"time_range": RANGE}, is_async=True)
    assert [job.api_get()["async_status"] for _ in range(3)] == ["Job Not Started", "Job Started", "Job Failed"]


def test_the_sdk_passes_expanded_fields_through(api: FacebookAdsApi) -> None:
    fields = "name,campaigns.limit(3){id,name,insights.date_preset(last_7d){spend}}"
    answer = api.call("GET", ("act_123456789",), params={"fields": fields}).json()
    assert (answer["name"], len(answer["campaigns"]["data"])) == ("Bergquell Shop US", 3)


@pytest.mark.parametrize(
    ("token", "secret", "expected"),
    [
        ("EAAother", SECRET, (401, 190, None)),
        (TOKEN, "another secret", (400, 100, None)),
        (TOKEN, None, (400, 100, None)),
    ],
)
def test_the_sdk_is_refused_without_good_credentials(
    connect: Connect, token: str, secret: str | None, expected: tuple[int, int, int | None]
) -> None:
    with pytest.raises(FacebookRequestError) as caught:
        AdAccount("act_123456789", api=connect(token, secret)).api_get()
    assert told(caught.value) == expected


@pytest.mark.parametrize(
    ("kind", "expected", "passes"),
    [
        ("expire_token", (400, 190, 463), False),
        ("throttle", (400, 80004, 2446079), False),
        ("server_error", (500, 1, None), True),
    ],
)
def test_the_sdk_knows_the_planned_faults(
    api: FacebookAdsApi, faults: Faults, kind: Any, expected: tuple[int, int, int | None], *, passes: bool
) -> None:
    faults.plan(Fault("meta", kind))
    with pytest.raises(FacebookRequestError) as caught:
        AdAccount("act_123456789", api=api).api_get()
    assert (told(caught.value), caught.value.api_transient_error()) == (expected, passes)
    assert "x-business-use-case-usage" in {name.lower() for name in caught.value.http_headers()}


@pytest.mark.parametrize(
    ("path", "params", "expected"),
    [
        (("act_123456789",), {"fields": "colour"}, (400, 100, None)),
        (("act_123456789",), {"fields": "id,"}, (400, 2500, None)),
        (("act_1",), {}, (400, 100, 33)),
        (("act_123456789", "campaigns"), {"limit": 501}, (500, 1, None)),
        (("act_123456789", "insights"), {"date_preset": "lifetime"}, (400, 100, None)),
        (("act_123456789", "insights"), {"breakdowns": ["platform_position"]}, (400, 100, None)),
        (("act_123456789", "insights"), {"breakdowns": ["age", "country"]}, (400, 2, 1504041)),
        (
            ("act_423456789", "insights"),
            {"date_preset": "maximum", "level": "campaign", "time_increment": 1},
            (400, 100, 1504018),
        ),
        (
            ("act_123456789", "insights"),
            {"time_range": {"since": "2020-01-01", "until": "2020-01-02"}},
            (400, 3018, None),
        ),
    ],
)
def test_the_sdk_knows_the_refusals(
    api: FacebookAdsApi, path: tuple[str, ...], params: dict[str, Any], expected: tuple[int, int, int | None]
) -> None:
    with pytest.raises(FacebookRequestError) as caught:
        api.call("GET", path, params=params)
    assert told(caught.value) == expected


def test_the_sdk_makes_a_campaign_and_reads_it_back(writer: FacebookAdsApi, writable: World) -> None:
    campaign = AdAccount("act_123456789", api=writer).create_campaign(params={**DAILY, "adlabels": [{"name": "mine"}]})
    campaign.api_get(fields=["name", "status", "daily_budget", "objective", "special_ad_categories", "adlabels"])
    (label,) = campaign["adlabels"]
    found = writable.campaign("meta", campaign["id"])
    assert {key: campaign[key] for key in ("name", "status", "daily_budget", "objective")} == {
        "name": "Neu 🚀",
        "status": "PAUSED",
        "daily_budget": "12345",
        "objective": "OUTCOME_SALES",
    }
    assert (campaign["special_ad_categories"], label["name"]) == ([], "mine")
    assert (found.name, found.switch, found.goal, amount(found.daily, "USD")) == (
        "Neu 🚀",
        "off",
        "purchases",
        Decimal("123.45"),
    )


def test_the_sdk_is_told_what_was_made_where_it_names_fields(writer: FacebookAdsApi) -> None:
    fields = ["name", "daily_budget"]
    campaign = AdAccount("act_223456789", api=writer).create_campaign(fields=fields, params=DAILY)
    assert (campaign["name"], campaign["daily_budget"], campaign["id"].isdecimal()) == ("Neu 🚀", "12345", True)


def test_the_sdk_makes_an_active_campaign_where_it_says_no_status(writer: FacebookAdsApi, writable: World) -> None:
    unsaid = {name: value for name, value in DAILY.items() if name != "status"}
    campaign = AdAccount("act_123456789", api=writer).create_campaign(params=unsaid)
    assert writable.campaign("meta", campaign["id"]).switch == "on"


def test_the_sdk_changes_a_campaign(writer: FacebookAdsApi, writable: World) -> None:
    campaign = Campaign("120210000000000002", api=writer)
    steps = [
        {"name": "Anders", "daily_budget": 7000},
        {"status": Campaign.Status.paused},
        {"status": Campaign.Status.active},
        {"spend_cap": 50000, "stop_time": "2027-01-31T23:59:59-0800"},
    ]
    switches: list[str] = []
    for step in steps:
        campaign.api_update(params=step)
        switches.append(writable.campaign("meta", campaign["id"]).switch)
    campaign.api_get(fields=["name", "effective_status", "daily_budget", "spend_cap", "stop_time"])
    assert switches == ["on", "off", "on", "on"]
    assert campaign.export_all_data() == {
        "id": "120210000000000002",
        "name": "Anders",
        "effective_status": "ACTIVE",
        "daily_budget": "7000",
        "spend_cap": "50000",
        "stop_time": "2027-01-31T23:59:59-0800",
    }


def test_the_sdk_deletes_a_campaign_but_not_all_of_them(writer: FacebookAdsApi, writable: World) -> None:
    account = AdAccount("act_123456789", api=writer)
    campaign = account.create_campaign(params=DAILY)
    with pytest.raises(FacebookRequestError) as caught:
        account.delete_campaigns(params={"delete_strategy": "DELETE_ANY", "object_count": 100})
    campaign.api_delete()
    assert told(caught.value) == (400, 100, 33)
    assert writable.campaign("meta", campaign["id"]).switch == "deleted"
    assert writable.campaign("meta", FIRST).switch == "on"


def test_the_sdk_reads_ad_sets_with_budgets_of_their_own(writer: FacebookAdsApi, writable: World) -> None:
    fields = ["campaign_id", "effective_status", "daily_budget", "lifetime_budget", "end_time"]
    cursor = AdAccount("act_123456789", api=writer).get_ad_sets(fields=fields, params={"limit": 9})
    budgets = {
        one["id"]: (one["campaign_id"], int(one.get("daily_budget", 0)), int(one.get("lifetime_budget", 0)))
        for one in cursor
    }
    assert budgets == {
        group.id: (found.id, group.daily, group.lifetime)
        for found in writable.campaigns("meta", "123456789")
        if found.state != "gone"
        for group in writable.ad_groups("meta", found)
    }


def test_the_sdk_pauses_a_campaign_and_sees_its_ad_sets_paused(writer: FacebookAdsApi, writable: World) -> None:
    campaign = Campaign(FIRST, api=writer)
    campaign.api_update(params={"status": "PAUSED"})
    rows = campaign.get_ad_sets(fields=["status", "effective_status"])
    assert {(one["status"], one["effective_status"]) for one in rows} == {
        ("ACTIVE", "CAMPAIGN_PAUSED"),
        ("PAUSED", "PAUSED"),
    }
    campaign.api_update(params={"status": "ACTIVE"})
    assert writable.campaign("meta", FIRST).state == "delivering"


def test_the_sdk_checks_without_writing(writer: FacebookAdsApi, writable: World) -> None:
    before = writable.campaigns("meta", "123456789"), writable.attempts()
    only = {"execution_options": ["validate_only"]}
    made = AdAccount("act_123456789", api=writer).create_campaign(params={**DAILY, **only})
    Campaign(FIRST, api=writer).api_update(params={"name": "Anders", **only})
    assert made.get("id") is None
    assert (writable.campaigns("meta", "123456789"), writable.attempts()) == before


@pytest.mark.filterwarnings("ignore:value of")  # the SDK warns of what it then sends all the same
@pytest.mark.parametrize(
    ("change", "expected", "blamed"),
    [
        ({"daily_budget": 99}, (400, 100, 1885272), [["daily_budget"]]),
        ({"daily_budget": "123.45"}, (400, 100, None), None),
        ({"objective": "LINK_CLICKS"}, (400, 100, None), None),
        ({"lifetime_budget": 5000}, (400, 100, None), [["daily_budget"], ["lifetime_budget"]]),
        ({"special_ad_categories": ["PETS"]}, (400, 100, None), None),
        ({"spend_cap": 1}, (400, 100, 2446307), [["spend_cap"]]),
    ],
)
def test_the_sdk_knows_what_a_new_campaign_is_refused_for(
    writer: FacebookAdsApi, change: dict[str, Any], expected: tuple[int, int, int | None], blamed: Any
) -> None:
    with pytest.raises(FacebookRequestError) as caught:
        AdAccount("act_123456789", api=writer).create_campaign(params={**DAILY, **change})
    assert (told(caught.value), caught.value.api_blame_field_specs()) == (expected, blamed)


def test_the_sdk_must_say_whether_budgets_are_shared(writer: FacebookAdsApi) -> None:
    account = AdAccount("act_123456789", api=writer)
    without = {name: value for name, value in DAILY.items() if name not in {"daily_budget", "bid_strategy"}}
    with pytest.raises(FacebookRequestError) as caught:
        account.create_campaign(params=without)
    campaign = account.create_campaign(params={**without, "is_adset_budget_sharing_enabled": False})
    assert (told(caught.value), campaign["id"].isdecimal()) == ((400, 100, 4834011), True)


@pytest.mark.parametrize("switch", ["archived", "deleted"])
def test_the_sdk_cannot_wake_what_is_gone(writer: FacebookAdsApi, writable: World, switch: str) -> None:
    gone = next(one for one in writable.campaigns("meta", "123456789") if one.switch == switch)
    with pytest.raises(FacebookRequestError) as caught:
        Campaign(gone.id, api=writer).api_update(params={"status": "ACTIVE"})
    Campaign(gone.id, api=writer).api_update(params={"name": "Anders"})
    after = writable.campaign("meta", gone.id)
    assert (told(caught.value), after.name, after.switch) == ((400, 100, 1487566), "Anders", switch)


def told(error: FacebookRequestError) -> tuple[int, int, int | None]:
    return error.http_status(), error.api_error_code(), error.api_error_subcode()
