"""get_insights and list_accounts, as a model sees them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Protocol

import msgspec
import pytest
from inline_snapshot import snapshot

from tests.conftest import OpenCaller
from xylo_mcp import resources
from xylo_mcp.ads.errors import Invalid
from xylo_mcp.app import Caller
from xylo_mcp.sandbox.house import House
from xylo_mcp.tools import TOOLS

TOOL = {tool.name: tool.run for tool in TOOLS}
TIKTOK, META, GOOGLE = "tiktok_7123456789012345678", "act_123456789", "customers/1234567890"


class Clock(Protocol):
    now: datetime


def reports(content: Mapping[str, object]) -> list[dict[str, object]]:
    return msgspec.convert(content["accounts"], list[dict[str, object]])


async def test_accounts_are_listed_over_all_platforms(caller: Caller) -> None:
    answer = await TOOL["list_accounts"]({}, caller)

    assert answer.text == snapshot("""\
sandbox: 13 accounts, complete
id name currency time_zone status mode cap (USD a day)
customers/1112223334 "Talwind Viajes" EUR Europe/Madrid active live 500000
customers/1234567890 "Talwind Reisen US" USD America/New_York active live 500000
customers/2223334445 "Talwind Viagens" BRL America/Sao_Paulo active live 500000
customers/3334445556 "Talwind Line Islands" AUD Pacific/Kiritimati active live 500000
act_123456789 "Bergquell Shop US" USD America/Los_Angeles active live 500000
act_223456789 "ベルククヴェル日本" JPY Asia/Tokyo active live 500000
act_323456789 "貝格泉 台灣" TWD Asia/Taipei active live 500000
act_423456789 "Bergquell Bazaar" INR Asia/Kolkata active live 500000
act_523456789 "Bergquell UK (closed)" GBP Europe/London disabled live 500000
tiktok_7123456789012345678 "Nordlicht Outdoor US" USD America/New_York active live 500000
tiktok_7123456789012345679 "Nordlicht Outdoor DE" EUR Europe/Berlin active live 500000
tiktok_7123456789012345680 "ノルドリヒト 日本" JPY Asia/Tokyo active live 500000
tiktok_7123456789012345681 "Nordlicht UK (closed)" GBP Europe/London disabled live 500000\
""")


async def test_accounts_come_in_pages_too(caller: Caller) -> None:
    whole = await TOOL["list_accounts"]({}, caller)
    first = await TOOL["list_accounts"]({"limit": 9}, caller)
    second = await TOOL["list_accounts"]({"limit": 9, "cursor": first.content["next_cursor"]}, caller)

    assert (first.content["complete"], second.content["complete"]) == (False, True)
    assert reports(first.content) + reports(second.content) == reports(whole.content)


async def test_one_platforms_accounts_can_be_asked_for_alone(caller: Caller) -> None:
    answer = await TOOL["list_accounts"]({"platform": "google"}, caller)

    assert [account["id"] for account in reports(answer.content)] == [
        "customers/1112223334",
        "customers/1234567890",
        "customers/2223334445",
        "customers/3334445556",
    ]


async def test_one_question_is_answered_over_three_platforms(caller: Caller) -> None:
    answer = await TOOL["get_insights"]({"accounts": [TIKTOK, META, GOOGLE]}, caller)

    assert answer.text == snapshot("""\
