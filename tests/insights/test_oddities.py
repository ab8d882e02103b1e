"""A day is odd only against a history that says so."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from xylo_mcp.ads.insights import InsightRow, Metrics
from xylo_mcp.insights.oddities import Oddity, oddities

DAY = date(2026, 3, 17)


def rows(spends: Sequence[int | None], last: date = DAY) -> Sequence[InsightRow]:
    """A campaign's days up to `last`, with a thousand impressions and ten clicks each; None: not a row."""
    return [
        InsightRow(Metrics(Decimal(spend), 1000, 10), "1", "Brand", day=last - timedelta(days=len(spends) - 1 - number))
        for number, spend in enumerate(spends)
        if spend is not None
    ]


USUAL = [100, 104, 97, 103, 99, 101, 98] * 4


def test_a_day_far_from_the_usual_is_told_with_the_usual() -> None:
    spend, cpm = oddities(rows([*USUAL, 300]), DAY)

    assert spend == Oddity("1", "Brand", DAY, "spend", Decimal(300), Decimal(100), 28)
    assert (cpm.metric, spend.times) == ("cpm", 3)


def test_a_campaign_that_stopped_spending_is_told() -> None:
    assert [(one.metric, one.value) for one in oddities(rows([*USUAL, None]), DAY)] == [("spend", Decimal(0))]


def test_a_few_odd_days_before_do_not_hide_the_next() -> None:
    history = [*USUAL[:25], 900, 950, 1000]

    assert [one.metric for one in oddities(rows([*history, 990]), DAY)] == ["spend", "cpm"]


def test_a_campaign_that_is_always_unsteady_is_not_odd() -> None:
    assert oddities(rows([20, 180, 60, 140] * 7 + [200]), DAY) == []


def test_a_small_difference_is_not_odd_however_steady_it_was() -> None:
    assert oddities(rows([100] * 28 + [129]), DAY) == []


def test_a_history_of_less_than_two_weeks_says_nothing() -> None:
    assert oddities(rows([100] * 13 + [900]), DAY) == []
    assert [one.days for one in oddities(rows([100] * 14 + [900]), DAY)] == [14, 14]


def test_only_the_last_four_weeks_are_its_history() -> None:
    assert [one.days for one in oddities(rows([5] * 40 + [100] * 28 + [900]), DAY)] == [28, 28]


def test_days_without_delivery_are_days_without_spend() -> None:
    sparse = [100, None, 100, None] * 7

    usual = [
        [one.usual for one in oddities(rows([*sparse, last]), DAY) if one.metric == "spend"] for last in (400, 1000)
    ]

    assert usual == [[], [Decimal(50)]]


def test_what_spent_nothing_before_has_no_usual() -> None:
    assert oddities(rows([0] * 28 + [50]), DAY) == []


@given(st.lists(st.integers(0, 10**6) | st.none(), min_size=1, max_size=40).filter(any))
def test_what_is_told_is_far_from_its_usual_whatever_the_history(spends: Sequence[int | None]) -> None:
    for one in oddities(rows(spends), DAY):
        assert abs(one.value - one.usual) > one.usual * Decimal("0.3")
        assert one.usual > 0
        assert 14 <= one.days <= 28
