"""The table of campaigns: the data, sorted and narrowed."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.dashboard.conftest import Show, Shown
from tests.dashboard.samples import campaign, week

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def names(shown: Shown) -> list[str]:
    return await shown.texts(".campaigns .name")


async def sorts(shown: Shown) -> list[str | None]:
    heads = shown.view.locator(".campaigns thead th")
    return [await heads.nth(place).get_attribute("aria-sort") for place in range(await heads.count())]


async def test_every_number_of_a_campaign_stands_in_its_row(show: Show) -> None:
    shown = await show(week())

    assert await shown.texts(".campaigns tr") == [
        "Campaign Currency Spend Spend change Impressions Clicks CTR Conversions Cost per conv. ROAS",
        "Brand search google · act_2 USD $2,101.00 ▼ -12.5% 40,017 901 2.25% 31 $41.15 3.20",
        "Spring sale meta · act_1 USD $900.00 ▼ -12.5% 40,000 900 2.25% 30 $41.15 3.20",
        "Awareness, video tiktok · act_3 USD – ▼ -12.5% 40,034 902 2.25% 32 $41.15 3.20",
    ]


async def test_a_click_sorts_by_a_column_and_another_turns_it_round(show: Show) -> None:
    shown = await show(week())
    head = shown.view.get_by_role("button", name="Clicks")

    await head.click()
    first = (await names(shown), (await sorts(shown))[5])
    await head.click()
    second = (await names(shown), (await sorts(shown))[5])

    assert first == (["Awareness, video", "Brand search", "Spring sale"], "descending")
    assert second == (["Spring sale", "Brand search", "Awareness, video"], "ascending")
    assert [one for one in await sorts(shown) if one] == ["ascending"]


async def test_the_table_is_sorted_by_keyboard_alone(show: Show) -> None:
    shown = await show(week())
    await shown.view.locator("#wanted").focus()

    for key in ("Tab", "Tab", "Enter"):  # the region that scrolls, then the first head
        await shown.host.keyboard.press(key)
    by_enter = await names(shown)
    await shown.host.keyboard.press("Space")

    assert by_enter == ["Awareness, video", "Brand search", "Spring sale"]
    assert await names(shown) == ["Spring sale", "Brand search", "Awareness, video"]
    assert (await sorts(shown))[0] == "descending"


async def test_what_is_not_known_stands_last_whichever_way(show: Show) -> None:
    shown = await show(week())
    down = await names(shown)

    await shown.view.get_by_role("button", name="Spend", exact=True).click()

    assert down == ["Brand search", "Spring sale", "Awareness, video"]
    assert await names(shown) == ["Spring sale", "Brand search", "Awareness, video"]


async def test_money_is_compared_within_its_currency_alone(show: Show) -> None:
    rows = [
        campaign(0, "Yen", "JPY", "90000"),
        campaign(0, "Many dollars", "USD", "80"),
        campaign(0, "Few dollars", "USD", "7"),
    ]
    shown = await show(replace(week(), campaigns=rows))
    down = await names(shown)

    await shown.view.get_by_role("button", name="Spend", exact=True).click()

    assert down == ["Yen", "Many dollars", "Few dollars"]
    assert await names(shown) == ["Yen", "Few dollars", "Many dollars"]


async def test_a_filter_finds_words_of_a_name_a_platform_or_an_account(show: Show) -> None:
    shown = await show(week())
    found: list[list[str]] = []

    for wanted in ("SALE spring", "google", "act_3", "nothing"):
        await shown.view.get_by_label("Filter").fill(wanted)
        found.append([*await names(shown), *await shown.texts(".tools [role=status]")])

    assert found == [
        ["Spring sale", "1 of 3"],
        ["Brand search", "1 of 3"],
        ["Awareness, video", "1 of 3"],
        ["0 of 3"],
    ]


async def test_many_campaigns_begin_with_some_of_each_currency_and_all_are_a_press_away(show: Show) -> None:
    rows = [campaign(place, "", ("USD", "EUR", "JPY")[place % 3]) for place in range(40)]
    shown = await show(replace(week(), campaigns=rows))
    few = await shown.texts(".campaigns tbody td:nth-child(2)")
    more = shown.view.locator(".more")

    await more.click()

    assert few == ["EUR"] * 4 + ["JPY"] * 4 + ["USD"] * 4
    assert sorted(await names(shown)) == sorted(row.name for row in rows)
    assert (await more.inner_text(), await more.get_attribute("aria-expanded")) == ("Show fewer", "true")


async def test_what_was_chosen_outlasts_another_language(show: Show) -> None:
    rows = [campaign(0, "A", spend="1234"), campaign(0, "B", spend="8"), campaign(0, "C", spend=None)]
    shown = await show(replace(week(), campaigns=[replace(rows[0], ctr=Decimal(1)), *rows[1:]]))
    await shown.view.get_by_role("button", name="CTR").click()

    await shown.tell("ui/notifications/host-context-changed", {"locale": "de-DE"})

    assert await names(shown) == ["B", "C", "A"]
    assert await shown.texts(".campaigns tbody td:nth-child(3)") == ["8,00 $", "–", "1.234,00 $"]
