"""Tells one destination of events, each of them once, and writes down what became of them."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

import anyio
import msgspec
from anyio import to_thread

from ...ads.accounts import Account
from ...ads.conversions import Event, Outgoing, Told
from ...ads.errors import AdsError, Garbled, Invalid, Late
from ...ads.handovers import SendConversions
from ...ads.operations import State
from ...ads.people import Consent
from ...contract import Clock, ConversionRules, TakesPeople
from ...conversions import Numbered
from ...digests import Digests
from ...identity import hashed
from ...ledger import Tx, events
from ...ledger.events import Where
from .bisecting import told_one_by_one
from .book import HOLDING, Book, Held
from .patience import again
from .tally import Tally, interrupted

_MARGIN = timedelta(hours=1)
"""So long before its window ends, a platform is not trusted any more to recognise what comes again."""


class Destination(msgspec.Struct, frozen=True):
    """Where events go, and by which rules; the rest as in `carrier.Task`."""

    platform: TakesPeople
    account: Account
    rules: ConversionRules
    book: Book
    digests: Digests
    drops: frozenset[Consent]
    clock: Clock
    until: float
    patience: float


class _Item(msgspec.Struct, frozen=True):
    """One event on its way."""

    number: int
    digest: str
    outgoing: Outgoing

    def __repr__(self) -> str:
        return f"_Item({self.number})"


class Teller:
    """Events on their way to one destination. With nothing `held` it rehearses: checks, counts, and sends nothing."""

    def __init__(self, there: Destination, change: SendConversions, held: Held | None) -> None:
        self._there, self.change, self.held = there, change, held
        self.tally = Tally()
        self.error: AdsError | None = None
        self._waiting: dict[str, list[_Item]] = {}
        self._over = False
        rules = there.rules
        self._where = Where(
            there.account.platform, change.destination, max(rules.dedupes - _MARGIN, timedelta()), HOLDING
        )
        self._recorded = held is not None and (rules.test_counts or not change.test)

    @property
    def note(self) -> str:
        """What a test means there."""
        return f"A test: {self._there.rules.test}." if self.change.test else ""

    @property
    def over(self) -> bool:
        """Whether no more events are wanted."""
        return self._over or self.error is not None

    async def take(self, chunk: Sequence[Numbered]) -> None:
        """Some more events. Those of one place go together: some platforms take no others in one request."""
        if self.over:
            return
        items = await to_thread.run_sync(self._usable, chunk)
        try:
            for item in items:
                waiting = self._waiting.setdefault(item.outgoing.event.place, [])
                waiting.append(item)
                if len(waiting) == self._there.rules.portion:
                    self._waiting[item.outgoing.event.place] = []
                    await self._tell(waiting)
        except AdsError as error:
            await self._stop(error)
        self.tally.seen(chunk[-1][0])

    async def finish(self) -> None:
        """There are no more events."""
        if self._over:
            return
        try:
            for items in self._waiting.values():
                if items and self.error is None:
                    await self._tell(items)
        except AdsError as error:
            self.error = error
        self.error = self.error or self.tally.shortfall()
        if self.error is not None:
            await self._stop(self.error)
        else:
            await self._end("applied", None)

    async def interrupt(self) -> None:
        """Whoever asked went away: what was not told yet can be told by another call."""
        if not self._over:
            await self._stop(self.error or interrupted())

    def _usable(self, chunk: Sequence[Numbered]) -> Sequence[_Item]:
        there, items = self._there, list[_Item]()
        for number, event in chunk:
            if isinstance(event, str):
                self.tally.refused(number, event)
            elif event.consent in there.drops:
                self.tally.refused(number, f"consent_{event.consent}")
            elif (why := self._objection(event)) is not None:
                self.tally.refused(number, "not_for_this_platform", why)
            else:
                outgoing = Outgoing(event, hashed(event.person, there.rules.forms))
                items.append(_Item(number, there.digests.of(event.name, event.id), outgoing))
        return items

    def _objection(self, event: Event) -> str | None:
        try:
            self._there.platform.check_event(self._there.account, self.change.destination, event)
        except Invalid as invalid:
            return invalid.message
        return None

    async def _tell(self, items: Sequence[_Item]) -> None:
        """Tell a portion: what others told, or are telling, is passed over."""
        if anyio.current_time() > self._there.until:
            raise Late("The time for this call is over.", "Make the same call again: what was told is not told twice.")
        if self.held is None:
            self.tally.sent(len(items))
            return
        await self._there.book.require_running(self.held)
        with anyio.CancelScope(shield=True):  # between the claim and the record nobody may go away
            own = await self._claimed(items) if self._recorded else items
            if own:
                await self._settle(
                    own, *await told_one_by_one([one.outgoing for one in own], self._ask, self._there.rules)
                )

    async def _claimed(self, items: Sequence[_Item]) -> Sequence[_Item]:
        assert self.held is not None
        first = {item.digest: item for item in reversed(items)}
        operation = self.held.operation
        claim = partial(
            events.claim,
            where=self._where,
            digests=list(first),
            operation_id=operation.id,
            principal=operation.principal,
        )
        claims = await self._there.book.store.write(claim)
        for item in items:
            if first[item.digest] is not item:
                self.tally.passed_over(item.number, "already")
            elif claims[item.digest] != "send":
                self.tally.passed_over(item.number, claims[item.digest])
        return [item for item in first.values() if claims[item.digest] == "send"]

    async def _ask(self, outgoing: Sequence[Outgoing]) -> Sequence[Told]:
        """One request; where the platform recognises what comes again, an answer that got lost is asked for again."""
        there, change = self._there, self.change

        async def send() -> Sequence[Told]:
            with anyio.move_on_after(there.patience):
                told = await there.platform.send_events(there.account, change.destination, outgoing, change.test)
                if len(told) == len(outgoing):
                    return told
                raise Garbled(
                    "The platform answered for other events.", "Tell them again.", platform=there.account.platform
                )
            raise Late("The platform did not answer in time.", "Tell it again.", platform=there.account.platform)

        if there.rules.dedupes or not self._recorded:
            return await again(send, there.clock, there.until)
        return await send()

    async def _settle(self, items: Sequence[_Item], told: Sequence[Told | None], error: AdsError | None) -> None:
        """Write down what became of them: `None` is of those whose answer got lost."""
        came, lost, gone = list[str](), list[str](), list[str]()
        for item, said in zip(items, told, strict=True):
            if said is None:
                lost.append(item.digest)
                self.tally.passed_over(item.number, "doubtful")
            elif said.state == "delivered":
                came.append(item.digest)
                self.tally.sent()
            elif said.state == "already":
                came.append(item.digest)
                self.tally.passed_over(item.number, "already")
            else:
                gone.append(item.digest)
                tell = self.tally.later if said.state == "later" else self.tally.refused
                tell(item.number, said.reason)
        if self._recorded:
            await self._there.book.store.write(partial(_settled, where=self._where, came=came, lost=lost, gone=gone))
        self.error = error

    async def _stop(self, error: AdsError) -> None:
        self.error = error
        await self._end("partial" if self.tally.anything else "failed", error)

    async def _end(self, state: State, error: AdsError | None) -> None:
        self._over = True
        if self.held is None:
            return
        with anyio.CancelScope(shield=True):
            counted = msgspec.structs.replace(self.held.operation, handed=self.tally.handed)
            self.held = await self._there.book.end(Held(counted, self.held.fence), state, error)
        if error is not None:
            error.operation_id = self.held.operation.id


def _settled(tx: Tx, *, where: Where, came: Sequence[str], lost: Sequence[str], gone: Sequence[str]) -> None:
    events.settle(tx, where, came, "delivered")
    events.settle(tx, where, lost, "unknown")
    events.free(tx, where, gone)
