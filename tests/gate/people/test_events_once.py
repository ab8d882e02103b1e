"""The same event counts once everywhere, however often it is told and by whom."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import anyio
import pytest
from pydantic import SecretStr

from tests.conftest import StandingClock
from tests.gate.conftest import OpenServer, in_a_file
from tests.gate.people.eventful import (
    DESTINATIONS,
    POLICY,
    Heard,
    Json,
    on_all,
    once,
    outcome,
    outcomes,
    purchase,
    purchases,
    tell,
)
from xylo_mcp.ads.errors import Misconfigured
from xylo_mcp.sandbox.house import House


@pytest.fixture
def heard(house: House) -> Heard:
    return Heard(house)


@in_a_file
async def test_an_event_that_comes_twice_in_one_call_is_told_once(open_server: OpenServer, heard: Heard) -> None:
    """C01."""
    async with open_server(POLICY) as server:
        parts = await tell(server, [purchase(1), purchase(2), purchase(1)])

    assert outcomes(parts) == on_all(state="applied", sent=2, already=1)
    for platform in DESTINATIONS:
        assert heard.received(platform) == once(purchases(2))


@in_a_file
async def test_an_event_that_comes_in_two_calls_is_told_once_and_the_second_answer_says_so(
    open_server: OpenServer, heard: Heard
) -> None:
    """C01, C02."""
    async with open_server(POLICY) as server:
        first = await tell(server, purchases(2))
        second = await tell(server, purchases(3))

    assert outcomes(first) == on_all(state="applied", sent=2)
    assert outcomes(second) == on_all(state="applied", sent=1, already=2)
    for platform in DESTINATIONS:
        assert heard.received(platform) == once(purchases(3))


async def test_servers_that_tell_the_same_at_the_same_time_tell_each_event_once(
    open_server: OpenServer, heard: Heard
) -> None:
    """C01, in each of the stores: two replicas of one ledger, three calls each."""
    events = purchases(40)
    said: list[Mapping[str, Json]] = []

    async with open_server(POLICY) as one, open_server(POLICY) as other, anyio.create_task_group() as group:

        async def call(number: int) -> None:
            said.append(await tell(one if number % 2 else other, events[number:] + events[:number]))

        for number in range(6):
            group.start_soon(call, number)

    for platform in DESTINATIONS:
        parts = [answers[platform] for answers in said]
        assert heard.received(platform) == once(events)
        assert sum(part["sent"] for part in parts) == 40
        assert sum(part["sent"] + part["already"] + part["later"] for part in parts) == 240
        assert not any(part["doubtful"] for part in parts)


async def test_an_event_that_was_told_before_a_restart_is_not_told_again(open_server: OpenServer, heard: Heard) -> None:
    """C01."""
    for expected in ({"sent": 2}, {"already": 2}):
        async with open_server(POLICY) as server:
            assert outcomes(await tell(server, purchases(2))) == on_all(state="applied", **expected)

    for platform in DESTINATIONS:
        assert heard.received(platform) == once(purchases(2))


@in_a_file
async def test_what_was_delivered_is_not_told_again_however_long_ago_that_was(
    open_server: OpenServer, heard: Heard, clock: StandingClock
) -> None:
    async with open_server(POLICY) as server:
        await tell(server, purchases(1))
        clock.now += timedelta(days=6)
        assert outcomes(await tell(server, purchases(1))) == on_all(state="applied", already=1)

    assert {platform: heard.received(platform) for platform in DESTINATIONS} == on_all(**{"order-1": 1})


@in_a_file
@pytest.mark.parametrize("platform", ["meta", "tiktok"])
async def test_the_same_id_under_another_name_is_another_event(
    open_server: OpenServer, heard: Heard, platform: str
) -> None:
    async with open_server(POLICY) as server:
        parts = await tell(server, [purchase(1), purchase(1, name="lead")], platform)

    assert outcomes(parts) == {platform: {"state": "applied", "sent": 2}}
    assert heard.counted(platform) == Counter({"order-1": 2})


@in_a_file
async def test_google_has_no_names_and_so_counts_events_with_one_id_once(open_server: OpenServer, heard: Heard) -> None:
    async with open_server(POLICY) as server:
        parts = await tell(server, [purchase(1), purchase(1, name="lead")], "google")

    assert outcomes(parts) == {"google": {"state": "applied", "sent": 1, "already": 1}}
    assert heard.counted("google") == Counter({"order-1": 1})


@in_a_file
async def test_another_destination_is_told_the_same_events_anew(open_server: OpenServer, heard: Heard) -> None:
    async with open_server(POLICY) as server:
        await tell(server, purchases(2), "meta")
        parts = await tell(server, purchases(2), "meta", "tiktok")

    assert outcomes(parts) == {
        "meta": {"state": "applied", "already": 2},
        "tiktok": {"state": "applied", "sent": 2},
    }
    assert heard.received("tiktok") == once(purchases(2))


@in_a_file
async def test_with_another_key_the_ledger_is_not_used(open_server: OpenServer, heard: Heard) -> None:
    async with open_server(POLICY, people_key=SecretStr("11" * 32)) as server:
        await tell(server, purchases(1), "meta")

    async with open_server(POLICY, people_key=SecretStr("22" * 32)) as server:
        with pytest.raises(Misconfigured, match="not the one that this ledger was written with"):
            await tell(server, purchases(1), "meta")

    assert heard.received("meta") == once(purchases(1))


@in_a_file
async def test_nothing_of_people_is_kept_on_disk(open_server: OpenServer, tmp_path: Path) -> None:
    """C09, C12: of an event the ledger has a keyed digest, so that nothing is left to delete."""
    told = purchase(1, person={"email": "canary@example.com", "phone": "+34600123123"}, ip="203.0.113.77", fbp="")
    async with open_server(POLICY) as server:
        parts = await tell(server, [told, purchase(2, value=-1), purchase(3, id="canary id")])
        kept = _all_in(tmp_path)

    assert [outcome(part)["left_out"] for part in parts.values()] == [{"value_invalid": 1, "id_invalid": 1}] * 3
    for canary in ("canary", "34600123123", "203.0.113.77", "order-1"):
        assert canary.encode() not in kept


def _all_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