sandbox: 3 rows, complete; ~day: conversions may still grow from there on
spend impressions clicks ctr conversions cost_per_conversion
# tiktok_7123456789012345678 USD America/New_York 2026-03-11..2026-03-17 ~2026-03-12
9299.13 1326322 28466 2.15 51 182.34
# act_123456789 USD America/Los_Angeles 2026-03-11..2026-03-17 ~2026-03-11
12280.58 1621017 30970 1.91 1025 11.98
# customers/1234567890 USD America/New_York 2026-03-11..2026-03-17 ~2026-03-11
6486.59 862824 16196 1.88 594.94 10.9
all USD 28066.3 3810163 75632 1.99 1670.94 16.8
conversions (tiktok): each ad group's optimisation event, by day of the ad contact; usually 7-day click, 1-day view
conversions (meta): purchases, leads and app installs, one alias of each; 7-day click, 1-day view, unless the ad set says otherwise
conversions (google): primary conversion actions, by click date, fractional\
""")


async def test_accounts_answer_in_the_order_they_were_asked_for(caller: Caller) -> None:
    answer = await TOOL["get_insights"]({"accounts": [META, TIKTOK, GOOGLE, META]}, caller)

    assert [report["account"] for report in reports(answer.content)] == [META, TIKTOK, GOOGLE]


async def test_campaigns_come_biggest_spend_first_and_totals_stay_whole_on_every_page(caller: Caller) -> None:
    asked = {"accounts": [TIKTOK, META], "level": "campaign", "limit": 20}
    account = await TOOL["get_insights"]({"accounts": [TIKTOK, META]}, caller)

    answer = await TOOL["get_insights"](asked, caller)
    pages = [answer]
    while answer.content["next_cursor"]:
        answer = await TOOL["get_insights"]({**asked, "cursor": answer.content["next_cursor"]}, caller)
        pages.append(answer)

    assert len(pages) > 1
    assert {msgspec.json.encode(page.content["totals"]) for page in pages} == {
        msgspec.json.encode(account.content["totals"])
    }
    rows = [
        row for page in pages for report in reports(page.content) if report["account"] == META for row in spent(report)
    ]
    assert rows == sorted(rows, reverse=True)
    assert sum(rows) == Decimal(str(total(account.content, META)["spend"]))


def spent(report: Mapping[str, object]) -> list[Decimal]:
    return [Decimal(str(row["spend"])) for row in msgspec.convert(report["rows"], list[dict[str, object]])]


def total(content: Mapping[str, object], account: str) -> dict[str, object]:
    (report,) = (report for report in reports(content) if report["account"] == account)
    return msgspec.convert(report["total"], dict[str, object])


async def test_days_come_in_order_and_add_up_to_the_total(caller: Caller) -> None:
    answer = await TOOL["get_insights"]({"accounts": [GOOGLE], "granularity": "day", "date_preset": "last_14d"}, caller)

    (report,) = reports(answer.content)
    rows = msgspec.convert(report["rows"], list[dict[str, object]])
    assert [row["date"] for row in rows] == sorted(str(row["date"]) for row in rows)
    assert sum(spent(report)) == Decimal(str(total(answer.content, GOOGLE)["spend"]))


async def test_only_the_campaigns_asked_for_are_counted(caller: Caller) -> None:
    asked = {"accounts": [TIKTOK], "level": "campaign", "campaign_ids": ["1790000000000001"]}

    answer = await TOOL["get_insights"](asked, caller)

    (report,) = reports(answer.content)
    (row,) = msgspec.convert(report["rows"], list[dict[str, object]])
    assert (row["campaign_id"], row["campaign_name"]) == ("1790000000000001", "Summer Sale - TikTok")
    assert row["spend"] == total(answer.content, TIKTOK)["spend"]


async def test_days_are_each_accounts_own(caller: Caller, clock: Clock) -> None:
    clock.now = datetime(2026, 12, 31, 10, 30, tzinfo=UTC)

    answer = await TOOL["get_insights"](
        {"accounts": ["customers/3334445556", GOOGLE], "date_preset": "this_month"}, caller
    )

    assert [(report["date_from"], report["date_to"]) for report in reports(answer.content)] == [
        ("2027-01-01", "2027-01-01"),
        ("2026-12-01", "2026-12-31"),
    ]


async def test_nothing_to_divide_by_is_null_and_not_zero(caller: Caller, house: House) -> None:
    awareness = next(
        campaign
        for campaign in house.world.campaigns("tiktok", TIKTOK.removeprefix("tiktok_"))
        if campaign.goal == "awareness" and campaign.state in {"in_review", "rejected", "ended"}
    )

    answer = await TOOL["list_campaigns"](
        {"accounts": [TIKTOK], "status": "all", "campaign_ids": [awareness.id], "date_preset": "yesterday"}, caller
    )

    assert '"insights":{"impressions":0,"clicks":0,"spend":0,"cpc":null,"cpm":null,"ctr":null,' in (
        msgspec.json.encode(answer.content).decode()
    )


async def test_an_answer_of_too_many_rows_is_refused_with_ways_out(open_caller: OpenCaller) -> None:
    days = {"date_from": "2025-11-15", "date_to": "2026-03-17"}
    asked = {"accounts": ["act_423456789"], "level": "campaign", "granularity": "day", **days}

    # So many figures: how long they take is the machine's business, not the promise's.
    async with open_caller(deadline=600.0) as caller:
        with pytest.raises(Invalid) as refused:
            await TOOL["get_insights"](asked, caller)

    assert "20000 is the most" in refused.value.message
    assert "granularity total" in refused.value.fix


async def test_campaigns_that_delivered_nothing_or_do_not_exist_are_named(caller: Caller) -> None:
    asked = {"accounts": [TIKTOK], "level": "campaign", "campaign_ids": ["1790000000000001", "999999999"]}

    answer = await TOOL["get_insights"](asked, caller)

    assert answer.content["campaigns_without_numbers"] == ["999999999"]
    assert answer.text.endswith("\nnothing delivered, or unknown: 999999999")


async def test_accounts_without_rows_stay_in_the_answer_when_it_comes_in_pages(caller: Caller) -> None:
    asked = {"level": "campaign", "campaign_ids": ["1790000000000001"], "limit": 1}
    seen: list[object] = []

    answer = await TOOL["get_insights"](asked, caller)
    seen += [report["account"] for report in reports(answer.content)]
    while answer.content["next_cursor"]:
        answer = await TOOL["get_insights"]({**asked, "cursor": answer.content["next_cursor"]}, caller)
        seen += [report["account"] for report in reports(answer.content)]

    assert len(seen) == len(set(seen)) == 13


async def test_the_price_of_a_click_has_decimals_in_a_currency_without(caller: Caller) -> None:
    answer = await TOOL["get_insights"]({"accounts": ["act_223456789"]}, caller)

    numbers = total(answer.content, "act_223456789")
    assert isinstance(numbers["spend"], int)
    assert str(numbers["cpc"]) == str(round(Decimal(str(numbers["spend"])) / Decimal(str(numbers["clicks"])), 2))


async def test_budgets_that_campaigns_share_say_so(caller: Caller) -> None:
    answer = await TOOL["list_campaigns"]({"accounts": [GOOGLE], "status": "all", "limit": 100}, caller)

    shared = [line for line in answer.text.splitlines() if line.endswith("/shared")]
    (account,) = reports(answer.content)
    rows = msgspec.convert(account["campaigns"], list[dict[str, object]])
    assert len(shared) == sum(bool(row["shared_budget"]) for row in rows) > 1


async def test_a_day_that_is_not_over_is_not_compared_with_one_that_is(caller: Caller) -> None:
    text = await resources.summary("today", caller)

    lines = [line for line in text.splitlines() if line.startswith(("act_", "tiktok_", "customers/", "all"))]
    assert lines
    assert all(line.endswith(" -") for line in lines)
    assert "- Today is not over: spend is of the day so far, and no change is told." in text
