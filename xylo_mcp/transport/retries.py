"""Asks again where asking again is safe and may help."""

from collections.abc import Awaitable, Callable

import anyio
import httpx2
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from ..ads.errors import AdsError
from ..contract import Clock

_TRIES = 4
_LONGEST_WAIT = 60.0
_backoff = wait_exponential_jitter(multiplier=0.2, max=5, jitter=0.2)
_tried_enough = stop_after_attempt(_TRIES)


class Retried(httpx2.AsyncBaseTransport):
    """Repeats reads that failed for a passing reason; sends a write exactly once.

    A read is a GET, or a POST marked with `extensions={"read": True}`. The time between two tries
    grows, and is never shorter than the platform asked for; when the next try could only begin
    after the deadline, the failure is raised without waiting for it. It says by `nothing_done` whether
    that is so of all tries: one whose answer got lost may have been carried out.
    """

    def __init__(
        self,
        below: httpx2.AsyncBaseTransport,
        *,
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        self._below, self._clock, self._sleep = below, clock, sleep

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The answer to `request`, from the last of its tries."""
        if request.method != "GET" and not request.extensions.get("read"):
            return await self._below.handle_async_request(request)
        try:  # nearly every first try is the last: it needs no machinery
            return await self._below.handle_async_request(request)
        except AdsError as failure:
            if not failure.safe_to_retry:
                raise
            return await self._again(request, failure)

    async def _again(self, request: httpx2.Request, failure: AdsError) -> httpx2.Response:
        failures, sure = [failure], failure.nothing_done

        async def attempt() -> httpx2.Response:
            nonlocal sure
            if failures:
                raise failures.pop()
            try:
                return await self._below.handle_async_request(request)
            except AdsError as error:
                sure = error.nothing_done = error.nothing_done and sure
                raise

        retrying = AsyncRetrying(
            sleep=self._sleep,
            retry=retry_if_exception(_may_pass),
            wait=self._pause,
            stop=_is_in_vain,
            reraise=True,
        )
        response: httpx2.Response = await retrying(attempt)
        return response

    def _pause(self, state: RetryCallState) -> float:
        failure = state.outcome.exception() if state.outcome else None
        backoff = _backoff(state)
        if not isinstance(failure, AdsError) or failure.retry_at is None:
            return backoff
        return max(backoff, (failure.retry_at - self._clock()).total_seconds())


def _may_pass(failure: BaseException) -> bool:
    return isinstance(failure, AdsError) and failure.safe_to_retry


def _is_in_vain(state: RetryCallState) -> bool:
    wait = state.upcoming_sleep
    if _tried_enough(state) or wait > _LONGEST_WAIT:
        return True
    return anyio.current_time() + wait >= anyio.current_effective_deadline()
