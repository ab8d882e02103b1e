"""Puts queries to Google, and reads the rows of its answers."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import TypeVar

import httpx2
import msgspec

from ...ads.accounts import Account
from ...transport import FLOWING, LARGEST_BODY, Fault
from ..paging import looping
from ..reading import garbled, reading
from .batches import Batches
from .errors import PLATFORM
from .payloads import Page, Part, read

Row = TypeVar("Row")


class Route(msgspec.Struct, frozen=True):
    """Which customer a request is about, and through which manager it goes; empty for none."""

    customer: str
    login: str = ""

    def path(self, method: str) -> str:
        """The path of a method of that customer."""
        return f"/customers/{self.customer}/{method}"

    @property
    def headers(self) -> Mapping[str, str]:
        """What names the manager."""
        return {"login-customer-id": self.login} if self.login else {}


def route(account: Account) -> Route:
    """The way to `account`."""
    return Route(account.id.removeprefix("customers/"), account.route)


class Search:
    """Google's search, in its two forms.

    `search` where the answer is small, or a list: a page is at most 10,000 rows, is repeated alone if it gets lost,
    and costs no quota after the first. `searchStream` where it may be large: it comes in batches of as many rows
    without a journey for each, from one moment of Google's data, and is never held whole. What it costs: if it
    breaks near its end, all of it is asked again, by whoever still wants it.
    """

    def __init__(self, http: httpx2.AsyncClient, fault: Fault) -> None:
        self._http, self._fault = http, fault

    async def all(self, way: Route, query: str, row: type[Row]) -> Sequence[Row]:
        """All rows of the answer to `query`, to the last page."""
        return [found async for rows in self.pages(way, query, row) for found in rows]

    async def pages(self, way: Route, query: str, row: type[Row]) -> AsyncGenerator[Sequence[Row]]:
        """The rows of the answer to `query`, page by page, to the last."""
        token: str | None = None
        seen: set[str] = set()
        while True:
            page = await self.page(way, query, row, token)
            yield page.rows
            token = page.next
            if token is None:
                return
            if token in seen:
                raise looping(PLATFORM)
            seen.add(token)

    async def page(self, way: Route, query: str, row: type[Row], token: str | None = None) -> Page[Row]:
        """One page of the answer to `query`."""
        response = await self._http.post(
            way.path("googleAds:search"),
            json={"query": query} if token is None else {"query": query, "pageToken": token},
            headers=way.headers,
            extensions={"read": True},
        )
        return read(response.content, Page[row])

    async def stream(self, way: Route, query: str, row: type[Row]) -> AsyncGenerator[Sequence[Row]]:
        """The rows of the answer to `query`, batch by batch, to the last or to an error."""
        async with self._http.stream(
            "POST",
            way.path("googleAds:searchStream"),
            json={"query": query},
            headers=way.headers,
            extensions={"read": True, FLOWING: True},
        ) as response:
            async for element in _elements(response):
                part = read(element, Part[row])
                if part.fails:
                    raise self._fault(_alone(response, element)) or garbled(PLATFORM)
                yield part.results


async def _elements(response: httpx2.Response) -> AsyncGenerator[bytes]:
    batches = Batches(LARGEST_BODY)
    with reading(PLATFORM):
        async for part in response.aiter_raw():
            for element in batches.feed(part):
                yield element
        batches.end()


def _alone(response: httpx2.Response, element: bytes) -> httpx2.Response:
    """An element of an answer as if it were all of it, so that it is judged as such."""
    return httpx2.Response(response.status_code, headers=response.headers, content=element, request=response.request)
