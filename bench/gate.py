"""What a write through the gate takes above the requests that it makes, every record of it durable."""

import os
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path

import anyio
import httpx2
from anyio import create_task_group

from xylo_mcp.ads.changes import Change, CreateCampaign, PauseCampaign, UpdateCampaign
from xylo_mcp.ads.money import Money
from xylo_mcp.app import App, open_app
from xylo_mcp.gate.outcomes import Wish
from xylo_mcp.settings import Settings

from .figures import Figure, Goal, spread
from .meta_stub import ACCOUNT
from .processes import stub

_ROUNDS = 40
_MOST = 7.0  # milliseconds
_POLICY = f"""
version = 1
currency = "EUR"
[accounts]
act_{ACCOUNT} = "live"
[caps]
campaign = 1000000
account = 1000000
"""
_LOOK = (f"act_{ACCOUNT}/campaigns", f"act_{ACCOUNT}/adsets")
Bare = Callable[[httpx2.AsyncClient], Awaitable[None]]


def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="xylo-bench-") as state_dir, stub("meta_stub") as address:
        return anyio.run(_measured, Path(state_dir), address)


async def _measured(state_dir: Path, address: str) -> list[Figure]:
    async with _opened(state_dir, address) as app, httpx2.AsyncClient(base_url=f"{address}/v26.0") as http:
        await app.guarded.get()
        await _submit(app, _raise(0), "warm-up")  # opens connections, lists accounts and campaigns
        await _bare_raise(http)
        return [
            await _above(app, http, "pause: 1 request", _pause, _bare_pause),
            await _above(app, http, "raise: look, then 1 request", _raise, _bare_raise),
            await _above(app, http, "create: look, then 1 request", _create, _bare_create),
        ]


async def _above(app: App, http: httpx2.AsyncClient, name: str, change: Callable[[int], Change], bare: Bare) -> Figure:
    ours: list[float] = []
    theirs: list[float] = []
    for number in range(_ROUNDS):
        began = time.perf_counter()
        await _submit(app, change(number), f"{name} {number}")
        between = time.perf_counter()
        await bare(http)
        ours.append(between - began)
        theirs.append(time.perf_counter() - between)
    above = spread([1000 * (one - other) for one, other in zip(ours, theirs, strict=True)])
    medians = f"{1000 * spread(ours).median:.1f} : {1000 * spread(theirs).median:.1f} ms"
    return Figure("gate", f"{name}, above the bare requests", "ms", above, Goal(_MOST), medians)


async def _submit(app: App, change: Change, key: str) -> None:
    guarded = await app.guarded.get()
    outcome = await guarded.gate.submit(
        Wish(change, "bench", "bench", app.directory.until(), key=key.replace(" ", "-"))
    )
    assert outcome.operation is not None
    assert outcome.operation.state == "applied"


def _account() -> str:
    return f"act_{ACCOUNT}"


def _pause(number: int) -> Change:
    return PauseCampaign(_account(), "200")


def _raise(number: int) -> Change:
    return UpdateCampaign(_account(), "201", daily_budget=Money(Decimal(21 + number), "EUR"))


def _create(number: int) -> Change:
    return CreateCampaign(_account(), f"Bench {number}", "traffic", daily_budget=Money(Decimal(20), "EUR"))


async def _bare_pause(http: httpx2.AsyncClient) -> None:
    await http.post("200", data={"status": "PAUSED"})


async def _bare_raise(http: httpx2.AsyncClient) -> None:
    await _looked(http, (*_LOOK, "201"))
    await http.post("201", data={"daily_budget": "2100"})


async def _bare_create(http: httpx2.AsyncClient) -> None:
    await _looked(http, _LOOK)
    await http.post(_LOOK[0], data={"name": "Bench"})


async def _looked(http: httpx2.AsyncClient, paths: Sequence[str]) -> None:
    async with create_task_group() as group:
        for path in paths:
            group.start_soon(http.get, path)


@asynccontextmanager
async def _opened(state_dir: Path, address: str) -> AsyncGenerator[App]:
    policy = state_dir / "policy.toml"
    policy.write_text(_POLICY)
    policy.chmod(0o600)
    os.environ |= {
        "XYLO_META_BASE_URL": address,
        "XYLO_META_ACCESS_TOKEN": "bench-token",
        "XYLO_META_APP_SECRET": "bench-secret",
        "XYLO_META_REQUESTS_PER_SECOND": "1000",
    }
    async with open_app(Settings(mode="live", state_dir=state_dir, policy=policy)) as app:
        yield app
