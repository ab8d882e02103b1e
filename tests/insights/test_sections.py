"""Rows in order, the top of them, the rest summed: nothing is lost, and currencies stay apart."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.dates import Span
from xylo_mcp.ads.insights import InsightRow, Metric, Metrics, total
from xylo_mcp.ads.tables import Table
from xylo_mcp.insights import Counted, Question, Report, Section, by_account, by_currency, by_platform
from xylo_mcp.insights.asked import Filter

SPAN = Span(date(2026, 3, 11), date(2026, 3, 17))
CAMPAIGNS = Question(SPAN, level="campaign")


def report(
    rows: Sequence[InsightRow],
    account: str = "act_1",
    platform: str = "meta",
    currency: str = "USD",
    past: Sequence[InsightRow] | None = None,
) -> Report:
    return Report(
        account=Account(account, platform, account, currency, "UTC", "active", "1"),
        span=SPAN,
        today=date(2026, 3, 18),
        moving_since=None,
        counted=Counted(platform, (), "the usual"),
        rows=Table.of(rows),
        as_of=datetime(2026, 3, 18, tzinfo=UTC),
        cached=False,
        past=None if past is None else Table.of(past),
    )


def campaign(identity: str, spend: int, day: date | None = None, **more: object) -> InsightRow:
    metrics = msgspec.structs.replace(Metrics(Decimal(spend), spend * 10, spend), **more)
    return InsightRow(metrics, identity, f"Campaign {identity}", day)


def shown(section: Section) -> Sequence[str]:
    return [line.row.campaign_id for line in section.lines()]


def test_rows_come_biggest_spend_first_and_the_total_is_of_all() -> None:
    rows = [campaign("1", 5), campaign("2", 9), campaign("3", 7)]

    (section,) = by_account([report(rows)], CAMPAIGNS)

    assert (shown(section), section.total) == (["2", "3", "1"], total(row.metrics for row in rows))
    assert (section.others, section.others_many) == (None, 0)


def test_rows_by_day_come_day_by_day_the_biggest_spend_of_each_first() -> None:
    first, second = SPAN.since, SPAN.since + timedelta(days=1)
    rows = [campaign("1", 5, second), campaign("2", 9, second), campaign("1", 1, first), campaign("2", 2, first)]

    (section,) = by_account([report(rows)], Question(SPAN, level="campaign", bucket="day"))

    assert [(line.row.day, line.row.campaign_id) for line in section.lines()] == [
        (first, "2"),
        (first, "1"),
        (second, "2"),
        (second, "1"),
    ]


@pytest.mark.parametrize(("ascending", "order"), [(False, ["3", "1", "2"]), (True, ["1", "3", "2"])])
def test_rows_are_sorted_as_asked_and_what_is_not_known_comes_last(ascending: bool, order: Sequence[str]) -> None:  # noqa: FBT001  # a table's column
    rows = [
        campaign("1", 5, conversions=Decimal(1)),
        campaign("2", 9, conversions=None),
        campaign("3", 7, conversions=Decimal(4)),
    ]

    (section,) = by_account([report(rows)], msgspec.structs.replace(CAMPAIGNS, sort="conversions", ascending=ascending))

    assert shown(section) == order


def test_the_top_ranks_over_the_accounts_of_a_currency_and_sums_the_rest() -> None:
    dollars = [
        report([campaign("1", 5), campaign("2", 9)], "act_1"),
        report([campaign("3", 7), campaign("4", 1)], "customers/1", "google"),
    ]
    yen = report([campaign("5", 800)], "act_2", currency="JPY")

    in_dollars, in_yen = by_currency([*dollars, yen], CAMPAIGNS, 2)

    assert [(line.account, line.row.campaign_id) for line in in_dollars.lines()] == [
        ("act_1", "2"),
        ("customers/1", "3"),
    ]
    assert (in_dollars.others_many, in_dollars.others and in_dollars.others.spend) == (2, Decimal(6))
    assert (in_dollars.total.spend, in_dollars.total.conversions) == (Decimal(22), None)  # two platforms count
    assert (in_yen.currency, shown(in_yen), in_yen.others, in_yen.platform) == ("JPY", ["5"], None, "meta")


def test_a_platform_sums_its_accounts_of_a_currency_by_day() -> None:
    day = SPAN.since
    reports = [
        report([InsightRow(Metrics(Decimal(3), 10), day=day)], "act_1"),
        report([InsightRow(Metrics(Decimal(4), 20), day=day)], "act_2"),
        report([InsightRow(Metrics(Decimal(5), 30), day=day)], "act_3", currency="EUR"),
    ]

    dollars, euros = by_platform(reports, Question(SPAN, level="platform", bucket="day"), 0)

    assert [(line.row.day, line.metrics.spend, line.account) for line in dollars.lines()] == [(day, Decimal(7), "")]
    assert (dollars.platform, dollars.account, euros.total.spend) == ("meta", None, Decimal(5))


def test_conversions_that_accounts_of_a_platform_count_differently_are_not_summed() -> None:
    other = msgspec.structs.replace(report([campaign("2", 9)], "act_2"), counted=Counted("meta", ("lead",), "leads"))

    (section,) = by_platform([report([campaign("1", 5)]), other], Question(SPAN, level="platform"), 0)

    assert section.left_out == {"conversions", "conversion_value"}
    assert [line.metrics.conversions for line in section.lines()] == [None, None]


def test_a_row_has_its_own_time_before_and_one_that_was_not_there_had_nothing() -> None:
    one = report([campaign("1", 5), campaign("2", 9)], past=[campaign("1", 4), campaign("3", 8)])

    (section,) = by_account([one], msgspec.structs.replace(CAMPAIGNS, compare=True))

    assert [(line.row.campaign_id, line.past) for line in section.lines()] == [
        ("2", Metrics()),
        ("1", campaign("1", 4).metrics),
    ]
    assert section.past is not None
    assert section.past.spend == Decimal(12)


def test_what_was_sifted_out_does_not_count_in_the_time_before() -> None:
    one = report([campaign("1", 5)], past=[campaign("1", 4), campaign("3", 8)])
    question = msgspec.structs.replace(CAMPAIGNS, compare=True, filters=(Filter("spend", ">", Decimal(1)),))

    (section,) = by_account([one], question)

    assert section.past is not None
    assert section.past.spend == Decimal(4)


def test_fewer_rows_to_show_keep_the_sums_of_all() -> None:
    (section,) = by_account([report([campaign("1", 5), campaign("2", 9)])], CAMPAIGNS)

    part = section.with_picks(section.picks[:1])

    assert (shown(part), part.total) == (["2"], section.total)


METRICS: Sequence[Metric] = ("spend", "clicks", "ctr", "roas")


@given(
    spends=st.lists(st.lists(st.integers(0, 50), max_size=8), min_size=1, max_size=5),
    top=st.integers(1, 20),
    sort=st.sampled_from(METRICS),
    ascending=st.booleans(),
)
def test_the_top_and_the_others_are_everything_in_order(
    spends: Sequence[Sequence[int]],
    top: int,
    sort: Metric,
    ascending: bool,  # noqa: FBT001  # drawn
) -> None:
    reports = [
        report([campaign(f"{number}0{at}", spend) for at, spend in enumerate(of_account)], f"act_{number}")
        for number, of_account in enumerate(spends)
    ]
    question = msgspec.structs.replace(CAMPAIGNS, sort=sort, ascending=ascending)

    (section,) = by_currency(reports, question, top)

    lines = section.lines()
    values = [getattr(line.metrics, sort) for line in lines]
    assert len(lines) == min(top, sum(map(len, spends)))
    assert total([*(line.metrics for line in lines), section.others or Metrics()]) == section.total
    assert len(lines) + section.others_many == sum(map(len, spends))
    for one, following in pairwise(values):
        assert following is None or (one is not None and (one <= following if ascending else one >= following))
