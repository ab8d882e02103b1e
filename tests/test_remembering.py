"""What is remembered is what the platforms said, and they are asked for nothing else than what may have changed."""

import logging
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path

import anyio
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import LONG, StandingClock
from tests.scripted import ACCOUNT, DAY, SETTLING, SPEC, Scripted
from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.dates import local_day
from xylo_mcp.ads.errors import Garbled, Unavailable
from xylo_mcp.ads.insights import Granularity, InsightRow, InsightsQuery, Level, Metrics, Sum
from xylo_mcp.app import Caller, open_app
from xylo_mcp.contract import AdReader
from xylo_mcp.remembering import Remembered, Restated
from xylo_mcp.remembering.memory import Memory, open_memory
from xylo_mcp.sandbox.faults import Fault
from xylo_mcp.sandbox.house import House
from xylo_mcp.settings import Settings

TODAY = date(2026, 3, 18)
JANUARY = date(2026, 1, 1)
MINUTE = timedelta(minutes=1)
NOW = timedelta(0)
MONTHS = [("2026-01-01", "2026-01-31"), ("2026-02-01", "2026-02-28"), ("2026-03-01", "2026-03-18")]


@pytest.fixture
async def memory(ledger_place: str | Path, clock: StandingClock) -> AsyncGenerator[Memory]:
    async with open_memory(ledger_place, "ours", "accounts", clock) as opened:
        yield opened


@pytest.fixture
def platform(clock: StandingClock) -> Scripted:
    return Scripted(clock)


def told(rows: Iterable[InsightRow]) -> Mapping[object, InsightRow]:
    """What rows say, whatever their order."""
    return {row.key: row for row in rows}


def days(*spans: tuple[str, str], level: Level = "account") -> list[tuple[str, str, date, date]]:
    """Questions for each day of spans."""
    return [(level, "day", date.fromisoformat(since), date.fromisoformat(until)) for since, until in spans]


ACCOUNT_QUARTER = InsightsQuery("account", JANUARY, TODAY)
CAMPAIGN_DAYS = InsightsQuery("campaign", JANUARY, TODAY, "day")
CAMPAIGN_QUARTER = InsightsQuery("campaign", JANUARY, TODAY)
ALL_KINDS = [
    ACCOUNT_QUARTER,
    CAMPAIGN_DAYS,
    CAMPAIGN_QUARTER,
    InsightsQuery("account", TODAY, TODAY),
    InsightsQuery("campaign", JANUARY, TODAY, reach=True),
    InsightsQuery("campaign", JANUARY, TODAY, breakdown="country"),
    InsightsQuery("campaign", JANUARY, TODAY, campaign_ids=frozenset({"1", "3"})),
    InsightsQuery("account", JANUARY, TODAY, events=("purchase",)),
]


@pytest.mark.parametrize("query", ALL_KINDS)
async def test_a_question_asked_again_costs_no_request_and_has_the_same_answer(
    memory: Memory, platform: Scripted, clock: StandingClock, query: InsightsQuery
) -> None:
    began = clock()
    first = await memory.ask(ACCOUNT, platform, query, SPEC)
    asked = len(platform.asked)
    clock.now += 15 * MINUTE
    second = await memory.ask(ACCOUNT, platform, query, SPEC)

    assert told(first.rows) == told(second.rows) == told(platform.rows(query))
    assert len(platform.asked) == asked
    assert (first.cached, first.as_of, second.cached, second.as_of) == (False, began, True, began)


@pytest.mark.parametrize("query", ALL_KINDS)
async def test_what_was_answered_is_remembered_after_a_restart(
    ledger_place: str | Path, platform: Scripted, clock: StandingClock, query: InsightsQuery
) -> None:
    async with open_memory(ledger_place, "ours", "accounts", clock) as memory:
        await memory.ask(ACCOUNT, platform, query, SPEC)
    async with open_memory(ledger_place, "ours", "accounts", clock) as memory:
        answer = await memory.ask(ACCOUNT, platform, query, SPEC)

    assert answer.cached
    assert told(answer.rows) == told(platform.rows(query))


async def test_days_are_asked_for_a_month_at_a_time_and_later_only_those_that_move(
    memory: Memory, platform: Scripted, clock: StandingClock
) -> None:
    await memory.ask(ACCOUNT, platform, ACCOUNT_QUARTER, SPEC)
    assert platform.asked == days(*MONTHS)

    platform.asked.clear()
    clock.now += DAY
    tomorrow = InsightsQuery("account", JANUARY, TODAY + DAY)
    answer = await memory.ask(ACCOUNT, platform, tomorrow, SPEC)

    assert platform.asked == days(("2026-03-12", "2026-03-19"))
    assert told(answer.rows) == told(platform.rows(tomorrow))
    assert answer.as_of == clock() - DAY


