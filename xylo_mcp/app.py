"""Puts together what lives as long as the server: the only wiring."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import msgspec

from .ads.money import Declared
from .connecting import open_house, or_misconfigured, to_the_sandbox, to_the_vendors
from .contract import AdPlatform, Clock, Connection, PlatformSpec
from .cursors import Cursors
from .digests import Digests
from .directory import Answers, Backend, Directory
from .gatherings import Gathered
from .insights import Asker, Counting, CountingInvalid, Performance, Progress, load_counting, unwatched
from .listings import Listing
from .once import Once
from .platforms import found
from .questions import Asked, Nobody
from .remembering.late import LateJobs, late_memory
from .seal import Seals, keys_of
from .settings import Mode, Settings, Unset

if TYPE_CHECKING:
    from .guarded import Guarded
    from .ledger import Around
    from .remembering.memory import Memory
    from .rulebook import Rules
    from .sandbox.house import House


def _untouched(platform: str, network: httpx2.AsyncBaseTransport) -> httpx2.AsyncBaseTransport:
    return network


def _unwatched(moment: object) -> None:
    """Nobody wants to know of commits."""


class Wrappers(msgspec.Struct, frozen=True):
    """What may be put around everything that leaves the process: each platform's network, and each commit."""

    network: Callable[[str, httpx2.AsyncBaseTransport], httpx2.AsyncBaseTransport] = _untouched
    commit: Around = _unwatched


class App(msgspec.Struct, frozen=True):
    """Everything a tool works with. Rules, gate, ledger and memory are opened by the first who needs them."""

    mode: Mode
    read_only: bool
    clock: Clock
    rules: Once[Rules]
    guarded: Once[Guarded]
    seals: Once[Seals]
    digests: Once[Digests]
    data_dirs: Sequence[Path]
    handover_deadline: float
    memory: Once[Memory]
    directory: Directory
    account_cursors: Cursors[Answers[None]]
    campaign_cursors: Cursors[Listing]
    audience_cursors: Cursors[Gathered]
    report_cursors: Cursors[Performance]
    exports: Cursors[Performance]
    counting: Counting

    async def declared_rates(self) -> Declared | None:
        """The operator's exchange rates, None where there are none that may be used today."""
        return (await self.rules.get()).policy.declared(self.clock().date())


class Caller(msgspec.Struct, frozen=True):
    """Who asks, and what they ask it of.

    `who` tells callers apart that must not see each other's cursors. The answer is wanted `until` then, on the
    event loop's clock; None leaves the time to the app. `person` can be asked meanwhile, and `progress` be told of.
    """

    who: str
    app: App
    until: float | None = None
    person: Asked = Nobody()
    progress: Progress = unwatched

    async def asker(self) -> Asker:
        """What a question about performance needs."""
        app = self.app
        memory = await app.memory.get()
        return Asker(app.directory, app.clock, memory.ask, app.counting, self.until, self.progress)


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


@asynccontextmanager
async def open_app(
    settings: Settings, clock: Clock = now, house: House | None = None, wrappers: Wrappers | None = None
) -> AsyncGenerator[App]:
    """The app, for as long as the context lasts; `house` is the sandbox to use instead of the one on disk.

    Raises:
        Misconfigured: the settings do not allow this mode.
    """
    specs = found()
    wrappers = wrappers or Wrappers()
    rules = Once(lambda: _rules(settings))
    counting = or_misconfigured(lambda: _counting(settings, specs))
    async with AsyncExitStack() as stack:
        if settings.mode == "sandbox":
            house = house or _own_house(stack, settings, clock)
            connections = to_the_sandbox(specs, house, clock)
        else:
            connections = to_the_vendors(specs, clock)
            await rules.get()
        world = "accounts" if house is None else f"sandbox-{settings.seed}-{house.world.anchor}"
        memory = Once(lambda: late_memory(settings, world, clock))
        stack.push_async_callback(memory.close)
        platforms = await _opened(stack, specs, connections, wrappers, memory)
        directory = _directory(settings, clock, specs, platforms)
        clocks = (clock, None if clock is now else clock)  # the real clock is the store's own
        gate = Once(lambda: _guarded(settings, rules, directory, platforms, clocks, wrappers))
        stack.push_async_callback(gate.close)
        yield App(
            mode=settings.mode,
            read_only=settings.read_only,
            clock=clock,
            rules=rules,
            guarded=gate,
            seals=Once(lambda: _seals(settings, clock)),
            digests=Once(lambda: _digests(settings)),
            data_dirs=settings.data_dirs,
            handover_deadline=settings.handover_deadline,
            memory=memory,
            directory=directory,
            account_cursors=Cursors(clock),
            campaign_cursors=Cursors(clock),
            audience_cursors=Cursors(clock),
            report_cursors=Cursors(clock),
            exports=Cursors(clock),
            counting=counting,
        )


