"""Reads Meta: our questions as Meta's requests."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial

import httpx2
import msgspec

from ...ads.accounts import Account, Roster
from ...ads.campaigns import CampaignFilter, CampaignPage
from ...ads.insights import InsightRow, InsightsQuery, merged
from ...at_once import at_once
from ...contract import AdReader, Clock, Connection
from ...transport import open_client
from ..paging import MOST_IDS, asked_for, by_cursor, chunks, looping, once, page_size
from ..rosters import Entry, roster
from . import SPEC, auth, payloads
from .edges import Edge
from .errors import fault
from .limits import LIMITS

# Meta publishes no largest page; these are asked for as long as it bears them.
_ACCOUNTS_AT_ONCE = 200
_CAMPAIGNS_AT_ONCE = 500
_ROWS_AT_ONCE = 500


class MetaAds:
    """Meta's ad accounts, for reading. Keeps `contract.AdReader`."""

    def __init__(self, http: httpx2.AsyncClient, clock: Clock) -> None:
        self._http, self._clock = http, clock

    async def accounts(self) -> Roster:
        """All ad accounts of the token's owner, by id."""
        edge = Edge(self._http, "me/adaccounts", {"fields": payloads.ACCOUNT_FIELDS}, _ACCOUNTS_AT_ONCE)

        async def ask(after: str | None) -> tuple[Sequence[Entry], str | None]:
            return payloads.accounts(await edge.page(after), SPEC.account_id)

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
        return CampaignPage(rows, following)

    async def insights(self, account: Account, query: InsightsQuery) -> Sequence[InsightRow]:
        """All rows; many chosen campaigns are asked about in several requests at once."""
        some_ids = chunks(sorted(query.campaign_ids)) or [()]
        parts = await at_once(partial(self._insights, account, query), some_ids)
        return merged([row for part in parts for row in part])

    async def _insights(self, account: Account, query: InsightsQuery, ids: Sequence[str]) -> Sequence[InsightRow]:
        by_campaign, by_day = query.level == "campaign", query.granularity == "day"
        edge = Edge(self._http, f"{account.id}/insights", _report_form(query, ids), _ROWS_AT_ONCE)

        async def ask(after: str | None) -> tuple[Sequence[InsightRow], str | None]:
            return payloads.insights(await edge.page(after), by_campaign=by_campaign, by_day=by_day)

        part = msgspec.structs.replace(query, campaign_ids=frozenset(ids))
        rows = asked_for(SPEC.name, await by_cursor(SPEC.name, ask), part)
        return once(SPEC.name, rows, lambda row: (row.campaign_id, row.day))


@asynccontextmanager
async def opened(connection: Connection) -> AsyncGenerator[AdReader]:
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
        yield MetaAds(http, connection.clock)


def _selection(wanted: CampaignFilter) -> Mapping[str, str]:
    selection: dict[str, str] = {}
    if "archived" in wanted.statuses:
        selection["effective_status"] = _json(payloads.ANY_STATUS)
    if 0 < len(wanted.ids) <= MOST_IDS:
        selection["filtering"] = _json([_any_of("id", sorted(wanted.ids))])
    return selection


def _report_form(query: InsightsQuery, ids: Sequence[str]) -> Mapping[str, str]:
    by_campaign = query.level == "campaign"
    form = {
        "level": query.level,
        "fields": f"campaign_id,campaign_name,{payloads.METRICS}" if by_campaign else payloads.METRICS,
        "time_range": _json({"since": query.since.isoformat(), "until": query.until.isoformat()}),
    }
    if query.granularity == "day":
        form["time_increment"] = "1"
    conditions = [_any_of("campaign.id", ids)] if ids else []
    if by_campaign or ids:
        # An account's own figures have all its campaigns in them; rows by campaign, and anything that is
        # filtered, lack archived and deleted ones unless these are asked for (Meta Marketing API docs,
        # "Insights: deleted and archived objects").
        conditions.append(_any_of("campaign.effective_status", payloads.EVERY_STATUS))
    return form | ({"filtering": _json(conditions)} if conditions else {})


def _any_of(field: str, values: Sequence[str]) -> Mapping[str, str | Sequence[str]]:
    return {"field": field, "operator": "IN", "value": values}


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
