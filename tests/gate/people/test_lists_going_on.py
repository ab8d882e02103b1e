"""Whatever happens on its way, the very same call goes on with a list, and every row arrives once in one audience."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import anyio
import httpx2
import pytest

from tests.conftest import StandingClock
from tests.gate.conftest import in_a_file
from tests.gate.people.conftest import EVERYWHERE, GOOGLE, META, TIKTOK, Desk, OpenDesk, Town, platform_of, table
from tests.gate.test_kill_points import Fuse, Killed
from xylo_mcp.ads.errors import AdsError, Conflict, NotFound
from xylo_mcp.app import Wrappers
from xylo_mcp.gate.people.book import HOLDING, Book, Held
from xylo_mcp.gate.settling import resolve
from xylo_mcp.identity.rows import CHUNK
from xylo_mcp.ledger import chain, halts, operations
from xylo_mcp.sandbox.faults import Kind

_CREATE = "create_audience"
_KINDS: tuple[Kind, ...] = ("lose_answer", "server_error", "throttle", "expire_token")
_MORE_KINDS: tuple[Kind, ...] = ("cut", "status", "html", "empty")
_ROWS = 6


class Stopping(httpx2.AsyncBaseTransport):
    """A network that holds back one request to a platform, and all after it, until `go`."""

    def __init__(self, platform: str, path: str, skip: int = 0) -> None:
        self._platform, self._path, self._skip = platform, path, skip
        self._below: httpx2.AsyncBaseTransport | None = None
        self.arrived, self.go = anyio.Event(), anyio.Event()

    @property
    def wrappers(self) -> Wrappers:
        """What puts it around the platform's."""
        return Wrappers(network=self._around)

    def _around(self, platform: str, network: httpx2.AsyncBaseTransport) -> httpx2.AsyncBaseTransport:
        if platform != self._platform:
            return network
        self._below = network
        return self

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Pass it on."""
        assert self._below is not None
        if request.method == "POST" and self._path in request.url.path:
            self._skip -= 1
            if self._skip < 0:
                self.arrived.set()
                await self.go.wait()
        return await self._below.handle_async_request(request)


_PORTIONS = {META: "/users", GOOGLE: ":addOperations", TIKTOK: "file/upload"}
"""Where portions go to."""


def about(account: str, name: str, file: str = "people.csv") -> dict[str, Any]:
    return {"accounts": [account], "name": name, "type": "customer_list", "file": file}


async def outcome(desk: Desk, asked: dict[str, Any]) -> str:
    """The state that comes of a call, or the code of its error."""
    try:
        (part,) = (await desk.call(_CREATE, **asked))["parts"]
    except AdsError as error:
        return error.code
    return str(part["state"])


async def carried_through(desk: Desk, town: Town, clock: StandingClock, asked: dict[str, Any]) -> Sequence[str]:
    """What the same call came to, again and again until it is done; a person looks where nobody else can tell."""
    came = list[str]()
    while not came or came[-1] != "applied":
        assert len(came) < 4, came
        came.append(await outcome(desk, asked))
        clock.now += timedelta(minutes=16)
        await desk.guarded.settler.settle_due()
        for one in await desk.store.read(lambda tx: operations.listed(tx, unsettled=True)):
            if one.state == "quarantined":
                (account,) = asked["accounts"]
                made = "".join(town.audiences(account, asked["name"]))
                await desk.store.write(
                    partial(resolve, operation_id=one.id, done=bool(made), campaign_id=made, who="Ann", note="I looked")
                )
    return came


@in_a_file
@pytest.mark.virtual_time
@pytest.mark.parametrize("kind", [*_KINDS, *(pytest.param(kind, marks=pytest.mark.long) for kind in _MORE_KINDS)])
@pytest.mark.parametrize("account", EVERYWHERE)
async def test_whichever_answer_fails_every_row_arrives_once_in_one_audience(
    desk: Desk, town: Town, clock: StandingClock, account: str, kind: Kind
) -> None:
    town.put(table(_ROWS))
    number, met = 0, True
    while met:
        town.plan(account, kind, skip=number)
        await carried_through(desk, town, clock, about(account, f"Spring {number}"))
        met = not town.house.faults.planned()
        town.house.faults.clear()

        assert town.sizes(f"Spring {number}", [account]) == {account: (_ROWS,)}
        number += 1

    assert number > 3  # a create, two portions, and the run that nothing happened to


@pytest.mark.parametrize(
    ("ledger_place", "account"),
    [("postgresql", META), *(("sqlite", account) for account in EVERYWHERE)],
    indirect=["ledger_place"],
)
async def test_killed_anywhere_it_goes_on_elsewhere_and_makes_nothing_twice(
    open_desk: OpenDesk, town: Town, clock: StandingClock, account: str
) -> None:
    town.put(table(_ROWS))
    fuse = Fuse()
    number, killed = 0, True
    async with open_desk(wrappers=fuse.wrappers) as doomed, open_desk() as heir:
        await doomed.app.directory.account(account)
        while killed:
            asked = about(account, f"Spring {number}")
            fuse.last, fuse.passed, fuse.armed = number, 0, True
            killed = not await _survives(doomed, asked)
            fuse.armed = False
            clock.now += HOLDING + timedelta(seconds=1)

            await carried_through(heir, town, clock, asked)

            assert town.sizes(f"Spring {number}", [account]) == {account: (_ROWS,)}
            number += 1
        broken = await heir.store.read(lambda tx: chain.verified(tx.connection, tx.tenant, tx.head))

    assert number > 15
    assert broken is None


async def _survives(desk: Desk, asked: dict[str, Any]) -> bool:
    try:
        await desk.call(_CREATE, **asked)
    except Killed:
        return False
    except BaseExceptionGroup as group:
        return group.subgroup(Killed) is None
    return True


@in_a_file
@pytest.mark.virtual_time
@pytest.mark.parametrize("account", EVERYWHERE)
@pytest.mark.parametrize("ends", ["deadline", "cancelled"])
async def test_what_is_interrupted_goes_on_where_it_stopped(
    open_desk: OpenDesk, town: Town, account: str, ends: str
) -> None:
    asked = about(account, "Spring", town.put(table(14)))
    town.plan(account, "slow", path=_PORTIONS[account], skip=1, seconds=20)
    async with open_desk(handover_deadline=10 if ends == "deadline" else 600) as desk:
        with anyio.move_on_after(5 if ends == "cancelled" else 100):
            await desk.call(_CREATE, **asked)
        (stopped,) = await desk.operations()
        came = await desk.call(_CREATE, **asked)
        again = await desk.call(_CREATE, **asked)
        (done,) = await desk.operations()

    assert (stopped.state, stopped.handed and stopped.handed.sent, stopped.handed and stopped.handed.portions) == (
        "interrupted",
        8,
        2,
    )
    assert [(one["state"], one["sent"], one["replayed"]) for one in (*came["parts"], *again["parts"])] == [
        ("applied", 14, ""),
        ("applied", 14, "twin"),
    ]
    assert (done.id, done.handed and done.handed.portions, done.handed and done.handed.closed) == (stopped.id, 4, True)
    assert town.sizes("Spring", [account]) == {account: (14,)}


@pytest.mark.parametrize(
    ("ledger_place", "account"),
    [("postgresql", TIKTOK), *(("sqlite", account) for account in EVERYWHERE)],
    indirect=["ledger_place"],
)
async def test_another_process_takes_over_from_one_that_sleeps_which_then_writes_nothing_down(
    open_desk: OpenDesk, town: Town, clock: StandingClock, account: str
) -> None:
    asked = about(account, "Spring", town.put(table(10)))
    stop, slept = Stopping(platform_of(account), _PORTIONS[account], skip=1), list[Any]()
    async with open_desk(wrappers=stop.wrappers) as sleeper, open_desk() as other:

        async def sleep() -> None:
            slept.append(await sleeper.call(_CREATE, **asked))

        async with anyio.create_task_group() as group:
            group.start_soon(sleep)
            await stop.arrived.wait()
            assert await outcome(other, asked) == "OPERATION_PENDING"
            clock.now += HOLDING + timedelta(seconds=1)
            assert await outcome(other, asked) == "applied"
            stop.go.set()
        states = await other.states()

    (part,) = slept[0]["parts"]
    assert part["error"].startswith("CONFLICT: Another call goes on with this by now.")
    assert states == ["applied"]
    assert town.sizes("Spring", [account]) == {account: (10,)}


@pytest.mark.virtual_time
@in_a_file
async def test_what_is_on_its_way_is_held_however_long_a_platform_takes(
    open_desk: OpenDesk, town: Town, clock: StandingClock
) -> None:
    asked = about(META, "Spring", town.put(table(10)))
    stop = Stopping("meta", "/users", skip=1)
    async with open_desk(wrappers=stop.wrappers, deadline=500) as desk, open_desk() as other:
        async with anyio.create_task_group() as group:
            group.start_soon(partial(desk.call, _CREATE, **asked))
            await stop.arrived.wait()
            for _ in range(5):
                clock.now += HOLDING * 0.9
                await anyio.sleep(HOLDING.total_seconds() * 0.9)
            assert await other.guarded.settler.settle_due() == []
            assert await outcome(other, asked) == "OPERATION_PENDING"
            stop.go.set()
        states = await desk.states()

    assert states == ["applied"]
    assert town.sizes("Spring", [META]) == {META: (10,)}


async def test_what_ended_is_held_no_longer_and_what_another_holds_is_left_to_it(
    desk: Desk, town: Town, clock: StandingClock
) -> None:
    await desk.call(_CREATE, **about(META, "Spring", town.put(table(1))))
    (done,) = await desk.operations()
    fence = await desk.store.write(lambda tx: operations.lease(tx, done.id, tx.now))

    await desk.store.write(lambda tx: operations.hold_on(tx, done.id, fence, tx.now + HOLDING))
    assert await desk.store.read(lambda tx: operations.is_free(tx, done.id))
    with pytest.raises(Conflict):
        await Book(desk.store).end(Held(done, fence - 1), "interrupted")
    assert await desk.states() == ["applied"]


@in_a_file
@pytest.mark.parametrize("account", EVERYWHERE)
async def test_a_halt_stops_what_is_on_its_way_until_it_is_lifted(
    open_desk: OpenDesk, town: Town, account: str
) -> None:
    asked = about(account, "Spring", town.put(table(10)))
    stop, came = Stopping(platform_of(account), _PORTIONS[account]), list[Any]()
    async with open_desk(wrappers=stop.wrappers) as desk:

        async def call() -> None:
            came.append(await desk.call(_CREATE, **asked))

        async with anyio.create_task_group() as group:
            group.start_soon(call)
            await stop.arrived.wait()
            await desk.store.write(lambda tx: halts.halt(tx, "Ann", f"account:{account}", "freeze_all", "a drill"))
            stop.go.set()
        refused = await outcome(desk, asked)
        await desk.store.write(lambda tx: halts.lift(tx, "Ann", ""))
        done = await outcome(desk, asked)

    (part,) = came[0]["parts"]
    assert (part["state"], part["sent"]) == ("interrupted", 4)
    assert part["error"].startswith("REFUSED: The operator has halted changes meanwhile.")
    assert (refused, done) == ("REFUSED", "applied")
    assert town.sizes("Spring", [account]) == {account: (10,)}


@pytest.mark.parametrize("made", [True, False])
async def test_a_create_that_nobody_can_tell_of_waits_for_a_person_and_is_never_made_twice(
    desk: Desk, town: Town, clock: StandingClock, *, made: bool
) -> None:
    asked = {**about(TIKTOK, "Spring", town.put(table(6))), "idempotency_key": "k1"}
    town.plan(TIKTOK, "lose_answer" if made else "status", path="custom_audience/create", times=1)

    first = await outcome(desk, asked)
    (unknown,) = await desk.operations()
    clock.now += timedelta(minutes=2)
    (soon,) = await desk.guarded.settler.settle_due()
    again = await outcome(desk, asked)
    clock.now += timedelta(minutes=31)
    await desk.guarded.settler.settle_due()
    (late,) = await desk.operations()
    frozen = await outcome(desk, asked)
    found = "".join(town.audiences(TIKTOK, "Spring"))
    settle = partial(resolve, operation_id=late.id, done=made, who="Ann", note="I looked")
    await desk.store.write(partial(settle, campaign_id=found))
    with pytest.raises(NotFound, match="nothing to resolve"):
        await desk.store.write(partial(settle, campaign_id=found))
    done = await outcome(desk, asked)

    assert (first, unknown.state) == ("unknown", "unknown")
    assert soon.state == ("quarantined" if made else "unknown")  # one of its name may be a person's own
    assert again == ("OUTCOME_UNKNOWN" if made else "unknown")
    assert (late.state, frozen, done) == ("quarantined", "OUTCOME_UNKNOWN", "applied")
    assert await desk.states() == (["applied"] if made else ["failed", "applied"])
    assert town.sizes("Spring", [TIKTOK]) == {TIKTOK: (6,)}


@in_a_file
@pytest.mark.parametrize("account", [META, GOOGLE])
async def test_an_audience_whose_create_got_no_answer_is_found_by_its_tag(
    desk: Desk, town: Town, clock: StandingClock, account: str
) -> None:
    asked = about(account, "Spring", town.put(table(6)))
    town.plan(account, "lose_answer", path="customaudiences" if account == META else "userLists:mutate")

    first = await outcome(desk, asked)
    clock.now += timedelta(minutes=2)
    (settled,) = await desk.guarded.settler.settle_due()
    done = await outcome(desk, asked)

    assert (first, settled.state, done) == ("OUTCOME_UNKNOWN", "interrupted", "applied")
    assert settled.handed is not None
    assert settled.handed.audience_id in town.audiences(account, "Spring")
    assert town.sizes("Spring", [account]) == {account: (6,)}


@in_a_file
async def test_a_file_that_changes_while_it_is_read_interrupts_what_was_begun(open_desk: OpenDesk, town: Town) -> None:
    asked = about(META, "Spring", town.put(table(4 * CHUNK)))  # more than is read ahead
    stop, came = Stopping("meta", "/users"), list[Any]()
    async with open_desk(wrappers=stop.wrappers, portion=CHUNK) as desk:

        async def call() -> None:
            came.append(await desk.call(_CREATE, **asked))

        async with anyio.create_task_group() as group:
            group.start_soon(call)
            await stop.arrived.wait()
            with (town.folder / "people.csv").open("a") as file:
                file.write("one.more@example.org\n")
            stop.go.set()
        (stopped,) = await desk.operations()

    (part,) = came[0]["parts"]
    assert part["error"].startswith("CONFLICT: The file")
    assert (part["state"], part["operation_id"], stopped.state) == ("interrupted", stopped.id, "interrupted")
    assert len(town.audiences(META, "Spring")) == 1
