"""Hands one list over to one account, portion by portion, and writes down how far it is."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TypeVar

import anyio
import anyio.lowlevel
import msgspec
from anyio import to_thread

from ...ads.accounts import Account
from ...ads.errors import AdsError, Conflict, Invalid, Late, OutcomeUnknown, VendorWords
from ...ads.handovers import CreateAudience, Handed, MembersChange, UpdateAudience
from ...ads.operations import State
from ...ads.people import Consent
from ...contract import AudienceRules, Clock, Portion, TakesPeople
from ...identity import Person
from .book import Book, Held
from .ending import can_go_on, state_after
from .patience import again
from .sieve import Full, Sieve

_Result = TypeVar("_Result")


class Task(msgspec.Struct, frozen=True):
    """Where a list goes, and by which rules.

    Attributes:
        drops: people who said this about consent are left out.
        until: when the answer is wanted, on the event loop's clock; `patience`: seconds for one request.
    """

    platform: TakesPeople
    account: Account
    rules: AudienceRules
    book: Book
    drops: frozenset[Consent]
    clock: Clock
    until: float
    patience: float


class Carrier:
    """One list on its way to one account.

    Rows come in their order from the beginning of the source; those that were taken before are passed over. What
    fails ends this handover or leaves it to go on later, and costs others nothing: see `error`.
    """

    def __init__(self, task: Task, held: Held) -> None:
        self._task, self.held = task, held
        self.error: AdsError | None = None
        rules, taken = task.rules, self._so_far.taken
        self._sieve = Sieve(rules.forms, task.drops, self.change.consent, rules.portion, after=taken)

    @property
    def _so_far(self) -> Handed:
        return self.held.operation.handed or Handed()

    @property
    def change(self) -> MembersChange:
        """What is to be done."""
        change = self.held.operation.change
        assert isinstance(change, CreateAudience | UpdateAudience)
        return change

    @property
    def over(self) -> bool:
        """Whether no more rows are wanted."""
        return self.error is not None or self.held.operation.state != "sending"

    async def take(self, chunk: Sequence[Person]) -> None:
        """Some more rows of the source."""
        if self.over:
            return
        try:
            for full in await to_thread.run_sync(self._sieve.full, chunk):
                await self._hand(full, last=False)
        except AdsError as error:
            await self._stop(error)

    async def finish(self) -> None:
        """The source has no more rows: hand over what is left, and close."""
        if self.over:
            return
        try:
            rest = self._sieve.rest()
            if rest.rows:
                await self._hand(rest, last=True)
            elif not self._so_far.portions:
                raise Invalid("customers: no row is of use here.", _reasons(rest.left_out))
            await self._close()
        except AdsError as error:
            await self._stop(error)

    async def make(self) -> None:
        """Make an audience of another kind than a list, or give one its other name or status: no rows belong to it."""
        if self.over:
            return
        try:
            await self._task.book.require_running(self.held)
            if not self._so_far.begun:
                await self._begin()
            await self._end("applied")
        except AdsError as error:
            await self._stop(error)

    async def interrupt(self) -> None:
        """No more rows come, for whoever asked went away: write down whether it can go on later."""
        if self.over:
            return
        gone = Conflict("This was interrupted.", "Make the same call again: it goes on where it stopped.")
        with suppress(AdsError):  # it is somebody else's by now, or what is written down already says as much
            await self._end("interrupted" if can_go_on(self.held.operation) else "failed", gone)

    def blame(self, failure: AdsError) -> None:
        """Let the source's `failure` be why this ended before its end."""
        if self.error is None and self.held.operation.state in ("interrupted", "failed"):
            self.error = failure

    async def _hand(self, full: Full, *, last: bool) -> None:
        await anyio.lowlevel.checkpoint()  # all that follows is shielded from whoever asked going away
        if anyio.current_time() > self._task.until:
            raise Late("The time for this call is over.", "Make the same call again: it goes on where it stopped.")
        await self._task.book.require_running(self.held)
        if not self._so_far.begun:
            await self._begin()
        task, so_far = self._task, self._so_far
        portion = Portion(so_far.portions + 1, full.rows, last)

        async def send() -> str:
            return await task.platform.take(task.account, self.change, so_far.audience_id, so_far.so_far, portion)

        note = await self._safely(send)
        await self._note(
            so_far=note,
            taken=full.taken,
            portions=portion.number,
            sent=so_far.sent + len(full.rows),
            unusable=dict(Counter(so_far.unusable) + full.left_out),
        )

    async def _begin(self) -> None:
        """Make what has to be there before anything is handed over."""
        task, change = self._task, self.change
        if isinstance(change, UpdateAudience):
            if change.name or change.status:
                await self._safely(lambda: task.platform.update_audience(task.account, change))
            await self._note(audience_id=change.audience_id, begun=True)
        elif not task.rules.makes_first and change.kind == "customer_list":
            await self._note(begun=True)
        else:
            tag = self.held.operation.tag
            made = await self._create(lambda: task.platform.make_audience(task.account, change, tag))
            await self._note(audience_id=made, begun=True, creating=False)

    async def _close(self) -> None:
        await self._task.book.require_running(self.held)
        task, change, so_far, tag = self._task, self.change, self._so_far, self.held.operation.tag

        async def close() -> str:
            return await task.platform.close(task.account, change, so_far.audience_id, so_far.so_far, tag)

        creates = isinstance(change, CreateAudience) and not task.rules.makes_first
        made = await (self._create(close) if creates else self._safely(close))
        # Written down at once: what is closed is not closed again, for that may make another audience.
        await self._end("applied", audience_id=made, creating=False, closed=True)

    async def _create(self, send: Callable[[], Awaitable[str]]) -> str:
        """What is sent once: an audience that may have been made is not made again, but looked for."""
        task, change = self._task, self.change
        assert isinstance(change, CreateAudience)
        since = self._so_far.since
        if self._so_far.creating and since is not None:
            found = await task.platform.find_audiences(task.account, change, self.held.operation.tag, since)
            if len(found.ids) == 1 and found.sure:
                return found.ids[0]
            raise self._nobody_knows()
        await self._note(creating=True, since=self.held.operation.updated_at)
        try:
            return await self._shielded(send)
        except AdsError as error:
            if not error.nothing_done:
                raise self._nobody_knows(error.vendor) from error
            await self._note(creating=False, since=None)
            raise

    def _nobody_knows(self, said: VendorWords | None = None) -> OutcomeUnknown:
        return OutcomeUnknown(
            "Nobody knows yet whether the platform made this audience.",
            "Make the same call again in a few minutes; it is looked for, and never made twice.",
            platform=self._task.account.platform,
            vendor=said,
        )

    async def _safely(self, send: Callable[[], Awaitable[_Result]]) -> _Result:
        """What has the same effect twice as once: tried again while that may help and there is time."""
        return await again(lambda: self._shielded(send), self._task.clock, self._task.until)

    async def _shielded(self, send: Callable[[], Awaitable[_Result]]) -> _Result:
        """One request, ended even if whoever asked goes away meanwhile."""
        with anyio.CancelScope(shield=True):
            with anyio.move_on_after(self._task.patience):
                return await send()
        raise Late("The platform did not answer in time.", "See get_operation.", platform=self._task.account.platform)

    async def _note(self, **values: object) -> None:
        with anyio.CancelScope(shield=True):
            so_far = msgspec.structs.replace(self._so_far, **values)
            self.held = await self._task.book.note(self.held, so_far)

    async def _end(self, state: State, error: AdsError | None = None, **values: object) -> None:
        with anyio.CancelScope(shield=True):
            operation = self.held.operation
            ending = msgspec.structs.replace(operation, handed=msgspec.structs.replace(self._so_far, **values))
            self.held = await self._task.book.end(Held(ending, self.held.fence), state, error)

    async def _stop(self, error: AdsError) -> None:
        """Write down why it does not go on now, and whether it can later."""
        self.error = error
        error.operation_id = self.held.operation.id
        if isinstance(error, Conflict):
            return  # it is not ours any more
        try:
            await self._end(state_after(error, self.held.operation), error)
        except Conflict as taken:  # by another call: what was met here says nothing of it
            self.error = taken
        except AdsError:  # the ledger is away: what it says last, its lease over, can go on, too
            return


def _reasons(left_out: Counter[str]) -> str:
    told = ", ".join(f"{count:,} {reason}" for reason, count in left_out.most_common())
    return f"Correct the list ({told or 'it is empty'})."
