"""Places to go on from: short handles for what a caller has not been shown yet."""

import secrets
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from .ads.errors import InvalidCursor

_Rest = TypeVar("_Rest")
_LIFE = timedelta(hours=1)
_MOST = 50


class Cursors(Generic[_Rest]):
    """Remembers, for an hour and for at most 50 of them, how to go on.

    A handle is bound to the caller and the question: with any other it is as unknown as a made-up one.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._kept: OrderedDict[str, tuple[datetime, str, _Rest]] = OrderedDict()

    def keep(self, rest: _Rest, asked: str) -> str:
        """A handle of 12 characters for `rest` of what `asked` (caller and question) wanted."""
        handle = secrets.token_urlsafe(9)
        self._kept[handle] = (self._clock() + _LIFE, asked, rest)
        while len(self._kept) > _MOST or self._expired(next(iter(self._kept))):
            self._kept.popitem(last=False)
        return handle

    def find(self, handle: str, asked: str) -> _Rest:
        """What was kept under `handle`.

        Raises:
            InvalidCursor: it is unknown, has expired, or was given for another question or caller.
        """
        expires, meant, rest = self._kept.get(handle) or (self._clock(), "", None)
        if rest is None or meant != asked or self._clock() >= expires:
            raise InvalidCursor(
                "This cursor is unknown, expired, or belongs to another question.",
                "Start again without a cursor, with the same arguments.",
            )
        return rest

    def _expired(self, handle: str) -> bool:
        expires, _, _ = self._kept[handle]
        return self._clock() >= expires
