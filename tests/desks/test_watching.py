"""Clients that subscribed are told what changed, in both protocol eras and whoever changed it."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncGenerator, Callable, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path

import anyio
import mcp_types as types
import pytest
from mcp.client.client import Client
from mcp.shared.exceptions import MCPError

from tests.conftest import StandingClock
from tests.desks.conftest import Connect, Era
from xylo_mcp.guarded import Guarded
from xylo_mcp.ledger import approvals, halts
from xylo_mcp.settings import Settings

ACCOUNT = "tiktok_7123456789012345678"
CUSTOMER = "customers/1234567890"
PATIENCE = 60.0  # machines are shared; what comes, comes sooner
Elsewhere = Callable[[], AbstractAsyncContextManager[Guarded]]


class Ear:
    """Hears what one client is told."""

    def __init__(self, connect: Connect, era: Era) -> None:
        self._connect, self._era = connect, era
        self._said: asyncio.Queue[str] = asyncio.Queue()

    @asynccontextmanager
    async def connected(self) -> AsyncGenerator[Client]:
        """A client that wants to know of nothing yet."""
        async with self._connect(self._era, self._heard) as client:
            yield client

    @asynccontextmanager
    async def subscription(self, client: Client, uris: Collection[str]) -> AsyncGenerator[None]:
        """As long as it lasts, `client` is told of `uris`."""
        if self._era == "legacy":
            for uri in uris:
                request = types.SubscribeRequest(params=types.SubscribeRequestParams(uri=uri))
                await client.session.send_request(request, types.EmptyResult)
            yield
            return
        async with client.listen(resource_subscriptions=list(uris)) as changes, anyio.create_task_group() as group:

            async def follow() -> None:
                async for change in changes:
                    self._said.put_nowait(getattr(change, "uri", ""))

            group.start_soon(follow)
            yield
            group.cancel_scope.cancel()

    @asynccontextmanager
    async def subscribed(self, uris: Collection[str]) -> AsyncGenerator[Client]:
        """A client that is told of `uris`."""
        async with self.connected() as client, self.subscription(client, uris):
            yield client

    async def told_until(self, uri: str) -> list[str]:
        """All it is told of, up to `uri`."""
        told: list[str] = []
        with anyio.fail_after(PATIENCE):
            while uri not in told:
                told.append(await self._said.get())
        return told

    def silent(self) -> bool:
        """Whether there is nothing it was told of and did not take."""
        return self._said.empty()

    def _heard(self, message: object) -> None:
        if self._era == "legacy" and isinstance(message, types.ResourceUpdatedNotification):
            self._said.put_nowait(message.params.uri)


@pytest.fixture
def ear(connect: Connect, era: Era) -> Ear:
    return Ear(connect, era)


async def test_a_halt_by_another_process_is_told(ear: Ear, elsewhere: Elsewhere) -> None:
    async with elsewhere() as other, ear.subscribed(["xylo://guardrails", "xylo://glossary"]):
        await other.store.write(lambda tx: halts.halt(tx, "operator", "all", "freeze_all", "test"))

        assert await ear.told_until("xylo://guardrails") == ["xylo://guardrails"]
        assert ear.silent()


async def test_a_change_is_told_to_whoever_follows_the_guardrails_or_its_account(ear: Ear) -> None:
    campaigns, others = f"xylo://accounts/{ACCOUNT}/campaigns", f"xylo://accounts/{CUSTOMER}/campaigns"

    async with ear.subscribed(["xylo://guardrails", campaigns, others]) as client:
        arguments = {"account": ACCOUNT, "name": "Spring", "objective": "traffic", "daily_budget": 60}
        made = await client.call_tool("create_campaign", arguments)

        assert not made.is_error
        told = [*await ear.told_until(campaigns), *await ear.told_until("xylo://guardrails")]
        assert set(told) == {campaigns, "xylo://guardrails"}


async def test_an_operation_is_told_when_a_person_answers(ear: Ear, elsewhere: Elsewhere) -> None:
    dear = {"account": ACCOUNT, "name": "Dear", "objective": "traffic", "daily_budget": 600, "status": "active"}
    async with elsewhere() as other, ear.connected() as client:
        await client.call_tool("create_campaign", dear)
        (waiting,) = await other.store.read(approvals.waiting)
        uri = f"xylo://operations/{waiting.operation_id}"

        async with ear.subscription(client, [uri]):
            await other.gate.decide(waiting.id, approve=False, approver="somebody", channel="terminal")

            assert await ear.told_until(uri) == [uri]
        told = await client.read_resource(uri)

    assert "rejected" in str(told.contents[0])


async def test_an_account_is_told_of_in_the_spelling_that_was_subscribed_to(ear: Ear) -> None:
    uri = "xylo://accounts/customers%2F1234567890/campaigns"

    async with ear.subscribed([uri]) as client:
        arguments = {"account": CUSTOMER, "name": "Autumn", "objective": "traffic", "daily_budget": 40}
        made = await client.call_tool("create_campaign", arguments)

        assert not made.is_error
        assert await ear.told_until(uri) == [uri]


@pytest.mark.parametrize("era", ["legacy"])
async def test_who_no_longer_wants_to_know_is_not_told(ear: Ear, elsewhere: Elsewhere) -> None:
    kept = "xylo://operations/abcdefghijkm"
    async with elsewhere() as other, ear.subscribed(["xylo://guardrails", kept]) as client:
        request = types.UnsubscribeRequest(params=types.UnsubscribeRequestParams(uri="xylo://guardrails"))
        await client.session.send_request(request, types.EmptyResult)
        await other.store.write(lambda tx: halts.halt(tx, "operator", "all", "freeze_all", "test"))
        await other.store.write(lambda tx: tx.audit("operator", "resolved", {"operation": "abcdefghijkm"}))

        assert await ear.told_until(kept) == [kept]
        assert ear.silent()


async def test_nothing_is_opened_for_a_server_that_nobody_subscribed_to(
    connect: Connect, era: Era, settings: Settings
) -> None:
    async with connect(era) as client:
        await client.list_resources()
        await client.read_resource("xylo://glossary")

    assert not Path(settings.ledger_place).exists()  # noqa: ASYNC240  # a test waits for its disk


async def test_what_does_not_exist_cannot_be_subscribed_to(ear: Ear) -> None:
    async with ear.connected() as client:
        with pytest.raises(MCPError, match=r"There is no resource 'xylo://secrets'. There are xylo://summ") as refused:
            async with ear.subscription(client, ["xylo://secrets"]):
                pass

    assert refused.value.code == types.INVALID_PARAMS


async def test_a_ledger_that_cannot_be_used_refuses_the_subscription(ear: Ear, tmp_path: Path) -> None:
    (tmp_path / "ledger-sandbox-1.sqlite3").mkdir()

    async with ear.connected() as client:
        with pytest.raises(MCPError, match="LEDGER_UNAVAILABLE"):
            async with ear.subscription(client, ["xylo://guardrails"]):
                pass


async def test_a_day_that_turns_is_told_to_whoever_follows_a_summary(ear: Ear, clock: StandingClock) -> None:
    async with ear.subscribed(["xylo://summary/last_7d", "xylo://guardrails"]):
        clock.now += timedelta(days=1)

        assert await ear.told_until("xylo://summary/last_7d") == ["xylo://summary/last_7d"]


async def test_looking_goes_on_when_the_ledger_is_back(ear: Ear, elsewhere: Elsewhere, settings: Settings) -> None:
    said: asyncio.Queue[str] = asyncio.Queue()

    class Listening(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.put_nowait(record.getMessage())

    log, listening = logging.getLogger("xylo_mcp.desks.watching"), Listening()
    log.addHandler(listening)
    try:
        async with elsewhere() as other, ear.subscribed(["xylo://guardrails"]):
            renamed(settings, "tenant", "away")
            with anyio.fail_after(PATIENCE):
                complaint = await said.get()
            renamed(settings, "away", "tenant")
            await other.store.write(lambda tx: halts.halt(tx, "operator", "all", "freeze_all", "test"))

            assert await ear.told_until("xylo://guardrails") == ["xylo://guardrails"]
    finally:
        log.removeHandler(listening)

    assert complaint.startswith("looking for changes failed, and is tried again: The ledger cannot be used")


def renamed(settings: Settings, table: str, name: str) -> None:
    with closing(sqlite3.connect(settings.ledger_place)) as ledger, ledger:
        ledger.execute(f"ALTER TABLE {table} RENAME TO {name}")
