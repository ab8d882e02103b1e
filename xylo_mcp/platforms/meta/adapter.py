"""Meta's ad accounts: our questions and changes as Meta's requests."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import partial

import anyio
import httpx2

from ...ads.accounts import Account, Roster
from ...ads.campaigns import Campaign, CampaignFilter, CampaignPage
from ...ads.changes import Change, CreateCampaign, PauseCampaign
from ...ads.errors import AdsError, NotFound, Rejected
from ...ads.insights import Batch, InsightsQuery
from ...ads.standings import Look, Standing
from ...at_once import all_done
from ...contract import AdPlatform, Clock, Connection, Found, Jobs, Receipt
from ...transport import open_client
from ..paging import MOST_IDS, by_cursor, looping, once, page_size
from ..rosters import Entry, roster
from . import SPEC, ad_accounts, answers, auth, changes, payloads, standings
from .edges import Edge
from .errors import fault, is_of_another_kind
from .insights import Insights
from .limits import LIMITS
from .owners import Owners
from .people_platform import PeopleAtMeta
from .questions import any_of, in_json

# Meta publishes no largest page; these are asked for as long as it bears them.
_ACCOUNTS_AT_ONCE = 200
_CAMPAIGNS_AT_ONCE = 500
_READING_BACK = 5.0  # seconds


class MetaAds(PeopleAtMeta):
    """Meta's ad accounts. Keeps `contract.AdPlatform`."""

    def __init__(self, http: httpx2.AsyncClient, clock: Clock, jobs: Jobs) -> None:
        super().__init__(http, clock)
        self._insights = Insights(http, clock, jobs)
        self._owners = Owners()

    async def accounts(self) -> Roster:
        """All ad accounts of the token's owner, by id."""
        edge = Edge(self._http, "me/adaccounts", {"fields": ad_accounts.FIELDS}, _ACCOUNTS_AT_ONCE)

        async def ask(after: str | None) -> tuple[Sequence[Entry], str | None]:
            return ad_accounts.accounts(await edge.page(after), SPEC.account_id)

        return roster(await by_cursor(SPEC.name, ask))

    async def campaigns(
        self, account: Account, wanted: CampaignFilter, *, place: str | None, size: int
    ) -> CampaignPage:
        """One page of campaigns. Archived and deleted ones are left out by Meta unless they are wanted.

        They can only be wanted by naming all statuses, and a status that Meta does not document is lost then.
        """
        params = {"fields": payloads.CAMPAIGN_FIELDS, **_selection(wanted)}
        edge = Edge(self._http, f"{account.id}/campaigns", params, page_size(wanted, size, _CAMPAIGNS_AT_ONCE))
        rows, following = payloads.campaigns(await edge.page(place), account, self._clock())
        if following is not None and following == place:
            raise looping(SPEC.name)
        self._owners.learn(rows)
        return CampaignPage(rows, following)

    def insights(self, account: Account, query: InsightsQuery) -> AsyncGenerator[Batch]:
        """All rows; what is too large for an answer at once is made as a report."""
        return self._insights.batches(account, query)

    async def look(self, account: Account, campaign_id: str = "") -> Look:
        """Campaigns and ad sets that are not archived, and the campaign asked about, all asked for at once."""
        campaigns: list[Campaign] = []
        sets: list[standings.AdSet] = []
        targets: list[Campaign | None] = []

        async def all_campaigns() -> None:
            campaigns.extend(await self._all_campaigns(account))

        async def all_sets() -> None:
            sets.extend(await self._all_sets(account))

        async def target() -> None:
            targets.append(await self._node(account, campaign_id))

        await all_done(all_campaigns, all_sets, target)
        return standings.look(campaigns, sets, targets[0], self._clock())

    def check(self, account: Account, change: Change, standing: Standing | None) -> None:
        """Refuse what Meta has no request for."""
        changes.request(account, change, "", standing)

    async def validate(self, account: Account, change: Change, tag: str, standing: Standing | None) -> bool:
        """Have Meta check it (Marketing API docs, `execution_options`)."""
        path, form = changes.request(account, change, tag, standing)
        await self._http.post(path, data=changes.validating(form))
        return True

    async def apply(self, account: Account, change: Change, tag: str, standing: Standing | None) -> Receipt:
        """Carry out `change`; asked for its fields, Meta answers with the campaign as it is then."""
        path, form = changes.request(account, change, tag, standing)
        if standing is None and isinstance(change, PauseCampaign):
            await self._require(account, change.campaign_id)
        response = await self._http.post(path, data=form)
        identity = answers.made_id(response.content) if isinstance(change, CreateCampaign) else change.campaign_id
        stored = answers.campaign(response.content, identity, account, self._clock())
        return Receipt(identity, stored or await self._read_back(account, identity))

    async def find(self, account: Account, change: Change, tag: str, since: datetime) -> Found:
        """The campaigns of the wanted name that bear the tag as a label, in whatever status."""
        if not isinstance(change, CreateCampaign):
            found = await self._node(account, change.campaign_id)
            return Found([] if found is None else [found])
        named = {"field": "name", "operator": "CONTAIN", "value": change.name}
        params = {
            "fields": answers.LABELLED_FIELDS,
            "effective_status": in_json(payloads.ANY_STATUS),
            "filtering": in_json([named]),
        }
        edge = Edge(self._http, f"{account.id}/campaigns", params, _CAMPAIGNS_AT_ONCE)

        async def ask(after: str | None) -> tuple[Sequence[tuple[Campaign, frozenset[str]]], str | None]:
            return answers.labelled(await edge.page(after), account, self._clock())

        return Found([campaign for campaign, labels in await by_cursor(SPEC.name, ask) if tag in labels])

    async def _require(self, account: Account, campaign_id: str) -> None:
        """Make sure that the campaign is one of the account's.

        Raises:
            NotFound: it is not.
        """
        if not self._owners.owns(account, campaign_id) and await self._node(account, campaign_id) is None:
            raise NotFound(
                f"campaign_id: {account.id} has no campaign {campaign_id}.",
                "Take the id from list_campaigns.",
                platform=SPEC.name,
            )

    async def _all_campaigns(self, account: Account) -> Sequence[Campaign]:
        params = {"fields": payloads.CAMPAIGN_FIELDS}
        edge = Edge(self._http, f"{account.id}/campaigns", params, _CAMPAIGNS_AT_ONCE)

        async def ask(after: str | None) -> tuple[Sequence[Campaign], str | None]:
            return payloads.campaigns(await edge.page(after), account, self._clock())

        campaigns = once(SPEC.name, await by_cursor(SPEC.name, ask), lambda one: one.id)
        self._owners.learn(campaigns)
        return campaigns

    async def _all_sets(self, account: Account) -> Sequence[standings.AdSet]:
        edge = Edge(self._http, f"{account.id}/adsets", {"fields": standings.AD_SET_FIELDS}, _CAMPAIGNS_AT_ONCE)

        async def ask(after: str | None) -> tuple[Sequence[standings.AdSet], str | None]:
            return standings.ad_sets(await edge.page(after), account)

        return once(SPEC.name, await by_cursor(SPEC.name, ask), lambda one: one.id)

    async def _node(self, account: Account, campaign_id: str) -> Campaign | None:
        """The campaign with this id, if it is one of the account's."""
        if not campaign_id:
            return None
        try:
            fields = f"account_id,{payloads.CAMPAIGN_FIELDS}"
            response = await self._http.get(campaign_id, params={"fields": fields})
        except NotFound:
            return None
        except Rejected as refusal:
            if not is_of_another_kind(refusal):
                raise
            return None
        found = answers.campaign_of(response.content, account, self._clock())
        self._owners.learn([found] if found else [])
        return found

    async def _read_back(self, account: Account, campaign_id: str) -> Campaign | None:
        """The campaign as it is now; None where it cannot be read: what was written stays written."""
        with suppress(AdsError), anyio.move_on_after(_READING_BACK):
            return await self._node(account, campaign_id)
        return None


@asynccontextmanager
async def opened(connection: Connection) -> AsyncGenerator[AdPlatform]:
    """Meta, for as long as the context lasts."""
    access_token, app_secret = connection.settings["ACCESS_TOKEN"], connection.settings["APP_SECRET"]
    async with open_client(
        connection,
        platform=SPEC.name,
        base_url=auth.base_url(connection.settings["BASE_URL"], SPEC.api_version),
        token=auth.token(access_token),
        sign=auth.signer(app_secret),
        fault=partial(fault, clock=connection.clock, secrets=(access_token, app_secret)),
        limits=LIMITS,
    ) as http:
        yield MetaAds(http, connection.clock, connection.jobs)


def _selection(wanted: CampaignFilter) -> Mapping[str, str]:
    selection: dict[str, str] = {}
    if "archived" in wanted.statuses:
        selection["effective_status"] = in_json(payloads.ANY_STATUS)
    if 0 < len(wanted.ids) <= MOST_IDS:
        selection["filtering"] = in_json([any_of("id", sorted(wanted.ids))])
    return selection
