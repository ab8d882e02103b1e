"""Finds the ad accounts whose advertisers authorised the app."""

import re
from collections.abc import Sequence

import httpx2

from ...ads.accounts import Roster
from ...ads.errors import AdsError, Forbidden, NotFound
from ...at_once import at_once
from ..paging import chunks
from ..rosters import Entry, odd, roster, unreadable
from . import SPEC, advertisers, forms
from .errors import NO_PERMISSION


class Authorised:
    """The advertisers who let this app reach their ad accounts."""

    def __init__(self, http: httpx2.AsyncClient, app_id: str, app_secret: str) -> None:
        self._http = http
        self._app = {"app_id": app_id, "secret": app_secret}

    async def all(self) -> Roster:
        """All of them, by id."""
        # TikTok takes the app's secret in the query here and in no other way ("Get authorized ad accounts").
        response = await self._http.get("oauth2/advertiser/get/", params=self._app)
        ids = advertisers.advertiser_ids(response.content)
        proper = [one for one in ids if _is_proper(one)]
        improper = [odd(SPEC.name, advertisers.account_id(one)) for one in ids if not _is_proper(one)]
        parts = await at_once(self._described, chunks(proper))
        return roster([*improper, *(entry for part in parts for entry in part)])

    async def _described(self, ids: Sequence[str]) -> Sequence[Entry]:
        """The advertisers `ids`. One that TikTok refuses, such as a deleted one, spoils a request: it is sought out."""
        params = {"advertiser_ids": forms.json_text(ids), "fields": forms.json_text(advertisers.FIELDS)}
        try:
            response = await self._http.get("advertiser/info/", params=params)
        except (Forbidden, NotFound) as refusal:
            if not _about_an_advertiser(refusal):
                raise
            if len(ids) == 1:
                return [unreadable(advertisers.account_id(ids[0]), refusal)]
            middle = len(ids) // 2
            halves = await at_once(self._described, (ids[:middle], ids[middle:]))
            return [entry for half in halves for entry in half]
        entries = advertisers.accounts(response.content, SPEC.account_id)
        return [entries.get(one) or _undescribed(one) for one in ids]


def _is_proper(advertiser: str) -> bool:
    return re.fullmatch(SPEC.account_id, advertisers.account_id(advertiser)) is not None


def _about_an_advertiser(refusal: AdsError) -> bool:
    """Whether TikTok refuses for the sake of an advertiser; of the whole app or country, all would be refused alike."""
    return isinstance(refusal, NotFound) or (refusal.vendor is not None and refusal.vendor.code == NO_PERMISSION)


def _undescribed(advertiser: str) -> Entry:
    return unreadable(
        advertisers.account_id(advertiser),
        NotFound(
            "TikTok lists this ad account but does not describe it.",
            "See at TikTok whether the ad account still exists.",
            platform=SPEC.name,
        ),
    )
