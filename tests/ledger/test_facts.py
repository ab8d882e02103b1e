"""Days are kept as they were told, a span of them is a difference of sums, and nobody's money waits for that."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from anyio import from_thread
from hypothesis import given
from hypothesis import strategies as st

from xylo_mcp.ads.columns import UNKNOWN
from xylo_mcp.ads.dates import Span
from xylo_mcp.ads.insights import SUMS, InsightRow, Metrics, total
from xylo_mcp.ads.tables import Table
from xylo_mcp.ledger import Store, answers, facts, jobs, open_store
from xylo_mcp.ledger.sums import Sums

SERIES = facts.Series("accounts", "act_1", "campaign", "")
DAY = timedelta(days=1)
FIRST = date(2026, 2, 1)
READ = datetime(2026, 3, 18, 15, 30, tzinfo=UTC)


def row(campaign: str, day: date | None, spend: str | None, name: str = "") -> InsightRow:
    metrics = Metrics(None if spend is None else Decimal(spend), 10, 1, conversion_value=None)
    return InsightRow(metrics, campaign, name or f"Campaign {campaign}", day)


async def keep(store: Store, span: Span, rows: Sequence[InsightRow], at: datetime = READ) -> Sequence[facts.Changed]:
    return await store.note(lambda tx: facts.keep(tx, SERIES, span, Table.of(rows), at))


async def told(store: Store, span: Span) -> Sequence[InsightRow]:
    return list(await store.read(lambda tx: facts.by_day(tx, SERIES, span)))


async def summed(store: Store, span: Span) -> Mapping[str, Metrics]:
    return {one.campaign_id: one.metrics for one in await store.read(lambda tx: facts.total(tx, SERIES, span))}


async def test_days_are_kept_and_summed_over_months_that_tell_of_different_campaigns(store: Store) -> None:
    february = [row("1", FIRST, "1.00"), row("2", FIRST + DAY, None), row("1", FIRST + 27 * DAY, "0.000001")]
    march = [row("3", FIRST + 28 * DAY, "5.00"), row("1", FIRST + 29 * DAY, "7.00", "Renamed")]
    await keep(store, Span(FIRST, FIRST + 27 * DAY), february)
    await keep(store, Span(FIRST + 28 * DAY, FIRST + 30 * DAY), march)

    assert sorted(await told(store, Span(FIRST, FIRST + 30 * DAY)), key=lambda one: one.day or FIRST) == [
        *february,
        *march,
    ]
    assert await summed(store, Span(FIRST + DAY, FIRST + 29 * DAY)) == {
        "1": total([february[2].metrics, march[1].metrics]),
        "2": february[1].metrics,
        "3": march[0].metrics,
    }
    whole = await store.read(lambda tx: facts.total(tx, SERIES, Span(FIRST, FIRST + 30 * DAY)))
    assert {one.campaign_id: one.campaign_name for one in whole}["1"] == "Renamed"


async def test_days_may_come_in_any_order_and_again(store: Store) -> None:
    late, early = row("1", FIRST + 20 * DAY, "2.00"), row("2", FIRST + 3 * DAY, "3.00")
    await keep(store, Span(FIRST + 20 * DAY, FIRST + 20 * DAY), [late])
    await keep(store, Span(FIRST + 3 * DAY, FIRST + 3 * DAY), [early])
    again = row("2", FIRST + 3 * DAY, "4.50")

    changed = await keep(store, Span(FIRST + 3 * DAY, FIRST + 4 * DAY), [again], READ + DAY)

    assert changed == [facts.Changed(FIRST + 3 * DAY, READ, early.metrics, again.metrics, ["spend"])]
    assert await told(store, Span(FIRST + 20 * DAY, FIRST + 20 * DAY)) == [late]
    assert await told(store, Span(FIRST + 3 * DAY, FIRST + 4 * DAY)) == [again]
    read_at = await store.read(lambda tx: facts.read_at(tx, SERIES, Span(FIRST, FIRST + 27 * DAY)))
    assert read_at == {FIRST + 3 * DAY: READ + DAY, FIRST + 4 * DAY: READ + DAY, FIRST + 20 * DAY: READ}


@pytest.mark.parametrize("rows", [[row("1", FIRST - DAY, "1")], [row("1", FIRST, "1"), row("1", FIRST, "2")]])
async def test_rows_of_other_days_or_twice_are_refused_and_nothing_is_kept(
    store: Store, rows: Sequence[InsightRow]
) -> None:
    with pytest.raises(ValueError, match="day"):
        await keep(store, Span(FIRST, FIRST + DAY), rows)

    assert await store.read(lambda tx: facts.read_at(tx, SERIES, Span(FIRST, FIRST + DAY))) == {}


async def test_what_is_forgotten_is_not_known_and_nothing_else_is_forgotten(store: Store) -> None:
    other = msgspec.structs.replace(SERIES, level="ad")
    await keep(store, Span(FIRST, FIRST), [row("1", FIRST, "1")])
    await store.note(lambda tx: facts.keep(tx, other, Span(FIRST, FIRST), Table.of([]), READ))

    await store.note(lambda tx: facts.forget(tx, SERIES))

    assert await store.read(lambda tx: facts.read_at(tx, SERIES, Span(FIRST, FIRST))) == {}
    assert await store.read(lambda tx: facts.read_at(tx, other, Span(FIRST, FIRST))) == {FIRST: READ}


async def test_a_tenant_does_not_know_the_days_of_another(store: Store, ledger_place: str | Path) -> None:
    await keep(store, Span(FIRST, FIRST), [row("1", FIRST, "1")])
    theirs = open_store(ledger_place, "theirs")

    assert await theirs.read(lambda tx: facts.read_at(tx, SERIES, Span(FIRST, FIRST))) == {}

    await theirs.close()


@pytest.mark.parametrize("ledger_place", ["postgresql"], indirect=True)
async def test_what_is_remembered_neither_waits_for_a_write_of_the_tenant_nor_delays_one(store: Store) -> None:
    def note_meanwhile() -> None:
        from_thread.run(keep, store, Span(FIRST, FIRST), [row("1", FIRST, "1")])

    await store.write(lambda tx: note_meanwhile())

    assert await told(store, Span(FIRST, FIRST)) == [row("1", FIRST, "1")]


FIGURES = st.just(UNKNOWN) | st.just(0) | st.integers(-(10**12), 10**15)
PARTS = st.integers(0, 6).flatmap(
    lambda count: st.lists(st.lists(FIGURES, min_size=count, max_size=count), min_size=len(SUMS), max_size=len(SUMS))
)


@given(PARTS, PARTS)
def test_sums_survive_being_kept_and_what_is_added_can_be_taken_away(
    one: list[list[int]], other: list[list[int]]
) -> None:
    first, second = (Sums.of(range(len(part[0])), part) for part in (one, other))

    assert Sums.from_bytes(first.to_bytes()) == first
    assert first.plus(second).less(second) == first
    assert [list(column) for column in first.told(len(one[0]))] == one


def test_damaged_sums_are_refused() -> None:
    kept = Sums.of([0], [[7]] * len(SUMS)).to_bytes()

    for spoiled in (b"", kept[:-2], Table.of([]).to_bytes()):
        with pytest.raises(ValueError, match="damaged"):
            Sums.from_bytes(spoiled)


def answer(number: int, read_at: datetime = READ) -> answers.Answer:
    return answers.Answer(Table.of([row(f"{number}", None, "1")]), read_at, settled=bool(number % 2))


async def test_an_answer_is_found_by_its_question_until_nobody_has_read_it_for_thirty_days(store: Store) -> None:
    for number in range(2):
        await store.note(lambda tx, number=number: answers.keep(tx, "w", f"{number}", answer(number), FIRST))
    await store.note(lambda tx: answers.was_read(tx, "w", "1", FIRST + 2 * DAY))
    await store.note(lambda tx: answers.keep(tx, "w", "2", answer(2), FIRST + 31 * DAY))

    found = [await store.read(lambda tx, of=of: answers.find(tx, "w", of)) for of in ("0", "1", "2")]

    until = FIRST + 30 * DAY
    assert found == [
        None,
        msgspec.structs.replace(answer(1), keep_until=until + 2 * DAY),
        msgspec.structs.replace(answer(2), keep_until=until + 31 * DAY),
    ]
    assert await store.read(lambda tx: answers.find(tx, "another world", "2")) is None


async def test_the_oldest_answers_give_way_where_all_take_too_much_room(store: Store) -> None:
    size = len(answer(0).rows.to_bytes())
    for number in range(5):
        kept = answer(number, READ + number * DAY)
        await store.note(
            lambda tx, number=number, kept=kept: answers.keep(tx, "w", f"{number}", kept, FIRST, room=3 * size)
        )

    left = [number for number in range(5) if await store.read(lambda tx, of=number: answers.find(tx, "w", f"{of}"))]

    assert left == [2, 3, 4]


async def test_a_report_is_found_until_it_is_forgotten_or_expires(store: Store) -> None:
    for question, at in (("old", READ - 31 * DAY), ("a", READ), ("b", READ), ("a", READ)):
        await store.note(lambda tx, question=question, at=at: jobs.keep(tx, "w", question, f"job {question}", at))
    await store.note(lambda tx: jobs.forget(tx, "w", "b"))

    found = [await store.read(lambda tx, of=of: jobs.find(tx, "w", of, READ)) for of in ("old", "a", "b")]

    assert found == [None, "job a", None]
