"""Reads TikTok: our questions as TikTok's requests."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from itertools import product

import httpx2
import msgspec

from ...ads.accounts import Account
from ...ads.campaigns import CampaignFilter, CampaignPage
from ...ads.dates import Span
from ...ads.errors import Garbled
from ...ads.insights import InsightRow, InsightsQuery, merged
from ...at_once import at_once
from ...contract import AdReader, Connection
from ...transport import open_client
from ..paging import MOST_IDS, by_number, chunks, once, page_size
from . import SPEC, auth, payloads
from .errors import cut_short, fault
from .limits import LIMITS

_LARGEST_PAGE = 1000
# The longest time that one report may cover (TikTok API for Business docs, v1.3, "Run a synchronous report").
_DAYS_BY_DAY = 30
_DAYS_IN_ALL = 365


class TikTokAds:
    """TikTok's ad accounts, for reading. Keeps `contract.AdReader`."""

    def __init__(self, http: httpx2.AsyncClient, app_id: str, app_secret: str) -> None:
        self._http = http
        self._app = {"app_id": app_id, "secret": app_secret}

    async def accounts(self) -> Sequence[Account]:
        """All advertisers that authorised the app, by id."""
        # TikTok takes the app's secret in the query here and in no other way ("Get authorized ad accounts").
        response = await self._http.get("oauth2/advertiser/get/", params=self._app)
        ids = payloads.advertiser_ids(response.content)
        parts = await at_once(self._advertisers, chunks(ids))
        accounts = {account.id: account for part in parts for account in part}
        if len(accounts) != len(ids):
            raise Garbled(
                "TikTok did not describe all the ad accounts that it lists.",
                "Ask again; if it stays, see at TikTok whether each authorised ad account still exists.",
                platform=SPEC.name,
            )
        return [accounts[account_id] for account_id in sorted(accounts)]

    async def campaigns(
        self, account: Account, wanted: CampaignFilter, *, place: str | None, size: int
    ) -> CampaignPage:
        """One page of campaigns, newest first. Deleted ones are left out by TikTok unless they are wanted.

        A place is the number of the page and the size of all pages before it: numbers count from the
        beginning, so going on in another size would lose or repeat campaigns.
        """
        page, per_page = map(int, place.split("/")) if place else (1, page_size(wanted, size, _LARGEST_PAGE))
        params = {
            "advertiser_id": payloads.advertiser_id(account),
            "fields": _json(payloads.CAMPAIGN_FIELDS),
            "page": page,
            "page_size": per_page,
            **_filtering(wanted),
        }
        response = await self._http.get("campaign/get/", params=params)
        rows, pages = payloads.campaigns(response.content, account, page)
        return CampaignPage(rows, f"{page + 1}/{per_page}" if page < pages else None)

    async def insights(self, account: Account, query: InsightsQuery) -> Sequence[InsightRow]:
        """All rows, from as many reports as TikTok's limits on days and ids make necessary."""
        days = _DAYS_BY_DAY if query.granularity == "day" else _DAYS_IN_ALL
        some_ids = chunks(sorted(query.campaign_ids)) or [()]
        pieces = product(Span(query.since, query.until).pieces(days), some_ids)
        parts = await at_once(partial(self._report, account, query), pieces)
        rows = [row for part in parts for row in part]
        if query.level == "account":
            rows = [InsightRow(row.metrics, day=row.day) for row in rows]
        return merged(rows)

    async def _advertisers(self, ids: Sequence[str]) -> Sequence[Account]:
        params = {"advertiser_ids": _json(ids), "fields": _json(payloads.ACCOUNT_FIELDS)}
        response = await self._http.get("advertiser/info/", params=params)
        return payloads.accounts(response.content)

    async def _report(
        self, account: Account, query: InsightsQuery, piece: tuple[Span, Sequence[str]]
    ) -> Sequence[InsightRow]:
        span, ids = piece
        # Documented is the choice of campaigns for reports by campaign only, so an account's are added up here.
        by_campaign = query.level == "campaign" or bool(ids)
        by_day = query.granularity == "day"
        params = {
            "advertiser_id": payloads.advertiser_id(account),
            "start_date": span.since.isoformat(),
            "end_date": span.until.isoformat(),
            **_report_form(ids, by_campaign=by_campaign, by_day=by_day),
        }

        async def ask(page: int) -> tuple[Sequence[InsightRow], int]:
            asked: Mapping[str, str | int] = {**params, "page": page, "page_size": _LARGEST_PAGE}
            response = await self._http.get("report/integrated/get/", params=asked)
            if (missing := cut_short(response)) is not None:
                raise missing
            return payloads.report(response.content, page, by_campaign=by_campaign, by_day=by_day)

        rows = await by_number(SPEC.name, ask)
        return once(SPEC.name, rows, lambda row: (row.campaign_id, row.day))


@asynccontextmanager
async def opened(connection: Connection) -> AsyncGenerator[AdReader]:
    """TikTok, for as long as the context lasts."""
    settings = connection.settings
    async with open_client(
        connection,
        platform=SPEC.name,
        base_url=auth.base_url(settings["BASE_URL"], SPEC.api_version),
        token=auth.token(settings),
        sign=auth.sign,
        fault=partial(fault, clock=connection.clock, secrets=(settings["ACCESS_TOKEN"], settings["APP_SECRET"])),
        limits=LIMITS,
    ) as http:
        yield TikTokAds(http, settings["APP_ID"], settings["APP_SECRET"])


def _filtering(wanted: CampaignFilter) -> Mapping[str, str]:
    chosen: dict[str, object] = {}
    if "archived" in wanted.statuses:
        chosen["primary_status"] = "STATUS_ALL"
    if 0 < len(wanted.ids) <= MOST_IDS:
        chosen["campaign_ids"] = sorted(wanted.ids)
    return {"filtering": _json(chosen)} if chosen else {}


def _report_form(ids: Sequence[str], *, by_campaign: bool, by_day: bool) -> Mapping[str, str]:
    time = ("stat_time_day",) if by_day else ()
    form = {"report_type": "BASIC"}
    if not by_campaign:
        return form | {
            "data_level": "AUCTION_ADVERTISER",
            "dimensions": _json(("advertiser_id", *time)),
            "metrics": _json(payloads.METRICS),
        }
    conditions = [_any_of("campaign_status", ("STATUS_ALL",))] + ([_any_of("campaign_ids", ids)] if ids else [])
    return form | {
        "data_level": "AUCTION_CAMPAIGN",
        "dimensions": _json(("campaign_id", *time)),
        "metrics": _json((*payloads.METRICS, "campaign_name")),
        "filtering": _json(conditions),
    }


def _any_of(field: str, values: Sequence[str]) -> Mapping[str, str]:
    return {"field_name": field, "filter_type": "IN", "filter_value": _json(values)}


def _json(value: object) -> str:
    """TikTok takes lists and objects in the query as JSON text, also within JSON."""
    return msgspec.json.encode(value).decode()
