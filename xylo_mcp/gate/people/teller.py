"""Tells one destination of events, each of them once, and writes down what became of them."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

import anyio
import msgspec
from anyio import to_thread

from ...ads.accounts import Account
from ...ads.conversions import Event, Outgoing, Told
from ...ads.errors import AdsError, Conflict, Garbled, Invalid, Late, Partial
from ...ads.handovers import Handed, SendConversions
from ...ads.operations import State
from ...ads.people import Consent
from ...contract import Clock, ConversionRules, TakesPeople
from ...conversions import Numbered
from ...digests import Digests
from ...identity import hashed
from ...ledger import Tx, events
from ...ledger.events import Claim, Where
from .bisecting import told_one_by_one
from .book import HOLDING, Book, Held
from .patience import again
from .wishes import LeftOut

_SHOWN = 100
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
        self.handed = Handed(begun=True)
        self.error: AdsError | None = None
        self.left_out: list[LeftOut] = []
        self._waiting: dict[str, list[_Item]] = {}
        self._over = False
        rules = there.rules
        self._where = Where(
            there.account.platform, change.destination, max(rules.dedupes - _MARGIN, timedelta()), HOLDING
        )
        self._recorded = held is not None and (rules.test_counts or not change.test)

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
        self._count(taken=chunk[-1][0])

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
        if self.error is None and (self.handed.waiting or self.handed.doubtful):
            self.error = _not_all(self.handed)
        if self.error is not None:
            await self._stop(self.error)
        else:
            await self._end("applied", None)

    async def interrupt(self) -> None:
        """Whoever asked went away: what was not told yet can be told by another call."""
        if not self._over:
            await self._end("partial" if self._anything else "failed", self.error or _interrupted())

    @property
    def _anything(self) -> bool:
        return bool(self.handed.sent or self.handed.already or self.handed.doubtful)

    def _usable(self, chunk: Sequence[Numbered]) -> Sequence[_Item]:
        there, items = self._there, list[_Item]()
        for number, event in chunk:
            if isinstance(event, str):
                self._leave_out(number, "rejected", event)
            elif event.consent in there.drops:
                self._leave_out(number, "dropped", f"consent_{event.consent}")
            elif (why := self._objection(event)) is not None:
                self._leave_out(number, "rejected", why)
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
            self._count(sent=self.handed.sent + len(items))
            return
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
                self._pass_over(item, "already")
            elif claims[item.digest] != "send":
                self._pass_over(item, claims[item.digest])
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
                self._pass_over(item, "doubtful")
            elif said.state == "delivered":
                came.append(item.digest)
                self._count(sent=self.handed.sent + 1)
            elif said.state == "already":
                came.append(item.digest)
                self._pass_over(item, "already")
            else:
                gone.append(item.digest)
                self._leave_out(item.number, said.state, said.reason)
        if self._recorded:
            await self._there.book.store.write(partial(_settled, where=self._where, came=came, lost=lost, gone=gone))
        self.error = error

    def _pass_over(self, item: _Item, why: Claim) -> None:
        if why == "already":
            self._count(already=self.handed.already + 1)
        elif why == "busy":
            self._leave_out(item.number, "later", "told_by_another_call_just_now")
        else:
            self._count(doubtful=self.handed.doubtful + 1)
            self._list(LeftOut(item.number, "doubtful", "answer_lost"))

    def _leave_out(self, number: int, state: str, reason: str) -> None:
        if state == "later":
            self._count(waiting=self.handed.waiting + 1)
        else:
            self._count(unusable=dict(Counter(self.handed.unusable) + Counter([reason])))
        self._list(LeftOut(number, state, reason))

    def _list(self, one: LeftOut) -> None:
        if len(self.left_out) < _SHOWN:
            self.left_out.append(one)

    def _count(self, **values: object) -> None:
        self.handed = msgspec.structs.replace(self.handed, **values)

    async def _stop(self, error: AdsError) -> None:
        self.error = error
        await self._end("partial" if self._anything else "failed", error)

    async def _end(self, state: State, error: AdsError | None) -> None:
        self._over = True
        if self.held is None:
            return
        with anyio.CancelScope(shield=True):
            self.held = msgspec.structs.replace(
                self.held, operation=msgspec.structs.replace(self.held.operation, handed=self.handed)
            )
            self.held = await self._there.book.end(self.held, state, error)
        if error is not None:
            error.operation_id = self.held.operation.id


def _not_all(so_far: Handed) -> Partial:
    return Partial(
        f"{so_far.waiting:,} events were not taken yet, and of {so_far.doubtful:,} nobody knows whether they came.",
        "Make the same call again later: what was told is not told twice.",
    )


def _interrupted() -> Conflict:
    return Conflict("This was interrupted.", "Make the same call again: what was told is not told twice.")


def _settled(tx: Tx, *, where: Where, came: Sequence[str], lost: Sequence[str], gone: Sequence[str]) -> None:
    events.settle(tx, where, came, "delivered")
    events.settle(tx, where, lost, "unknown")
    events.free(tx, where, gone)
