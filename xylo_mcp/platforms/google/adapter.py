"""Reads and changes Google Ads: each method puts one question and returns the answer in our words."""

import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, asynccontextmanager
from datetime import date, datetime
from functools import partial
from itertools import pairwise

import anyio
import httpx2

from ...ads.accounts import Account, Roster
from ...ads.campaigns import Campaign, CampaignFilter, CampaignPage
from ...ads.changes import Change, CreateCampaign, target
from ...ads.dates import local_day
from ...ads.errors import AdsError, Misconfigured
from ...ads.insights import Batch, InsightsQuery
from ...ads.standings import Look, Standing
from ...at_once import at_once
from ...contract import AdPlatform, Clock, Connection, Found, Receipt
from ...transport import Fault, open_client
from ..reading import garbled, reading
from . import answers, changes, data_manager, queries, standings
from .achieved import Achievements
from .auth import open_token
from .campaigns import CampaignRow, in_our_words
from .customers import Customers
from .data_manager import DataManager
from .errors import PLATFORM, fault
from .limits import LIMITS
from .reports import report
from .search import Search, route
from .taking_people import TakingPeople

_VERSION, _DATA_MANAGER_VERSION = "v26", "v1"
_READ_BACK_SECONDS = 5
"""How long a write that is done waits to see itself: what it must not do is miss its caller's deadline."""


@asynccontextmanager
async def open_platform(connection: Connection) -> AsyncGenerator[AdPlatform]:
    """Google Ads, for as long as the context lasts."""
    developer_token = connection.settings["DEVELOPER_TOKEN"]
    login = _login_customer(connection.settings["LOGIN_CUSTOMER_ID"])
    judge = partial(fault, clock=connection.clock, secrets=(developer_token,))
    async with (
        open_token(connection) as token,
        open_client(
            connection,
            platform=PLATFORM,
            base_url=_versioned(connection.settings["BASE_URL"], _VERSION),
            token=token,
            sign=partial(_sign, developer_token=developer_token),
            fault=judge,
            limits=LIMITS,
        ) as http,
        open_client(
            connection,
            platform=PLATFORM,
            base_url=_versioned(connection.settings["DATA_MANAGER_URL"], _DATA_MANAGER_VERSION),
            token=token,
            sign=partial(_sign, developer_token=""),
            fault=partial(data_manager.fault, clock=connection.clock),
            limits=LIMITS,
        ) as people,
    ):
        yield GoogleAds(http, DataManager(people, connection.clock), login, judge, connection.clock)


