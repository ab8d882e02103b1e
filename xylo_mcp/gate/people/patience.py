"""Tries again what has the same effect twice as once."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from ...ads.errors import AdsError
from ...contract import Clock

_Result = TypeVar("_Result")
_TRIES = 6
_growing = wait_exponential_jitter(multiplier=0.2, max=20, jitter=0.2)
_enough = stop_after_attempt(_TRIES)


async def again(send: Callable[[], Awaitable[_Result]], clock: Clock, until: float) -> _Result:
    """What `send` gives at last; a failure that may pass is tried again a few times, but not beyond `until`.

    The time between two tries grows, and is never shorter than the platform asked for. What is raised at last says by
    `nothing_done` whether that is so of all tries: one whose answer got lost may have been carried out.
    """
    sure = True

    def pause(state: RetryCallState) -> float:
        failure = state.outcome.exception() if state.outcome else None
        asked = failure.retry_at if isinstance(failure, AdsError) else None
        return max(_growing(state), (asked - clock()).total_seconds() if asked else 0.0)

    def in_vain(state: RetryCallState) -> bool:
        return _enough(state) or anyio.current_time() + state.upcoming_sleep > until

    async def attempt() -> _Result:
        nonlocal sure
        try:
            return await send()
        except AdsError as error:
            sure = error.nothing_done = error.nothing_done and sure
            raise

    retrying = AsyncRetrying(
        sleep=anyio.sleep, retry=retry_if_exception(_may_pass), wait=pause, stop=in_vain, reraise=True
    )
    return await retrying(attempt)


def _may_pass(failure: BaseException) -> bool:
    return isinstance(failure, AdsError) and failure.safe_to_retry
