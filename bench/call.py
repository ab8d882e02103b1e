"""What one call costs on top of the platform's own answer."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack
from typing import TypeAlias

import anyio
import httpx2
import msgspec
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters
from mcp_types import CallToolResult

from .figures import Figure, Goal, ratio, spread
from .pipe import Pipe, Result
from .processes import SERVER, TINY, script, stub
from .stub import COUNTS

Ask: TypeAlias = Callable[[], Awaitable[None]]
Asks: TypeAlias = Mapping[str, Ask]
_TEN, _THOUSAND = COUNTS
_TOKEN = "bench"  # opens nothing
_ONE_PAGE = {"accounts": [f"tiktok_{_TEN}"], "limit": 10}
_FIELDS = (
    '["campaign_id","campaign_name","objective_type","virtual_objective_type",'
    '"budget","budget_mode","operation_status","secondary_status"]'
)


class _Page(msgspec.Struct):
    next_cursor: str | None
    complete: bool


def measure() -> list[Figure]:
    return anyio.run(_measure)


async def _measure() -> list[Figure]:
    async with AsyncExitStack() as stack:
        address = stack.enter_context(stub())
        servers = ExitStack()
        stack.enter_context(servers)
        raw = await stack.enter_async_context(httpx2.AsyncClient(headers={"Access-Token": _TOKEN}))
        ours, minimal = (_opened(servers, kind, address) for kind in ("ours", "minimal"))
        clients = [await stack.enter_async_context(Client(_parameters(kind, address))) for kind in ("ours", "minimal")]
        one, listing = _asks(raw, address, ours, minimal), _all_pages(raw, address, ours, minimal)
        by_client = _by_client(clients, address, one["raw"])
        await _warm(one, listing, by_client)
        await _slow(raw, address, 0)
        fast, client, pages = await _rounds(one, 300), await _rounds(by_client, 200), await _rounds(listing, 30)
        rate = _rates("0 ms", ours, minimal, address, 12)
        await _slow(raw, address, 50)
        slow_rate = _rates("50 ms", ours, minimal, address, 4)
        slow, slow_pages = await _rounds(one, 40), await _rounds(listing, 6)
    return [
        ratio("call", "10 campaigns, 0 ms, against raw HTTP", fast["ours"], fast["raw"], Goal(2.5)),
        ratio("call", "10 campaigns, 0 ms, against a minimal tool", fast["ours"], fast["minimal"]),
        ratio("call", "10 campaigns, 50 ms, against raw HTTP", slow["ours"], slow["raw"], Goal(1.12)),
        ratio("call", "10 campaigns, 50 ms, against a minimal tool", slow["ours"], slow["minimal"]),
        ratio("call", "the same through the SDK's client, raw HTTP", client["ours"], client["raw"]),
        ratio("call", "the same through the SDK's client, minimal tool", client["ours"], client["minimal"]),
        ratio("call", "1,000 in 10 pages, 0 ms, against raw HTTP", pages["ours"], pages["raw"]),
        ratio("call", "1,000 in 10 pages, 0 ms, minimal tool", pages["ours"], pages["minimal"]),
        ratio("call", "1,000 in 10 pages, 50 ms, against raw HTTP", slow_pages["ours"], slow_pages["raw"]),
        rate,
        slow_rate,
    ]


def _command(kind: str, address: str) -> tuple[Sequence[str], Mapping[str, str]]:
    environment = {
        "XYLO_MODE": "dry_run",
        "XYLO_TIKTOK_BASE_URL": address,
        "XYLO_TIKTOK_ACCESS_TOKEN": _TOKEN,
        "XYLO_TIKTOK_APP_ID": "1",
        "XYLO_TIKTOK_APP_SECRET": _TOKEN,
        "XYLO_TIKTOK_REQUESTS_PER_SECOND": "2000",  # more than there will be: what waits is not measured
    }
    commands = {
        "ours": (*SERVER, "serve"),
        "minimal": script("minimal_server", _TOKEN),
    }
    return commands[kind], environment


def _opened(stack: ExitStack, kind: str, address: str) -> Pipe:
    pipe = stack.enter_context(Pipe(*_command(kind, address)))
    pipe.greet()
    return pipe


def _parameters(kind: str, address: str) -> StdioServerParameters:
    command, environment = _command(kind, address)
    return StdioServerParameters(command=command[0], args=list(command[1:]), env={**TINY, **environment})


def _url(address: str, advertiser: str, page: int, size: int) -> str:
    """The very request that our adapter makes."""
    params = httpx2.QueryParams(advertiser_id=advertiser, fields=_FIELDS, page=page, page_size=size)
    return f"{address}/open_api/v1.3/campaign/get/?{params}"


def _asks(raw: httpx2.AsyncClient, address: str, ours: Pipe, minimal: Pipe) -> Asks:
    url = _url(address, _TEN, 1, 10)

    async def ask_raw() -> None:
        assert (await raw.get(url)).content

    async def ask_minimal() -> None:
        minimal.call("fetch", {"url": url})

    async def ask_ours() -> None:
        assert _whole(ours.call("list_campaigns", _ONE_PAGE))

    return {"raw": ask_raw, "minimal": ask_minimal, "ours": ask_ours}


def _all_pages(raw: httpx2.AsyncClient, address: str, ours: Pipe, minimal: Pipe) -> Asks:
    urls = [_url(address, _THOUSAND, page, 100) for page in range(1, 11)]

    async def ask_raw() -> None:
        for url in urls:
            assert (await raw.get(url)).content

    async def ask_minimal() -> None:
        for url in urls:
            minimal.call("fetch", {"url": url})

    async def ask_ours() -> None:
        question: dict[str, object] = {"accounts": [f"tiktok_{_THOUSAND}"], "limit": 100}
        for left in range(9, -1, -1):
            page = msgspec.json.decode(ours.call("list_campaigns", question).structured_content, type=_Page)
            assert page.complete == (left == 0)
            question["cursor"] = page.next_cursor or ""

    return {"raw": ask_raw, "minimal": ask_minimal, "ours": ask_ours}


def _by_client(clients: Sequence[Client], address: str, ask_raw: Ask) -> Asks:
    ours, minimal = clients
    url = _url(address, _TEN, 1, 10)

    async def ask_minimal() -> None:
        _good(await minimal.call_tool("fetch", {"url": url}))

    async def ask_ours() -> None:
        _good(await ours.call_tool("list_campaigns", _ONE_PAGE))

    return {"raw": ask_raw, "minimal": ask_minimal, "ours": ask_ours}


async def _warm(*several: Asks) -> None:
    """The first of each opens connections and lists accounts."""
    for asks in several:
        for ask in asks.values():
            await ask()


async def _rounds(asks: Asks, rounds: int) -> Mapping[str, list[float]]:
    """Seconds of each, in `rounds` that begin with another one each time."""
    took: dict[str, list[float]] = {name: [] for name in asks}
    names = list(asks)
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            begun = time.perf_counter()
            await asks[name]()
            took[name].append(time.perf_counter() - begun)
    return took


def _rates(latency: str, server: Pipe, minimal: Pipe, address: str, rounds: int) -> Figure:
    url = _url(address, _TEN, 1, 10)
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(rounds):
        ours.append(server.rate("list_campaigns", _ONE_PAGE, 200, 16))
        theirs.append(minimal.rate("fetch", {"url": url}, 200, 16))
    return Figure(
        "call",
        f"rate, 200 calls at 16 at once, {latency}, minimal tool",
        "x",
        spread([one / other for one, other in zip(ours, theirs, strict=True)]),
        Goal(0.85, at_least=True),
        f"{spread(ours).median:.0f} : {spread(theirs).median:.0f} per s",
    )


async def _slow(raw: httpx2.AsyncClient, address: str, milliseconds: int) -> None:
    await raw.put(f"{address}/latency", params={"ms": milliseconds})


def _whole(result: Result) -> bool:
    return msgspec.json.decode(result.structured_content, type=_Page).complete


def _good(result: object) -> None:
    assert isinstance(result, CallToolResult)
    assert not result.is_error
