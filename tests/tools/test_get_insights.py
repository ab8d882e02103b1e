"""get_insights and list_accounts, as a model sees them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Protocol

import msgspec
import pytest
from inline_snapshot import snapshot

from tests.conftest import OpenCaller
from xylo_mcp.ads.errors import Invalid
from xylo_mcp.app import Caller
from xylo_mcp.sandbox.faults import Fault
from xylo_mcp.sandbox.house import House
from xylo_mcp.sandbox.truth import truth
from xylo_mcp.tools import TOOLS

TOOL = {tool.name: tool.run for tool in TOOLS}
TIKTOK, META, GOOGLE = "tiktok_7123456789012345678", "act_123456789", "customers/1234567890"


class Clock(Protocol):
    now: datetime


def accounts(content: Mapping[str, object]) -> list[dict[str, object]]:
    return msgspec.convert(content["accounts"], list[dict[str, object]])


def reports(content: Mapping[str, object]) -> list[dict[str, object]]:
    return msgspec.convert(content["groups"], list[dict[str, object]])


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
    assert accounts(first.content) + accounts(second.content) == accounts(whole.content)


async def test_one_platforms_accounts_can_be_asked_for_alone(caller: Caller) -> None:
    answer = await TOOL["list_accounts"]({"platform": "google"}, caller)

    assert [account["id"] for account in accounts(answer.content)] == [
        "customers/1112223334",
        "customers/1234567890",
        "customers/2223334445",
        "customers/3334445556",
    ]


async def test_one_question_is_answered_over_three_platforms(caller: Caller) -> None:
    answer = await TOOL["get_insights"]({"accounts": [TIKTOK, META, GOOGLE]}, caller)

    assert answer.text == snapshot("""\
sandbox: 3 rows, complete, as of 2026-03-18T15:30Z
account currency zone spend impressions clicks ctr conversions cost_per_conversion
tiktok_7123456789012345678 USD America/New_York 9299.13 1326322 28466 2.15 51 182.34
act_123456789 USD America/Los_Angeles 12280.58 1621017 30970 1.91 1025 11.98
customers/1234567890 USD America/New_York 6486.59 862824 16196 1.88 594.94 10.9
spend in all: USD 28066.3
accounts' own days: 2026-03-11..2026-03-17
provisional from 2026-03-11 meta google, 2026-03-12 tiktok
conversions: tiktok: optimisation events by contact date; default 7d click, 1d view | meta: purchases, leads, app installs; default 7d click, 1d view | google: primary actions by click date\
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


class Row(msgspec.Struct):
    metrics: dict[str, float | None]
    campaign_id: str = ""
    campaign_name: str = ""
    date: str = ""
    segment: str = ""
    account: str = ""


def spent(report: Mapping[str, object]) -> list[Decimal]:
    return [Decimal(str(row.metrics["spend"])) for row in msgspec.convert(report["rows"], list[Row])]


def total(content: Mapping[str, object], account: str) -> dict[str, object]:
    (report,) = (report for report in reports(content) if report["account"] == account)
    return msgspec.convert(report["total"], dict[str, object])


async def test_days_come_in_order_and_add_up_to_the_total(caller: Caller) -> None:
    answer = await TOOL["get_insights"]({"accounts": [GOOGLE], "granularity": "day", "date_preset": "last_14d"}, caller)

    (report,) = reports(answer.content)
    days = [row.date for row in msgspec.convert(report["rows"], list[Row])]
    assert days == sorted(days)
    assert sum(spent(report)) == Decimal(str(total(answer.content, GOOGLE)["spend"]))


async def test_only_the_campaigns_asked_for_are_counted(caller: Caller) -> None:
    asked = {"accounts": [TIKTOK], "level": "campaign", "campaign_ids": ["1790000000000001"]}

    answer = await TOOL["get_insights"](asked, caller)

    (report,) = reports(answer.content)
    (row,) = msgspec.convert(report["rows"], list[Row])
    assert (row.campaign_id, row.campaign_name) == ("1790000000000001", "Summer Sale - TikTok")
    assert row.metrics["spend"] == total(answer.content, TIKTOK)["spend"]


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

    assert (
        '"insights":{"spend":0,"impressions":0,"clicks":0,"ctr":null,"conversions":0,"cost_per_conversion":null,'
        in (msgspec.json.encode(answer.content).decode())
    )


async def test_the_rows_of_a_platform_are_sums_over_its_accounts_of_a_currency(caller: Caller) -> None:
    by_account = await TOOL["get_insights"]({}, caller)
    spends: dict[tuple[object, object], Decimal] = {}
    for report in reports(by_account.content):
        key = (report["platform"], report["currency"])
        spends[key] = spends.get(key, Decimal(0)) + sum(spent(report))

    by_platform = await TOOL["get_insights"]({"level": "platform"}, caller)

    assert {(one["platform"], one["currency"]): sum(spent(one)) for one in reports(by_platform.content)} == spends


