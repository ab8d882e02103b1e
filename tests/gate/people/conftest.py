"""Servers that hand over people's data and share one ledger, the folder that they read from, and who was told."""

from collections import Counter
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.gate.conftest import Server
from xylo_mcp.ads.errors import AdsError
from xylo_mcp.app import App, Caller, Wrappers, open_app
from xylo_mcp.connecting import to_the_sandbox
from xylo_mcp.contract import Clock, PlatformSpec
from xylo_mcp.directory import Backend, Directory
from xylo_mcp.guarded import Clocks, Guarded, guarded
from xylo_mcp.ledger import operations
from xylo_mcp.once import Once
from xylo_mcp.platforms import found
from xylo_mcp.questions import Asked, Nobody
from xylo_mcp.rulebook import rules_of
from xylo_mcp.sandbox.faults import Fault
from xylo_mcp.sandbox.house import House
from xylo_mcp.settings import Mode, Settings
from xylo_mcp.tools import TOOLS

META, GOOGLE, TIKTOK = "act_123456789", "customers/1234567890", "tiktok_7123456789012345678"
EVERYWHERE = (META, GOOGLE, TIKTOK)
PORTION = 4
"""So many rows, or events, platforms are handed at once here."""

_TOOLS = {tool.name: tool for tool in TOOLS}


def allowing(people: str = "", *, more: str = "", accounts: str = '"*" = "live"', consent: str = "not_denied") -> str:
    """A policy that lets people's data go everywhere, and what `people` and `more` say."""
    return (
        f'version = 1\ncurrency = "USD"\n[accounts]\n{accounts}\n[caps]\ncampaign = 1000\naccount = 5000\n{more}\n'
        f'[people]\nlists = ["*"]\ndestinations = {{ "*" = ["*"] }}\nconsent = "{consent}"\n{people}\n'
    )


def table(number: int, name: str = "p") -> str:
    """So many people, as a file has them."""
    return "email\n" + "".join(f"{name}{row}@example.org\n" for row in range(number))


@dataclass(frozen=True)
class Desk(Server):
    """One process's app, with the tools that hand over people's data."""

    async def call(
        self, tool: str, *, who: str = "agent", person: Asked | None = None, **arguments: object
    ) -> Mapping[str, Any]:
        """What the tool gives."""
        caller = Caller(who, self.app, person=person or Nobody())
        return (await _TOOLS[tool].run(dict(arguments), caller)).content

    async def error(self, tool: str, **arguments: Any) -> AdsError:
        """The error that the tool ends with."""
        with pytest.raises(AdsError) as error:
            await self.call(tool, **arguments)
        return error.value

    async def states(self) -> Sequence[str]:
        """Those of all operations, oldest first."""
        return [one.state for one in reversed(await self.store.read(operations.listed))]


class Town:
    """The world's people, and who of them the platforms were told of."""

    def __init__(self, house: House, folder: Path) -> None:
        self.house, self.world, self.folder = house, house.world, folder

    def put(self, text: str, file: str = "people.csv") -> str:
        """A file that servers may read; gives its name."""
        (self.folder / file).write_text(text)
        return file

    def plan(self, account: str, kind: Any, **how: Any) -> None:
        """Let a fault happen to the platform of `account`."""
        self.house.faults.plan(Fault(platform_of(account), kind, **how))

    def audiences(self, account: str, name: str) -> Mapping[str, Sequence[str]]:
        """Who is in each of the audiences of this name, by their ids."""
        platform, people = platform_of(account), self.world.people
        found = [one for one in people.audiences(platform, vendors_own(account)) if one.name == name]
        return {one.id: [person for person, _ in people.members(one)] for one in found}

    def sizes(self, name: str, accounts: Sequence[str] = EVERYWHERE) -> Mapping[str, tuple[int, ...]]:
        """How many people are in each of the audiences of this name, by account."""
        return {account: tuple(map(len, self.audiences(account, name).values())) for account in accounts}

    def told(self, destination: str, platform: str) -> Counter[str]:
        """How often each event, by its id, was counted there."""
        return Counter(one.id for one in self.world.people.events(platform, destination) if one.counted)


def platform_of(account: str) -> str:
    """The platform whose account this is."""
    return next(name for begin, name in _BEGINNINGS.items() if account.startswith(begin))


def vendors_own(account: str) -> str:
    """The account's id as its platform spells it."""
    return next(account.removeprefix(begin) for begin in _BEGINNINGS if account.startswith(begin))


_BEGINNINGS = {"act_": "meta", "customers/": "google", "tiktok_": "tiktok"}
OpenDesk = Callable[..., AbstractAsyncContextManager[Desk]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where files with people are."""
    made = tmp_path / "people"
    made.mkdir()
    return made


@pytest.fixture
def town(house: House, folder: Path) -> Town:
    return Town(house, folder)


@pytest.fixture
def open_desk(settings: Settings, house: House, clock: Clock, tmp_path: Path, folder: Path) -> OpenDesk:
    @asynccontextmanager
    async def opened(
        text: str = "",
        *,
        wrappers: Wrappers | None = None,
        portion: int = PORTION,
        mode: Mode = "sandbox",
        **more: object,
    ) -> AsyncGenerator[Desk]:
        path = tmp_path / "policy.toml"
        path.write_text(text or allowing())
        path.chmod(0o600)
        ours = settings.model_copy(update={"data_dirs": (folder,), **more})
        behind_the_gate = ours.model_copy(update={"mode": mode})
        async with AsyncExitStack() as stack:
            app = await stack.enter_async_context(open_app(ours, clock, house, wrappers))
            small = await stack.enter_async_context(_in_small_portions(app, behind_the_gate, house, wrappers, portion))
            yield Desk(small, await small.guarded.get())

    return opened


@asynccontextmanager
async def _in_small_portions(
    app: App, settings: Settings, house: House, wrappers: Wrappers | None, portion: int
) -> AsyncGenerator[App]:
    """`app` on platforms that are like the real ones, but take few rows at once."""
    wrappers, specs = wrappers or Wrappers(), found()
    async with AsyncExitStack() as stack:
        platforms = {
            name: await stack.enter_async_context(
                specs[name].open(
                    msgspec.structs.replace(connection, network=wrappers.network(name, connection.network))
                )
            )
            for name, connection in to_the_sandbox(specs, house, app.clock).items()
        }
        backends = {name: Backend(_small(specs[name], portion), one) for name, one in platforms.items()}
        directory = Directory(backends, app.clock, settings.deadline, [])

        @asynccontextmanager
        async def opening() -> AsyncGenerator[Guarded]:
            clocks = Clocks(app.clock, app.clock)
            async with guarded(settings, rules_of(settings), directory, platforms, clocks, wrappers.commit) as gate:
                yield gate

        gate = Once(opening)
        stack.push_async_callback(gate.close)
        yield msgspec.structs.replace(app, directory=directory, guarded=gate)


def _small(spec: PlatformSpec, portion: int) -> PlatformSpec:
    return msgspec.structs.replace(
        spec,
        audiences=msgspec.structs.replace(spec.audiences, portion=portion),
        sending=msgspec.structs.replace(spec.sending, portion=portion),
    )


@pytest.fixture
async def desk(open_desk: OpenDesk) -> AsyncGenerator[Desk]:
    async with open_desk() as opened:
        yield opened
