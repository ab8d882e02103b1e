"""Answers that get lost, platforms that are down, processes that die: what is left can be told by the same call."""

from collections import Counter
from datetime import timedelta

import anyio
import pytest

from tests.conftest import StandingClock
from tests.gate.conftest import OpenServer, in_a_file
from tests.gate.people.eventful import (
    DESTINATIONS,
    NEWCOMER,
    PATHS,
    POLICY,
    Heard,
    Wire,
    moving,
    once,
    outcomes,
    purchases,
    tell,
)
from tests.gate.test_kill_points import Fuse, burnt
from xylo_mcp.sandbox.faults import Fault, Kind
from xylo_mcp.sandbox.house import House

pytestmark = [in_a_file, pytest.mark.virtual_time]
EVENTS = purchases(3)
ALL_LOST = 30
"""More answers than are waited for in one call."""


@pytest.fixture
def heard(house: House) -> Heard:
    return Heard(house)


def plan(house: House, kind: Kind, *platforms: str, times: int = 1, status: int = 503) -> None:
    """Let something happen to requests with events."""
    for platform in platforms or DESTINATIONS:
        house.faults.plan(Fault(platform, kind, path=PATHS[platform], times=times, status=status))


async def test_of_three_platforms_one_is_down_and_the_same_call_tells_it_later(
    open_server: OpenServer, house: House, heard: Heard
) -> None:
    """C03."""
    plan(house, "throttle", "tiktok", times=-1)
    async with open_server(POLICY) as server:
        first = await tell(server, EVENTS)
        house.faults.clear()
        second = await tell(server, EVENTS)

    done = {"state": "applied", "sent": 3}
    again = {"state": "applied", "already": 3}
    assert outcomes(first) == {"meta": done, "google": done, "tiktok": {"state": "failed", "later": 3}}
    assert outcomes(second) == {"meta": again, "google": again, "tiktok": done}
    for platform in DESTINATIONS:
        assert heard.received(platform) == once(EVENTS)


@pytest.mark.parametrize("kind", ["throttle", "server_error", "status", "cut", "empty", "html", "lose_answer"])
async def test_what_fails_once_is_told_all_the_same_and_counts_once(
    open_server: OpenServer, house: House, heard: Heard, kind: Kind
) -> None:
    plan(house, kind)
    async with open_server(POLICY) as server:
        parts = await tell(server, EVENTS)

    assert {part["state"] for part in parts.values()} == {"applied"}
    for platform in DESTINATIONS:
        assert heard.counted(platform) == once(EVENTS)


@pytest.mark.parametrize("kind", ["throttle", "server_error", "cut", "lose_answer"])
async def test_by_googles_data_manager_what_fails_once_counts_once_too(
    open_server: OpenServer, house: House, kind: Kind
) -> None:
    house.faults.plan(Fault("google", kind, path="events:ingest"))
    async with open_server(POLICY) as server:
        first = await tell(server, EVENTS, destinations=[NEWCOMER])
        second = await tell(server, EVENTS, destinations=[NEWCOMER])
    came = house.world.people.events("google", NEWCOMER["id"])

    assert first["google"]["state"] == "applied"
    assert outcomes(second) == {"google": {"state": "applied", "already": 3}}
    assert Counter(one.id for one in came if one.counted) == {f"order order-{number}": 1 for number in (1, 2, 3)}


async def test_events_whose_answers_are_lost_are_told_again_only_while_the_platform_drops_repetitions(
    open_server: OpenServer, house: House, heard: Heard, clock: StandingClock
) -> None:
    """C01."""
    plan(house, "lose_answer", "meta", "tiktok", times=ALL_LOST)
    async with open_server(POLICY) as server:
        lost = await tell(server, EVENTS, "meta", "tiktok")
        house.faults.clear()
        clock.now += timedelta(hours=46)
        within = await tell(server, EVENTS, "meta")
        clock.now += timedelta(hours=2)
        after = await tell(server, EVENTS, "meta", "tiktok")

    doubtful = {"state": "partial", "doubtful": 3}
    assert outcomes(lost) == {"meta": doubtful, "tiktok": doubtful}
    assert outcomes(within) == {"meta": {"state": "applied", "sent": 3}}
    assert outcomes(after) == {"meta": {"state": "applied", "already": 3}, "tiktok": doubtful}
    for platform in ("meta", "tiktok"):
        assert heard.counted(platform) == once(EVENTS)