async def test_the_top_is_of_each_currency_and_the_rest_is_summed(caller: Caller) -> None:
    asked = {"accounts": [TIKTOK, META, GOOGLE], "level": "campaign", "date_preset": "last_30d"}
    everything = await TOOL["get_insights"]({**asked, "limit": 100}, caller)
    spends = sorted((one for report in reports(everything.content) for one in spent(report)), reverse=True)

    top = await TOOL["get_insights"]({**asked, "top": 3}, caller)

    (dollars,) = reports(top.content)
    others = msgspec.convert(dollars["others"], dict[str, float | None])
    assert (spent(dollars), dollars["others_rows"]) == (spends[:3], len(spends) - 3)
    assert Decimal(str(others["spend"])) == sum(spends[3:])
    assert {row.account for row in msgspec.convert(dollars["rows"], list[Row])} <= {TIKTOK, META, GOOGLE}
    assert (top.content["complete"], top.content["next_cursor"]) == (True, None)


async def test_filters_and_sorting_choose_and_order_rows(caller: Caller) -> None:
    asked = {"accounts": [META], "level": "campaign", "date_preset": "last_30d", "limit": 100}

    answer = await TOOL["get_insights"](
        {**asked, "metrics": ["spend", "ctr"], "filters": ["spend>=500", "ctr<2"], "sort": "-ctr"}, caller
    )

    (report,) = reports(answer.content)
    rows = msgspec.convert(report["rows"], list[Row])
    ratios = [row.metrics["ctr"] or 0 for row in rows]
    assert len(rows) > 2
    assert ratios == sorted(ratios)
    assert all((row.metrics["spend"] or 0) >= 500 and (row.metrics["ctr"] or 9) <= 2 for row in rows)
    assert sum(spent(report)) == Decimal(str(total(answer.content, META)["spend"]))


async def test_a_comparison_says_what_was_by_how_much_it_changed_and_how_many_percent(caller: Caller) -> None:
    asked = {"accounts": [TIKTOK], "metrics": ["spend"]}
    before = await TOOL["get_insights"]({**asked, "date_from": "2026-03-04", "date_to": "2026-03-10"}, caller)
    was = Decimal(str(total(before.content, TIKTOK)["spend"]))

    answer = await TOOL["get_insights"]({**asked, "compare": True}, caller)

    now = Decimal(str(total(answer.content, TIKTOK)["spend"]))
    (report,) = reports(answer.content)
    assert report["changes"] == {
        "spend": {"before": float(was), "by": float(now - was), "percent": float(round((now - was) * 100 / was, 1))}
    }


async def test_a_day_that_is_not_over_is_not_compared_with_one_that_is(caller: Caller) -> None:
    answer = await TOOL["get_insights"](
        {"accounts": [TIKTOK], "date_preset": "today", "compare": True, "metrics": ["spend"]}, caller
    )

    (report,) = reports(answer.content)
    changes = msgspec.convert(report["changes"], dict[str, dict[str, float | None]])
    assert (changes["spend"]["by"], changes["spend"]["percent"]) == (None, None)


async def test_weeks_add_up_to_the_total(caller: Caller) -> None:
    asked = {"accounts": [GOOGLE], "granularity": "week", "date_from": "2026-02-05", "date_to": "2026-03-11"}

    answer = await TOOL["get_insights"](asked, caller)

    (report,) = reports(answer.content)
    days = [row.date for row in msgspec.convert(report["rows"], list[Row])]
    assert days == ["2026-02-05", "2026-02-09", "2026-02-16", "2026-02-23", "2026-03-02", "2026-03-09"]
    assert sum(spent(report)) == Decimal(str(total(answer.content, GOOGLE)["spend"]))


async def test_what_is_null_has_its_reason(caller: Caller) -> None:
    asked = {"accounts": [TIKTOK, META], "level": "platform", "metrics": ["conversions", "reach"]}

    answer = await TOOL["get_insights"](asked, caller)

    assert answer.content["unknown"] == [{"metric": "reach", "why": "people are not added up"}]


