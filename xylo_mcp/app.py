"""Puts together what lives as long as the server: the only wiring."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

import anyio
import httpx2
import msgspec

from .ads.errors import Misconfigured
from .contract import PACE, Clock, Connection, PlatformSpec
from .cursors import Cursors
from .directory import Answers, Backend, Directory
from .insights import Reports
from .listings import Listing
from .platforms import found
from .settings import Mode, Settings, Unset, platform_settings

if TYPE_CHECKING:
    from .sandbox.house import House

_Read = TypeVar("_Read")
# The sandbox has no reason to be spared.
_SANDBOX_PACE = 1000


class App(msgspec.Struct, frozen=True):
    """Everything a tool works with."""

    mode: Mode
    clock: Clock
    directory: Directory
    account_cursors: Cursors[Answers[None]]
    campaign_cursors: Cursors[Listing]
    report_cursors: Cursors[Reports]


class Caller(msgspec.Struct, frozen=True):
    """Who asks, and what they ask it of.

    `who` tells callers apart that must not see each other's cursors. The answer is wanted `until` then, on the
    event loop's clock; None leaves the time to the app.
    """

    who: str
    app: App
    until: float | None = None


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


def credentials(specs: Mapping[str, PlatformSpec]) -> Mapping[str, Mapping[str, str]]:
    """The settings of every platform that the operator gave credentials for.

    Raises:
        Unset: a platform's settings are incomplete, or there is no platform with any.
    """
    given = {name: platform_settings(name, (*spec.settings, PACE)) for name, spec in specs.items()}
    complete = {name: settings for name, settings in given.items() if settings is not None}
    if not complete:
        needed = "; ".join(
            f"{spec.title}: " + ", ".join(f"XYLO_{name.upper()}_{part.name}" for part in spec.settings if part.required)
            for name, spec in specs.items()
        )
        raise Unset(f"This mode needs credentials of at least one platform ({needed}), or use --mode sandbox.")
    return complete


@asynccontextmanager
async def open_app(settings: Settings, clock: Clock = now, house: House | None = None) -> AsyncGenerator[App]:
    """The app, for as long as the context lasts; `house` is the sandbox to use instead of the one on disk.

    Raises:
        Misconfigured: the settings do not allow this mode.
    """
    specs = found()
    async with AsyncExitStack() as stack:
        if settings.mode == "sandbox":
            if house is None:
                house = _or_misconfigured(lambda: open_house(settings, clock))
                stack.callback(house.close)
            connections = _to_the_sandbox(specs, house, clock)
        else:
            connections = _to_the_vendors(specs, clock)
        backends: dict[str, Backend] = {}
        for name, connection in connections.items():
            stack.push_async_callback(connection.network.aclose)
            backends[name] = Backend(specs[name], await stack.enter_async_context(specs[name].open(connection)))
        yield App(
            mode=settings.mode,
            clock=clock,
            directory=Directory(
                backends, clock, settings.deadline, [spec for name, spec in specs.items() if name not in backends]
            ),
            account_cursors=Cursors(clock),
            campaign_cursors=Cursors(clock),
            report_cursors=Cursors(clock),
        )


def open_house(settings: Settings, clock: Clock = now) -> House:
    """The sandbox in the state directory.

    Raises:
        Unset: its file cannot be used.
    """
    from .sandbox.house import House  # noqa: PLC0415  # not before the tools are listed

    try:
        return House(settings.state_dir / f"sandbox-{settings.seed}.sqlite3", settings.seed, clock)
    except (OSError, sqlite3.Error):
        raise Unset(f"XYLO_STATE_DIR: {settings.state_dir} cannot be written, or what is in it is damaged.") from None


def _to_the_sandbox(specs: Mapping[str, PlatformSpec], house: House, clock: Clock) -> Mapping[str, Connection]:
    return {
        name: Connection(
            settings={part.name: part.default for part in spec.settings} | dict(house.credentials(name)),
            network=httpx2.ASGITransport(app=house.app(name)),
            clock=clock,
            per_second=_SANDBOX_PACE,
        )
        for name, spec in specs.items()
    }


def _to_the_vendors(specs: Mapping[str, PlatformSpec], clock: Clock) -> Mapping[str, Connection]:
    given = _or_misconfigured(lambda: credentials(specs))
    trust = httpx2.create_ssl_context()  # costs more than everything else here: made once
    return {
        name: Connection(settings, httpx2.AsyncHTTPTransport(verify=trust), clock, int(settings[PACE.name]))
        for name, settings in given.items()
    }


def _or_misconfigured(read: Callable[[], _Read]) -> _Read:
    """What `read` gives, its complaint as one that a caller may see."""
    try:
        return read()
    except Unset as unset:
        raise Misconfigured(str(unset), "Have the operator set the variables named, or use --mode sandbox.") from None


class Door:
    """Opens the app when it is first needed: a server lists its tools without waiting for it."""

    def __init__(self, settings: Settings, clock: Clock = now, house: House | None = None) -> None:
        self._open = lambda: open_app(settings, clock, house)
        self._lock = anyio.Lock()
        self._stack = AsyncExitStack()
        self._app: App | None = None

    async def app(self) -> App:
        """The app, opened once.

        Raises:
            Misconfigured: see `open_app`.
        """
        async with self._lock:
            if self._app is None:
                self._app = await self._stack.enter_async_context(self._open())
            return self._app

    async def close(self) -> None:
        """Close the app if it was opened."""
        await self._stack.aclose()
