"""Fills a memory from a platform that answers at once, or asks it again: how long that takes, what it weighs."""

import resource
import sys
import time
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import anyio
import msgspec

from xylo_mcp.ads.accounts import Account, Roster
from xylo_mcp.ads.audiences import AudiencePage
from xylo_mcp.ads.campaigns import CampaignFilter, CampaignPage
from xylo_mcp.ads.dates import Span
from xylo_mcp.ads.insights import Batch, InsightRow, InsightsQuery, Metrics, merged
from xylo_mcp.ads.standings import Look
from xylo_mcp.contract import AdReader
from xylo_mcp.directory import Backend, Directory
from xylo_mcp.insights import Asker, Counting, Performance, Question, performance
from xylo_mcp.platforms import found
from xylo_mcp.remembering.memory import Memory, open_memory

NOW = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)
DAYS = 90
CAMPAIGNS = 1000
_DAY = timedelta(days=1)
_AMOUNTS = [Decimal(cents) / 100 for cents in range(50_000)]
_SPEC = msgspec.structs.replace(next(iter(found().values())), settling_days=7)


class Instant:
    """Answers day by day, a thousand rows a page, as fast as rows can be made."""

    def __init__(self, accounts: Sequence[Account]) -> None:
        self.asked, self._accounts = 0, accounts

    async def insights(self, account: Account, query: InsightsQuery) -> AsyncIterator[Batch]:
        self.asked += 1
        first = int(account.id) * 7919
        for number in range((query.until - query.since).days + 1):
            day = query.since + number * _DAY
            yield Batch([_row(first + campaign, day) for campaign in range(CAMPAIGNS)])

    async def accounts(self) -> Roster:
        return Roster(self._accounts)

    async def campaigns(
        self, account: Account, wanted: CampaignFilter, *, place: str | None, size: int
    ) -> CampaignPage:
        raise NotImplementedError

    async def look(self, account: Account, campaign_id: str = "") -> Look:
        raise NotImplementedError

    async def audiences(self, account: Account, *, place: str | None, size: int) -> AudiencePage:
        raise NotImplementedError


def _row(campaign: int, day: date) -> InsightRow:
    chance = (campaign * 2_654_435_761 + day.toordinal() * 40_503) % 1_000_003
    metrics = Metrics(
        spend=_AMOUNTS[chance % 50_000],
        impressions=chance % 70_001,
        clicks=chance % 1009,
        conversions=_AMOUNTS[chance % 31 * 100],
        link_clicks=chance % 997,
        conversion_value=_AMOUNTS[chance % 49_999],
        video_views=chance % 5003,
    )
    return InsightRow(metrics, f"1200{campaign:011}", f"Campaign {campaign} | prospecting | DE", day)


async def _fill(memory: Memory, accounts: Sequence[Account], reader: AdReader) -> None:
    for account in accounts:
        await memory.ask(account, reader, _query(DAYS, "day"), _SPEC)


async def _ask(memory: Memory, reader: "Instant", days: int) -> Performance:
    """The ten campaigns of all accounts that cost most, and the sum of the rest: what get_insights shows."""
    directory = Directory({_SPEC.name: Backend(_SPEC, reader)}, lambda: NOW, deadline=600)
    asker = Asker(directory, lambda: NOW, memory.ask, Counting())
    until = NOW.date()
    question = Question(Span(until - (days - 1) * _DAY, until), level="campaign")
    return await performance(asker, (), question, top=10, rates=None)


async def _plain(accounts: Sequence[Account], reader: Instant) -> None:
    """What the same costs without a memory."""
    for account in accounts:
        rows = [row async for batch in reader.insights(account, _query(DAYS, "day")) for row in batch.rows]
        whole = merged(msgspec.structs.replace(row, day=None) for row in rows)
        sorted(whole, key=lambda row: -(row.metrics.spend or 0))


def _query(days: int, granularity: str) -> InsightsQuery:
    until = NOW.date()
    return InsightsQuery("campaign", until - (days - 1) * _DAY, until, "day" if granularity == "day" else "total")


async def main(doing: str, place: Path, count: int) -> None:
    accounts = [Account(f"{n}", _SPEC.name, "Shop", "EUR", "Europe/Berlin", "active", "1") for n in range(count)]
    reader = Instant(accounts)
    times: list[float] = []
    async with open_memory(place, "bench", "accounts", lambda: NOW) as memory:
        await memory.ask(accounts[0], reader, InsightsQuery("account", NOW.date(), NOW.date()), _SPEC)  # opens it
        for days in (DAYS, 30) if doing == "ask" else (DAYS,):
            reader.asked, began = 0, time.perf_counter()
            if doing == "fill":
                await _fill(memory, accounts, reader)
            elif doing == "plain":
                await _plain(accounts, reader)
            else:
                (section,) = (await _ask(memory, reader, days)).sections
                assert (len(section.lines()), section.others_many) == (10, CAMPAIGNS * count - 10)
                assert reader.asked == 0
            times.append(time.perf_counter() - began)
    weight = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(msgspec.json.encode({"seconds": times, "mebibytes": weight}).decode())


if __name__ == "__main__":
    anyio.run(main, sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
