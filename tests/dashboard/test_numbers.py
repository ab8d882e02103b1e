"""The numbers on the page are those it was given."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.dashboard.conftest import Show, Shown
from tests.dashboard.samples import FIRST, days, group, week
from xylo_mcp.dashboard import Day, Pacing

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Where each mark of a platform stands, read off the axis: its top label and its ground.
READ_OFF = """(figure, platform) => {
  const labels = [...figure.querySelectorAll('text[text-anchor="end"]')];
  const ground = Number(figure.querySelector(".ground").getAttribute("y1"));
  const lines = [...figure.querySelectorAll(".grid")].map((line) => Number(line.getAttribute("y1")));
  const top = Math.min(...lines);
  const marks = figure.querySelectorAll(`[data-platform="${platform}"] .mark`);
  return [...marks].map((mark) => (ground - Number(mark.getAttribute("transform").match(/ ([\\d.]+)\\)/)[1])) / (ground - top));
}"""


async def heights(shown: Shown, panel: int, platform: str, top: int) -> Sequence[float]:
    """What the marks of `platform` in a panel say, whose axis ends at `top`."""
    figure = await shown.view.locator("figure").nth(panel).element_handle()
    read = READ_OFF.replace("(figure, platform)", "([figure, platform])")
    return [share * top for share in await shown.view.evaluate(read, [figure, platform])]


async def test_each_currency_has_its_headline_and_nothing_is_added_over_currencies(show: Show) -> None:
    rows = days(2, 100)
    pictures = replace(
        week(),
        groups=[
            group("meta", "USD", rows),
            group("google", "USD", rows),
            group("meta", "JPY", [Day(FIRST, Decimal(12000), Decimal("2.5"))]),
            group("tiktok", "KWD", [Day(FIRST, Decimal("1.234"), Decimal(0))]),
            group("google", "XX", [Day(FIRST, Decimal("1.5"), None)]),
        ],
    )

    shown = await show(pictures)

    assert await shown.texts(".card") == [
        "Spend, JPY ¥12,000 Conversions 2.5 Cost per conversion ¥4,800",
        "Spend, KWD KWD 1.234 Conversions 0 Cost per conversion –",
        "Spend, USD $500.00 Conversions – each platform counts its own Cost per conversion –",
        "Spend, XX 1.5 XX Conversions – google did not say all Cost per conversion –",
    ]


async def test_each_platform_says_what_it_spent_and_what_came_of_it(show: Show) -> None:
    shown = await show(week())

    assert await shown.texts(".platforms tr") == [
        "Platform Spend Spend change Conversions",
        "google $5,073.17 ▼ -3.1% 184",
        "meta $3,521.00 ▲ +4.2% 153",
        "tiktok $2,120.83 – –",
    ]


async def test_the_marks_of_the_pictures_stand_where_the_numbers_are(show: Show) -> None:
    pictures = week()

    shown = await show(pictures)

    spent = [float(one.spend or 0) for one in pictures.groups[0].days]
    counted = [float(one.conversions or 0) for one in pictures.groups[1].days]
    assert await heights(shown, 0, "meta", 1000) == pytest.approx(spent, abs=1000 / 136)
    assert await heights(shown, 1, "google", 40) == pytest.approx(counted, abs=40 / 136)


async def test_what_is_not_known_is_a_gap_and_zero_is_not(show: Show) -> None:
    rows = [
        Day(date(2026, 3, 12 + place), Decimal(10), one) for place, one in enumerate([Decimal(4), None, Decimal(0)])
    ]
    rows.append(Day(date(2026, 3, 15), Decimal(10), Decimal(8)))

    shown = await show(replace(week(), groups=[group("meta", "USD", rows)]))

    line = await shown.view.locator("figure").nth(1).locator(".line").get_attribute("d")
    assert await heights(shown, 1, "meta", 8) == pytest.approx([4, 0, 8])
    assert (line or "").count("M") == 1
    assert await shown.view.locator(".pictures desc").all_text_contents() == [
        "meta: lowest $10.00 on Mar 12, highest $10.00 on Mar 12.",
        "meta: lowest 0 on Mar 14, highest 8 on Mar 15; not known on 1 of the days.",
    ]


async def test_a_day_that_a_platform_does_not_have_is_a_gap(show: Show) -> None:
    pictures = replace(week(), groups=[group("meta", "USD", days(5, 90)), group("google", "USD", days(5, 90)[1:])])

    shown = await show(pictures)

    assert [len(await heights(shown, 0, name, 1)) for name in ("meta", "google")] == [5, 4]


async def test_the_table_behind_the_pictures_has_every_day(show: Show) -> None:
    pictures = week()
    shown = await show(pictures)

    await shown.view.locator("summary").click()

    first = [f"${one.days[0].spend} {one.days[0].conversions}" for one in (pictures.groups[i] for i in (1, 0, 2))]
    rows = await shown.texts(".numbers tr")
    assert rows[0] == (
        "Day google, spend google, conversions meta, spend meta, conversions tiktok, spend tiktok, conversions"
    )
    assert rows[1] == f"Mar 12 {' '.join(first)}"
    assert [row.split()[1] for row in rows[1:]] == ["12", "13", "14", "15", "16", "17", "18"]
    assert rows[4].endswith(" –")
    assert [row.split()[2] for row in rows[6:]] == ["provisional", "provisional"]


async def test_provisional_days_are_marked_and_explained(show: Show) -> None:
    shown = await show(week())

    bands = shown.view.locator(".provisional")
    assert [await bands.nth(panel).get_attribute("data-from") for panel in (0, 1)] == ["2026-03-17", "2026-03-17"]
    assert await bands.count() == 2
    assert await shown.view.locator(".provisional pattern").count() == 2
    assert await shown.texts(".legend") == ["Provisional from Mar 17 on: conversions may still grow."]


@pytest.mark.parametrize("day", [None, date(2026, 3, 19)])
async def test_settled_days_are_not_marked(show: Show, day: date | None) -> None:
    shown = await show(replace(week(), provisional_from=day))

    assert await shown.view.locator(".provisional, .legend").count() == 0


async def test_one_day_is_bars(show: Show) -> None:
    groups = [group("meta", "USD", days(1, 420)), group("google", "USD", days(1, 210))]

    shown = await show(replace(week(), groups=groups))

    tall = [await shown.view.locator(".bar").nth(place).get_attribute("height") for place in (0, 1)]
    assert await shown.view.locator("figure").first.locator("g text").all_text_contents() == ["google", "meta"]
    assert float(tall[0] or 0) < float(tall[1] or 0)


async def test_a_pointed_day_is_read_out(show: Show) -> None:
    shown = await show(week())
    picture = shown.view.locator("figure svg").first
    box = await picture.bounding_box()
    assert box is not None

    await picture.hover(position={"x": box["width"] - 5, "y": 60})

    last = [week().groups[place].days[6].spend for place in (1, 0, 2)]
    assert (await shown.texts(".readout"))[0] == (
        f"Wed, Mar 18: google ${last[0]} · meta ${last[1]} · tiktok ${last[2]}"
    )


async def test_spend_stands_against_its_cap_and_a_near_one_is_said_to_be(show: Show) -> None:
    def cap(spend: str | None, limit: str) -> Pacing:
        return Pacing("meta", "USD", None if spend is None else Decimal(spend), Decimal(limit))

    rows = [("900", "1000"), ("901", "1000"), ("1000", "1000"), ("1001", "1000"), ("0", "0"), ("5", "0"), (None, "7")]
    shown = await show(replace(week(), pacing=[cap(*row) for row in rows]))

    assert await shown.texts(".caps li") == [
        "meta $900.00 of $1,000.00 · 90%",
        "meta $901.00 of $1,000.00 · 90% ⚠ near its cap",
        "meta $1,000.00 of $1,000.00 · 100% ⚠ at its cap",
        "meta $1,001.00 of $1,000.00 · 100% ⚠ over its cap",
        "meta $0.00 of $0.00 ⚠ at its cap",
        "meta $5.00 of $0.00 ⚠ over its cap",
        "meta cap $7.00 ⚠ no rate for its currency",
    ]
    assert await shown.view.locator(".used").first.get_attribute("width") == "90%"


async def test_what_failed_and_what_is_to_be_known_stand_there(show: Show) -> None:
    shown = await show(week())

    assert await shown.texts(".failures li") == ["act_9: The platform did not answer in time."]
    assert await shown.texts(".notes li") == ["Conversions of the last days may still grow."]


async def test_made_up_numbers_are_said_to_be(show: Show) -> None:
    sandbox = await (await show(week())).texts(".mode")
    live = await (await show(replace(week(), mode="live"))).texts(".mode")

    assert (sandbox, live) == (["Sandbox: made-up numbers"], ["Live"])


async def test_no_data_is_said_to_be_none(show: Show) -> None:
    shown = await show(replace(week(), groups=[], campaigns=[], pacing=[], failures=[], notes=[]))

    assert await shown.texts(".empty") == ["No account had numbers.", "No campaign had numbers."]
    assert await shown.texts("h1, h2") == ["Advertising, last 7 days", "Campaigns"]