@pytest.mark.parametrize("platform", ["meta", "tiktok"])
async def test_a_lost_answer_stays_lost_when_what_follows_is_surely_not_done(
    open_server: OpenServer, house: House, heard: Heard, clock: StandingClock, platform: str
) -> None:
    plan(house, "lose_answer", platform)
    plan(house, "throttle", platform, times=-1)
    async with open_server(POLICY) as server:
        lost = await tell(server, EVENTS, platform)
        again = await tell(server, EVENTS, platform)
        house.faults.clear()
        clock.now += timedelta(hours=50)
        after = await tell(server, EVENTS, platform)

    assert outcomes(lost) == {platform: {"state": "partial", "doubtful": 3}}
    assert outcomes(again) == {platform: {"state": "failed", "later": 3}}
    assert outcomes(after) == {platform: {"state": "partial", "doubtful": 3}}
    assert heard.received(platform) == once(EVENTS)


async def test_killed_anywhere_each_event_counts_once_after_the_same_call(
    open_server: OpenServer, heard: Heard, clock: StandingClock
) -> None:
    """S01: at every commit and every request of a call for two platforms."""
    point, killed = 0, True
    while killed:
        events = purchases(2, first=100 * point)
        async with open_server(POLICY, wrappers=(fuse := Fuse(point)).wrappers) as doomed:
            await doomed.app.directory.accounts()
            killed = await burnt(doomed, fuse, lambda server, told=events: tell(server, told, "meta", "tiktok"))
        clock.now += timedelta(minutes=2)
        async with open_server(POLICY) as heir:
            settled = await heir.guarded.settler.settle_due()
            assert {one.state for one in settled} <= {"partial", "failed"}
            parts = await tell(heir, events, "meta", "tiktok")
        assert {part["state"] for part in parts.values()} == {"applied"}
        for platform in parts:
            counted = heard.counted(platform)
            assert {one["id"]: counted[one["id"]] for one in events} == once(events)
        point += 1
    assert point > 10


async def test_what_a_killed_call_is_holding_another_passes_over_for_a_while(
    open_server: OpenServer, heard: Heard, clock: StandingClock
) -> None:
    fuse = Fuse(6)
    async with open_server(POLICY, wrappers=fuse.wrappers) as doomed:
        await doomed.app.directory.accounts()
        assert await burnt(doomed, fuse, lambda server: tell(server, EVENTS, "meta"))
    async with open_server(POLICY) as heir:
        soon = await tell(heir, EVENTS, "meta")
        clock.now += timedelta(minutes=2)
        later = await tell(heir, EVENTS, "meta")

    assert outcomes(soon) == {"meta": {"state": "failed", "later": 3}}
    assert outcomes(later) == {"meta": {"state": "applied", "sent": 3}}
    assert heard.counted("meta") == once(EVENTS)


async def test_whoever_goes_away_meanwhile_finds_what_was_sent_written_down(
    open_server: OpenServer, heard: Heard
) -> None:
    with anyio.CancelScope() as asking:
        async with open_server(POLICY, wrappers=Wire(asking.cancel).wrappers("meta")) as server:
            await tell(server, EVENTS, "meta")
    assert asking.cancelled_caught
    async with open_server(POLICY) as server:
        (operation,) = await server.operations()
        again = await tell(server, EVENTS, "meta")

    assert operation.state in ("partial", "applied")
    assert operation.handed is not None
    assert operation.handed.sent == 3
    assert outcomes(again) == {"meta": {"state": "applied", "already": 3}}
    assert heard.received("meta") == once(EVENTS)


async def test_what_others_took_over_is_theirs_whatever_the_slow_one_learns(
    open_server: OpenServer, house: House, heard: Heard, clock: StandingClock
) -> None:
    """A process that slept for minutes between its request and the answer must not make the other's forgotten."""
    said: list[object] = []
    async with open_server(POLICY) as other:
        wire = Wire(lambda: None, moving(clock, minutes=5))
        async with open_server(POLICY, wrappers=wire.wrappers("tiktok")) as slow:
            plan(house, "throttle", "tiktok", times=-1)
            said.append(outcomes(await tell(slow, EVENTS, "tiktok")))
        house.faults.clear()
        said.append(outcomes(await tell(other, EVENTS, "tiktok")))
        clock.now += timedelta(days=3)
        said.append(outcomes(await tell(other, EVENTS, "tiktok")))

    assert said[1:] == [{"tiktok": {"state": "applied", "sent": 3}}, {"tiktok": {"state": "applied", "already": 3}}]
    assert heard.counted("tiktok") == once(EVENTS)
