"""A table says what the plain rows that it was made of say."""

import sys
import zlib
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from xylo_mcp.ads.insights import SUMS, InsightRow, Metric, Metrics, merged, total
from xylo_mcp.ads.tables import Table

METRICS: Sequence[Metric] = get_args(Metric)
COUNTS = st.none() | st.integers(-5, 10**12)
AMOUNTS = st.none() | st.decimals(-5, 10**9, allow_nan=False, allow_infinity=False, places=6)
TEXT = st.sampled_from(["", "1", "2", "Frühling ☀", "\ud800"])
MONDAY = date(2026, 3, 2)
ROWS = st.builds(
    InsightRow,
    metrics=st.builds(Metrics, AMOUNTS, COUNTS, COUNTS, AMOUNTS, COUNTS, AMOUNTS, COUNTS),
    campaign_id=TEXT,
    campaign_name=TEXT,
    day=st.none() | st.dates(date(2026, 1, 30), date(2026, 2, 2)),
    ad_group_id=TEXT,
    ad_group_name=TEXT,
    ad_id=TEXT,
    ad_name=TEXT,
    segment=TEXT,
    reach=COUNTS,
)
LISTS = st.lists(ROWS, max_size=10)


def said(row: InsightRow, metric: Metric) -> Decimal | int | None:
    return getattr(row if metric in {"reach", "frequency"} else row.metrics, metric)


def month(day: date) -> date:
    return day.replace(day=1)


@given(LISTS)
def test_a_table_gives_back_its_rows(rows: list[InsightRow]) -> None:
    table = Table.of(rows)

    assert len(table) == len(rows)
    assert list(table) == [table[place] for place in range(len(table))] == rows


@given(LISTS)
def test_a_total_is_that_of_the_rows(rows: list[InsightRow]) -> None:
    assert Table.of(rows).total() == total(row.metrics for row in rows)


@given(st.lists(ROWS, min_size=1, max_size=6).flatmap(lambda rows: st.tuples(st.just(rows), some_of(rows))))
def test_some_rows_are_summed_and_taken_in_the_order_given(given: tuple[list[InsightRow], list[int]]) -> None:
    rows, which = given
    table = Table.of(rows)

    assert table.total(which) == total(rows[row].metrics for row in which)
    assert list(table.take(which)) == [rows[row] for row in which]
    assert table.take(which) == Table.of(rows[row] for row in which)


def some_of(rows: Sequence[InsightRow]) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(0, len(rows) - 1), max_size=6)


@given(LISTS, st.sampled_from(METRICS))
def test_a_value_is_what_the_row_says(rows: list[InsightRow], metric: Metric) -> None:
    table = Table.of(rows)

    assert [table.value(place, metric) for place in range(len(rows))] == [said(row, metric) for row in rows]


@given(LISTS, st.sampled_from(METRICS), st.booleans())
def test_rows_are_ordered_by_a_metric_then_by_key_with_unknown_ones_last(
    rows: list[InsightRow],
    metric: Metric,
    descending: bool,  # noqa: FBT001  # hypothesis gives it
) -> None:
    def rank(row: InsightRow) -> tuple[object, ...]:
        value = said(row, metric)
        signed = Decimal(0) if value is None else -Decimal(value) if descending else Decimal(value)
        return (value is None, signed, row.key[:4], row.day or date.min)

    table = Table.of(rows)
    order = table.order(metric, descending=descending)

    assert sorted(order) == list(range(len(rows)))
    assert [rank(rows[row]) for row in order] == sorted(map(rank, rows))  # pyright: ignore[reportArgumentType]


@given(LISTS)
def test_days_of_one_month_become_one_row_of_its_first(rows: list[InsightRow]) -> None:
    monthly = [replace(row, day=row.day and month(row.day)) for row in rows]

    assert Table.of(rows).by_time(month) == Table.of(merged(monthly))


@given(LISTS)
def test_its_objects_stand_once_with_the_last_of_their_names_and_each_row_knows_which_it_is_of(
    rows: list[InsightRow],
) -> None:
    objects, into = Table.of(rows).objects()

    bare = [replace(row, metrics=Metrics(), day=None, reach=0) for row in rows]
    last = {row.key: row for row in bare}
    assert list(objects) == list(last.values())
    assert [objects[place].key for place in into] == [row.key for row in bare]


@given(st.lists(LISTS, max_size=4))
def test_joined_tables_have_all_rows_one_after_the_other(parts: list[list[InsightRow]]) -> None:
    assert Table.joined([Table.of(rows) for rows in parts]) == Table.of(row for rows in parts for row in rows)


@given(LISTS)
def test_a_table_survives_being_kept(rows: list[InsightRow]) -> None:
    table = Table.of(rows)

    assert Table.from_bytes(table.to_bytes()) == table


@given(LISTS, st.data())
def test_a_damaged_table_is_refused_or_none_the_worse(rows: list[InsightRow], data: st.DataObject) -> None:
    kept = bytearray(zlib.decompress(Table.of(rows).to_bytes()))
    kept[data.draw(st.integers(0, len(kept) - 1))] ^= data.draw(st.integers(1, 255))

    try:
        table = Table.from_bytes(zlib.compress(bytes(kept)))
    except ValueError:
        return
    assert len(list(table)) == len(table)


def test_a_table_that_was_cut_or_changed_is_refused() -> None:
    kept = Table.of([InsightRow(Metrics(Decimal("1.50"), 10, 1), "7", "Spring", MONDAY)]).to_bytes()

    for spoiled in (b"", kept[:-3], kept[:9] + b"!" + kept[10:]):
        with pytest.raises(ValueError, match="damaged"):
            Table.from_bytes(spoiled)


@pytest.mark.parametrize(
    "metrics",
    [
        Metrics(spend=Decimal("0.0000001")),
        Metrics(conversions=Decimal("1.00000000000000000000000000000000001")),
        Metrics(conversion_value=Decimal("NaN")),
        Metrics(spend=Decimal("Infinity")),
        Metrics(spend=Decimal("1e13")),
        Metrics(impressions=2**63),
    ],
)
def test_a_figure_that_cannot_be_kept_exactly_is_refused(metrics: Metrics) -> None:
    with pytest.raises(ValueError, match=r"amount|figure"):
        Table.of([InsightRow(metrics)])


def test_tables_of_other_rows_are_not_equal_and_of_the_same_ones_are_however_they_came_about() -> None:
    spring, summer = InsightRow(Metrics(), "7", "Spring", MONDAY), InsightRow(Metrics(), "8", "Summer", MONDAY)

    assert Table.of([spring, summer]).take([1]) == Table.of([summer])
    assert Table.of([spring]) != Table.of([summer])
    assert Table.of([spring]) != [spring]


def test_a_hundred_thousand_rows_weigh_some_megabytes() -> None:
    rows = (
        InsightRow(
            Metrics(Decimal(number), number, 1), f"{number // 100}", "Campaign", MONDAY + timedelta(number % 100)
        )
        for number in range(100_000)
    )

    table = Table.of(rows)

    columns = (*table.texts, table.days, *table.figures)
    assert sum(sys.getsizeof(column) for column in columns) < 12_000_000


def test_every_metric_has_a_value() -> None:
    table = Table.of([InsightRow(Metrics(Decimal(2), 100, 4, Decimal(1), 3, Decimal(6), 9), reach=50)])

    values = {metric: table.value(0, metric) for metric in METRICS}

    assert set(SUMS) < set(values)
    assert (values["roas"], values["frequency"], values["ctr"], values["reach"]) == (3, 2, 4, 50)