class GoogleAds(TakingPeople):
    """Google Ads, for reading and writing.

    `login` is the manager through which everything goes; empty for whatever the user reaches.
    """

    def __init__(self, http: httpx2.AsyncClient, people: DataManager, login: str, judge: Fault, clock: Clock) -> None:
        super().__init__(http, Search(http, judge), people, clock)
        self._customers, self._achievements = Customers(http, self._search, login), Achievements(self._search)

    async def accounts(self) -> Roster:
        """All ad accounts; one that is reached in several ways comes once, in the most direct of them."""
        return await self._customers.all()

    async def campaigns(
        self, account: Account, wanted: CampaignFilter, *, place: str | None, size: int
    ) -> CampaignPage:
        """A page, newest first; its place is the id of the last campaign before it.

        Google's own page tokens end after two hours and pages can't be made smaller than 10,000 rows.
        """
        limit = queries.rows_wanted(wanted, size)
        page = await self._search.page(route(account), queries.campaigns(wanted, place, limit), CampaignRow)
        found = _campaigns(account, page.rows)
        ids = [int(campaign.id) for campaign in found]
        above = [int(place)] if place else []
        if (page.next and not found) or any(later >= earlier for earlier, later in pairwise(above + ids)):
            raise garbled(PLATFORM)  # not in the order asked for: going on from its end would lose or repeat some
        more = page.next or len(found) >= limit
        return CampaignPage(campaigns=found, next=found[-1].id if more else None)

    async def insights(self, account: Account, query: InsightsQuery) -> AsyncGenerator[Batch]:
        """All rows. An account's figures over some campaigns are those campaigns' sum."""
        wanted = report(query)
        async with aclosing(self._achievements.rows(route(account), wanted)) as batches:
            async for rows in batches:
                yield Batch(rows)

    async def look(self, account: Account, campaign_id: str = "") -> Look:
        """What is running and the campaign with this id, asked for at once."""
        asked = [queries.running(), *([queries.of_campaign(campaign_id)] if campaign_id else [])]
        active, *wanted = await at_once(partial(self._rows, account), asked)
        return standings.look(account, active, wanted[0] if wanted else (), self._today(account))

    def check(self, account: Account, change: Change, standing: Standing | None) -> None:
        """Refuse what could not be sent, by making it ready to be sent."""
        self._operations(account, change, "", standing)

    async def validate(self, account: Account, change: Change, tag: str, standing: Standing | None) -> bool:
        """Have Google check the very operations that `apply` would send."""
        operations = self._operations(account, change, tag, standing)
        answers.checked_only(await self._mutate(account, {"mutateOperations": operations, "validateOnly": True}))
        return True

    async def apply(self, account: Account, change: Change, tag: str, standing: Standing | None) -> Receipt:
        """Carry out `change` in one transaction. A new campaign's tag is the name of its own budget."""
        operations = self._operations(account, change, tag, standing)
        answer = await self._mutate(account, {"mutateOperations": operations})
        written = answers.written(answer, account.id, target(change), len(operations))
        return Receipt(written.campaign_id, await self._stored(account, written))

    async def find(self, account: Account, change: Change, tag: str, since: datetime) -> Found:
        """The campaigns whose budget bears `tag`, else one of the wanted name; or the target.

        An own budget's name may come to follow its campaign's (v26, `CampaignBudget.explicitly_shared`). A name
        proves nothing unless the tag stands in it: Google lets no two campaigns have one, so that one may have
        been why it refused ours, and it says of none when it was made.
        """
        if not isinstance(change, CreateCampaign):
            return Found(_campaigns(account, await self._rows(account, queries.of_campaign(change.campaign_id))))
        asked = (queries.tagged(tag), queries.named(change.name))
        tagged, named = await at_once(partial(self._rows, account), asked)
        return Found(_campaigns(account, tagged or named), sure=bool(tagged) or tag in change.name)

    async def _rows(self, account: Account, query: str) -> Sequence[CampaignRow]:
        return await self._search.all(route(account), query, CampaignRow)

    async def _mutate(self, account: Account, body: changes.Json) -> bytes:
        """The answer to a write, or to the question whether it would do; neither is ever sent twice."""
        way = route(account)
        response = await self._http.post(
            way.path("googleAds:mutate"),
            json={**body, "responseContentType": "MUTABLE_RESOURCE"},
            headers=way.headers,
        )
        return response.content

    async def _stored(self, account: Account, written: answers.Written) -> Campaign | None:
        """The campaign as it is now, from the answer to the write, and where that is not all, from a look at it.

        None where it can't be told: the write is done all the same.
        """
        with anyio.move_on_after(_READ_BACK_SECONDS):
            try:
                with reading(PLATFORM):
                    row = written.whole or written.over(await self._one(account, written.campaign_id))
                    return row.in_our_words(account)
            except AdsError:
                return None
        return None

    async def _one(self, account: Account, campaign_id: str) -> CampaignRow:
        (row,) = await self._rows(account, queries.of_campaign(campaign_id))
        return row

    def _operations(
        self, account: Account, change: Change, tag: str, standing: Standing | None
    ) -> Sequence[changes.Json]:
        return changes.operations(account, change, tag, standing, self._today(account))

    def _today(self, account: Account) -> date:
        return local_day(self._clock(), account.time_zone)


def _campaigns(account: Account, rows: Sequence[CampaignRow]) -> Sequence[Campaign]:
    with reading(PLATFORM):
        return in_our_words(rows, account)


def _sign(request: httpx2.Request, token: str, *, developer_token: str) -> None:
    request.headers["authorization"] = f"Bearer {token}"
    if developer_token:
        request.headers["developer-token"] = developer_token


def _versioned(base_url: str, version: str) -> str:
    address = base_url.rstrip("/")
    return address if re.search(r"/v[0-9]+$", address) else f"{address}/{version}"


def _login_customer(text: str) -> str:
    digits = text.replace("-", "").strip()
    if digits and not re.fullmatch(r"[0-9]{10}", digits):
        raise Misconfigured(
            "The manager account to go through is not a customer id of Google Ads.",
            "Set XYLO_GOOGLE_LOGIN_CUSTOMER_ID to its ten digits, or unset it.",
            platform=PLATFORM,
        )
    return digits
