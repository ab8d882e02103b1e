"""Only what means the same is added up."""

from datetime import date
from decimal import Decimal

import pytest

from xylo_mcp.ads.insights import Metric, Metrics
from xylo_mcp.insights import Counted, Difference, InOneCurrency, added, converted, difference, not_added, why_unknown

META, LEADS = Counted("meta", (), "the usual"), Counted("meta", ("lead",), "leads")
GOOGLE = Counted("google", (), "primary actions")


def test_accounts_that_count_alike_are_added_up_in_everything() -> None:
    assert not_added([META, META]) == frozenset()


def test_conversions_that_are_counted_differently_are_not_added_up() -> None:
    assert not_added([META, LEADS]) == {"conversions", "conversion_value"}


def test_platforms_count_conversions_and_views_differently() -> None:
    assert not_added([META, GOOGLE]) == {"conversions", "conversion_value", "video_views"}


def test_what_is_left_out_is_unknown_and_the_rest_is_the_sum() -> None:
    part = Metrics(Decimal("1.10"), 10, 2, Decimal(1), 1, Decimal(5), 3)

    assert added([part, part], frozenset({"conversions"})) == Metrics(Decimal("2.20"), 20, 4, None, 2, Decimal(10), 6)


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [
        (Decimal(150), Decimal(100), Difference(Decimal(100), Decimal(50), Decimal(50))),
        (Decimal(75), Decimal(100), Difference(Decimal(100), Decimal(-25), Decimal(-25))),
        (Decimal(75), Decimal(0), Difference(Decimal(0), Decimal(75), None)),
        (Decimal(75), None, Difference(None, None, None)),
        (None, Decimal(75), Difference(Decimal(75), None, None)),
    ],
)
def test_a_difference_is_absolute_and_in_percent_of_what_was(
    now: Decimal | None, before: Decimal | None, told: Difference
) -> None:
    assert difference(now, before) == told


def test_currencies_come_together_at_declared_rates_only_if_each_has_one() -> None:
    sums = {"USD": Metrics(spend=Decimal(10)), "EUR": Metrics(spend=Decimal(20), conversion_value=None)}
    worth = {"USD": Decimal(1), "EUR": Decimal("1.10")}

    assert converted(sums, worth, "USD", date(2026, 3, 1)) == InOneCurrency(
        "USD", date(2026, 3, 1), Decimal("32.00"), None
    )
    assert converted({**sums, "JPY": Metrics()}, worth, "USD", date(2026, 3, 1)) is None
    assert converted({"EUR": Metrics()}, worth, "USD", date(2026, 3, 1)) is None


@pytest.mark.parametrize(
    ("metrics", "metric", "why"),
    [
        (Metrics(), "ctr", "no impressions"),
        (Metrics(), "roas", "no spend"),
        (Metrics(conversions=None), "cost_per_conversion", "conversions not known"),
        (Metrics(link_clicks=None), "link_clicks", "not known"),
        (Metrics(), "reach", "people are not added up"),
    ],
)
def test_what_is_null_has_a_reason(metrics: Metrics, metric: Metric, why: str) -> None:
    assert why_unknown(metrics, metric) == why
