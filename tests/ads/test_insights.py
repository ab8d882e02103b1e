from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from xylo_mcp.ads.insights import InsightRow, InsightsQuery, Metrics, merged, total

NOTHING = Metrics()
COUNTS = st.integers(0, 10**12)
AMOUNTS = st.decimals(0, 10**12, allow_nan=False, allow_infinity=False, places=6)
METRICS = st.builds(Metrics, AMOUNTS, COUNTS, COUNTS, AMOUNTS)
GAPPY = st.builds(Metrics, AMOUNTS | st.none(), COUNTS | st.none(), COUNTS | st.none(), AMOUNTS | st.none())
ROWS = st.builds(
    InsightRow,
    METRICS,
    st.sampled_from(["", "1", "2"]),
    st.just("name"),
    st.none() | st.dates(date(2026, 3, 1), date(2026, 3, 3)),
)


def metrics(spend: str, impressions: int, clicks: int, conversions: str) -> Metrics:
    return Metrics(Decimal(spend), impressions, clicks, Decimal(conversions))


def test_nothing_sums_up_to_zeros() -> None:
    assert total([]) == NOTHING == metrics("0", 0, 0, "0")


def test_a_sum_adds_what_may_be_added_and_is_exact() -> None:
    parts = [metrics("0.10", 1000, 10, "1.5"), metrics("0.20", 500, 5, "0.25")]

    assert total(parts) == metrics("0.30", 1500, 15, "1.75")


@pytest.mark.parametrize("unknown", Metrics.__struct_fields__)
def test_a_sum_with_an_unknown_part_is_unknown_in_that_and_known_in_the_rest(unknown: str) -> None:
    known, gappy = metrics("1", 2, 3, "4"), replace(metrics("1", 2, 3, "4"), **{unknown: None})

    assert total([known, gappy, known]) == replace(metrics("3", 6, 9, "12"), **{unknown: None})


@given(st.lists(GAPPY, max_size=8).flatmap(lambda parts: st.tuples(st.just(parts), st.permutations(parts))))
def test_the_order_of_the_parts_does_not_matter(orders: tuple[list[Metrics], list[Metrics]]) -> None:
    one, other = orders

    assert total(one) == total(other)


@given(st.lists(GAPPY, max_size=8), st.integers(0, 8))
def test_a_sum_of_sums_is_the_sum(parts: list[Metrics], cut: int) -> None:
    assert total([total(parts[:cut]), total(parts[cut:])]) == total(parts)


@given(GAPPY)
def test_what_is_added_to_nothing_stays_itself(part: Metrics) -> None:
    assert total([part]) == total([part, NOTHING]) == part


def test_ratios_follow_from_the_sums() -> None:
    week = metrics("123.45", 20_000, 250, "5")

    assert week.ctr == Decimal("1.25")
    assert week.cpc == Decimal("0.4938")
    assert week.cpm == Decimal("6.1725")
    assert week.cost_per_conversion == Decimal("24.69")


@pytest.mark.parametrize("part", [metrics("10", 0, 0, "0"), NOTHING, Metrics(None, None, None, None)])
def test_what_has_nothing_to_divide_by_is_not_known(part: Metrics) -> None:
    assert (part.ctr, part.cpc, part.cpm, part.cost_per_conversion) == (None, None, None, None)


def test_spending_nothing_costs_nothing_a_click() -> None:
    free = metrics("0", 100, 10, "1")

    assert (free.cpc, free.cpm, free.cost_per_conversion) == (0, 0, 0)


@pytest.mark.parametrize(
    ("unknown", "ratios"),
    [
        ("spend", {"cpc", "cpm", "cost_per_conversion"}),
        ("impressions", {"ctr", "cpm"}),
        ("clicks", {"ctr", "cpc"}),
        ("conversions", {"cost_per_conversion"}),
    ],
)
def test_a_ratio_of_something_unknown_is_unknown(unknown: str, ratios: set[str]) -> None:
    part = replace(metrics("1", 2, 3, "4"), **{unknown: None})

    assert {name for name in ("ctr", "cpc", "cpm", "cost_per_conversion") if getattr(part, name) is None} == ratios


@given(st.lists(METRICS, min_size=1, max_size=5))
def test_a_ratio_of_a_sum_is_not_the_mean_of_ratios_but_that_of_the_sums(parts: list[Metrics]) -> None:
    whole = total(parts)
    clicks, impressions = sum(part.clicks or 0 for part in parts), sum(part.impressions or 0 for part in parts)

    assert whole.ctr == (Decimal(clicks) * 100 / impressions if impressions else None)


def test_rows_of_one_campaign_and_day_become_one_with_the_latest_name() -> None:
    monday = date(2026, 3, 2)
    rows = [
        InsightRow(metrics("1", 10, 1, "0"), "7", "Spring", monday),
        InsightRow(metrics("5", 50, 5, "1"), "8", "Summer", monday),
        InsightRow(metrics("2", 20, 2, "1"), "7", "Spring, renamed", monday),
        InsightRow(metrics("9", 90, 9, "0"), "7", "Spring", None),
    ]

    assert merged(rows) == [
        InsightRow(metrics("3", 30, 3, "1"), "7", "Spring, renamed", monday),
        rows[1],
        rows[3],
    ]


@given(st.lists(ROWS, max_size=12))
def test_joining_rows_neither_loses_nor_doubles_anything(rows: list[InsightRow]) -> None:
    joined = merged(rows)

    keys = [(row.campaign_id, row.day) for row in joined]
    assert keys == list(dict.fromkeys((row.campaign_id, row.day) for row in rows))
    assert total(row.metrics for row in joined) == total(row.metrics for row in rows)
    assert merged(joined) == joined


def test_a_question_is_about_the_whole_time_and_all_campaigns_unless_it_says_otherwise() -> None:
    question = InsightsQuery("account", date(2026, 3, 1), date(2026, 3, 7))

    assert (question.granularity, question.campaign_ids) == ("total", frozenset())