async def test_what_moved_is_asked_again_after_fifteen_minutes_and_what_is_settled_is_not(
    memory: Memory, platform: Scripted, clock: StandingClock
) -> None:
    await memory.ask(ACCOUNT, platform, CAMPAIGN_DAYS, SPEC)
    platform.asked.clear()
    clock.now += 15 * MINUTE + timedelta(seconds=1)

    await memory.ask(ACCOUNT, platform, CAMPAIGN_DAYS, SPEC)

    assert platform.asked == days(("2026-03-12", "2026-03-18"), level="campaign")


async def test_a_total_of_campaigns_is_asked_as_it_is_unless_little_is_missing(
    memory: Memory, platform: Scripted, clock: StandingClock
) -> None:
    await memory.ask(ACCOUNT, platform, CAMPAIGN_QUARTER, SPEC)
    assert platform.asked == [("campaign", "total", JANUARY, TODAY)]

    platform.asked.clear()
    await memory.ask(ACCOUNT, platform, CAMPAIGN_DAYS, SPEC)
    clock.now += DAY
    platform.asked.clear()
    query = InsightsQuery("campaign", date(2026, 2, 5), TODAY + DAY)
    answer = await memory.ask(ACCOUNT, platform, query, SPEC)

    assert platform.asked == days(("2026-03-12", "2026-03-19"), level="campaign")
    assert told(answer.rows) == told(platform.rows(query))


async def test_some_campaigns_are_chosen_from_the_days_of_all(memory: Memory, platform: Scripted) -> None:
    await memory.ask(ACCOUNT, platform, CAMPAIGN_DAYS, SPEC)
    query = InsightsQuery("campaign", date(2026, 2, 27), date(2026, 3, 2), campaign_ids=frozenset({"2", "9"}))

    answer = await memory.ask(ACCOUNT, platform, query, SPEC)

    assert answer.cached
    assert told(answer.rows) == told(platform.rows(query))


async def test_a_settled_day_that_comes_out_different_is_corrected_and_told(
    memory: Memory, platform: Scripted, clock: StandingClock
) -> None:
    before = clock()
    await memory.ask(ACCOUNT, platform, CAMPAIGN_DAYS, SPEC)
    february = date(2026, 2, 4)
    usual = platform.truth
    platform.truth = lambda day, campaign, now: 40 if (day, campaign) == (february, 2) else usual(day, campaign, now)
    clock.now += DAY

    unasked = await memory.ask(ACCOUNT, platform, InsightsQuery("campaign", february, february), SPEC)
    found = await memory.ask(ACCOUNT, platform, CAMPAIGN_QUARTER, SPEC, max_age=NOW)
    again = await memory.ask(ACCOUNT, platform, CAMPAIGN_QUARTER, SPEC)

    was = february.toordinal() % 50
    assert (unasked.cached, unasked.rows.total().spend) == (True, Decimal(was * 6) / 100)
    sums: Sequence[Sum] = ["spend", "impressions", "clicks", "link_clicks", "conversions"]
    spend = Decimal(was * 6) / 100, Decimal(was * 4 + 40) / 100
    assert found.restated == [Restated(february, before, *spend, sums)]
    assert told(found.rows) == told(again.rows) == told(platform.rows(CAMPAIGN_QUARTER))
    assert (found.cached, again.cached, again.restated) == (False, True, ())


async def test_a_moving_day_that_grew_is_not_called_restated(
    memory: Memory, platform: Scripted, clock: StandingClock
) -> None:
    platform.truth = lambda day, campaign, now: now.minute + 1
    await memory.ask(ACCOUNT, platform, ACCOUNT_QUARTER, SPEC)
    clock.now += 20 * MINUTE

    answer = await memory.ask(ACCOUNT, platform, InsightsQuery("account", TODAY - DAY, TODAY), SPEC, max_age=NOW)

    assert answer.restated == []
    assert told(answer.rows) == told(platform.rows(InsightsQuery("account", TODAY - DAY, TODAY)))


async def test_two_who_ask_the_same_at_once_ask_the_platform_once(memory: Memory, platform: Scripted) -> None:
    cached: list[bool] = []

    async def ask() -> None:
        cached.append((await memory.ask(ACCOUNT, platform, ACCOUNT_QUARTER, SPEC)).cached)

    async with anyio.create_task_group() as group:
        group.start_soon(ask)
        group.start_soon(ask)

    assert cached == [False, True]
    assert platform.asked == days(*MONTHS)


