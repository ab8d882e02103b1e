"""What Google is asked about people: the part of its adapter that keeps `TakesPeople`, and reads audiences."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

import httpx2
import msgspec

from ...ads.accounts import Account
from ...ads.audiences import AudiencePage
from ...ads.conversions import Event, Outgoing, Told
from ...ads.handovers import CreateAudience, MembersChange, UpdateAudience
from ...at_once import at_once
from ...contract import Clock, FoundAudiences, Portion
from ..reading import garbled, reading
from . import audience_changes, conversions, queries
from .audiences import AudienceRow
from .changes import Json
from .data_manager import DataManager
from .errors import PLATFORM
from .members import Members
from .payloads import number, read
from .search import Search, route
from .telling import Telling


class _Result(msgspec.Struct, frozen=True, rename="camel"):
    resource_name: str = ""


class _Written(msgspec.Struct, frozen=True):
    results: Sequence[_Result] = ()


class TakingPeople:
    """Audiences, their members, and conversions."""

    def __init__(self, http: httpx2.AsyncClient, search: Search, data_manager: DataManager, clock: Clock) -> None:
        self._http, self._search, self._clock = http, search, clock
        self._members, self._telling = Members(http, data_manager), Telling(http, search, data_manager)

    async def audiences(self, account: Account, *, place: str | None, size: int) -> AudiencePage:
        """A page, newest first; its place is the id of the last audience before it."""
        limit = max(1, min(size, queries.MOST_ROWS))
        page = await self._search.page(route(account), queries.audiences(place, limit), AudienceRow)
        with reading(PLATFORM):
            found = [row.in_our_words(account) for row in page.rows]
        places = [int(place)] if place else []
        places += [int(audience.id) for audience in found]
        if (page.next and not found) or places != sorted(set(places), reverse=True):
            raise garbled(PLATFORM)  # not in the order asked for: going on from its end would lose or repeat some
        more = page.next or len(found) >= limit
        return AudiencePage(found, found[-1].id if more else None)

    def check_audience(self, account: Account, change: MembersChange) -> None:
        """Refuse what could not be sent, by making it ready to be sent."""
        audience_changes.check(account, change)

    async def make_audience(self, account: Account, change: CreateAudience, tag: str) -> str:
        """Make a list. Its tag is its code in another system, which people do not see."""
        return await self._write(account, audience_changes.creation(account, change, tag))

    async def update_audience(self, account: Account, change: UpdateAudience) -> None:
        """Give a list its other name or status."""
        if await self._write(account, audience_changes.update(account, change)) != change.audience_id:
            raise garbled(PLATFORM)

    async def find_audiences(
        self, account: Account, change: CreateAudience, tag: str, since: datetime
    ) -> FoundAudiences:
        """The lists that bear the tag, else the one of the wanted name.

        Google says of none when it was made, and lets no two of an account's own have one name, so that the one of
        this name may have been why it refused ours.
        """
        asked = (queries.tagged_audiences(tag), queries.named_audiences(change.name))
        tagged, named = await at_once(partial(self._ids, account), asked)
        return FoundAudiences(tagged or named, sure=bool(tagged) or tag in change.name)

    async def take(
        self, account: Account, change: MembersChange, audience_id: str, so_far: str, portion: Portion
    ) -> str:
        """Take one portion of members, in whichever way the account may."""
        return await self._members.take(account, change, audience_id, so_far, portion)

    async def close(self, account: Account, change: MembersChange, audience_id: str, so_far: str, tag: str) -> str:
        """Have Google carry out what it was handed."""
        await self._members.close(account, change, audience_id, so_far)
        return audience_id

    def check_event(self, account: Account, destination: str, event: Event) -> None:
        """Refuse an event that Google surely would not take."""
        conversions.check(destination, event, self._clock())

    async def send_events(
        self, account: Account, destination: str, events: Sequence[Outgoing], test: str
    ) -> Sequence[Told]:
        """Send events, or with any `test` only have Google check them."""
        return await self._telling.send(account, destination, events, rehearse=bool(test))

    async def _ids(self, account: Account, query: str) -> Sequence[str]:
        rows = await self._search.all(route(account), query, AudienceRow)
        with reading(PLATFORM):
            return [row.id for row in rows]

    async def _write(self, account: Account, operation: Json) -> str:
        """The id of the list that was written; nothing is ever sent twice."""
        way = route(account)
        response = await self._http.post(
            way.path("userLists:mutate"), json={"operations": [operation]}, headers=way.headers
        )
        results = read(response.content, _Written).results
        if len(results) != 1:
            raise garbled(PLATFORM)
        return number(results[0].resource_name, f"{account.id}/userLists/")
