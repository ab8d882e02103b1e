"""Keeps the pace a platform allows, so that it never has to ask for it."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from datetime import timedelta
from heapq import heappop, heappush
from types import TracebackType

import anyio
import httpx2
import msgspec

from ..ads.errors import Throttled
from ..contract import Clock
from .flows import Flow

_LONGEST_HOLD = 300.0
_LONGEST_PENALTY = 10.0


def no_pressure(headers: Mapping[str, str]) -> float:
    """For platforms that say nothing about usage."""
    return 0.0


class Limits(msgspec.Struct, frozen=True):
    """How fast a platform may be asked; 0 means no such limit.

    Attributes:
        per_second, per_minute: requests started in any such time, at most.
        at_once: requests under way, at most.
        pressure: reads the platform's usage headers (names in lower case, of good and bad answers
            alike) and says for how many seconds to hold all further requests, 0 for none.
    """

    per_second: int = 10
    at_once: int = 16
    per_minute: int = 0
    pressure: Callable[[Mapping[str, str]], float] = no_pressure

    def at(self, per_second: int) -> "Limits":
        """These limits for an app that may ask `per_second`, with the others in proportion."""
        usual = self.per_second or per_second
        return msgspec.structs.replace(
            self,
            per_second=per_second,
            per_minute=self.per_minute * per_second // usual,
            at_once=max(self.at_once * per_second // usual, self.at_once),
        )


class Pace:
    """When the next request may start: one for all requests to a platform."""

    def __init__(self, limits: Limits, *, platform: str, clock: Clock) -> None:
        self._platform, self._clock = platform, clock
        self._held_until = 0.0
        self._at_once = anyio.Semaphore(limits.at_once, fast_acquire=True) if limits.at_once else nullcontext()
        self._minute = self._window(limits.per_minute, 60)
        self._second = self._window(limits.per_second, 1)

    def hold(self, seconds: float) -> None:
        """Let nothing start for so many seconds; of several holds the longest counts."""
        if seconds > 0:
            self._held_until = max(self._held_until, anyio.current_time() + min(seconds, _LONGEST_HOLD))

    @asynccontextmanager
    async def permit(self) -> AsyncGenerator[None]:
        """Lasts as long as one request, and begins when it may start.

        Raises:
            Throttled: the deadline would pass before.
        """
        async with self._at_once:
            await self._until(self._held_until)
            async with self._minute, self._second:
                await self._until(self._held_until)  # a hold may have begun meanwhile
                yield

    def _window(self, size: int, seconds: float) -> AbstractAsyncContextManager[None]:
        return _Window(size, seconds, self._until) if size else nullcontext()

    async def _until(self, moment: float) -> None:
        """Wait for `moment` of the event loop, or say at once that it comes too late."""
        wait = moment - anyio.current_time()
        if wait <= 0:
            return
        if moment > anyio.current_effective_deadline():
            raise Throttled(
                "The platform's rate limit leaves no room before the deadline; nothing was sent.",
                "Ask again later, or for less.",
                platform=self._platform,
                retry_at=self._clock() + timedelta(seconds=wait),
            )
        await anyio.sleep(wait)


class Paced(httpx2.AsyncBaseTransport):
    """Lets each request wait for its permit."""

    def __init__(self, below: httpx2.AsyncBaseTransport, pace: Pace) -> None:
        self._below, self._pace = below, pace

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The answer to `request`, asked when there was room for it, which a flowing one takes to its end."""
        async with AsyncExitStack() as permit:
            await permit.enter_async_context(self._pace.permit())
            response = await self._below.handle_async_request(request)
            if isinstance(response.stream, Flow):
                response.stream.until_closed(permit.pop_all())
            return response


class _Window:
    """So many permits, each usable again `seconds` after the answer to its request.

    Counting from the answer, not from the start, holds the limit however long requests travel and
    however the platform draws its windows. A request refused as one too many keeps its permit for
    longer: a limit set too high, or shared with others, so settles near what is really admitted.
    """

    def __init__(self, size: int, seconds: float, wait_until: Callable[[float], Awaitable[None]]) -> None:
        self._seconds, self._wait_until = seconds, wait_until
        self._penalty = min(_LONGEST_PENALTY, size)  # a small limit must not come to a halt
        self._permits = anyio.Semaphore(size, fast_acquire=True)
        self._usable_from = [0.0] * size

    async def __aenter__(self) -> None:
        await self._permits.acquire()
        moment = heappop(self._usable_from)
        try:
            await self._wait_until(moment)
        except BaseException:
            self._give_back(moment)
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        penalty = self._penalty if isinstance(error, Throttled) else 0.0
        self._give_back(anyio.current_time() + self._seconds + penalty)

    def _give_back(self, usable_from: float) -> None:
        heappush(self._usable_from, usable_from)
        self._permits.release()