async def test_a_question_that_is_cut_off_keeps_the_months_it_had_and_goes_on_from_there(
    memory: Memory, platform: Scripted
) -> None:
    with anyio.CancelScope() as scope:
        platform.on_row = lambda asked: scope.cancel() if len(asked) == 3 else None
        await memory.ask(ACCOUNT, platform, CAMPAIGN_DAYS, SPEC)
    assert scope.cancelled_caught
    platform.asked.clear()

    answer = await memory.ask(ACCOUNT, platform, CAMPAIGN_DAYS, SPEC)

    assert platform.asked == days(MONTHS[2], level="campaign")
    assert told(answer.rows) == told(platform.rows(CAMPAIGN_DAYS))


async def test_a_stream_that_breaks_leaves_nothing_of_its_month(memory: Memory, platform: Scripted) -> None:
    platform.fails_at = date(2026, 2, 20)
    with pytest.raises(Unavailable):
        await memory.ask(ACCOUNT, platform, CAMPAIGN_DAYS, SPEC)
    platform.fails_at = None
    platform.asked.clear()

    answer = await memory.ask(ACCOUNT, platform, CAMPAIGN_DAYS, SPEC)

    assert platform.asked == days(*MONTHS[1:], level="campaign")
    assert told(answer.rows) == told(platform.rows(CAMPAIGN_DAYS))


@pytest.mark.parametrize(
    "row",
    [
        InsightRow(Metrics(), "1", "One", JANUARY - DAY),
        InsightRow(Metrics(), "1", "One"),
        InsightRow(Metrics(Decimal("0.0000001")), "9", "Nine", TODAY),
        InsightRow(Metrics(), "1", "One", TODAY),
    ],
)
async def test_rows_that_nobody_asked_for_are_refused_and_not_kept(
    memory: Memory, platform: Scripted, row: InsightRow
) -> None:
    platform.besides = [row]
    query = InsightsQuery("campaign", TODAY, TODAY, "day")

    with pytest.raises(Garbled):
        await memory.ask(ACCOUNT, platform, query, SPEC)

    platform.besides = []
    assert told((await memory.ask(ACCOUNT, platform, query, SPEC)).rows) == told(platform.rows(query))


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
async def test_a_day_settles_when_it_does_where_the_account_is(
    memory: Memory, platform: Scripted, clock: StandingClock, zone: str
) -> None:
    account = msgspec.structs.replace(ACCOUNT, time_zone=zone)
    clock.now = datetime(2026, 3, 29, 12, 0, tzinfo=UTC)
    for _ in range(48):
        today = local_day(clock(), zone)
        query = InsightsQuery("account", today - 20 * DAY, today)
        await memory.ask(account, platform, query, SPEC)
        platform.asked.clear()
        clock.now += timedelta(minutes=30)

        await memory.ask(account, platform, query, SPEC)

        moving = min(today, local_day(clock(), zone)) - (SETTLING - 1) * DAY
        assert {until for *_, until in platform.asked} <= {today, today.replace(day=1) - DAY}
        assert min(since for *_, since, _ in platform.asked) in {moving, moving + DAY}


async def test_worlds_tenants_and_events_do_not_answer_for_each_other(
    ledger_place: str | Path, platform: Scripted, clock: StandingClock
) -> None:
    for tenant, world in (("ours", "accounts"), ("theirs", "accounts"), ("ours", "sandbox-1-2026-03-18")):
        async with open_memory(ledger_place, tenant, world, clock) as memory:
            for events in ((), ("purchase",), ("lead",)):
                for query in (ACCOUNT_QUARTER, InsightsQuery("campaign", JANUARY, TODAY, reach=True)):
                    asked = msgspec.structs.replace(query, events=events)
                    assert not (await memory.ask(ACCOUNT, platform, asked, SPEC)).cached


async def test_without_a_store_everything_is_asked_and_it_is_said_once(
    tmp_path: Path, platform: Scripted, clock: StandingClock, caplog: pytest.LogCaptureFixture
) -> None:
    place = tmp_path / "memory.sqlite3"
    place.write_bytes(b"something else entirely" * 100)
    async with open_memory(place, "ours", "accounts", clock) as memory:
        for query in (*ALL_KINDS, *ALL_KINDS):
            answer = await memory.ask(ACCOUNT, platform, query, SPEC)
            assert (told(answer.rows), answer.cached) == (told(platform.rows(query)), False)
            clock.now += 2 * MINUTE

    assert len([record for record in caplog.records if record.levelno == logging.WARNING]) == 1
    assert str(tmp_path) not in caplog.text


