"""Asks one of Meta's lists for its pages, for smaller ones where Meta finds a page too large."""

from collections.abc import Mapping

import httpx2

from .errors import TooMuch

_LEAST = 25


class Edge:
    """One list, with the page size that it turned out to bear."""

    def __init__(self, http: httpx2.AsyncClient, path: str, params: Mapping[str, str], limit: int) -> None:
        self._http, self._path, self._params, self._limit = http, path, params, limit

    async def page(self, after: str | None) -> bytes:
        """The page at `after`, the first if None. The page size halves until Meta can bear it, down to 25."""
        place = {} if after is None else {"after": after}
        while True:
            params: Mapping[str, str | int] = {**self._params, **place, "limit": self._limit}
            try:
                response = await self._http.get(self._path, params=params)
            except TooMuch:
                if self._limit <= _LEAST:
                    raise
                self._limit = max(self._limit // 2, _LEAST)
            else:
                return response.content
