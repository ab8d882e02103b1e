"""Puts queries to Google, and reads the rows of its answers."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import httpx2
import msgspec

from ...ads.accounts import Account
from ..paging import by_cursor
from .errors import PLATFORM
from .payloads import Page, read

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
    """Google's search.

    `search`, not `searchStream`: a page is at most 10,000 rows, is repeated alone if it gets lost, and
    costs no quota after the first; a stream is one body of any size, which an error near its end makes
    worthless.
    """

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http

    async def all(self, way: Route, query: str, row: type[Row]) -> Sequence[Row]:
        """All rows of the answer to `query`, to the last page."""

        async def ask(token: str | None) -> tuple[Sequence[Row], str | None]:
            page = await self.page(way, query, row, token)
            return page.rows, page.next

        return await by_cursor(PLATFORM, ask)

    async def page(self, way: Route, query: str, row: type[Row], token: str | None = None) -> Page[Row]:
        """One page of the answer to `query`."""
        response = await self._http.post(
            way.path("googleAds:search"),
            json={"query": query} if token is None else {"query": query, "pageToken": token},
            headers=way.headers,
            extensions={"read": True},
        )
        return read(response.content, Page[row])