async def test_a_store_that_works_again_is_used_again_after_a_minute(
    tmp_path: Path, platform: Scripted, clock: StandingClock
) -> None:
    place = tmp_path / "memory.sqlite3"
    async with open_memory(place, "ours", "accounts", clock) as memory:
        place.mkdir()
        answers = [await memory.ask(ACCOUNT, platform, ACCOUNT_QUARTER, SPEC) for _ in range(2)]
        place.rmdir()
        clock.now += MINUTE
        answers += [await memory.ask(ACCOUNT, platform, ACCOUNT_QUARTER, SPEC) for _ in range(2)]

    assert [answer.cached for answer in answers] == [False, False, False, True]


@pytest.mark.parametrize("query", [CAMPAIGN_DAYS, InsightsQuery("campaign", JANUARY, TODAY, reach=True)])
@pytest.mark.parametrize("column", ["fact_day.figures", "fact_month.objects", "answer.rows"])
async def test_what_is_damaged_is_asked_again_and_then_remembered_again(
    tmp_path: Path, platform: Scripted, clock: StandingClock, query: InsightsQuery, column: str
) -> None:
    place, (table, blob) = tmp_path / "memory.sqlite3", column.split(".")
    async with open_memory(place, "ours", "accounts", clock) as memory:
        await memory.ask(ACCOUNT, platform, query, SPEC)
        with sqlite3.connect(place) as other:
            other.execute(f"UPDATE {table} SET {blob} = x'00'")
        other.close()
        answers = [await memory.ask(ACCOUNT, platform, query, SPEC) for _ in range(3)]

    assert [told(answer.rows) for answer in answers] == [told(platform.rows(query))] * 3
    assert answers[2].cached


async def test_two_servers_on_one_store_fill_it_together(
    ledger_place: str | Path, platform: Scripted, clock: StandingClock
) -> None:
    async def ask(query: InsightsQuery) -> None:
        async with open_memory(ledger_place, "ours", "accounts", clock) as memory:
            answer = await memory.ask(ACCOUNT, platform, query, SPEC)
            assert told(answer.rows) == told(platform.rows(query))

    async with anyio.create_task_group() as group:
        for month in range(3):
            for since in (JANUARY + month * 10 * DAY, JANUARY):
                group.start_soon(ask, InsightsQuery("campaign", since, TODAY - month * DAY, "day"))

    platform.asked.clear()
    await ask(CAMPAIGN_DAYS)
    assert platform.asked == []


async def test_names_are_kept_as_they_are_up_to_a_bound(memory: Memory, platform: Scripted) -> None:
    platform.name = "DROP TABLE <b>\u202e" * 1000
    query = InsightsQuery("campaign", TODAY, TODAY, "day")

    answer = await memory.ask(ACCOUNT, platform, query, SPEC)

    assert {row.campaign_name for row in answer.rows} == {platform.name[:1000]}


WORLDS = count()
SPANS = st.tuples(st.integers(0, 75), st.integers(0, 75)).map(sorted)
STEPS = st.tuples(
    SPANS,
    st.sampled_from(["account", "campaign"]),
    st.sampled_from(["total", "day"]),
    st.sampled_from([frozenset[str](), frozenset({"1"})]),
    st.booleans(),
    st.sampled_from([timedelta(0), MINUTE, timedelta(hours=7), 3 * DAY]),
)


