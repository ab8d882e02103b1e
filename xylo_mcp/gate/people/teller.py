"""Tells one destination of events, each of them once, and writes down what became of them."""

from collections.abc import Sequence
from datetime import timedelta

import anyio
import msgspec
from anyio import to_thread

from ...ads.accounts import Account
from ...ads.conversions import Event, Outgoing, Told
from ...ads.errors import AdsError, Garbled, Invalid, Late, NotFound, Unsupported
from ...ads.handovers import SendConversions
from ...ads.operations import State
from ...ads.people import Consent
from ...contract import Clock, ConversionRules, TakesPeople
from ...conversions import Numbered
from ...digests import Digests
from ...identity import Hashing
from ...ledger.events import Settled, Where
from .bisecting import told_one_by_one
from .book import HOLDING, Book, Held
from .claims import Claims
from .patience import again
from .tally import Tally, interrupted, late

_ALREADY = Told("already")
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
        self._there, self.change = there, change
        self._hashing = Hashing(there.rules.forms)
        self.tally = Tally()
        self.error: AdsError | None = None
        self._waiting: dict[str, list[_Item]] = {}
        self._closed: dict[str, NotFound] = {}
        self._over = False
        self._recorded = there.rules.test_counts or not change.test
        where = Where(there.account.platform, change.destination, timedelta(), HOLDING) if self._recorded else None
        self._claims = Claims(there.book, held, where) if held is not None else None

    @property
    def held(self) -> Held | None:
        """The operation as it was last written down."""
        return self._claims.held if self._claims else None

    @property
    def note(self) -> str:
        """What a test means there."""
        return f"A test: {self._there.rules.test}." if self.change.test else ""

    @property
    def over(self) -> bool:
        """Whether no more events are wanted."""
        return self._over

    async def take(self, chunk: Sequence[Numbered]) -> None:
        """Some more events. Those of one place go together: some platforms take no others in one request."""
        if self._over:
            return
        for item in await to_thread.run_sync(self._usable, chunk):
            self._waiting.setdefault(item.outgoing.event.place, []).append(item)
        self.tally.seen(chunk[-1][0])
        await self._tell_those_of(self._there.rules.portion)

    async def finish(self) -> None:
        """There are no more events."""
        await self._tell_those_of(1)
        if self._over:
            return
        error = next(iter(self._closed.values()), None) or self.tally.shortfall()
        if error is not None:
            await self._stop(error)
        else:
            await self._end("applied", None)

    async def interrupt(self) -> None:
        """Whoever asked went away: what was not told yet can be told by another call."""
        if not self._over:
            await self._stop(interrupted())

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
                outgoing = Outgoing(event, self._hashing.row(event.person))
                items.append(_Item(number, there.digests.of(event.name, event.id), outgoing))
        return items

    def _objection(self, event: Event) -> str | None:
        try:
            self._there.platform.check_event(self._there.account, self.change.destination, event)
        except (Invalid, Unsupported) as objection:
            return objection.message
        return None

    async def _tell_those_of(self, least: int) -> None:
        """Tell all that waits, in portions, of the places of which there are so many."""
        portion = self._there.rules.portion
        try:
            for place, waiting in self._waiting.items():  # emptied as they are told
                while len(waiting) >= least and not self._over and place not in self._closed:
                    error = await self._tell(waiting, portion)
                    if isinstance(error, NotFound):  # perhaps for this place alone: the others have their try
                        self._closed[place] = error
                    elif error is not None:
                        await self._stop(error)
        except AdsError as error:
            await self._stop(error)

    async def _tell(self, waiting: list[_Item], most: int) -> AdsError | None:
        """Tell the first of those that wait: what others told, or are telling, is passed over.

        What is raised comes of no event; they wait still, unless it came after they were told.
        """
        if anyio.current_time() > self._there.until:
            raise late()
        items = waiting[:most]
        if self._claims is None:
            del waiting[:most]
            self.tally.sent(len(items))
            return None
        await self._there.book.require_running(self._claims.held)
        with anyio.CancelScope(shield=True):  # between the claim and the record nobody may go away
            own = await self._claimed(self._claims, items)
            del waiting[:most]
            if not own:
                return None
            told, error = await told_one_by_one([one.outgoing for one, *_ in own], self._ask, self._there.rules)
            await self._claims.settle(self._settled(own, told), self.tally.handed)
            return error

    async def _claimed(self, claims: Claims, items: Sequence[_Item]) -> Sequence[Sequence[_Item]]:
        """Those that are ours to send, each with those that are the same event again."""
        alike: dict[str, list[_Item]] = {}
        for item in items:
            alike.setdefault(item.digest if self._recorded else f"{item.number}", []).append(item)
        recognised = self._there.rules.recognises(items[0].outgoing.event.place)
        again = max(recognised - _MARGIN, timedelta())
        said = await claims.take(list(alike), self.tally.handed, again)
        for digest, same in alike.items():
            if said[digest] != "send":
                for item in same:
                    self.tally.passed_over(item.number, said[digest])
        return [same for digest, same in alike.items() if said[digest] == "send"]

    async def _ask(self, outgoing: Sequence[Outgoing]) -> Sequence[Told]:
        """One request; where the platform recognises what comes again, an answer that got lost is asked for again.

        Raises:
            Late: it is too late for another one; nothing was sent.
            Conflict: another call sends these by now; likewise.
        """
        there, change, claims = self._there, self.change, self._claims
        assert claims is not None
        if anyio.current_time() > there.until:
            raise late()

        async def send() -> Sequence[Told]:
            await claims.keep()
            with anyio.move_on_after(there.patience):
                told = await there.platform.send_events(there.account, change.destination, outgoing, change.test)
                if len(told) == len(outgoing):
                    return told
                raise Garbled(
                    "The platform answered for other events.", "Tell them again.", platform=there.account.platform
                )
            raise Late("The platform did not answer in time.", "Tell it again.", platform=there.account.platform)

        if there.rules.recognises(outgoing[0].event.place) or not self._recorded:
            return await again(send, there.clock, there.until)
        return await send()

    def _settled(self, own: Sequence[Sequence[_Item]], told: Sequence[Told | None]) -> Settled:
        """Count what became of them, `None` being of those whose answer got lost; the same again fares likewise."""
        came, lost, gone = list[str](), list[str](), list[str]()
        for (item, *same), said in zip(own, told, strict=True):
            kept = lost if said is None else came if said.state in ("delivered", "already") else gone
            kept.append(item.digest)
            self.tally.told(item.number, said)
            for one in same:
                self.tally.told(one.number, _ALREADY if said and said.state == "delivered" else said)
        return Settled(came, lost, gone)

    async def _stop(self, error: AdsError) -> None:
        """Write down why it does not go on; what waits still, waits for another call."""
        self.error = error
        for waiting in self._waiting.values():
            for item in waiting:
                self.tally.later(item.number, "not_sent")
            waiting.clear()
        await self._end("partial" if self.tally.anything else "failed", error)

    async def _end(self, state: State, error: AdsError | None) -> None:
        self._over = True
        if self._claims is None:
            return
        operation = self._claims.held.operation
        with anyio.CancelScope(shield=True):
            try:
                counted = msgspec.structs.replace(operation, handed=self.tally.handed)
                self._claims.held = await self._there.book.end(Held(counted, self._claims.held.fence), state, error)
            except AdsError as failure:  # the settler ends it when nobody holds it any more
                self.error = error or failure
        if self.error is not None:
            self.error.operation_id = operation.id
