"""Answers questions from what platforms said before, and asks them only for what is missing or may have moved."""

import hashlib
from collections import defaultdict
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from datetime import date, datetime, timedelta
from pathlib import Path

import anyio
import msgspec
from anyio import to_thread

from ..ads.accounts import Account
from ..ads.dates import Span
from ..ads.fields import TEXTS
from ..ads.insights import InsightsQuery, Level
from ..ads.tables import Table
from ..contract import AdReader, Clock, Jobs, PlatformSpec
from ..ledger import Store, Tx, answers, facts, open_store
from ..once import Once
from .freshness import Freshness
from .jobs import StoredJobs
from .reading import Asking, Progress
from .shelf import Damaged, OutOfUse, Shelf
from .told import Remembered, Restated

_DAY = timedelta(days=1)
_FEW = 10
_AT_ONCE = 4
_CAMPAIGN_ID = TEXTS.index("campaign_id")


class _Question(msgspec.Struct, frozen=True):
    """What is asked, of whom, and how fresh."""

    asking: Asking
    query: InsightsQuery
    fresh: Freshness

    @property
    def span(self) -> Span:
        """The days that it is about."""
        return Span(self.query.since, self.query.until)

    @property
    def of_days(self) -> bool:
        """Whether it follows from what is remembered of days."""
        query = self.query
        chosen = query.campaign_ids and query.level != "campaign"
        return query.breakdown is None and not query.reach and not chosen

    @property
    def cheap_by_day(self) -> bool:
        """Whether asking it day by day makes no more rows than asking it as it is."""
        return not self.query.campaign_ids and (self.query.level == "account" or self.query.granularity == "day")

    @property
    def counting(self) -> str:
        """What tells apart by what counts as a conversion."""
        events = self.query.events
        return hashlib.sha256("\n".join(sorted(events)).encode()).hexdigest()[:16] if events else ""

    @property
    def digest(self) -> str:
        """What only the same question has."""
        said = msgspec.structs.asdict(self.query)
        said |= {"campaign_ids": sorted(self.query.campaign_ids), "events": sorted(self.query.events)}
        return hashlib.sha256(msgspec.json.encode([self.asking.account.id, said], order="sorted")).hexdigest()


class _Seen(msgspec.Struct, frozen=True):
    """What the store has: the days that must be asked, whether any of them was settled, or else all the rows."""

    missing: Sequence[date]
    doubted: bool = False
    rows: Table | None = None
    as_of: datetime | None = None


