"""Tells TikTok what people did."""

from collections.abc import Sequence

import httpx2

from ...ads.accounts import Account
from ...ads.conversions import Event, Outgoing, Told
from ...ads.errors import AdsError, Invalid, NotFound, Rejected, VendorWords
from ...contract import Clock
from ..paging import chunks
from . import event_bodies, event_checks, pixel_bodies
from .errors import PARTLY
from .people import SENDING
from .shapes import PLATFORM
from .wordless import about_people, fields_named

_DELIVERED = Told("delivered")
_DESTINATIONS = ({"event_source_id"}, {"pixel_code"})
_HEADERS = {"Content-Type": "application/json"}


class Conversions:
    """The part of `contract.AdPlatform` that is about conversions.

    TikTok drops an event that comes again within 48 hours with the same name and id. That is documented of websites;
    only their events are sent again by themselves when an answer is lost.

    `usual` keeps the pace that the app has for everything but events, which `events` are outside of.
    """

    def __init__(self, usual: httpx2.AsyncClient, events: httpx2.AsyncClient, clock: Clock, version: str) -> None:
        self._usual, self._events, self._now, self._version = usual, events, clock, version

    def check_event(self, account: Account, destination: str, event: Event) -> None:
        """Refuse what TikTok surely would not take."""
        event_checks.check(destination, event, self._now(), self._version)

    async def send_events(
        self, account: Account, destination: str, events: Sequence[Outgoing], test: str
    ) -> Sequence[Told]:
        """Tell `events`, all of the same place: together in version 2 of the Events API, by fifties in version 1."""
        if len(events) > SENDING.portion or len({one.event.place for one in events}) > 1:
            raise Invalid(
                f"One request takes at most {SENDING.portion} events, all of the same place.",
                "Send them in parts.",
                platform=PLATFORM,
            )
        for one in events:
            self.check_event(account, destination, one.event)
        if not events:
            return []
        if self._version == "1":
            return await self._all_by_pixel(destination, events, test)
        body = event_bodies.body(destination, events, test)
        twice_is_once = {"read": events[0].event.place == "website"}
        await _told(self._events, event_bodies.PATH, body, twice_is_once)
        return [_DELIVERED] * len(events)

    async def _all_by_pixel(self, destination: str, events: Sequence[Outgoing], test: str) -> Sequence[Told]:
        """All `events`. Once some are told, the others wait for later if anything goes wrong with them."""
        told: list[Told] = []
        for chunk in chunks(events, pixel_bodies.MOST):
            try:
                told.extend(await self._by_pixel(destination, chunk, test))
            except AdsError as error:
                if not told:
                    raise
                told.extend([Told("later", "not_told_yet", error.vendor)] * (len(events) - len(told)))
                break
        return told

    async def _by_pixel(self, destination: str, events: Sequence[Outgoing], test: str) -> Sequence[Told]:
        """Some events in one request, and where TikTok took only a part of them, each by itself.

        Which part it took it says in no documented shape. Those that it has it drops when they come again.
        """
        try:
            request = pixel_bodies.request(destination, events, test)
            await _told(self._usual, request.path, request.body, {"read": True})
        except Rejected as refusal:
            if len(events) == 1 or refusal.vendor is None or refusal.vendor.code != PARTLY:
                raise
            return [await self._alone(destination, one, test) for one in events]
        return [_DELIVERED] * len(events)

    async def _alone(self, destination: str, event: Outgoing, test: str) -> Told:
        try:
            await self._by_pixel(destination, [event], test)
        except Rejected as refusal:
            return Told("rejected", "refused", refusal.vendor)
        except AdsError as error:
            return Told("later", "not_told_yet", error.vendor)
        return _DELIVERED


async def _told(http: httpx2.AsyncClient, path: str, body: bytes, extensions: dict[str, bool]) -> None:
    """Have one request taken.

    Raises:
        NotFound: TikTok refused it for its destination alone; how it says so was seen (2025), not documented.
    """
    words: VendorWords | None = None
    try:
        with about_people():
            await http.post(path, content=body, headers=_HEADERS, extensions=extensions)
    except Rejected as refusal:
        if set(fields_named(refusal.vendor)) not in _DESTINATIONS:
            raise
        words = refusal.vendor
    if words is not None:
        raise NotFound(
            "TikTok has no such pixel, app or event set, or it is of another place.",
            f"Correct the destination: {SENDING.destination}, of the place where the events happened.",
            platform=PLATFORM,
            vendor=words,
        )
