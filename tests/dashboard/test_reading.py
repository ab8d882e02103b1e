"""Everyone can read the page: in both lights, on a narrow screen, by keyboard, by ear."""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from axe_playwright_python.base import AXE_SCRIPT  # pyright: ignore[reportMissingTypeStubs]  # it has none
from msgspec.structs import replace

from tests.dashboard.conftest import Show
from tests.dashboard.samples import FIRST, campaign, days, group, week
from xylo_mcp.dashboard import Failed, Pacing, Pictures

pytestmark = pytest.mark.asyncio(loop_scope="session")

LONG = "Spring_sale-retargeting-" * 8
NAMES = [LONG, "x" * 200, "עונת האביב: מבצע 20%", "حملة الربيع ٢٠٢٦", "\u202eevil gpj.exe", "🌸🎉 桜セール"]


def crowded() -> Pictures:
    """Nine groups over ninety days, forty campaigns, and names of every kind."""
    spends = {"meta": 420, "google": 610, "tiktok": 250}
    return replace(
        week(),
        provisional_from=FIRST + timedelta(86),
        groups=[
            group(platform, currency, days(90, spend, frozenset({7, 8, 50})))
            for currency in ("USD", "EUR", "JPY")
            for platform, spend in spends.items()
        ],
        campaigns=[campaign(place, name) for place, name in enumerate([*NAMES, *[""] * 34])],
        pacing=[Pacing(LONG, "USD", Decimal("123456789.99"), Decimal("123456790.00"))],
        failures=[Failed(LONG, LONG)],
        notes=[LONG, *NAMES],
    )


# The least contrast of the words, and of the lines and bars, with what they stand on.
CONTRASTS = """() => {
  const parsed = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = (color) => parsed(color).slice(0, 3)
    .map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((all, part, place) => all + part * [0.2126, 0.7152, 0.0722][place], 0);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if ((parsed(color)[3] ?? 1) === 1) return color;
    }
    return "rgb(255, 0, 255)";
  };
  const contrast = (color, element) => {
    const [high, low] = [light(color), light(ground(element))].sort((left, right) => right - left);
    return (high + 0.05) / (low + 0.05);
  };
  const all = [...document.querySelectorAll("#dashboard *")];
  const spoken = all.filter((one) => !one.closest("title, desc")
    && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
  const words = spoken.map((one) => [one, getComputedStyle(one)[one instanceof SVGElement ? "fill" : "color"]]);
  const lines = [...document.querySelectorAll(".line, .ground, .provisional > line")].map((one) => [one, getComputedStyle(one).stroke]);
  const bodies = [...document.querySelectorAll(".used, .mark, .bar")].map((one) => [one, getComputedStyle(one).fill]);
  const least = (pairs) => Math.min(...pairs.map(([one, color]) => contrast(color, one)));
  return { words: least(words), lines: least([...lines, ...bodies]), counted: words.length };
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_words_and_lines_stand_out_from_their_ground(show: Show, theme: str) -> None:
    shown = await show(week(), host={"theme": theme})
    await shown.view.locator(".mark").first.wait_for()

    least = await shown.view.evaluate(CONTRASTS)

    assert least["words"] >= 4.5
    assert least["lines"] >= 3
    assert least["counted"] > 60


@pytest.mark.parametrize(("theme", "width"), [("light", 760), ("dark", 320)])
async def test_no_rule_of_accessibility_is_broken(show: Show, theme: str, width: int) -> None:
    shown = await show(week(), host={"theme": theme}, width=width)
    await shown.view.locator("summary").click()

    await shown.view.evaluate(AXE_SCRIPT)
    found = await shown.view.evaluate("axe.run()")

    broken = [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]]
    assert broken == []
    assert len(found["passes"]) > 20


async def test_a_listener_finds_headings_tables_pictures_and_controls(show: Show) -> None:
    shown = await show(week())
    await shown.view.locator(".mark").last.wait_for()

    heard = await shown.view.locator("main").aria_snapshot()

    wanted = [
        'heading "Advertising, last 7 days" [level=1]',
        'heading "At a glance" [level=2]',
        'heading "USD by platform" [level=2]',
        'heading "Campaigns" [level=2]',
        'heading "What failed" [level=2]',
        'img "Spend, USD by day and platform"',
        'img "Conversions by day and platform"',
        'table "USD by platform; change is of spend, against the period before"',
        'table "Campaigns; money is sorted within its currency, change is of spend against the period before"',
        'columnheader "Spend"',
        'rowheader "Brand search google · act_2"',
        'searchbox "Filter"',
        'button "Spend"',
        "not known",
    ]
    assert [one for one in wanted if one not in heard] == []


async def test_headings_go_down_one_step_at_a_time(show: Show) -> None:
    shown = await show(week())

    levels = await shown.view.evaluate(
        "[...document.querySelectorAll('h1, h2, h3')].map((one) => Number(one.tagName[1]))"
    )

    assert levels[0] == 1
    assert [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1] == []


@pytest.mark.parametrize("width", [320, 760])
async def test_a_crowded_page_never_scrolls_sideways(show: Show, width: int) -> None:
    shown = await show(crowded(), width=width)
    await shown.view.locator("summary").first.click()

    beyond = """[...document.querySelectorAll("#dashboard *")]
      .filter((one) => !one.closest(".scrolling > *, svg, .heard") && one.getBoundingClientRect().right > window.innerWidth + 0.5)
      .map((one) => one.outerHTML.slice(0, 80))"""
    assert await shown.view.evaluate(beyond) == []
    assert await shown.view.evaluate("document.documentElement.scrollWidth") == width


async def test_a_name_that_turns_the_direction_turns_nothing_but_itself(show: Show) -> None:
    shown = await show(crowded())

    isolated = (
        "[...document.querySelectorAll('bdi')].every((one) => getComputedStyle(one).unicodeBidi.startsWith('isolate'))"
    )
    assert await shown.view.evaluate(isolated)
    assert await shown.view.evaluate("getComputedStyle(document.body).direction") == "ltr"


async def test_where_the_keyboard_is_can_be_seen(show: Show) -> None:
    shown = await show(week())
    outlines: list[str] = []

    await shown.view.locator("summary").focus()
    for _ in range(4):
        await shown.host.keyboard.press("Tab")
        outlines.append(await shown.view.evaluate("getComputedStyle(document.activeElement).outline"))

    assert set(outlines) == {"rgb(31, 95, 191) solid 2px"}


async def test_platforms_differ_without_colour(show: Show) -> None:
    shown = await show(week())
    figure = shown.view.locator("figure").first
    await figure.locator(".mark").first.wait_for()

    lines = figure.locator("path.line")
    dashes = [await lines.nth(place).get_attribute("stroke-dasharray") for place in range(3)]
    marks = [await figure.locator(f".look-{look} .mark").first.get_attribute("d") for look in range(3)]

    assert (len(set(dashes)), len(set(marks))) == (3, 3)


async def test_nothing_on_the_page_moves(show: Show) -> None:
    shown = await show(week())

    assert await shown.view.evaluate("document.getAnimations().length") == 0
    assert "transition" not in await shown.view.locator("style").first.evaluate("(one) => one.textContent")
