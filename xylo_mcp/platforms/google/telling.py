"""Tells Google of events, in whichever of its two ways the account may.

Those who had not uploaded conversions by the Google Ads API before 15 June 2026 are refused there (Google Ads API docs,
"Upload click conversions"); their way is the Data Manager API. What an event is known by is the same in both.
"""

from collections.abc import Sequence

import httpx2
import msgspec

from ...ads.accounts import Account
from ...ads.conversions import Outgoing, Told
from ...ads.errors import Forbidden
from . import verdicts
from .conversions import for_click, for_ingestion, key, usable
from .data_manager import DataManager, UnfitEvents
from .errors import ABOUT_PEOPLE
from .jobs import JSON
from .members import refused_way
from .search import route

_ROUNDS = 20
"""How often the rest is sent once unfit events are taken out of a request: Google may name only some of many."""


class Telling:
    """What is told of events. `refused`: the accounts that may not use the Google Ads API for that."""

    def __init__(self, http: httpx2.AsyncClient, data_manager: DataManager) -> None:
        self._http, self._data_manager = http, data_manager
        self._refused: set[str] = set()

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
        if account.id not in self._refused:
            try:
                return await self._upload(account, destination, events, rehearse=rehearse)
            except Forbidden as refusal:
                if not refused_way(refusal):
                    raise
                self._refused.add(account.id)
        return await self._ingest(account, destination, events, rehearse=rehearse)

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
