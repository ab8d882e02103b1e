"""Time that need not be waited for."""

import asyncio
import selectors

from anyio._backends._asyncio import (
    _threadpool_idle_workers,  # pyright: ignore[reportPrivateUsage]  # nothing else tells which are at work
    _threadpool_workers,  # pyright: ignore[reportPrivateUsage]  # likewise
)


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop that does not wait for a time to come: where nothing else is under way, it is that time."""

    def __init__(self) -> None:
        self._selecting = _Selecting()
        super().__init__(self._selecting)

    def time(self) -> float:
        """The time it is."""
        return self._selecting.now


class _Selecting(selectors.SelectSelector):
    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or not timeout:
            return ready or super().select(timeout)
        if _threads_work():
            return super().select(None)
        self.now += timeout
        return ready


def _threads_work() -> bool:
    """Whether a thread works for the loop that runs: no time passes until it is done."""
    try:
        return len(_threadpool_workers.get()) > len(_threadpool_idle_workers.get())
    except LookupError:
        return False
