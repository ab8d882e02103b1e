"""Wrong arguments: a clear error that says what to do next, before any platform is asked."""

import msgspec
import pytest

from xylo_mcp.ads.errors import Invalid, InvalidCursor, NotFound
from xylo_mcp.app import Caller
from xylo_mcp.sandbox.faults import Fault
from xylo_mcp.sandbox.house import House
from xylo_mcp.tools import TOOLS

TOOL = {tool.name: tool.run for tool in TOOLS}
TIKTOK = "tiktok_7123456789012345678"

WRONG = [
    # what is sent, and the part of the answer that matters
    ("list_campaigns", {"limit": float("nan")}, "limit: Input should be a valid integer"),
    ("list_campaigns", {"limit": float("inf")}, "limit: Input should be a valid integer"),
    ("list_campaigns", {"limit": "50"}, "limit: Input should be a valid integer"),
    ("list_campaigns", {"limit": True}, "limit: Input should be a valid integer, not 'True'"),
    ("list_campaigns", {"limit": None}, "limit: Input should be a valid integer"),
    ("list_campaigns", {"limit": 0}, "limit: Input should be greater than or equal to 1, not 0"),
    ("list_campaigns", {"limit": -1}, "limit: Input should be greater than or equal to 1, not -1"),
    ("list_campaigns", {"limit": 10**9}, "limit: Input should be less than or equal to 100, not 1000000000"),
    ("list_campaigns", {"limit": 10**5000}, "limit: Input should be less than or equal to 100, not so huge a number"),
    ("list_campaigns", {"limit": 10.5}, "limit: Input should be a valid integer"),
    ("list_campaigns", {"statuss": "active"}, "'statuss' is no argument of this tool; did you mean status?"),
    ("list_campaigns", {"daily_budget_usd": 1}, "'daily_budget_usd' is no argument of this tool"),
    ("list_campaigns", {"accounts": TIKTOK}, "accounts: "),
    ("list_campaigns", {"accounts": f'["{TIKTOK}"]'}, "accounts: "),
    ("list_campaigns", {"accounts": None}, "accounts: "),
    ("list_campaigns", {"accounts": {"id": TIKTOK}}, "accounts: "),
    ("list_campaigns", {"accounts": [7123456789012345678]}, "accounts.0: Input should be a valid string"),
    ("list_campaigns", {"accounts": [TIKTOK] * 201}, "accounts: at most 200 items."),
    ("list_campaigns", {"accounts": ["act_1" * 1_000_000]}, "accounts.0: String should have at most 60 characters"),
    ("list_campaigns", {"status": "Active"}, "status: Input should be 'active', 'paused', 'archived' or 'all'"),
    ("list_campaigns", {"status": "ENABLED"}, "status: Input should be 'active'"),
    ("list_campaigns", {"objective": "OUTCOME_SALES"}, "objective: Input should be 'awareness'"),
    ("list_campaigns", {"date_preset": "last_week"}, "date_preset: Input should be 'today'"),
    ("list_campaigns", {"name": "x" * 101}, "name: String should have at most 100 characters"),
    ("list_campaigns", {"campaign_ids": ["1"] * 101}, "campaign_ids: at most 100 items."),
    ("list_campaigns", {"campaign_ids": ["1' OR '1'='1"]}, "campaign_ids.0: String should match pattern"),
    ("list_campaigns", {"campaign_ids": ["１７９０"]}, "campaign_ids.0: String should match pattern"),
    ("list_campaigns", {"response_format": "verbose"}, "response_format: Input should be 'concise' or 'detailed'"),
    ("list_campaigns", {"name": {"$ne": ""}}, "name: Input should be a valid string"),
    (
        "get_insights",
        {"level": "adset"},
        "level: Input should be 'platform', 'account', 'campaign', 'ad_group' or 'ad'",
    ),
    ("get_insights", {"granularity": "hour"}, "granularity: Input should be 'total', 'day', 'week' or 'month'"),
    ("get_insights", {"date_from": "2026-02-30", "date_to": "2026-03-01"}, "date_from: 2026-02-30 is not a day"),
    ("get_insights", {"date_from": "0000-01-01", "date_to": "2026-03-01"}, "date_from: 0000-01-01 is not a day"),
    ("get_insights", {"date_from": "2026-03-02", "date_to": "2026-03-01"}, "is before date_from"),
    ("get_insights", {"date_from": "2026-03-01"}, "both date_from and date_to"),
    (
        "get_insights",
        {"date_preset": "today", "date_from": "2026-03-01", "date_to": "2026-03-01"},
        "either date_preset",
    ),
    ("get_insights", {"date_from": "today", "date_to": "today"}, "date_from: String should match pattern"),
    ("get_insights", {"date_from": "2026-3-1", "date_to": "2026-03-02"}, "date_from: String should match pattern"),
    ("get_insights", {"date_from": "2026-03-01T00:00:00Z", "date_to": "2026-03-02"}, "date_from: String should match"),
    ("get_insights", {"campaign_ids": ["1"]}, "campaign_ids: these need level campaign"),
    ("list_accounts", {"platform": "facebook"}, "platform: 'facebook' is not served here; google, meta, tiktok are"),
    ("list_accounts", {"platform": "META"}, "platform: 'META' is not served here"),
    ("list_accounts", {"platform": 7}, "platform: Input should be a valid string"),
    ("list_accounts", {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "6": 6}, "'1' is no argument of this tool"),
]


