"""Which events may be told at all, by whom, where to, how many at once, and what a test is."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from tests.conftest import StandingClock
from tests.gate.conftest import OpenServer, in_a_file
from tests.gate.people.eventful import (
    DESTINATIONS,
    PATHS,
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
from xylo_mcp.ads.errors import AdsError, Refused
from xylo_mcp.sandbox.faults import Fault
from xylo_mcp.sandbox.house import House

pytestmark = in_a_file


@pytest.fixture
def heard(house: House) -> Heard:
    return Heard(house)


def file_of(events: list[Json], folder: Path) -> str:
    """A file with these events."""
    (folder / "events.jsonl").write_bytes(b"\n".join(map(msgspec.json.encode, events)))
    return "events.jsonl"


async def test_portions_are_cut_at_each_platforms_limit(open_server: OpenServer, heard: Heard, tmp_path: Path) -> None:
    """C07."""
    events = purchases(2_001)
    async with open_server(POLICY, data_dirs=(tmp_path,)) as server:
        parts = await tell(server, [], file=file_of(events, tmp_path))

    assert outcomes(parts) == on_all(state="applied", sent=2_001)
    for platform in DESTINATIONS:
        assert heard.received(platform) == once(events)


async def test_events_of_many_places_go_in_requests_of_their_own(open_server: OpenServer, heard: Heard) -> None:
    """Here TikTok's destination is of websites: those of other places are refused with it, and cost these nothing."""
    places = ("store", "website", "chat", "app", "system")
    events = [purchase(number, place=places[number % 5]) for number in range(20)]
    async with open_server(POLICY) as server:
        first, again = [outcomes(await tell(server, events)) for _ in range(2)]

    assert first == {
        "meta": {"state": "applied", "sent": 16, "left_out": {"not_for_this_platform": 4}},
        "google": {"state": "applied", "sent": 20},
        "tiktok": {"state": "partial", "sent": 4, "later": 8, "left_out": {"not_for_this_platform": 8}},
    }
    assert [again[platform]["already"] for platform in DESTINATIONS] == [16, 20, 4]
    assert heard.received("tiktok") == once(events[1::5])


async def test_one_event_that_a_platform_refuses_costs_the_others_nothing(
    open_server: OpenServer, heard: Heard
) -> None:
    """C07: TikTok says so of all 30 at once, by a currency that it does not know; Google of the one, by its click."""
    bad = {"currency": "XAG", "gclid": "unreadable click"}
    events = [purchase(number, **(bad if number == 17 else {})) for number in range(30)]
    async with open_server(POLICY) as server:
        parts = await tell(server, events, "google", "tiktok")

    assert {platform: part["sent"] for platform, part in parts.items()} == {"google": 29, "tiktok": 29}
    assert {platform: part["state"] for platform, part in parts.items()} == {"google": "applied", "tiktok": "applied"}
    assert [part["not_delivered"][0]["number"] for part in parts.values()] == [18, 18]
    for platform in parts:
        assert heard.counted(platform) == once([one for one in events if one["id"] != "order-17"])


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"time": "2026-03-18T16:00:00Z"}, "time_in_the_future"),
        ({"time": ""}, "time_missing"),
        ({"time": "2026-03-18T10:00:00"}, "time_without_zone"),
        ({"value": -49.99}, "value_invalid"),
        ({"value": 49.999}, "value_has_too_many_decimals"),
        ({"currency": ""}, "currency_missing"),
        ({"person": {"email": "a@example.com", "consent": "denied"}}, "consent_denied"),
    ],
)
async def test_what_is_wrong_with_an_event_is_said_and_the_others_are_told(
    open_server: OpenServer, heard: Heard, fields: Mapping[str, object], word: str
) -> None:
    """C04, C05, C06, C11."""
    async with open_server(POLICY) as server:
        parts = await tell(server, [purchase(1), purchase(2, **fields)])

    assert outcomes(parts) == on_all(state="applied", sent=1, left_out={word: 1})
    assert [part["not_delivered"] for part in parts.values()] == [
        [{"number": 2, "state": "rejected", "reason": word}]
    ] * 3
    for platform in DESTINATIONS:
        assert heard.received(platform) == once(purchases(1))


async def test_each_platform_has_its_own_window(open_server: OpenServer, clock: StandingClock) -> None:
    """C04."""
    days = {1: 8, 2: 29, 3: 91}
    told = [purchase(number, time=(clock() - timedelta(days=ago)).isoformat()) for number, ago in days.items()]
    async with open_server(POLICY) as server:
        parts = await tell(server, [*told, purchase(4)])

    assert {platform: part["sent"] for platform, part in parts.items()} == {"meta": 1, "google": 3, "tiktok": 2}
    assert clock() == datetime(2026, 3, 18, 15, 30, tzinfo=UTC)


async def test_where_the_policy_demands_a_yes_what_was_not_said_is_dropped(
    open_server: OpenServer, heard: Heard
) -> None:
    """C11."""
    yes = purchase(1, person={"email": "a@example.com", "consent": "granted"})
    async with open_server(POLICY.replace("not_denied", "granted")) as server:
        parts = await tell(server, [yes, purchase(2)])

    assert outcomes(parts) == on_all(state="applied", sent=1, left_out={"consent_unsaid": 1})
    assert heard.received("meta") == once([yes])


async def test_events_go_only_where_the_operator_lets_them(open_server: OpenServer, heard: Heard) -> None:
    """J08."""
    named = POLICY.replace('{ "*" = ["*"] }', f'{{ "{DESTINATIONS["meta"]["account"]}" = ["1700000123456789"] }}')
    async with open_server(named) as server:
        parts = await tell(server, purchases(1))

    assert outcome(parts["meta"]) == {"state": "applied", "sent": 1}
    for platform in ("google", "tiktok"):
        assert parts[platform]["error"].startswith("REFUSED: The policy lets no events be sent to")
        assert [limit["rule"] for limit in parts[platform]["limits"]] == ["people.destinations"]
        assert heard.received(platform) == Counter()


