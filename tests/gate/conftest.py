"""Servers that share one ledger and one world, and the account that they change."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import anyio
import httpx2
import msgspec
import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from tests.conftest import StandingClock
from xylo_mcp.ads.changes import Change, CreateCampaign, UpdateCampaign
from xylo_mcp.ads.errors import AdsError
from xylo_mcp.ads.money import Money
from xylo_mcp.ads.operations import Operation
from xylo_mcp.app import App, Wrappers, open_app
from xylo_mcp.gate.gate import Gate
from xylo_mcp.gate.outcomes import Outcome, Wish
from xylo_mcp.guarded import Guarded
from xylo_mcp.ledger import Store, operations, reservations
from xylo_mcp.sandbox.faults import Fault
from xylo_mcp.sandbox.house import House
from xylo_mcp.sandbox.world import AccountPlan, Campaign
from xylo_mcp.settings import Mode, Settings

ACCOUNT = "act_123456789"
JAPAN = "act_223456789"


def policy(
    more: str = "", *, caps: str = "campaign = 1000\naccount = 5000", accounts: str = f'{ACCOUNT} = "live"'
) -> str:
    """A policy that restricts nothing but by caps, and what `more` says."""
    return f'version = 1\ncurrency = "USD"\n[accounts]\n{accounts}\n[caps]\n{caps}\n{more}\n'


def create(name: str = "Spring", daily: str = "20", account: str = ACCOUNT) -> CreateCampaign:
    """A campaign to be made."""
    return CreateCampaign(account, name, "traffic", daily_budget=Money(Decimal(daily), "USD"))


def budget(campaign_id: str, daily: str, account: str = ACCOUNT) -> UpdateCampaign:
    """Another daily budget."""
    return UpdateCampaign(account, campaign_id, daily_budget=Money(Decimal(daily), "USD"))


class Shop:
    """An account of the world in which only runs what is opened here, and what the person on its own page does."""

    def __init__(self, house: House, account: str = ACCOUNT) -> None:
        self.house, self.world = house, house.world
        self._plan = self.world.account("meta", account.removeprefix("act_"))
        with self.world.editing("meta") as editor:
            for one in self.world.campaigns("meta", self._account.id):
                if one.switch == "on":
                    editor.update(one, switch="off")

    @property
    def _account(self) -> AccountPlan:
        assert self._plan is not None
        return self._plan

    def open(self, daily: int = 0, *, lifetime: int = 0, on: bool = True, last_day: date | None = None) -> str:
        """A campaign with this budget, in whole units of a currency with cents."""
        with self.world.editing("meta") as editor:
            made = editor.create(
                self._account,
                name=f"Made by hand {daily}",
                goal="traffic",
                switch="on" if on else "off",
                daily=daily * 100,
                lifetime=lifetime * 100,
                last_day=last_day,
            )
        return made.id

    def copy(self, campaign_id: str) -> str:
        """Another campaign of the same name, with the same marks."""
        original = self.campaign(campaign_id)
        with self.world.editing("meta") as editor:
            made = editor.create(
                self._account,
                name=original.name,
                goal=original.goal,
                switch=original.switch,
                daily=original.daily,
                details=original.details,
            )
        return made.id

    def edit(self, campaign_id: str, **values: object) -> None:
        """What a person does on the platform's own page."""
        with self.world.editing("meta") as editor:
            editor.update(self.campaign(campaign_id), **values)

    def campaign(self, campaign_id: str) -> Campaign:
        """It as it is."""
        return next(one for one in self.campaigns() if one.id == campaign_id)

    def campaigns(self, name: str = "") -> list[Campaign]:
        """All, or those of this very name."""
        return [one for one in self.world.campaigns("meta", self._account.id) if name in ("", one.name)]

    def daily(self, campaign_id: str) -> Decimal:
        """Its daily budget."""
        return Decimal(self.campaign(campaign_id).daily) / 100

    def committed(self) -> Decimal:
        """The daily budgets of all that runs."""
        return sum((Decimal(one.daily) / 100 for one in self.campaigns() if one.switch == "on"), Decimal(0))

    def writes(self) -> int:
        """How many requests asked for a change."""
        return len(self.world.attempts())

    def lose_answer(self, change: Change) -> None:
        """Let the platform carry out `change`, and lose the answer."""
        path = f"{self._account.id}/campaigns" if isinstance(change, CreateCampaign) else change.campaign_id
        self.house.faults.plan(Fault("meta", "lose_answer", path=path, skip=1))  # it is looked at once before


