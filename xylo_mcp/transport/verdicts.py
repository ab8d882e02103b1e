"""Hears the platform's own verdict on each whole answer, and raises it."""

from collections.abc import Callable

import httpx2

from ..ads.errors import AdsError

Fault = Callable[[httpx2.Response], AdsError | None]
"""The platform's verdict on a whole answer of any HTTP status; None means good."""


class Judged(httpx2.AsyncBaseTransport):
    """Lets only good answers pass."""

    def __init__(self, below: httpx2.AsyncBaseTransport, fault: Fault) -> None:
        self._below, self._fault = below, fault

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The good answer to `request`."""
        response = await self._below.handle_async_request(request)
        error = self._fault(response)
        if error is not None:
            raise error
        return response
