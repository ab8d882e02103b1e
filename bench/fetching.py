"""Fetched and in our words: 10,000 campaigns and 10,000 rows of insights of Meta, both lists at once."""

import gc
import importlib
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from time import perf_counter
from typing import Protocol

import anyio
import httpx2

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.campaigns import CampaignFilter
from xylo_mcp.ads.insights import InsightsQuery
from xylo_mcp.contract import AdPlatform, Connection
from xylo_mcp.platforms.meta import SPEC
from xylo_mcp.platforms.meta.insight_rows import METRICS
from xylo_mcp.platforms.meta.payloads import CAMPAIGN_FIELDS

from .figures import Figure, Goal, ratio
from .processes import stub
from .vendor_rows import ROWS

_TIMES, _TIMES_OF_THE_SDK = 12, 3
_PAGE = 500
_ACCOUNT = Account("act_1", "meta", "Bench", "USD", "America/Los_Angeles", "active", "1")
_QUERY = InsightsQuery("campaign", date(2026, 9, 1), date(2026, 9, 7))
_FIELDS = f"campaign_id,campaign_name,{METRICS}"


class _TheirAccount(Protocol):
    def get_campaigns(self, fields: Sequence[str], params: Mapping[str, object], /) -> Iterable[object]: ...

    def get_insights(self, fields: Sequence[str], params: Mapping[str, object], /) -> Iterable[object]: ...


def measure() -> list[Figure]:
    with stub("meta_bulk_stub") as address:
        return anyio.run(_measure, address)


async def _measure(address: str) -> list[Figure]:
    told = {setting.name: setting.default for setting in SPEC.settings}
    settings = {**told, "ACCESS_TOKEN": "token", "BASE_URL": address}
    network = httpx2.AsyncHTTPTransport()
    # As many requests a second as there are: else the limiter would be measured.
    connection = Connection(settings, network, lambda: datetime(2026, 10, 1, tzinfo=UTC), per_second=10_000)
    theirs = _sdk(address)
    of, to, ours, sdk = list[float](), list[float](), list[float](), list[float]()
    async with network, SPEC.open(connection) as meta, httpx2.AsyncClient(base_url=address) as raw:
        for _ in range(_TIMES + 1):  # the first time warms up
            of.append(await _seconds(lambda: _both(lambda: _campaigns(meta), lambda: _insights(meta))))
            to.append(await _seconds(lambda: _both(lambda: _edge(raw, "campaigns"), lambda: _edge(raw, "insights"))))
        for _ in range(_TIMES_OF_THE_SDK):
            ours.append(await _seconds(lambda: _both(lambda: _campaigns(meta), lambda: _insights(meta))))
            sdk.append(await _seconds(lambda: _by_the_sdk(theirs)))
    return [
        ratio("fetching", "10,000 + 10,000 of Meta, against raw HTTP and json.loads", of[1:], to[1:], Goal(1.4)),
        ratio("fetching", "the same by facebook-business, against ours", sdk, ours, Goal(8, at_least=True)),
    ]


async def _seconds(read: Callable[[], Awaitable[int]]) -> float:
    gc.collect()  # else the one pays for collecting what the other left
    begun = perf_counter()
    found = await read()
    spent = perf_counter() - begun
    assert found == 2 * ROWS, "all of it is read"
    return spent


async def _both(
    one: Callable[[], Awaitable[Sequence[object]]], other: Callable[[], Awaitable[Sequence[object]]]
) -> int:
    """How many rows both lists have, asked for at once."""
    read: list[Sequence[object]] = []

    async def keep(ask: Callable[[], Awaitable[Sequence[object]]]) -> None:
        read.append(await ask())

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(keep, one)
        tasks.start_soon(keep, other)
    return sum(map(len, read))


async def _campaigns(meta: AdPlatform) -> Sequence[object]:
    found: list[object] = []
    place: str | None = None
    while True:
        page = await meta.campaigns(_ACCOUNT, CampaignFilter(), place=place, size=_PAGE)
        found.extend(page.campaigns)
        place = page.next
        if place is None:
            return found


async def _insights(meta: AdPlatform) -> Sequence[object]:
    return [row async for batch in meta.insights(_ACCOUNT, _QUERY) for row in batch.rows]


async def _edge(http: httpx2.AsyncClient, edge: str) -> Sequence[object]:
    """The same requests, of which nothing is kept but what `json.loads` makes of the answers."""
    found: list[object] = []
    params = {"fields": CAMPAIGN_FIELDS if edge == "campaigns" else _FIELDS, "limit": str(_PAGE)}
    while True:
        response = await http.get(f"/{SPEC.api_version}/{_ACCOUNT.id}/{edge}", params=params)
        page = json.loads(response.content)
        found.extend(page["data"])
        if "next" not in page["paging"]:
            return found
        params["after"] = page["paging"]["cursors"]["after"]


def _sdk(address: str) -> _TheirAccount:
    """An account of Meta's own SDK, which keeps its connection, too."""
    session = importlib.import_module("facebook_business.session").FacebookSession("1", None, "token", timeout=60)
    session.GRAPH = address
    api = importlib.import_module("facebook_business.api").FacebookAdsApi(session)
    account: _TheirAccount = importlib.import_module("facebook_business.adobjects.adaccount").AdAccount(
        _ACCOUNT.id, api=api
    )
    return account


async def _by_the_sdk(account: _TheirAccount) -> int:
    """It asks for one list after the other."""
    asked = {"limit": _PAGE}
    campaigns = list(account.get_campaigns(CAMPAIGN_FIELDS.split(","), asked))
    insights = list(account.get_insights(_FIELDS.split(","), {**asked, "level": "campaign"}))
    return len(campaigns) + len(insights)
