"""What the ledger knows of events: who may send them, and which are never sent again."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import msgspec

from tests.conftest import StandingClock
from xylo_mcp.ledger import Store, events
from xylo_mcp.ledger.events import Claim, Settled, Where

THERE = Where("meta", "17", again=timedelta(hours=47), busy=timedelta(seconds=90))


async def claimed(store: Store, *digests: str, by: str = "a", where: Where = THERE) -> Mapping[str, Claim]:
    return await store.write(lambda tx: events.claim(tx, where, digests, by, "agent"))


async def settled(
    store: Store, *, by: str = "a", came: Sequence[str] = (), lost: Sequence[str] = (), gone: Sequence[str] = ()
) -> None:
    await store.write(lambda tx: events.settle(tx, THERE, by, Settled(came, lost, gone)))


async def counts(store: Store) -> list[int]:
    """How many are being sent for the first time, and again; how many came; of how many nobody knows."""
    states: Sequence[events.State] = ("sending", "again", "delivered", "unknown")
    return [await store.read(lambda tx, state=state: events.count(tx, THERE, state)) for state in states]


async def test_what_is_new_is_whose_who_claims_it_first(store: Store) -> None:
    assert await claimed(store, "1", "2") == {"1": "send", "2": "send"}
    assert await claimed(store, "2", "3", by="b") == {"2": "busy", "3": "send"}
    assert await counts(store) == [3, 0, 0, 0]


async def test_what_came_is_never_sent_again(store: Store, clock: StandingClock) -> None:
    await claimed(store, "1")
    await settled(store, came=["1"])
    clock.now += timedelta(days=400)
    assert await claimed(store, "1", by="b") == {"1": "already"}


async def test_another_destination_or_platform_knows_nothing_of_it(store: Store) -> None:
    await claimed(store, "1")
    for where in (msgspec.structs.replace(THERE, destination="18"), msgspec.structs.replace(THERE, platform="tiktok")):
        assert await claimed(store, "1", by="b", where=where) == {"1": "send"}


async def test_what_its_sender_left_is_anothers_only_while_the_platform_drops_repetitions(
    store: Store, clock: StandingClock
) -> None:
    await claimed(store, "1", "2")
    clock.now += timedelta(seconds=91)
    assert await claimed(store, "1", by="b") == {"1": "send"}
    assert await counts(store) == [1, 1, 0, 0]
    clock.now += timedelta(hours=47)
    assert await claimed(store, "1", "2", by="c") == {"1": "doubtful", "2": "doubtful"}
    assert await counts(store) == [0, 0, 0, 2]


async def test_what_surely_was_not_taken_begins_anew(store: Store, clock: StandingClock) -> None:
    await claimed(store, "1")
    await settled(store, gone=["1"])
    clock.now += timedelta(days=3)
    assert await claimed(store, "1", by="b") == {"1": "send"}
    assert await counts(store) == [1, 0, 0, 0]


async def test_what_may_have_come_is_not_forgotten_because_a_later_try_surely_failed(
    store: Store, clock: StandingClock
) -> None:
    await claimed(store, "1")
    await settled(store, lost=["1"])
    assert await claimed(store, "1", by="b") == {"1": "send"}
    await settled(store, by="b", gone=["1"])
    assert await counts(store) == [0, 0, 0, 1]
    clock.now += timedelta(hours=48)
    assert await claimed(store, "1", by="c") == {"1": "doubtful"}


async def test_whoever_lost_them_changes_nothing_of_what_others_hold(store: Store, clock: StandingClock) -> None:
    await claimed(store, "1", "2")
    clock.now += timedelta(minutes=2)
    await claimed(store, "1", "2", by="b")
    await settled(store, gone=["1"], lost=["2"])
    assert await counts(store) == [0, 2, 0, 0]
    await settled(store, came=["1"])
    assert await counts(store) == [0, 1, 1, 0]


async def test_what_is_held_on_to_stays_its_senders(store: Store, clock: StandingClock) -> None:
    await claimed(store, "1", "2")
    for _ in range(3):
        clock.now += timedelta(minutes=1)
        assert await store.write(lambda tx: events.hold(tx, THERE, ["1", "2"], "a"))
    assert await claimed(store, "1", by="b") == {"1": "busy"}
    clock.now += timedelta(minutes=2)
    await claimed(store, "1", by="b")
    assert not await store.write(lambda tx: events.hold(tx, THERE, ["1", "2"], "a"))


async def test_where_nothing_is_recognised_what_may_have_come_is_not_sent_again_at_all(
    store: Store, clock: StandingClock
) -> None:
    never = msgspec.structs.replace(THERE, again=timedelta())
    await claimed(store, "1", where=never)
    clock.now += timedelta(seconds=91)
    assert await claimed(store, "1", by="b", where=never) == {"1": "doubtful"}


async def test_many_thousands_are_claimed_at_once(store: Store) -> None:
    many = [f"{number:032x}" for number in range(5_000)]
    assert set((await claimed(store, *many)).values()) == {"send"}
    await settled(store, came=many[:4_000], lost=many[4_000:])
    assert await counts(store) == [0, 0, 4_000, 1_000]