@pytest.mark.parametrize(
    ("tool", "arguments", "complaint"), WRONG, ids=[f"{tool}-{n}" for n, (tool, *_) in enumerate(WRONG)]
)
async def test_a_wrong_argument_is_named_with_what_is_right(
    tool: str, arguments: dict[str, object], complaint: str, caller: Caller, house: House
) -> None:
    forbid_requests(house)

    with pytest.raises(Invalid) as refused:
        await TOOL[tool](arguments, caller)

    assert complaint in refused.value.message
    assert refused.value.fix
    assert len(refused.value.message) < 1200
    assert_no_request_was_made(house)


@pytest.mark.parametrize(
    "account",
    [
        "7123456789012345678",
        "act_12x",
        "act_１２３",
        " act_123456789",
        "act_123456789 ",
        "ACT_123456789",
        "customers/123-456-7890",
        "customers/1234567890/../9998887776",
        "tiktok_../../etc/passwd",
        "tiktok_7123456789012345678?fields=x",
        "tiktok_7123456789012345678#",
        "act_%2e%2e",
        "act_123456789\n",
        "' OR 1=1 --",
        "",
        "act_\u202e123",
    ],
)
async def test_an_id_without_an_accounts_form_never_reaches_a_platform(
    account: str, caller: Caller, house: House
) -> None:
    forbid_requests(house)

    with pytest.raises(Invalid) as refused:
        await TOOL["get_insights"]({"accounts": [account]}, caller)

    assert "is not an account id. Ids look like customers/" in refused.value.message
    assert "\n" not in refused.value.message
    assert "\u202e" not in refused.value.message
    assert_no_request_was_made(house)


@pytest.mark.parametrize("account", ["act_999", "customers/5555555555", "tiktok_7999999999999999999"])
async def test_an_account_that_does_not_exist_is_not_found(account: str, caller: Caller) -> None:
    with pytest.raises(NotFound, match="is not reachable with these credentials"):
        await TOOL["list_campaigns"]({"accounts": [account]}, caller)


async def test_one_unknown_account_is_named_and_fails_nothing_else(caller: Caller) -> None:
    answer = await TOOL["get_insights"]({"accounts": ["act_999", TIKTOK]}, caller)

    assert [report["account"] for report in msgspec.convert(answer.content["groups"], list[dict[str, object]])] == [
        TIKTOK
    ]
    assert answer.content["failures"] == [
        {
            "subject": "act_999",
            "code": "NOT_FOUND",
            "message": "accounts: act_999 is not reachable with these credentials.",
            "fix": "Call list_accounts for the ids that are.",
        }
    ]
    assert answer.content["complete"] is False
    assert "failed: act_999: NOT_FOUND" in answer.text


@pytest.mark.parametrize(
    ("dates", "complaint"),
    [
        (("1999-01-01", "1999-01-02"), "date_from: 1999-01-01 is too long ago"),
        (("2026-03-01", "2030-01-01"), "date_to: 2030-01-01 is in the future; there it is 2026-03-18"),
        (("2026-03-01", "9999-12-31"), "date_to: 9999-12-31 is in the future"),
    ],
)
async def test_days_that_no_platform_can_answer_for_are_refused_with_the_limit(
    dates: tuple[str, str], complaint: str, caller: Caller
) -> None:
    with pytest.raises(Invalid, match=complaint):
        await TOOL["get_insights"]({"accounts": [TIKTOK], "date_from": dates[0], "date_to": dates[1]}, caller)


@pytest.mark.parametrize("tool", ["list_accounts", "list_campaigns", "get_insights"])
@pytest.mark.parametrize("cursor", ["madeupcursor", "' OR 1=1 --", "../../etc"])
async def test_a_cursor_that_was_not_given_is_refused(tool: str, cursor: str, caller: Caller) -> None:
    with pytest.raises(InvalidCursor) as refused:
        await TOOL[tool]({"cursor": cursor}, caller)

    assert refused.value.fix == "Start again without a cursor, with the same arguments."


def forbid_requests(house: House) -> None:
    for platform in house.platforms:
        house.faults.plan(Fault(platform, "status", times=1, status=503))


def assert_no_request_was_made(house: House) -> None:
    assert len(house.faults.planned()) == len(house.platforms)