async def test_currencies_come_together_only_at_rates_that_the_operator_declared(caller: Caller) -> None:
    answer = await TOOL["get_insights"]({"accounts": [TIKTOK, "act_223456789"]}, caller)

    spends = {one["currency"]: sum(spent(one)) for one in reports(answer.content)}
    worth = spends["USD"] + spends["JPY"] * Decimal("0.0067")
    assert answer.content["in_one_currency"] == {
        "currency": "USD",
        "rates_as_of": "2020-01-01",
        "spend": float(round(worth, 2)),
        "conversion_value": None,
    }


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"sort": "budget"}, "sort: there is no metric 'budget'."),
        ({"filters": ["spend"]}, "filters: 'spend' is none."),
        ({"filters": ["spend>1"], "level": "platform"}, "filters: these need level account or below."),
        ({"campaign_ids": ["1"], "level": "platform"}, "campaign_ids: these need level campaign or below."),
        ({"platform": "snap"}, "platform: 'snap' is not served here; google, meta, tiktok are."),
    ],
)
async def test_what_cannot_be_answered_is_refused(caller: Caller, wrong: Mapping[str, object], said: str) -> None:
    with pytest.raises(Invalid) as refused:
        await TOOL["get_insights"](dict(wrong), caller)

    assert refused.value.message == said


@pytest.mark.no_cover  # tens of thousands of rows for the sake of a few lines
async def test_an_answer_of_too_many_rows_is_refused_with_ways_out(open_caller: OpenCaller) -> None:
    days = {"date_from": "2026-02-10", "date_to": "2026-03-17"}
    asked = {"accounts": ["act_423456789"], "level": "ad", "granularity": "day", **days}

    async with open_caller() as caller:
        with pytest.raises(Invalid) as refused:
            await TOOL["get_insights"](asked, caller)
        top = await TOOL["get_insights"]({**asked, "top": 5}, caller)

    assert "20000 is the most" in refused.value.message
    assert "top 50" in refused.value.fix
    assert top.content["complete"] is True


async def test_names_of_any_length_are_cut_to_fit_and_every_row_still_comes(caller: Caller, house: House) -> None:
    plan = next(plan for plan in house.world.cast("meta").accounts if plan.public_id == META)
    with house.world.editing("meta") as editor:
        for campaign in house.world.campaigns("meta", plan.id):
            editor.update(campaign, name=f"{campaign.id} " + "長" * 180)
    asked = {"accounts": [META], "level": "campaign", "granularity": "day", "date_preset": "last_30d", "limit": 100}

    answer = await TOOL["get_insights"](asked, caller)
    pages = [answer]
    while pages[-1].content["next_cursor"]:
        pages.append(await TOOL["get_insights"]({**asked, "cursor": pages[-1].content["next_cursor"]}, caller))

    rows = [
        row for page in pages for report in reports(page.content) for row in msgspec.convert(report["rows"], list[Row])
    ]
    days = truth(house.world, META, date(2026, 2, 16), date(2026, 3, 17)).days
    assert max(len(page.text.encode()) for page in pages) < 35_000
    assert len(pages) > -(-len(rows) // 100)
    assert {(row.campaign_id, row.date) for row in rows} >= {(day.campaign_id, day.date.isoformat()) for day in days}
    assert len({(row.campaign_id, row.date) for row in rows}) == len(rows)


async def test_a_platform_asked_for_alone_answers_whatever_becomes_of_the_others(caller: Caller, house: House) -> None:
    house.faults.plan(Fault("tiktok", "html", times=-1))

    answer = await TOOL["get_insights"]({"platform": "meta"}, caller)

    assert {one["platform"] for one in reports(answer.content)} == {"meta"}
    assert (answer.content["failures"], answer.content["complete"]) == ([], True)
    assert [fault.platform for fault in house.faults.planned()] == ["tiktok"]


async def test_what_does_not_fit_can_be_had_whole_as_csv(caller: Caller) -> None:
    answer = await TOOL["get_insights"]({"level": "campaign", "limit": 5}, caller)

    assert answer.content["export"] == answer.links[0].uri
    assert answer.text.splitlines()[-1] == f"all rows as CSV: {answer.links[0].uri}"


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
    asked = {"accounts": ["act_223456789"], "metrics": ["spend", "clicks", "cpc"]}

    answer = await TOOL["get_insights"](asked, caller)

    numbers = total(answer.content, "act_223456789")
    assert isinstance(numbers["spend"], int)
    assert str(numbers["cpc"]) == str(round(Decimal(str(numbers["spend"])) / Decimal(str(numbers["clicks"])), 2))


async def test_budgets_that_campaigns_share_say_so(caller: Caller) -> None:
    answer = await TOOL["list_campaigns"]({"accounts": [GOOGLE], "status": "all", "limit": 100}, caller)

    shared = [line for line in answer.text.splitlines() if line.endswith("/shared")]
    (account,) = accounts(answer.content)
    rows = msgspec.convert(account["campaigns"], list[dict[str, object]])
    assert len(shared) == sum(bool(row["shared_budget"]) for row in rows) > 1
