"""Many events, three platforms, and all that can go wrong at once: in the end each event counts everywhere, once."""

import random
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from tests.conftest import StandingClock
from tests.gate.conftest import OpenServer, Server, in_a_file
from tests.gate.people.eventful import DESTINATIONS, PATHS, POLICY, Heard, Json, purchase, tell
from tests.gate.test_kill_points import Fuse, burnt
from xylo_mcp.sandbox.faults import Fault, Kind
from xylo_mcp.sandbox.house import House

pytestmark = [in_a_file, pytest.mark.virtual_time]
_KINDS: tuple[Kind, ...] = ("lose_answer", "throttle", "lose_answer", "server_error", "cut", "lose_answer", "status")
_FOR_META, _FOR_GOOGLE = 41, 53
"""Every so manieth event is one that this platform alone refuses."""


def flood(count: int, file: Path) -> Mapping[str, set[str]]:
    """Write events into a file; gives which of them each platform takes."""
    taken: Mapping[str, set[str]] = {platform: set() for platform in DESTINATIONS}
    with file.open("wb") as lines:
        for number in range(count):
            told = purchase(number)
            if number % _FOR_META == 0:
                told["ip"] = "nowhere"
            if number % _FOR_GOOGLE == 0:
                told["gclid"] = "unreadable click"
            lines.write(msgspec.json.encode(told) + b"\n")
            for platform, ids in taken.items():
                bad = {"meta": number % _FOR_META == 0, "google": number % _FOR_GOOGLE == 0}
                if not bad.get(platform):
                    ids.add(str(told["id"]))
    return taken


class Trouble:
    """What goes wrong, the same in every run: answers lost and requests refused, and processes killed."""

    def __init__(self, house: House, requests: int) -> None:
        self._house, self._requests = house, requests
        self._dice = random.Random(7)  # no secret

    def plan(self) -> None:
        """Let some of the requests of the next call fail, each in its way; a few so often that the call gives up."""
        for platform, path in PATHS.items():
            for _ in range(3):
                kind, skip = self._dice.choice(_KINDS), self._dice.randrange(self._requests)
                times = self._dice.choice([1, 1, 2, 9])
                self._house.faults.plan(Fault(platform, kind, path=path, skip=skip, times=times))

    def fuse(self, call: int) -> Fuse:
        """Kills the process of every other call, after so few commits and requests that every call has more."""
        return Fuse(self._dice.randrange(10, 10 + 3 * self._requests) if call % 2 else -1)


async def told(
    count: int, open_server: OpenServer, house: House, clock: StandingClock, folder: Path
) -> tuple[int, int]:
    """Tell so many events through all troubles, by two servers in turn; gives how many calls, and how many died."""
    data = folder / "data"
    data.mkdir()
    taken, heard = flood(count, data / "events.jsonl"), Heard(house)
    trouble = Trouble(house, max(2, count // 1_000))
    calls = deaths = 0
    while calls < 8 or not _all_arrived(heard, taken):
        assert calls < 40
        house.faults.clear()
        fuse = trouble.fuse(calls) if calls < 8 else Fuse()
        if calls < 8:
            trouble.plan()
        async with (
            open_server(POLICY, wrappers=fuse.wrappers, data_dirs=(data,)) as one,
            open_server(POLICY, wrappers=fuse.wrappers, data_dirs=(data,)) as other,
        ):
            await one.app.directory.accounts()
            await other.app.directory.accounts()
            deaths += await burnt((one, other)[calls // 2 % 2], fuse, _call)
        clock.now += timedelta(minutes=2)
        calls += 1
    house.faults.clear()
    async with open_server(POLICY, data_dirs=(data,)) as server:
        last = await tell(server, [], file="events.jsonl")
    for platform, ids in taken.items():
        assert heard.counted(platform) == Counter(ids)
        assert (last[platform]["sent"], last[platform]["already"]) == (0, len(ids))
        assert (last[platform]["later"], last[platform]["doubtful"]) == (0, 0)
    return calls, deaths


async def _call(server: Server) -> Mapping[str, Json]:
    return await tell(server, [], file="events.jsonl")


def _all_arrived(heard: Heard, taken: Mapping[str, set[str]]) -> bool:
    return all(heard.counted(platform).keys() == ids for platform, ids in taken.items())


async def test_three_thousand_events_arrive_once_each_through_lost_answers_refusals_and_restarts(
    open_server: OpenServer, house: House, clock: StandingClock, tmp_path: Path
) -> None:
    """C01, C03, C07."""
    calls, deaths = await told(3_000, open_server, house, clock, tmp_path)

    assert (calls >= 8, deaths) == (True, 4)


@pytest.mark.long
async def test_a_hundred_thousand_do_too(
    open_server: OpenServer, house: House, clock: StandingClock, tmp_path: Path
) -> None:
    """C01, C03, C07."""
    calls, deaths = await told(100_000, open_server, house, clock, tmp_path)

    assert (calls >= 8, deaths) == (True, 4)
