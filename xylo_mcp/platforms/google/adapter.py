"""Reads Google Ads: each method puts one question and returns the answer in our words."""

import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from itertools import pairwise
from typing import TypeVar

import httpx2

from ...ads.accounts import Account, Roster
from ...ads.campaigns import CampaignFilter, CampaignPage
from ...ads.errors import Forbidden, Misconfigured
from ...ads.insights import InsightRow, InsightsQuery, merged
from ...at_once import at_once
from ...contract import AdReader, Connection
from ...transport import open_client
from ..paging import asked_for, by_cursor, once
from ..reading import garbled, reading
from ..rosters import Entry, odd, roster, unreadable
from . import SPEC, queries
from .auth import open_token
from .errors import PLATFORM, fault
from .limits import LIMITS
from .payloads import AccessibleCustomers, CampaignRow, ClientRow, MetricsRow, Page, read
from .refusals import ACCOUNT_NOT_ENABLED, NO_ACCESS

Row = TypeVar("Row")

_VERSION = "v26"


@asynccontextmanager
async def open_reader(connection: Connection) -> AsyncGenerator[AdReader]:
    """Google Ads for reading, for as long as the context lasts."""
    developer_token = connection.settings["DEVELOPER_TOKEN"]
    login = _login_customer(connection.settings["LOGIN_CUSTOMER_ID"])
    async with (
        open_token(connection) as token,
        open_client(
            connection,
            platform=PLATFORM,
            base_url=_versioned(connection.settings["BASE_URL"]),
            token=token,
            sign=partial(_sign, developer_token=developer_token),
            fault=partial(fault, clock=connection.clock, secrets=(developer_token,)),
            limits=LIMITS,
        ) as http,
    ):
        yield GoogleAds(http, login)


class GoogleAds:
    """Google Ads for reading.

    `login` is the manager through which everything goes; empty for whatever the user reaches.
    """

    def __init__(self, http: httpx2.AsyncClient, login: str) -> None:
        self._http, self._login = http, login

    async def accounts(self) -> Roster:
        """All ad accounts; one that is reached in several ways comes once, in the most direct of them."""
        if self._login:
            return roster(await self._below(self._login))
        accessible = await self._directly_accessible()
        parts = await at_once(self._below_listed, accessible.ids())
        entries = [entry for part in parts for entry in part]
        direct_first = sorted(entries, key=lambda entry: isinstance(entry, Account) and bool(entry.route))
        return roster([*direct_first, *(odd(PLATFORM, name) for name in accessible.odd())])

    async def campaigns(
        self, account: Account, wanted: CampaignFilter, *, place: str | None, size: int
    ) -> CampaignPage:
        """A page, newest first; its place is the id of the last campaign before it.

        Google's own page tokens end after two hours and pages can't be made smaller than 10,000 rows.
        """
        limit = queries.rows_wanted(wanted, size)
        page = await self._page(_customer(account), account.route, queries.campaigns(wanted, place, limit), CampaignRow)
        with reading(PLATFORM):
            found = [row.in_our_words(account) for row in page.rows]
        ids = [int(campaign.id) for campaign in found]
        above = [int(place)] if place else []
        if (page.next and not found) or any(later >= earlier for earlier, later in pairwise(above + ids)):
            raise garbled(PLATFORM)  # not in the order asked for: going on from its end would lose or repeat some
        more = page.next or len(found) >= limit
        return CampaignPage(campaigns=found, next=found[-1].id if more else None)

    async def insights(self, account: Account, query: InsightsQuery) -> Sequence[InsightRow]:
        """All rows. An account's figures over some campaigns are those campaigns' sum."""
        of_campaigns = query.level == "campaign" or bool(query.campaign_ids)
        found = await self._all(_customer(account), account.route, queries.insights(query), MetricsRow)
        with reading(PLATFORM):
            rows = [row.in_our_words(of_campaigns=of_campaigns, by_day=query.granularity == "day") for row in found]
        once(PLATFORM, asked_for(PLATFORM, rows, query), lambda row: (row.campaign_id, row.day))
        if query.level == "account" and of_campaigns:
            return merged(InsightRow(metrics=row.metrics, day=row.day) for row in rows)
        return rows

    async def _directly_accessible(self) -> AccessibleCustomers:
        # The slash keeps the client from taking "customers" for the scheme of an address.
        response = await self._http.get("/customers:listAccessibleCustomers")
        return read(response.content, AccessibleCustomers)

    async def _below(self, root: str) -> Sequence[Entry]:
        """The ad accounts at and below `root`."""
        rows = await self._all(root, root, queries.accounts(), ClientRow)
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

    async def _all(self, customer: str, login: str, query: str, row: type[Row]) -> Sequence[Row]:
        """All rows of the answer to `query`.

        By `search`, not by `searchStream`: a page is at most 10,000 rows, is repeated alone if it gets
        lost, and costs no quota after the first; a stream is one body of any size, which an error
        near its end makes worthless.
        """

        async def ask(token: str | None) -> tuple[Sequence[Row], str | None]:
            page = await self._page(customer, login, query, row, token)
            return page.rows, page.next

        return await by_cursor(PLATFORM, ask)

    async def _page(self, customer: str, login: str, query: str, row: type[Row], token: str | None = None) -> Page[Row]:
        response = await self._http.post(
            f"/customers/{customer}/googleAds:search",
            json={"query": query} if token is None else {"query": query, "pageToken": token},
            headers={"login-customer-id": login} if login else {},
            extensions={"read": True},
        )
        return read(response.content, Page[row])


def _customer(account: Account) -> str:
    return account.id.removeprefix("customers/")


def _sign(request: httpx2.Request, token: str, *, developer_token: str) -> None:
    request.headers["authorization"] = f"Bearer {token}"
    if developer_token:
        request.headers["developer-token"] = developer_token


def _versioned(base_url: str) -> str:
    address = base_url.rstrip("/")
    return address if re.search(r"/v[0-9]+$", address) else f"{address}/{_VERSION}"


def _login_customer(text: str) -> str:
    digits = text.replace("-", "").strip()
    if digits and not re.fullmatch(r"[0-9]{10}", digits):
        raise Misconfigured(
            "The manager account to go through is not a customer id of Google Ads.",
            "Set XYLO_GOOGLE_LOGIN_CUSTOMER_ID to its ten digits, or unset it.",
            platform=PLATFORM,
        )
    return digits
