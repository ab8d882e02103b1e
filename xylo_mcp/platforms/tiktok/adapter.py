"""TikTok's ad accounts: our questions and changes as TikTok's requests."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial

import anyio
import httpx2
import msgspec

from ...ads.accounts import Account, Roster
from ...ads.campaigns import Campaign, CampaignFilter, CampaignPage
from ...ads.changes import Change, CreateCampaign, UpdateCampaign, changed_fields, only, target
from ...ads.dates import local_day
from ...ads.errors import AdsError
from ...ads.insights import Batch, InsightsQuery
from ...ads.standings import Look, Standing
from ...at_once import all_done
from ...contract import AdPlatform, Connection, Found, Receipt
from ...transport import open_client
from ..paging import Numbered, by_number, once, page_size
from ..reading import garbled
from . import EVENTS_API, SPEC, advertisers, auth, changes, forms, payloads, standings
from .audiences import Audiences
from .authorised import Authorised
from .conversions import Conversions
from .errors import fault
from .insights import Insights
from .jobs import ReportJobs
from .limits import EVENTS, LIMITS

_SMALLEST_PAGE = 20
_LARGEST_PAGE = 1000
_READING_BACK = 5.0  # seconds
_CLOCKS_DIFFER = timedelta(minutes=1)


class TikTokAds(Audiences, Conversions):
    """TikTok's ad accounts. Keeps `contract.AdPlatform`; `http` carries all requests but events."""

    def __init__(self, http: httpx2.AsyncClient, events: httpx2.AsyncClient, connection: Connection) -> None:
        settings, clock = connection.settings, connection.clock
        Audiences.__init__(self, http, clock)
        Conversions.__init__(self, http, events, clock, settings.get(EVENTS_API.name) or EVENTS_API.default)
        self._insights = Insights(http, ReportJobs(http, connection.jobs, clock))
        self._authorised = Authorised(http, settings["APP_ID"], settings["APP_SECRET"])

    async def accounts(self) -> Roster:
        """All advertisers that authorised the app, by id."""
        return await self._authorised.all()

    async def campaigns(
        self, account: Account, wanted: CampaignFilter, *, place: str | None, size: int
    ) -> CampaignPage:
        """One page of campaigns, newest first. Deleted ones are left out by TikTok unless they are wanted.

        A place is the number of the page and the size of all pages before it: numbers count from the
        beginning, so going on in another size would lose or repeat campaigns. A list that begins with one
        campaign should not go on one by one: hence the smallest page.
        """
        page, per_page = (
            map(int, place.split("/")) if place else (1, page_size(wanted, max(size, _SMALLEST_PAGE), _LARGEST_PAGE))
        )
        params = {
            "advertiser_id": advertisers.advertiser_id(account),
            "fields": forms.json_text(payloads.CAMPAIGN_FIELDS),
            "page": page,
            "page_size": per_page,
            **forms.filtering(wanted),
        }
        response = await self._http.get("campaign/get/", params=params)
        rows, pages = payloads.campaigns(response.content, account, page, per_page)
        return CampaignPage(rows, f"{page + 1}/{per_page}" if page < pages else None)

    def insights(self, account: Account, query: InsightsQuery) -> AsyncIterator[Batch]:
        """All rows as they come."""
        return self._insights.batches(account, query)

    async def look(self, account: Account, campaign_id: str = "") -> Look:
        """All campaigns and ad groups, asked for at once: TikTok's filters know no "is configured as on"."""
        campaigns: list[Campaign] = []
        groups: list[standings.AdGroup] = []

        async def all_campaigns() -> None:
            campaigns.extend(await self._all_campaigns(account, {"primary_status": "STATUS_ALL"}))

        async def all_groups() -> None:
            groups.extend(await self._all_groups(account))

        await all_done(all_campaigns, all_groups)
        return standings.look(campaigns, groups, campaign_id, local_day(self._clock(), account.time_zone))

    def check(self, account: Account, change: Change, standing: Standing | None) -> None:
        """Refuse what TikTok has no request for."""
        parts = (_parts(change) or (change,)) if isinstance(change, UpdateCampaign) else (change,)
        for part in parts:
            changes.request(account, part, "", standing)

    async def validate(self, account: Account, change: Change, tag: str, standing: Standing | None) -> bool:
        """TikTok checks nothing beforehand (TikTok API for Business docs, v1.3)."""
        return False

    async def apply(self, account: Account, change: Change, tag: str, standing: Standing | None) -> Receipt:
        """Carry out `change`. Creates and updates answer with the whole campaign; a switch is read back."""
        path, body = changes.request(account, change, tag, standing)
        response = await self._http.post(path, content=body, headers={"Content-Type": "application/json"})
        identity, stored = target(change), None
        if path != changes.SWITCH:
            written, stored = payloads.written(response.content, account)
            if identity not in ("", written):
                raise garbled(SPEC.name)
            identity = written
        return Receipt(identity, stored or await self._read_back(account, identity))

    async def find(self, account: Account, change: Change, tag: str, since: datetime) -> Found:
        """Campaigns of exactly the wanted name that are not older: TikTok keeps nothing else to know one by.

        A name proves nothing unless the tag stands in it: to a create with a `request_id`, TikTok lets a name
        be given that another campaign has (TikTok API for Business docs, v1.3, "Create a campaign").
        """
        if not isinstance(change, CreateCampaign):
            wanted: Mapping[str, object] = {"campaign_ids": [change.campaign_id], "primary_status": "STATUS_ALL"}
            return Found(await self._all_campaigns(account, wanted))
        named = {"campaign_name": change.name, "primary_status": "STATUS_ALL"}
        made: dict[str, datetime] = {}
        found = await self._all_campaigns(account, named, made)
        new = [one for one in found if one.name == change.name and made[one.id] >= since - _CLOCKS_DIFFER]
        return Found(new, sure=tag in change.name)

    async def _read_back(self, account: Account, campaign_id: str) -> Campaign | None:
        """The campaign as it is now; None where it cannot be read: what was written stays written."""
        try:
            with anyio.move_on_after(_READING_BACK):
                wanted = {"campaign_ids": [campaign_id], "primary_status": "STATUS_ALL"}
                return next(iter(await self._all_campaigns(account, wanted)), None)
        except AdsError:
            pass
        return None

    async def _all_campaigns(
        self, account: Account, filtering: Mapping[str, object], made: dict[str, datetime] | None = None
    ) -> Sequence[Campaign]:
        """All campaigns that `filtering` admits; `made` learns when each was created."""
        fields = (*payloads.CAMPAIGN_FIELDS, "create_time") if made is not None else payloads.CAMPAIGN_FIELDS

        async def ask(page: int) -> Numbered[Campaign]:
            response = await self._list("campaign/get/", account, fields, page, filtering)
            if made is not None:
                made.update(payloads.created_at(response.content))
            return payloads.every_campaign(response.content, account, page)

        return once(SPEC.name, await by_number(SPEC.name, ask), lambda one: one.id)

    async def _all_groups(self, account: Account) -> Sequence[standings.AdGroup]:
        async def ask(page: int) -> Numbered[standings.AdGroup]:
            response = await self._list("adgroup/get/", account, standings.AD_GROUP_FIELDS, page, {})
            return standings.ad_groups(response.content, account, page)

        return once(SPEC.name, await by_number(SPEC.name, ask), lambda one: one.budget.id)

    async def _list(
        self, path: str, account: Account, fields: Sequence[str], page: int, filtering: Mapping[str, object]
    ) -> httpx2.Response:
        params: dict[str, str | int] = {
            "advertiser_id": advertisers.advertiser_id(account),
            "fields": forms.json_text(fields),
            "page": page,
            "page_size": _LARGEST_PAGE,
        }
        if filtering:
            params["filtering"] = forms.json_text(filtering)
        return await self._http.get(path, params=params)


@asynccontextmanager
async def opened(connection: Connection) -> AsyncGenerator[AdPlatform]:
    """TikTok, for as long as the context lasts."""
    settings = connection.settings
    secrets = (settings["ACCESS_TOKEN"], settings["APP_SECRET"])
    reached = partial(
        open_client,
        platform=SPEC.name,
        base_url=auth.base_url(settings["BASE_URL"], SPEC.api_version),
        token=auth.token(settings),
        sign=auth.sign,
        fault=partial(fault, clock=connection.clock, secrets=secrets),
    )
    apart = msgspec.structs.replace(connection, per_second=0)  # the app's own pace is not that of events
    async with reached(connection, limits=LIMITS) as http, reached(apart, limits=EVENTS) as events:
        yield TikTokAds(http, events, connection)


def _parts(change: UpdateCampaign) -> Sequence[UpdateCampaign]:
    """The requests that a change of several fields takes."""
    fields = frozenset(changed_fields(change))
    switch = frozenset({"status"})
    return [only(change, group) for group in (fields - switch, fields & switch) if group]