def _own_house(stack: AsyncExitStack, settings: Settings, clock: Clock) -> House:
    """The sandbox on disk, for as long as `stack` lasts."""
    house = or_misconfigured(lambda: open_house(settings, clock))
    stack.callback(house.close)
    return house


def _directory(
    settings: Settings, clock: Clock, specs: Mapping[str, PlatformSpec], platforms: Mapping[str, AdPlatform]
) -> Directory:
    backends = {name: Backend(specs[name], platform) for name, platform in platforms.items()}
    absent = [spec for name, spec in specs.items() if name not in backends]
    return Directory(backends, clock, settings.deadline, absent)


async def _opened(
    stack: AsyncExitStack,
    specs: Mapping[str, PlatformSpec],
    connections: Mapping[str, Connection],
    wrappers: Wrappers,
    memory: Once[Memory],
) -> Mapping[str, AdPlatform]:
    """The platforms, for as long as `stack` lasts."""
    platforms: dict[str, AdPlatform] = {}
    for name, connection in connections.items():
        stack.push_async_callback(connection.network.aclose)
        network = wrappers.network(name, connection.network)
        wrapped = msgspec.structs.replace(connection, network=network, jobs=LateJobs(memory, name))
        platforms[name] = await stack.enter_async_context(specs[name].open(wrapped))
    return platforms


def _counting(settings: Settings, specs: Mapping[str, PlatformSpec]) -> Counting:
    """What the operator has count as conversions."""
    if settings.counting is None:
        return Counting()
    try:
        return load_counting(settings.counting, tuple(specs.values()))
    except CountingInvalid as wrong:
        raise Unset(f"XYLO_COUNTING: {wrong}.") from None


@asynccontextmanager
async def _rules(settings: Settings) -> AsyncGenerator[Rules]:
    from .rulebook import rules_of  # noqa: PLC0415  # not needed before the tools are listed

    yield rules_of(settings)


@asynccontextmanager
async def _guarded(
    settings: Settings,
    rules: Once[Rules],
    directory: Directory,
    platforms: Mapping[str, AdPlatform],
    clocks: tuple[Clock, Clock | None],
    wrappers: Wrappers,
) -> AsyncGenerator[Guarded]:
    from .guarded import Clocks, guarded  # noqa: PLC0415  # brings the database; servers that only read never need it

    async with guarded(settings, await rules.get(), directory, platforms, Clocks(*clocks), wrappers.commit) as opened:
        yield opened


@asynccontextmanager
async def _seals(settings: Settings, clock: Clock) -> AsyncGenerator[Seals]:
    given = settings.seal_key.get_secret_value()
    yield Seals(or_misconfigured(lambda: keys_of(given, settings.state_dir / "seal.key", "XYLO_SEAL_KEY")), clock)


@asynccontextmanager
async def _digests(settings: Settings) -> AsyncGenerator[Digests]:
    given = settings.people_key.get_secret_value()
    keys = or_misconfigured(lambda: keys_of(given, settings.state_dir / "people.key", "XYLO_PEOPLE_KEY"))
    yield Digests(keys[0])


class Door:
    """Opens the app when it is first needed: a server lists its tools without waiting for it."""

    def __init__(self, settings: Settings, clock: Clock = now, house: House | None = None) -> None:
        self.read_only, self.toolsets = settings.read_only, frozenset(settings.toolsets)
        self._app = Once(lambda: open_app(settings, clock, house))

    async def app(self) -> App:
        """The app, opened once.

        Raises:
            Misconfigured: see `open_app`.
        """
        return await self._app.get()

    async def settle(self, every: float) -> None:
        """Find out what became of operations, again and again until cancelled, once there is a gate."""
        app = await self._app.opened()
        guarded = await app.guarded.opened()
        await guarded.settler.run(every)

    async def close(self) -> None:
        """Close the app if it was opened."""
        await self._app.close()
