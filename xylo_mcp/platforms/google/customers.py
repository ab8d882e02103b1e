"""Finds the ad accounts that the signed-in user reaches."""

from collections.abc import Sequence

import httpx2

from ...ads.accounts import Account, Roster
from ...ads.errors import Forbidden
from ...at_once import at_once
from ..rosters import Entry, odd, roster, unreadable
from . import SPEC, queries
from .errors import PLATFORM
from .payloads import AccessibleCustomers, ClientRow, read
from .refusals import ACCOUNT_NOT_ENABLED, NO_ACCESS
from .search import Route, Search


class Customers:
    """The ad accounts below `login`, or below whatever the user reaches directly where that is empty."""

    def __init__(self, http: httpx2.AsyncClient, search: Search, login: str) -> None:
        self._http, self._search, self._login = http, search, login

    async def all(self) -> Roster:
        """All of them; one that is reached in several ways comes once, in the most direct of them."""
        if self._login:
            return roster(await self._below(self._login))
        accessible = await self._directly_accessible()
        parts = await at_once(self._below_listed, accessible.ids())
        entries = [entry for part in parts for entry in part]
        direct_first = sorted(entries, key=lambda entry: isinstance(entry, Account) and bool(entry.route))
        return roster([*direct_first, *(odd(PLATFORM, name) for name in accessible.odd())])

    async def _directly_accessible(self) -> AccessibleCustomers:
        # The slash keeps the client from taking "customers" for the scheme of an address.
        response = await self._http.get("/customers:listAccessibleCustomers")
        return read(response.content, AccessibleCustomers)

    async def _below(self, root: str) -> Sequence[Entry]:
        """The ad accounts at and below `root`."""
        rows = await self._search.all(Route(root, root), queries.accounts(), ClientRow)
        return [row.entry(root, SPEC.account_id) for row in rows]

    async def _below_listed(self, root: str) -> Sequence[Entry]:
        """The ad accounts at and below a `root` that Google listed itself.

        Google also lists accounts that were never set up or are closed, and refuses every question
        about them: such a root has none that could be read. One that it lists and then denies the
        user is named as unreadable. Both leave the other roots as they are.
        """
        try:
            return await self._below(root)
        except Forbidden as refusal:
            code = refusal.vendor.code if refusal.vendor else ""
            if code == ACCOUNT_NOT_ENABLED:
                return ()
            if code == NO_ACCESS:
                return [unreadable(f"customers/{root}", refusal)]
            raise