class Memory:
    """Keeps what platforms say of accounts, in one `world`: that of the real accounts, or one of the sandbox's."""

    def __init__(self, store: Once[Store], world: str, clock: Clock) -> None:
        self._shelf = Shelf(store, clock)
        self._world, self._clock = world, clock
        self._turns: defaultdict[tuple[str, Level], anyio.Lock] = defaultdict(anyio.Lock)
        self._backfills = anyio.CapacityLimiter(_AT_ONCE)

    async def ask(
        self,
        account: Account,
        reader: AdReader,
        query: InsightsQuery,
        spec: PlatformSpec,
        max_age: timedelta | None = None,
        progress: Progress | None = None,
    ) -> Remembered:
        """The answer of `account` to `query`, none of it older than `max_age` where that is given.

        Raises:
            AdsError: a platform had to be asked, and failed.
        """
        fresh = Freshness(self._clock(), account.time_zone, spec.settling_days, max_age)
        question = _Question(Asking(account, reader, progress), query, fresh)
        async with self._turns[account.id, query.level]:  # who asks the same meanwhile finds the answer
            try:
                return await self._answer(question)
            except Damaged:
                await self._forget(question)
            except OutOfUse:
                pass
            return await self._live(question)

    def jobs(self, platform: str) -> Jobs:
        """The reports that `platform` is making."""
        return StoredJobs(self._shelf, self._world, platform, self._clock)

    async def _answer(self, question: _Question) -> Remembered:
        if not question.of_days:
            return await self._known_exactly(question) or await self._exactly(question)
        seen = await self._shelf.read(lambda tx: self._look(tx, question))
        if seen.rows is not None and seen.as_of is not None:
            return Remembered(seen.rows, seen.as_of, cached=True)
        if question.cheap_by_day:
            return await self._by_day(question, seen.missing)
        known = await self._known_exactly(question)
        if known is not None:
            return known
        few = len(seen.missing) <= max(1, min(_FEW, question.span.days // 3))
        if (few or seen.doubted) and not question.query.campaign_ids:
            return await self._by_day(question, seen.missing)
        return await self._exactly(question)

    def _look(self, tx: Tx, question: _Question) -> _Seen:
        series, span = self._series(question), question.span
        known = facts.read_at(tx, series, span)
        days = [span.since + number * _DAY for number in range(span.days)]
        missing = [day for day in days if day not in known or not question.fresh.holds(day, known[day])]
        if missing:
            doubted = any(question.fresh.settled(day, known[day]) for day in missing if day in known)
            return _Seen(missing, doubted)
        tell = facts.total if question.query.granularity == "total" else facts.by_day
        return _Seen((), rows=_chosen(tell(tx, series, span), question.query), as_of=min(known.values()))

    async def _by_day(self, question: _Question, missing: Sequence[date]) -> Remembered:
        """The answer after the platform was asked for the days that are `missing`, a month at a time."""
        restated: list[Restated] = []
        wide = len(missing) > 31 and question.query.level != "account"  # noqa: PLR2004  # more than a month
        async with self._backfills if wide else nullcontext():
            for piece in _pieces(missing):
                restated += await self._fill(question, piece)
        seen = await self._shelf.read(lambda tx: self._look(tx, question))
        if seen.rows is None or seen.as_of is None:  # somebody has deleted what was just kept
            raise OutOfUse
        return Remembered(seen.rows, seen.as_of, cached=False, restated=restated)

    async def _fill(self, question: _Question, piece: Span) -> Sequence[Restated]:
        query = msgspec.structs.replace(question.query, since=piece.since, until=piece.until, granularity="day")
        read_at = self._clock()
        rows = await question.asking.ask(query)
        series = self._series(question)
        changed = await self._shelf.note(lambda tx: facts.keep(tx, series, piece, rows, read_at))
        return [
            Restated(one.day, one.read_before, one.before.spend, one.now.spend, one.sums)
            for one in changed
            if question.fresh.settled(one.day, one.read_before)
        ]

    async def _known_exactly(self, question: _Question) -> Remembered | None:
        """The last answer to the very same question, if it is fresh enough."""
        found = await self._shelf.read(lambda tx: answers.find(tx, self._world, question.digest))
        if found is None or not question.fresh.holds(question.query.until, found.read_at):
            return None
        today = question.fresh.asked.date()
        if answers.is_forgotten_soon(found, today):
            with suppress(OutOfUse):
                await self._shelf.note(lambda tx: answers.was_read(tx, self._world, question.digest, today))
        return Remembered(found.rows, found.read_at, cached=True)

    async def _exactly(self, question: _Question) -> Remembered:
        """The platform's answer to the question as it is."""
        told = await self._live(question)
        settled = question.fresh.settled(question.query.until, told.as_of)
        kept = answers.Answer(told.rows, told.as_of, settled=settled)
        today = question.fresh.asked.date()
        with suppress(OutOfUse):
            await self._shelf.note(lambda tx: answers.keep(tx, self._world, question.digest, kept, today))
        return told

    async def _live(self, question: _Question) -> Remembered:
        read_at = self._clock()
        return Remembered(await question.asking.ask(question.query), read_at, cached=False)

    async def _forget(self, question: _Question) -> None:
        """Forget what is damaged: it is asked again."""
        series = self._series(question)
        with suppress(OutOfUse):
            await self._shelf.note(lambda tx: facts.forget(tx, series))
            await self._shelf.note(lambda tx: answers.forget(tx, self._world, question.digest))

    def _series(self, question: _Question) -> facts.Series:
        return facts.Series(self._world, question.asking.account.id, question.query.level, question.counting)


def _chosen(rows: Table, query: InsightsQuery) -> Table:
    """The rows of the campaigns that were asked for."""
    if not query.campaign_ids:
        return rows
    names = rows.pool.all()
    return rows.take(
        [row for row, number in enumerate(rows.texts[_CAMPAIGN_ID]) if names[number] in query.campaign_ids]
    )


def _pieces(days: Sequence[date]) -> Iterator[Span]:
    """`days` as few spans, cut where a month ends, so that little is held at a time and each is soon kept."""
    since = until = days[0]
    for day in days[1:]:
        if day != until + _DAY or day.month != since.month:
            yield Span(since, until)
            since = day
        until = day
    yield Span(since, until)


@asynccontextmanager
async def open_memory(place: str | Path, tenant: str, world: str, clock: Clock) -> AsyncGenerator[Memory]:
    """The memory, for as long as the context lasts; its store is opened by the first question."""
    store = Once(lambda: _opened(place, tenant))
    try:
        yield Memory(store, world, clock)
    finally:
        await store.close()


@asynccontextmanager
async def _opened(place: str | Path, tenant: str) -> AsyncGenerator[Store]:
    store = await to_thread.run_sync(open_store, place, tenant)
    try:
        yield store
    finally:
        await store.close()
