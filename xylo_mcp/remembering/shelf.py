"""The store of what is remembered, which may fail without anybody's question failing."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

from ..ads.errors import AdsError
from ..contract import Clock
from ..ledger import Store, Tx
from ..once import Once

_Result = TypeVar("_Result")
_LOG = logging.getLogger(__name__)
_PAUSE = timedelta(minutes=1)


class OutOfUse(Exception):
    """Nothing can be remembered just now."""


class Damaged(OutOfUse):
    """What is kept cannot be read."""


class Shelf:
    """Reads and notes; after a failure, the store is left alone for a minute, so that not every question waits."""

    def __init__(self, store: Once[Store], clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._rest: datetime | None = None
        self._said = False

    async def read(self, work: Callable[[Tx], _Result]) -> _Result:
        """See `Store.read`.

        Raises:
            OutOfUse: it does not work.
        """
        return await self._use(lambda store: store.read(work))

    async def note(self, work: Callable[[Tx], _Result]) -> _Result:
        """See `Store.note`.

        Raises:
            OutOfUse: it does not work; nothing is kept.
        """
        return await self._use(lambda store: store.note(work))

    async def _use(self, using: Callable[[Store], Awaitable[_Result]]) -> _Result:
        if self._rest is not None and self._clock() < self._rest:
            raise OutOfUse
        try:
            return await using(await self._store.get())
        except AdsError as failure:
            self._rest = self._clock() + _PAUSE
            self._say(failure.message)
            raise OutOfUse from failure
        except ValueError as failure:
            self._say("What is kept is damaged.")
            raise Damaged from failure

    def _say(self, what: str) -> None:
        if not self._said:
            self._said = True
            _LOG.warning("Platforms are asked every time, since nothing can be remembered: %s", what)
