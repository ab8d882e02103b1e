"""Hands one list over to one account, portion by portion, and writes down how far it is."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import anyio
import msgspec
from anyio import to_thread

from ...ads.accounts import Account
from ...ads.errors import AdsError, Conflict, Invalid, Late, OutcomeUnknown, Refused
from ...ads.handovers import CreateAudience, Handed, MembersChange, UpdateAudience
from ...ads.operations import State
from ...ads.people import Consent
from ...contract import AudienceRules, Clock, Portion, TakesPeople
from ...identity import Person
from .book import Book, Held
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
            await self._begin()
            self.held = await self._task.book.end(self.held, "applied")
        except AdsError as error:
            await self._stop(error)

    async def interrupt(self) -> None:
        """Whoever asked went away: write down that it can go on later."""
        if not self.over:
            self.held = await self._task.book.end(self.held, "interrupted")

    async def _hand(self, full: Full, *, last: bool) -> None:
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
        task, change, so_far, tag = self._task, self.change, self._so_far, self.held.operation.tag

        async def close() -> str:
            return await task.platform.close(task.account, change, so_far.audience_id, so_far.so_far, tag)

        creates = isinstance(change, CreateAudience) and not task.rules.makes_first
        made = await (self._create(close) if creates else self._safely(close))
        await self._note(audience_id=made, creating=False, closed=True)
        self.held = await task.book.end(self.held, "applied")

    async def _create(self, send: Callable[[], Awaitable[str]]) -> str:
        """What is sent once: an audience that may have been made is not made again, but looked for."""
        task, change = self._task, self.change
        assert isinstance(change, CreateAudience)
        since = self._so_far.since
        if self._so_far.creating and since is not None:
            found = await task.platform.find_audiences(task.account, change, self.held.operation.tag, since)
            if len(found.ids) == 1 and found.sure:
                return found.ids[0]
            raise OutcomeUnknown(
                "Nobody knows yet whether the platform made this audience.",
                "Make the same call again in a few minutes; it is looked for, and never made twice.",
                platform=task.account.platform,
            )
        await self._note(creating=True, since=self.held.operation.updated_at)
        try:
            return await self._shielded(send)
        except AdsError as error:
            if error.nothing_done:
                await self._note(creating=False, since=None)
            raise

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

    async def _stop(self, error: AdsError) -> None:
        """Write down why it does not go on now, and whether it can later."""
        self.error = error
        error.operation_id = self.held.operation.id
        if isinstance(error, Conflict):
            return  # it is not ours any more
        with anyio.CancelScope(shield=True):
            self.held = await self._task.book.end(self.held, _state_after(error, self._so_far), error)


def _state_after(error: AdsError, so_far: Handed) -> State:
    if so_far.creating:
        return "unknown"
    if error.safe_to_retry or isinstance(error, Refused):
        return "failed" if error.nothing_done and not so_far.begun else "interrupted"
    return "partial" if so_far.audience_id or so_far.portions else "failed"


def _reasons(left_out: Counter[str]) -> str:
    told = ", ".join(f"{count:,} {reason}" for reason, count in left_out.most_common())
    return f"Correct the list ({told or 'it is empty'})."
