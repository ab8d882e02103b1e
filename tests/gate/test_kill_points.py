"""Killed anywhere in the middle of a change, nothing is done twice, lost or left held for nothing."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal

import httpx2
import msgspec
import pytest
from anyio import fail_after

from tests.conftest import StandingClock
from tests.gate.conftest import OpenServer, Server, Shop, budget, create, policy, together
from xylo_mcp.ads.errors import AdsError, Conflict, InProgress
from xylo_mcp.ads.operations import Operation
from xylo_mcp.app import Wrappers
from xylo_mcp.ledger.store import Moment

ASKING = policy("[approvals]\nabove_daily = 50")
Run = Callable[[Server], Awaitable[object]]


class Killed(BaseException):
    """The process is gone."""


class Fuse:
    """Kills its process before the commit or request number `last`, or right after it, and all later ones with it."""

    def __init__(self, last: int = -1) -> None:
        self.last, self.passed, self.armed = last, 0, False

    @property
    def wrappers(self) -> Wrappers:
        return Wrappers(network=lambda platform, network: Wire(self, network), commit=self.commit)

    def commit(self, moment: Moment) -> None:
        self.burn()

    def burn(self) -> None:
        if not self.armed:
            return
        if self.last >= 0 and self.passed >= self.last:
            raise Killed
        self.passed += 1


class Wire(httpx2.AsyncBaseTransport):
    """A network behind a fuse."""

    def __init__(self, fuse: Fuse, below: httpx2.AsyncBaseTransport) -> None:
        self._fuse, self._below = fuse, below

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self._fuse.burn()
        response = await self._below.handle_async_request(request)
        self._fuse.burn()
        return response


async def burnt(server: Server, fuse: Fuse, run: Run) -> bool:
    """Whether `run` was killed."""
    fuse.armed = True
    try:
        await run(server)
    except BaseExceptionGroup as group:
        return group.subgroup(Killed) is not None
    except Killed:
        return True
    finally:
        fuse.armed = False
    return False


class Ended(msgspec.Struct, frozen=True):
    """What is on record some time after a process was killed."""

    operations: list[Operation]
    held: dict[str, Decimal | None]


async def at_every_point(
    open_server: OpenServer,
    text: str,
    clock: StandingClock,
    prepare: Callable[[Server, int], Awaitable[Run]],
    check: Callable[[Server, int, Ended], Awaitable[None]],
) -> int:
    """Kill a run of what `prepare` gives at every point that it has, settle by another process, and `check`."""
    point = 0
    with fail_after(300):
        while True:
            fuse = Fuse(point)
            tenant = f"point-{point}"
            async with open_server(text, wrappers=fuse.wrappers, tenant=tenant) as doomed:
                run = await prepare(doomed, point)
                killed = await burnt(doomed, fuse, run)
            async with open_server(text, tenant=tenant) as heir:
                clock.now += timedelta(minutes=4)
                await heir.guarded.settler.settle_due()
                await check(heir, point, Ended(await heir.operations(), await heir.held()))
            if not killed:
                return point
            point += 1


async def test_a_create_killed_anywhere_is_made_once_at_most_and_known_where_it_was_made(
    open_server: OpenServer, shop: Shop, clock: StandingClock
) -> None:
    states: list[tuple[str, ...]] = []

    async def prepare(server: Server, point: int) -> Run:
        await server.app.directory.accounts()
        return lambda doomed: doomed.submit(create(f"Spring {point}"), key="k1")

    async def check(heir: Server, point: int, ended: Ended) -> None:
        made = shop.campaigns(f"Spring {point}")
        states.append(tuple(one.state for one in ended.operations))
        assert len(made) <= 1
        assert ended.held == {}
        assert [one.campaign_id for one in ended.operations if one.state == "applied"] == [one.id for one in made]
        (again,) = await together(lambda: heir.submit(create(f"Spring {point}"), key="k1"))
        if isinstance(again, AdsError):
            assert (again.code, states[-1], made) == ("OUTCOME_UNKNOWN", ("unknown",), [])
        assert len(shop.campaigns(f"Spring {point}")) == (0 if isinstance(again, AdsError) else 1)
        clock.now += timedelta(minutes=31)
        await heir.guarded.settler.settle_due()
        assert {one.state for one in await heir.operations()} <= {"applied", "quarantined"}

    points = await at_every_point(open_server, policy(), clock, prepare, check)

    assert points >= 10
    assert set(states) == {(), ("unknown",), ("applied",)}


async def test_a_raise_killed_anywhere_is_held_until_it_is_known(
    open_server: OpenServer, shop: Shop, clock: StandingClock
) -> None:
    states: list[tuple[str, ...]] = []
    campaigns: list[str] = []

    async def prepare(server: Server, point: int) -> Run:
        campaigns.append(shop.open(20))
        await server.app.directory.accounts()
        return lambda doomed: doomed.submit(budget(campaigns[point], "30"), key="k1")

    async def check(heir: Server, point: int, ended: Ended) -> None:
        states.append(tuple(one.state for one in ended.operations))
        expected: dict[tuple[str, ...], tuple[int, list[Decimal]]] = {
            (): (20, []),
            ("unknown",): (20, [Decimal("30.00")]),
            ("applied",): (30, []),
        }
        daily, held = expected[states[-1]]
        assert shop.daily(campaigns[point]) == daily
        assert list(ended.held.values()) == held
        clock.now += timedelta(minutes=31)
        await heir.guarded.settler.settle_due()
        assert {one.state for one in await heir.operations()} <= {"applied", "quarantined"}
        shop.edit(campaigns[point], switch="off")

    points = await at_every_point(open_server, policy(), clock, prepare, check)

    assert points >= 10
    assert set(states) == {(), ("unknown",), ("applied",)}


async def test_an_approved_raise_killed_anywhere_is_sent_once_at_most(
    open_server: OpenServer, shop: Shop, clock: StandingClock
) -> None:
    states: list[tuple[str, ...]] = []
    campaigns: list[str] = []

    async def prepare(server: Server, point: int) -> Run:
        campaigns.append(shop.open(40))
        waiting = await server.done(budget(campaigns[point], "60"))

        async def run(doomed: Server) -> None:
            await doomed.approve(waiting)
            await doomed.apply(waiting)

        return run

    async def check(heir: Server, point: int, ended: Ended) -> None:
        (operation,) = ended.operations
        states.append((operation.state,))
        writes = shop.writes()
        assert shop.daily(campaigns[point]) == (60 if operation.state == "applied" else 40)
        assert list(ended.held.values()) == ([Decimal("60.00")] if operation.state == "unknown" else [])
        (again,) = await together(lambda: heir.apply(operation))
        sent = 0
        if isinstance(again, AdsError):
            assert again.code in {Conflict.code, InProgress.code}
        else:
            assert operation.state == "pending_approval"
            assert shop.daily(campaigns[point]) == 60
            sent = 1
        assert shop.writes() == writes + sent
        shop.edit(campaigns[point], switch="off")

    points = await at_every_point(open_server, ASKING, clock, prepare, check)

    assert points >= 10
    assert set(states) == {("pending_approval",), ("unknown",), ("applied",)}


@pytest.mark.parametrize("armed", [True, False])
def test_a_fuse_burns_at_its_point_and_ever_after(*, armed: bool) -> None:
    fuse = Fuse(1)
    fuse.armed = armed

    fuse.burn()

    for _ in range(2):
        if armed:
            with pytest.raises(Killed):
                fuse.burn()
        else:
            fuse.burn()