@pytest.fixture(scope="module")
def one_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For all examples: each has a world of its own in it."""
    return tmp_path_factory.mktemp("memory") / "memory.sqlite3"


@settings(max_examples=2000 if LONG else 40)  # each takes a while
@given(steps=st.lists(STEPS, min_size=1, max_size=6), max_age=st.sampled_from([None, NOW]))
def test_any_questions_in_any_order_have_the_answers_of_the_platform(
    one_file: Path,
    steps: Sequence[tuple[list[int], Level, Granularity, frozenset[str], bool, timedelta]],
    max_age: timedelta | None,
) -> None:
    clock = StandingClock()
    platform = Scripted(clock)
    if max_age is not None:
        platform.truth = lambda day, campaign, now: (day.toordinal() * campaign + now.hour + now.minute) % 30

    async def ask_all() -> None:
        async with open_memory(one_file, "ours", f"world {next(WORLDS)}", clock) as memory:
            for (since, until), level, granularity, ids, reach, step in steps:
                first, last = JANUARY + since * DAY, JANUARY + until * DAY
                query = InsightsQuery(level, first, last, granularity, ids, reach=reach)
                answer = await memory.ask(ACCOUNT, platform, query, SPEC, max_age)
                assert told(answer.rows) == told(platform.rows(query))
                clock.now += step

    anyio.run(ask_all)


async def test_reports_that_are_being_made_are_remembered_after_a_restart_and_of_their_platform(
    ledger_place: str | Path, clock: StandingClock
) -> None:
    async with open_memory(ledger_place, "ours", "accounts", clock) as memory:
        await memory.jobs("meta").keep("all ads", "6100000001")
    async with open_memory(ledger_place, "ours", "accounts", clock) as memory:
        found = [await memory.jobs(name).find("all ads") for name in ("meta", "tiktok")]
        await memory.jobs("meta").forget("all ads")

        assert (found, await memory.jobs("meta").find("all ads")) == (["6100000001", None], None)


async def test_without_a_store_no_report_is_known(tmp_path: Path, clock: StandingClock) -> None:
    async with open_memory(tmp_path, "ours", "accounts", clock) as memory:
        await memory.jobs("meta").keep("all ads", "6100000001")
        await memory.jobs("meta").forget("another")

        assert await memory.jobs("meta").find("all ads") is None


async def test_the_sandbox_is_asked_once_and_remembered_while_it_is_down(caller: Caller, house: House) -> None:
    app = caller.app
    memory = await app.memory.get()
    query = InsightsQuery("campaign", date(2026, 2, 20), date(2026, 3, 10), "day")

    async def ask(account: Account, reader: AdReader) -> Remembered:
        return await memory.ask(account, reader, query, app.directory.spec(account))

    small = [one.id for one, _ in (await app.directory.accounts()).answered][:3]
    first = await app.directory.ask(small, ask)
    for platform in house.platforms:
        house.faults.plan(Fault(platform, "status", times=-1, status=500))
    second = await app.directory.ask(small, ask)

    assert [told(one.rows) for _, one in first.answered] == [told(one.rows) for _, one in second.answered]
    assert [one.cached for _, one in (*first.answered, *second.answered)] == [False] * 3 + [True] * 3


def memories_in(folder: Path) -> Sequence[str]:
    return sorted(path.name for path in folder.glob("*.sqlite3"))


async def test_each_world_has_a_memory_of_its_own_and_it_is_opened_by_the_first_question(
    tmp_path: Path, clock: StandingClock
) -> None:
    for seed, step in ((1, NOW), (2, NOW), (2, 5 * DAY)):
        clock.now += step
        house = House(None, seed, clock)
        async with open_app(Settings(mode="sandbox", state_dir=tmp_path, seed=seed), clock, house) as app:
            memory = await app.memory.get()
            assert f"memory-sandbox-{seed}-{house.world.anchor}.sqlite3" not in memories_in(tmp_path)
            await memory.jobs("meta").find("anything")
        house.close()

    assert memories_in(tmp_path) == [
        "memory-sandbox-1-2026-03-18.sqlite3",
        "memory-sandbox-2-2026-03-18.sqlite3",
        "memory-sandbox-2-2026-03-23.sqlite3",
    ]


def test_nobody_needs_the_database_before_the_first_question() -> None:
    told = "import sys, xylo_mcp.app, xylo_mcp.remembering; sys.exit('sqlalchemy' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", told], check=False).returncode == 0


def test_a_server_that_is_killed_while_it_fills_the_memory_leaves_whole_months(tmp_path: Path) -> None:
    place = tmp_path / "memory.sqlite3"
    killed = subprocess.run([sys.executable, "-c", KILLED, str(place)], check=False)
    clock = StandingClock()
    platform = Scripted(clock)

    async def go_on() -> None:
        async with open_memory(place, "ours", "accounts", clock) as memory:
            answer = await memory.ask(ACCOUNT, platform, CAMPAIGN_DAYS, SPEC)
        assert told(answer.rows) == told(platform.rows(CAMPAIGN_DAYS))

    anyio.run(go_on)

    assert killed.returncode == -signal.SIGKILL
    assert platform.asked == days(MONTHS[2], level="campaign")


KILLED = """
import os, signal, sys
from pathlib import Path
import anyio
from tests.conftest import StandingClock
from tests.scripted import ACCOUNT, SPEC, Scripted
from tests.test_remembering import CAMPAIGN_DAYS
from xylo_mcp.remembering.memory import open_memory

async def main():
    platform = Scripted(StandingClock())
    platform.on_row = lambda asked: os.kill(os.getpid(), signal.SIGKILL) if len(asked) == 3 else None
    async with open_memory(Path(sys.argv[1]), "ours", "accounts", StandingClock()) as memory:
        await memory.ask(ACCOUNT, platform, CAMPAIGN_DAYS, SPEC)

anyio.run(main)
"""
