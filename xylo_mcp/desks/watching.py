"""Looks after what changes, as long as somebody wants to know: in the ledger, and days that turn."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import anyio

from ..ads.accounts import Account
from ..ads.dates import local_day
from ..ads.errors import AdsError
from ..app import Door
from ..contract import AdReader
from ..resources import touched
from ..settings import Mode
from .subscribing import SubscribingDesk

if TYPE_CHECKING:
    from ..gate.chronicle import Chronicle

_log = logging.getLogger(__name__)
_LEDGER = 2.0  # seconds between two looks: one row, or what was written meanwhile, by whichever process
_DAYS = 5.0  # likewise: no request, but once in ten minutes for the list of accounts
_PATIENCE = 5.0  # seconds for that list: who does not answer in time is asked again at the next look


class Watching:
    """Tells those who subscribed. Nothing is opened before somebody did, and no look is taken after the last left."""

    def __init__(self, door: Door, mode: Mode) -> None:
        self.desk = SubscribingDesk(mode, self._begin)
        self._door = door
        self._begun = anyio.Event()
        self._soon = anyio.Event()
        self._head: int | None = None
        self._days: Mapping[str, date] = {}

    def soon(self) -> None:
        """Look at the ledger now: this very server has written to it."""
        self._soon.set()

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        async with anyio.create_task_group() as group:
            group.start_soon(self._again, self._look_at_ledger, self._until_soon)
            group.start_soon(self._again, self._look_at_days, partial(anyio.sleep, _DAYS))

    async def _begin(self) -> None:
        """From here on nothing is missed."""
        if self._head is None:
            self._head = await (await self._chronicle()).head()
        await self._look_at_days()
        self._begun.set()

    async def _again(self, look: Callable[[], Awaitable[None]], pause: Callable[[], Awaitable[None]]) -> None:
        while True:
            await self._begun.wait()
            try:
                await look()
            except AdsError as error:
                _log.warning("looking for changes failed, and is tried again: %s", error.message)
            except Exception:  # noqa: BLE001  # the server outlives whatever this meets
                _log.exception("looking for changes crashed, and is tried again")
            await pause()

    async def _until_soon(self) -> None:
        with anyio.move_on_after(_LEDGER):
            await self._soon.wait()
        self._soon = anyio.Event()

    async def _chronicle(self) -> Chronicle:
        guarded = await (await self._door.app()).guarded.get()
        return guarded.chronicle

    async def _look_at_ledger(self) -> None:
        if not self.desk.wanted:
            self._begun, self._head, self._days = anyio.Event(), None, {}
            return
        assert self._head is not None
        news = await (await self._chronicle()).since(self._head)
        self._head = news.head
        await self.desk.tell({uri for happened in news.happened for uri in touched.by(happened)})

    async def _look_at_days(self) -> None:
        """A day ends in each account's own time zone: the summaries are of other days from then on."""
        if not any(touched.of_days(uri) for uri in self.desk.wanted):
            return
        app = await self._door.app()
        answers = await app.directory.ask((), _nothing, anyio.current_time() + _PATIENCE)
        moment = app.clock()
        days = {account.id: local_day(moment, account.time_zone) for account, _ in answers.answered}
        before, self._days = self._days, {**self._days, **days}
        if any(before.get(account, day) != day for account, day in days.items()):
            await self.desk.tell(set(touched.by_a_new_day()))


async def _nothing(account: Account, reader: AdReader) -> None:
    """No question: which accounts there are is all that matters."""
