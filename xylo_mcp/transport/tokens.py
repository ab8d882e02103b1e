"""Puts the access token on each request, and renews it when it ran out."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

import anyio
import httpx2

from ..ads.errors import AdsError, Rejected, Unauthorized
from ..contract import Clock

Sign = Callable[[httpx2.Request, str], None]
"""Puts a token on a request, where the platform wants it."""

_AHEAD = timedelta(seconds=60)
_NEVER = datetime.min.replace(tzinfo=UTC)


class Token(Protocol):
    """An access token that may have to be renewed."""

    async def current(self) -> str:
        """The token to send now."""
        ...

    async def renew(self, stale: str) -> str:
        """Another token than `stale`, which the platform no longer takes.

        Raises:
            Unauthorized: there is none.
        """
        ...


class FixedToken:
    """A token that its operator gave; when it ends, only they can help."""

    def __init__(self, token: str, *, refusal: Unauthorized) -> None:
        self._token, self._refusal = token, refusal

    async def current(self) -> str:
        """The token."""
        return self._token

    async def renew(self, stale: str) -> str:
        """Raises the refusal, always."""
        raise self._refusal.with_traceback(None)  # it is raised many times: its trace must not grow


class RenewingToken:
    """A token that is fetched when needed, a minute before it ends.

    `fetch` gives a token and when it ends. However many requests need a new one, one of them
    fetches it, and all share what came of that: the token, or the failure.
    """

    def __init__(self, fetch: Callable[[], Awaitable[tuple[str, datetime]]], clock: Clock) -> None:
        self._fetch, self._clock = fetch, clock
        self._fetching = anyio.Lock(fast_acquire=True)
        self._token, self._ends, self._renew_at = "", _NEVER, _NEVER
        self._fetched = 0
        self._failure: AdsError | None = None

    async def current(self) -> str:
        """The token, fetched first if it is about to end."""
        if self._clock() >= self._renew_at:
            try:
                await self._replace()
            except AdsError as failure:
                if not failure.safe_to_retry or self._clock() >= self._ends:
                    raise
        return self._token

    async def renew(self, stale: str) -> str:
        """The token in force if that is not `stale`, else a fetched one."""
        if self._token == stale:
            await self._replace()
        return self._token

    async def _replace(self) -> None:
        before = self._fetched
        async with self._fetching:
            if self._fetched == before:
                await self._fetch_once()
            failure = self._failure
        if failure is not None:
            raise failure.with_traceback(None)

    async def _fetch_once(self) -> None:
        try:
            self._token, self._ends = await self._fetch()
        except AdsError as failure:
            self._failure = failure
        else:
            self._failure = None
            now = self._clock()
            self._renew_at = self._ends - min(_AHEAD, (self._ends - now) / 2)
        self._fetched += 1


class Signed(httpx2.AsyncBaseTransport):
    """Signs each request, renews the token once if it ran out, and sends it nowhere but home.

    A refused token means that nothing was done, so a write may be sent again with a fresh one.
    """

    def __init__(self, below: httpx2.AsyncBaseTransport, *, token: Token, sign: Sign, home: httpx2.URL) -> None:
        self._below, self._token, self._sign, self._home = below, token, sign, _origin(home)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The answer to the signed `request`."""
        if _origin(request.url) != self._home:
            raise Rejected(
                "An address outside the platform's own was about to be asked; nothing was sent.",
                "Report this as a defect.",
            )
        token = await self._token.current()
        self._sign(request, token)
        try:
            return await self._below.handle_async_request(request)
        except Unauthorized as refusal:
            if not refusal.renewable:
                raise
        self._sign(request, await self._token.renew(token))
        return await self._below.handle_async_request(request)


def _origin(url: httpx2.URL) -> tuple[bytes, bytes]:
    return url.raw_scheme, url.netloc
