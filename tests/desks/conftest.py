"""A client in memory, in both eras of the protocol, and another process's hand on the same ledger."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Literal

import pytest
from mcp.client.client import Client

from tests.conftest import PATIENT, StandingClock
from xylo_mcp.app import Door, open_app
from xylo_mcp.guarded import Guarded
from xylo_mcp.sandbox.house import House
from xylo_mcp.server import build_server
from xylo_mcp.settings import Settings

Era = Literal["legacy", "2026-07-28"]
ERAS: list[Era] = ["legacy", "2026-07-28"]
Connect = Callable[..., AbstractAsyncContextManager[Client]]


@pytest.fixture(params=ERAS)
def era(request: pytest.FixtureRequest) -> Era:
    return request.param


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(mode="sandbox", state_dir=tmp_path, deadline=PATIENT)


@pytest.fixture
def connect(house: House, settings: Settings) -> Connect:
    """Connects a client of an era; whatever the server tells it on its own goes to `heard`."""

    @asynccontextmanager
    async def connected(era: Era, heard: Callable[[object], None] = lambda message: None) -> AsyncGenerator[Client]:
        async def hear(message: object) -> None:
            heard(message)

        server = build_server(Door(settings, house.world.clock, house), "sandbox")
        async with Client(server, mode=era, message_handler=hear) as client:
            yield client

    return connected


@pytest.fixture
def elsewhere(
    house: House, settings: Settings, clock: StandingClock
) -> Callable[[], AbstractAsyncContextManager[Guarded]]:
    """The gate of another process that shares the ledger."""

    @asynccontextmanager
    async def opened() -> AsyncGenerator[Guarded]:
        async with open_app(settings, clock, house) as app:
            yield await app.guarded.get()

    return opened
