"""What is asked is understood, or refused with what to write instead."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xylo_mcp.ads.dates import Span
from xylo_mcp.ads.errors import Invalid
from xylo_mcp.ads.insights import Metric
from xylo_mcp.insights import METRICS, Filter, Question, filter_of, metric_of
from xylo_mcp.insights.asked import first_day_of

DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


def test_every_metric_has_its_name() -> None:
    assert {metric_of("sort", name) for name in METRICS} == {
        name for part in get_args(Metric) for name in (get_args(part) or (part,))
    }


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("spend>=100", Filter("spend", ">=", Decimal(100))),
        (" roas < 1.5 ", Filter("roas", "<", Decimal("1.5"))),
        ("conversions=0", Filter("conversions", "=", Decimal(0))),
        ("ctr > -0.25", Filter("ctr", ">", Decimal("-0.25"))),
        ("cost_per_conversion<=12.345678", Filter("cost_per_conversion", "<=", Decimal("12.345678"))),
    ],
)
def test_a_filter_is_a_metric_a_comparison_and_a_number(text: str, meant: Filter) -> None:
    assert filter_of(text) == meant


@pytest.mark.parametrize(
    "text", ["", "spend", "spend>", ">3", "spend=>3", "spend>1e9", "spend>NaN", "spend>٣", "Spend>3", "spend>3 or 1=1"]
)
def test_what_is_no_filter_is_refused_with_how_one_looks(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        filter_of(text)

    assert refused.value.fix == 'Write a metric, >= <= > < or =, and a number: "roas<1.5".'


def test_an_unknown_metric_is_refused_with_those_there_are() -> None:
    with pytest.raises(Invalid) as refused:
        filter_of("budget>3")

    assert (refused.value.message, refused.value.fix) == (
        "filters: there is no metric 'budget'.",
        f"There are {', '.join(METRICS)}.",
    )


@pytest.mark.parametrize(("sign", "admitted"), [(">", [3]), (">=", [2, 3]), ("=", [2]), ("<=", [1, 2]), ("<", [1])])
def test_a_filter_admits_what_compares_so_and_nothing_unknown(sign: str, admitted: Sequence[int]) -> None:
    only = Filter("spend", sign, Decimal(2))

    assert [value for value in (1, 2, 3) if only.admits(Decimal(value))] == admitted
    assert not only.admits(None)


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        (Question("today"), False),
        (Question("today", metrics=("spend", "reach")), True),
        (Question("today", sort="frequency"), True),
        (Question("today", filters=(Filter("reach", ">", Decimal(1)),)), True),
        (Question("today", level="platform", metrics=("reach",)), False),
    ],
)
def test_people_are_asked_for_where_they_matter_and_can_be_told(question: Question, wanted: bool) -> None:  # noqa: FBT001  # a table's column
    assert question.people is wanted


@given(since=DAYS, length=st.integers(0, 90))
def test_weeks_begin_on_mondays_and_months_on_firsts_but_for_the_cut_first_one(since: date, length: int) -> None:
    span = Span(since, since + timedelta(days=length))
    week, month = first_day_of("week", span), first_day_of("month", span)
    assert week is not None
    assert month is not None

    for number in range(span.days):
        day = since + timedelta(days=number)
        assert since <= week(day) <= day
        assert week(day).weekday() == 0 or week(day) == since
        assert (day - week(day)).days < 7
        assert month(day).day == 1 or month(day) == since
        assert (month(day).year, month(day).month) == (day.year, day.month)


def test_days_and_totals_stay_as_they_are() -> None:
    span = Span(date(2026, 1, 1), date(2026, 2, 1))

    assert (first_day_of("total", span), first_day_of("day", span)) == (None, None)
