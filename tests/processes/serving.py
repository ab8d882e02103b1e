"""What the processes have in common: the app as a live server opens it, and a clock that can be ahead."""

import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import msgspec
from anyio import to_thread

from xylo_mcp.app import App, Wrappers, open_app
from xylo_mcp.contract import Clock
from xylo_mcp.guarded import Guarded
from xylo_mcp.settings import read_settings


class Ahead:
    """The real time, and some more."""

    def __init__(self, by: timedelta = timedelta()) -> None:
        self.by = by

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.by


class Server(msgspec.Struct, frozen=True):
    """One process's app, opened as far as it can be."""

    app: App
    guarded: Guarded


@asynccontextmanager
async def opened(
    tenant: str, wrappers: Wrappers | None = None, clock: Clock | None = None, **said: object
) -> AsyncGenerator[Server]:
    """A server with the settings of this process' environment that has its ledger open."""
    clock = clock or Ahead()
    async with open_app(read_settings(tenant=tenant, **said), clock, wrappers=wrappers) as app:
        yield Server(app, await app.guarded.get())


async def ready() -> None:
    """Say that all is prepared, and wait for the word to go."""
    os.write(1, b'{"said":"ready"}\n')
    await to_thread.run_sync(sys.stdin.buffer.readline)