@dataclass(frozen=True)
class Server:
    """One process's app, opened."""

    app: App
    guarded: Guarded

    @property
    def gate(self) -> Gate:
        return self.guarded.gate

    @property
    def store(self) -> Store:
        return self.guarded.store

    async def submit(self, change: Change, **how: object) -> Outcome:
        """What becomes of `change`; `how` is the rest of the wish."""
        wish = Wish(change, "agent", _TOOLS[type(change).__name__], self.app.directory.until())
        return await self.gate.submit(msgspec.structs.replace(wish, **how))

    async def done(self, change: Change, **how: object) -> Operation:
        """The operation that `change` became."""
        operation = (await self.submit(change, **how)).operation
        assert operation is not None
        return operation

    async def apply(self, operation: Operation) -> Outcome:
        """Send what was approved."""
        return await self.gate.apply_approved(operation.id, self.app.directory.until())

    async def approve(self, operation: Operation) -> None:
        """A person says yes."""
        await self.gate.decide(operation.approval, approve=True, approver="Ann", channel="terminal")

    async def settle(self, operation: Operation) -> Operation:
        """What is found out of it now."""
        return await self.guarded.settler.settle(operation.id)

    async def operation(self, operation_id: str) -> Operation:
        """The record of it."""
        return await self.gate.operation(operation_id)

    async def operations(self) -> list[Operation]:
        """All there are, newest first."""
        return list(await self.store.read(operations.listed))

    async def held(self) -> dict[str, Decimal | None]:
        """What operations hold whose outcome is open, by budget."""
        return {one.budget_id: one.daily for one in await self.store.read(lambda tx: reservations.held(tx, tx.now))}


_TOOLS = {
    "CreateCampaign": "create_campaign",
    "UpdateCampaign": "update_campaign",
    "PauseCampaign": "pause_campaign",
}
OpenServer = Callable[..., AbstractAsyncContextManager[Server]]


class Held(httpx2.AsyncBaseTransport):
    """A network whose answer to the next request of one kind is held back until `go`, and then perhaps lost."""

    def __init__(self, method: str, *, armed: bool = False, lose: bool = False) -> None:
        self._method, self.armed, self._lose = method, armed, lose
        self._below: httpx2.AsyncBaseTransport | None = None
        self.arrived, self.go = anyio.Event(), anyio.Event()

    @property
    def wrappers(self) -> Wrappers:
        """What puts it around Meta's."""
        return Wrappers(network=self._around)

    def _around(self, platform: str, network: httpx2.AsyncBaseTransport) -> httpx2.AsyncBaseTransport:
        if platform != "meta":
            return network
        self._below = network
        return self

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Pass it on."""
        assert self._below is not None
        response = await self._below.handle_async_request(request)
        if self.armed and request.method == self._method:
            self.armed = False
            self.arrived.set()
            await self.go.wait()
            if self._lose:
                raise httpx2.ReadError("the answer was lost")
        return response


async def together(*calls: Callable[[], Awaitable[Outcome]]) -> list[Outcome | AdsError]:
    """What all these calls give, made at the same time."""
    came: list[Outcome | AdsError] = []

    async def one(call: Callable[[], Awaitable[Outcome]]) -> None:
        try:
            came.append(await call())
        except AdsError as error:
            came.append(error)

    async with anyio.create_task_group() as group:
        for call in calls:
            group.start_soon(one, call)
    return came


def alter_ledger(place: str | Path, statement: str) -> None:
    """Have somebody else change the ledger's tables."""
    url = (
        sa.URL.create("sqlite", database=str(place))
        if isinstance(place, Path)
        else sa.make_url(place).set(drivername="postgresql+psycopg")
    )
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text(statement))
    engine.dispose()


in_a_file = pytest.mark.parametrize("ledger_place", ["sqlite"], indirect=True)
"""For what has nothing to do with which store it is, or is about files."""


@pytest.fixture
def shop(house: House) -> Shop:
    return Shop(house)


@pytest.fixture
def settings(ledger_place: str | Path, tmp_path: Path) -> Settings:
    """Settings of servers that share a ledger: in each of the stores."""
    address = ledger_place if isinstance(ledger_place, str) else ""
    made = Settings(mode="sandbox", state_dir=tmp_path, ledger=SecretStr(address), policy=tmp_path / "policy.toml")
    if isinstance(ledger_place, Path):
        ledger_place.rename(made.ledger_place)
    return made


@pytest.fixture
def open_server(settings: Settings, house: House, clock: StandingClock, tmp_path: Path) -> OpenServer:
    @asynccontextmanager
    async def opened(
        text: str = "",
        *,
        wrappers: Wrappers | None = None,
        mode: Mode = "sandbox",
        **more: object,
    ) -> AsyncGenerator[Server]:
        path = tmp_path / "policy.toml"
        path.write_text(text or policy())
        path.chmod(0o600)
        async with open_app(settings.model_copy(update=more), clock, house, wrappers) as app:
            yield Server(app, await app.guarded.get())

    return opened


@pytest.fixture
async def server(open_server: OpenServer) -> AsyncGenerator[Server]:
    async with open_server() as opened:
        yield opened
