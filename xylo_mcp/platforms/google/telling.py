"""Tells Google of events, in whichever of its two ways the account may.

Those who had not uploaded conversions by the Google Ads API before 15 June 2026 are refused there (Google Ads API docs,
"Upload click conversions"); their way is the Data Manager API. What an event is known by is the same in both.
"""

import re
from collections.abc import Sequence

import httpx2
import msgspec

from ...ads.accounts import Account
from ...ads.conversions import Outgoing, Told
from ...ads.errors import Forbidden
from ..reading import garbled
from . import SPEC, queries, verdicts
from .conversions import for_click, for_ingestion, key, usable
from .data_manager import DataManager, UnfitEvents
from .errors import ABOUT_PEOPLE, PLATFORM
from .jobs import JSON
from .members import refused_way
from .search import Search, route

_ROUNDS = 20
"""How often the rest is sent once unfit events are taken out of a request: Google may name only some of many."""


class _Tracking(msgspec.Struct, frozen=True, rename="camel"):
    google_ads_conversion_customer: str = ""


class _Customer(msgspec.Struct, frozen=True, rename="camel"):
    conversion_tracking_setting: _Tracking = _Tracking()


class _Row(msgspec.Struct, frozen=True):
    customer: _Customer


class Telling:
    """What is told of events.

    `refused`: the accounts that may not use the Google Ads API for that; `owners`: whose the conversion actions are,
    by account: a manager may count for those below it, and takes their conversions then.
    """

    def __init__(self, http: httpx2.AsyncClient, search: Search, data_manager: DataManager) -> None:
        self._http, self._search, self._data_manager = http, search, data_manager
        self._refused: set[str] = set()
        self._owners: dict[str, Account] = {}

    async def send(
        self, account: Account, destination: str, events: Sequence[Outgoing], *, rehearse: bool
    ) -> Sequence[Told]:
        """Send events and say what became of each; see `TakesPeople.send_events`.

        Of events that Google knows by the same, only the first is sent: it would refuse them all.
        """
        first: dict[str, Outgoing] = {}
        for one in filter(usable, events):
            first.setdefault(key(one.event), one)
        sent = list(first.values())
        told = dict(zip(first, await self._told(account, destination, sent, rehearse=rehearse), strict=True))
        return [_of_each(one, first, told) for one in events]

    async def _told(
        self, account: Account, destination: str, events: Sequence[Outgoing], *, rehearse: bool
    ) -> Sequence[Told]:
        if not events:
            return ()
        owner = await self._owner(account)
        if owner.id not in self._refused:
            try:
                return await self._upload(owner, destination, events, rehearse=rehearse)
            except Forbidden as refusal:
                if not refused_way(refusal):
                    raise
                self._refused.add(owner.id)
        return await self._ingest(owner, destination, events, rehearse=rehearse)

    async def _owner(self, account: Account) -> Account:
        """Who takes the account's conversions, reached in the same way."""
        if account.id not in self._owners:
            rows = await self._search.all(route(account), queries.conversion_customer(), _Row)
            if len(rows) != 1:
                raise garbled(PLATFORM)
            owner = rows[0].customer.conversion_tracking_setting.google_ads_conversion_customer or account.id
            if not re.fullmatch(SPEC.account_id, owner):
                raise garbled(PLATFORM)
            self._owners[account.id] = msgspec.structs.replace(account, id=owner)
        return self._owners[account.id]

    async def _upload(
        self, account: Account, destination: str, events: Sequence[Outgoing], *, rehearse: bool
    ) -> Sequence[Told]:
        way = route(account)
        conversions = b",".join(for_click(account, destination, one) for one in events)
        more = b',"validateOnly":true' if rehearse else b""
        response = await self._http.post(
            f"/customers/{way.customer}:uploadClickConversions",
            content=b'{"conversions":[%b],"partialFailure":true%b}' % (conversions, more),
            headers={**JSON, **way.headers},
            extensions={ABOUT_PEOPLE: True},
        )
        return verdicts.uploaded(response.content, destination, len(events), rehearsed=rehearse)

    async def _ingest(
        self, account: Account, destination: str, events: Sequence[Outgoing], *, rehearse: bool
    ) -> Sequence[Told]:
        told: dict[int, Told] = {}
        for remaining_rounds in reversed(range(_ROUNDS)):
            rest = [place for place in range(len(events)) if place not in told]
            if not rest:
                break
            try:
                bodies = (for_ingestion(events[place]) for place in rest)
                await self._data_manager.send(account, destination, bodies, rehearse=rehearse)
            except UnfitEvents as unfit:
                if not remaining_rounds or max(unfit.reasons) >= len(rest):
                    raise
                told |= {rest[place]: _unfit(reason, unfit) for place, reason in unfit.reasons.items()}
            else:
                told |= dict.fromkeys(rest, Told("delivered"))
        return [told[place] for place in range(len(events))]


def _unfit(reason: str, refusal: UnfitEvents) -> Told:
    return verdicts.verdict(reason, refusal.vendor.request_id if refusal.vendor else "")


def _of_each(one: Outgoing, first: dict[str, Outgoing], told: dict[str, Told]) -> Told:
    if not usable(one):
        return Told("rejected", "nobody_to_match")
    same = told[key(one.event)]
    if one is not first[key(one.event)] and same.state == "delivered":
        return msgspec.structs.replace(same, state="already", reason="twice_in_one_request")
    return same