@pytest.mark.virtual_time
async def test_so_many_a_day_and_no_more_but_the_same_call_may_go_on(
    open_server: OpenServer, house: House, heard: Heard, tmp_path: Path
) -> None:
    house.faults.plan(Fault("tiktok", "throttle", path=PATHS["tiktok"], skip=1, times=-1))
    events = purchases(1_200)
    file = file_of(events, tmp_path)
    async with open_server(f"{POLICY}rows_per_day = 1200\n", data_dirs=(tmp_path,)) as server:
        first = await tell(server, [], "tiktok", file=file)
        house.faults.clear()
        second = await tell(server, [], "tiktok", file=file)
        with pytest.raises(Refused, match="beyond the 1,200"):
            await tell(server, [purchase(0)], "tiktok")

    assert outcomes(first) == {"tiktok": {"state": "partial", "sent": 1_000, "later": 200}}
    assert outcomes(second) == {"tiktok": {"state": "applied", "sent": 200, "already": 1_000}}
    assert heard.received("tiktok") == once(events)


async def test_many_at_once_wait_for_a_person_and_are_told_once_by_the_same_call(
    open_server: OpenServer, heard: Heard
) -> None:
    async with open_server(f"{POLICY}approval_above_rows = 2\n") as server:
        waiting = await tell(server, purchases(3), "meta")
        still = await tell(server, purchases(3), "meta")
        (operation,) = await server.operations()
        await server.approve(operation)
        done = await tell(server, purchases(3), "meta")
        asked_anew = await tell(server, purchases(3), "meta")

    assert [outcome(one["meta"])["state"] for one in (waiting, still)] == ["pending_approval"] * 2
    assert outcome(done["meta"]) == {"state": "applied", "sent": 3}
    assert outcome(asked_anew["meta"])["state"] == "pending_approval"
    assert heard.received("meta") == once(purchases(3))


async def test_a_test_counts_where_the_platform_says_so_and_is_told_once_there(
    open_server: OpenServer, heard: Heard
) -> None:
    async with open_server(POLICY) as server:
        tested = await tell(server, purchases(2), test_code="TEST123")
        real = await tell(server, purchases(2))

    assert outcomes(tested) == on_all(state="applied", sent=2)
    assert all(part["note"].startswith("A test: ") for part in tested.values())
    already = {"state": "applied", "already": 2}
    assert outcomes(real) == {"meta": already, "google": {"state": "applied", "sent": 2}, "tiktok": already}
    assert heard.counted("meta") == once(purchases(2))
    assert heard.received("google") == once(purchases(2))


async def test_a_dry_run_counts_what_would_go_and_sends_nothing(open_server: OpenServer, heard: Heard) -> None:
    async with open_server(POLICY) as server:
        parts = await tell(server, [*purchases(2), purchase(3, value=-1)], dry_run=True)
        assert await server.operations() == []

    assert outcomes(parts) == on_all(state="dry_run: would be sent", sent=2, left_out={"value_invalid": 1})
    assert [heard.received(platform) for platform in DESTINATIONS] == [Counter()] * 3


async def test_one_account_that_is_none_leaves_nothing_begun(open_server: OpenServer, heard: Heard) -> None:
    nowhere = [dict(DESTINATIONS["meta"]), {"account": "act_1", "id": "17"}]
    async with open_server(POLICY) as server:
        with pytest.raises(AdsError):
            await tell(server, purchases(1), destinations=nowhere)
        assert {one.state for one in await server.operations()} <= {"failed"}
        assert outcomes(await tell(server, purchases(1), "meta")) == {"meta": {"state": "applied", "sent": 1}}

    assert heard.received("meta") == once(purchases(1))


@pytest.mark.virtual_time
async def test_a_platform_that_is_down_from_the_beginning_costs_the_others_nothing(
    open_server: OpenServer, house: House, heard: Heard
) -> None:
    house.faults.plan(Fault("tiktok", "server_error", times=-1))
    async with open_server(POLICY) as server:
        down = outcomes(await tell(server, purchases(2), *DESTINATIONS))
        house.faults.clear()
        up = outcomes(await tell(server, purchases(2), *DESTINATIONS))

    assert [(down[name]["state"], down[name].get("sent")) for name in ("meta", "google")] == [("applied", 2)] * 2
    assert down["tiktok"]["state"] == "failed"
    assert {name: up[name].get("already", 0) for name in DESTINATIONS} == {"meta": 2, "google": 2, "tiktok": 0}
    assert [heard.received(name) for name in DESTINATIONS] == [once(purchases(2))] * 3


@pytest.mark.virtual_time
async def test_at_the_deadline_the_rest_is_left_for_the_same_call(
    open_server: OpenServer, house: House, heard: Heard, tmp_path: Path
) -> None:
    house.faults.plan(Fault("meta", "slow", path=PATHS["meta"], seconds=10))
    events = purchases(1_200)
    file = file_of(events, tmp_path)
    async with open_server(POLICY, data_dirs=(tmp_path,), handover_deadline=5) as server:
        late = await tell(server, [], "meta", file=file)
        again = await tell(server, [], "meta", file=file)

    assert late["meta"]["error"].startswith("DEADLINE_EXCEEDED: The time for this call is over.")
    assert outcomes(late) == {"meta": {"state": "partial", "sent": 1_000, "later": 200}}
    assert outcomes(again) == {"meta": {"state": "applied", "sent": 200, "already": 1_000}}
    assert heard.received("meta") == once(events)
