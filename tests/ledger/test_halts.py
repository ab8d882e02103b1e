"""What a halt has paused is remembered until it runs again."""

import pytest

from tests.conftest import StandingClock
from xylo_mcp.ledger import Store, halts
from xylo_mcp.ledger.halts import Halted, Level, Paused

ONE, TWO, THREE = Paused("act_1", "1"), Paused("act_1", "2"), Paused("act_2", "3")


async def halted(store: Store, scope: str, *paused: Paused, level: Level = "freeze_all") -> Halted:
    made = await store.write(lambda tx: halts.halt(tx, "Ann", scope, level, "why"))
    await store.write(lambda tx: halts.remember(tx, made, paused))
    return made


async def test_what_is_to_be_started_again_is_known_until_it_was(store: Store) -> None:
    first = await halted(store, "account:act_1", ONE, TWO)
    second = await halted(store, "account:act_2", THREE, ONE)
    none_ended = await store.read(lambda tx: halts.unstarted(tx, ""))
    await store.write(lambda tx: halts.lift(tx, "Ann", "", restart=True))

    everything = await store.read(lambda tx: halts.unstarted(tx, ""))
    of_one = await store.read(lambda tx: halts.unstarted(tx, "account:act_1"))
    await store.write(lambda tx: halts.started(tx, ONE))
    rest = await store.read(lambda tx: halts.unstarted(tx, ""))
    for campaign in (TWO, THREE, THREE):
        await store.write(lambda tx, campaign=campaign: halts.started(tx, campaign))

    assert none_ended == {}
    assert everything == {ONE: first.id, TWO: first.id, THREE: second.id}
    assert of_one == {ONE: first.id, TWO: first.id}
    assert rest == {TWO: first.id, THREE: second.id}
    assert await store.read(lambda tx: halts.unstarted(tx, "")) == {}


async def test_what_is_not_to_be_started_again_is_forgotten(store: Store) -> None:
    await halted(store, "all", ONE)
    ended = await store.write(lambda tx: halts.lift(tx, "Ann", "all"))

    assert [one.paused for one in ended] == [[ONE]]
    assert await store.read(lambda tx: halts.unstarted(tx, "")) == {}


@pytest.mark.parametrize("account", ["act_1", "act_2"])
async def test_the_halts_over_an_account_are_its_own_its_platforms_and_everybodys(
    store: Store, clock: StandingClock, account: str
) -> None:
    scopes = ("account:act_1", "platform:meta", "all", "platform:google")
    for scope in scopes:
        await halted(store, scope)

    over = await store.read(lambda tx: halts.over(tx, "meta", account))

    own = ["account:act_1"] if account == "act_1" else []
    assert sorted(one.scope for one in over) == sorted([*own, "platform:meta", "all"])
