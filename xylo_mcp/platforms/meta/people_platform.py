"""Meta's side of people's data: its audiences, who is in them, and the events it is told."""

from collections.abc import Sequence
from datetime import datetime

import httpx2

from ...ads.accounts import Account
from ...ads.audiences import AudiencePage
from ...ads.conversions import Event, Outgoing, Told
from ...ads.errors import AdsError, Invalid, NotFound, Rejected
from ...ads.handovers import CreateAudience, MembersChange, UpdateAudience
from ...contract import Clock, FoundAudiences, Portion
from ..paging import by_cursor, looping
from . import answers, audience_changes, audiences, event_flaws, members, server_events
from .audience_changes import identified
from .edges import Edge
from .errors import is_of_another_kind, unquoted
from .verdicts import Finished, TimedOut, Updating, updating

_PLATFORM = "meta"
_AUDIENCES_AT_ONCE = 100  # Meta recommends twenty, and takes more as long as it bears them
_SESSIONS_AT_ONCE = 50
_IN_JSON = {"Content-Type": "application/json"}


class PeopleAtMeta:
    """Keeps `contract.TakesPeople`, and reads audiences."""

    def __init__(self, http: httpx2.AsyncClient, clock: Clock) -> None:
        self._http, self._clock = http, clock

    async def audiences(self, account: Account, *, place: str | None, size: int) -> AudiencePage:
        """One page of the account's audiences, those it only has a share in among them."""
        params = {"fields": audiences.FIELDS}
        edge = Edge(self._http, f"{account.id}/customaudiences", params, min(size, _AUDIENCES_AT_ONCE))
        page = audiences.audiences(await edge.page(place), account)
        if page.next is not None and page.next == place:
            raise looping(_PLATFORM)
        return page

    def check_audience(self, account: Account, change: MembersChange) -> None:
        """Refuse what Meta has no request for."""
        if isinstance(change, CreateAudience):
            audience_changes.creation(account, change, "")
        else:
            audience_changes.check_update(change)

    async def make_audience(self, account: Account, change: CreateAudience, tag: str) -> str:
        """Make it, in one request; its description begins with the tag."""
        path, form = audience_changes.creation(account, change, tag)
        response = await self._http.post(path, data=form)
        return answers.made_id(response.content)

    async def update_audience(self, account: Account, change: UpdateAudience) -> None:
        """Give it another name."""
        audience_changes.check_update(change)
        await self._subtype(account, change.audience_id)
        if change.name:
            response = await self._http.post(change.audience_id, data={"name": change.name})
            audiences.confirm(response.content)

    async def find_audiences(
        self, account: Account, change: CreateAudience, tag: str, since: datetime
    ) -> FoundAudiences:
        """All that bear the tag in their description."""
        params = {"fields": audiences.TAGGED_FIELDS}
        edge = Edge(self._http, f"{account.id}/customaudiences", params, _AUDIENCES_AT_ONCE)

        async def ask(after: str | None) -> tuple[Sequence[str], str | None]:
            return audiences.tagged(await edge.page(after), tag)

        return FoundAudiences(await by_cursor(_PLATFORM, ask))

    async def take(
        self, account: Account, change: MembersChange, audience_id: str, so_far: str, portion: Portion
    ) -> str:
        """One request a portion, all in one session, which the note is about.

        Where a replacement seems to be under way before it began, its first portion may have come before. Of one that
        takes more than 90 minutes, the rest is added once it is over, as Meta advises.
        """
        identified("audience_id", audience_id)
        if not portion.rows:
            return _without_rows(change, so_far, portion)
        if so_far:
            session = members.noted(so_far)
        else:
            await self._require_list(account, change, audience_id)
            session = members.new_session(change, audience_id, self._clock())
        try:
            return (await self._told(change, audience_id, session, portion)).note()
        except Finished:
            # No other handover has this session: its last portion came before, and the answer was lost.
            if not portion.last:
                raise
            return session.note()
        except Updating:
            begun = None if so_far else await self._begun_before(change, audience_id, portion)
            if begun is None:
                raise
            return begun.note()
        except TimedOut:
            if not await self._is_replaced(audience_id):
                raise
        rest = members.new_session(change, audience_id, self._clock(), portion.number)
        return (await self._told(change, audience_id, rest, portion)).note()

    async def close(self, account: Account, change: MembersChange, audience_id: str, so_far: str, tag: str) -> str:
        """Nothing is left to do: the last portion said that it is the last."""
        return audience_id

    def check_event(self, account: Account, destination: str, event: Event) -> None:
        """Refuse what would cost all events of a request their delivery."""
        identified("destination", destination)
        event_flaws.check(event, self._clock())

    async def send_events(
        self, account: Account, destination: str, events: Sequence[Outgoing], test: str
    ) -> Sequence[Told]:
        """Send those that Meta may take, once: whether it drops what comes again is not sure enough to try."""
        path = f"{identified('destination', destination)}/events"
        now = self._clock()
        refused = [event_flaws.refused(one, now) for one in events]
        sent = [one for one, told in zip(events, refused, strict=True) if told is None]
        if sent:
            with unquoted():
                response = await self._http.post(path, content=server_events.body(sent, test), headers=_IN_JSON)
            server_events.confirm(response.content, len(sent))
        return [told or Told("delivered") for told in refused]

    async def _told(
        self, change: MembersChange, audience_id: str, session: members.Session, portion: Portion
    ) -> members.Session:
        path = f"{audience_id}/{members.edge(change, session)}"
        with unquoted():
            response = await self._http.post(
                path,
                content=members.body(change, session, portion),
                headers=_IN_JSON,
                extensions={"read": members.may_come_twice(change, session, portion)},
            )
        return members.taken(response.content, audience_id, session, portion)

    async def _begun_before(self, change: MembersChange, audience_id: str, portion: Portion) -> members.Session | None:
        """The replacement that this portion began, as far as it can be found out."""
        if members.action(change) != "replace":
            return None
        params: dict[str, str | int] = {"fields": members.SESSION_FIELDS, "limit": _SESSIONS_AT_ONCE}
        try:
            response = await self._http.get(f"{audience_id}/sessions", params=params)
            return members.begun_before(response.content, change, audience_id, portion, self._clock())
        except AdsError:
            return None

    async def _is_replaced(self, audience_id: str) -> bool:
        """Whether a replacement that took too long ended with what had come; False: it may have come to nothing.

        Raises:
            InProgress: that is not decided yet, and what is added now could be lost with it.
        """
        response = await self._http.get(audience_id, params={"fields": audiences.STATUS_FIELDS})
        operation = audiences.operation_of(response.content)
        if operation in audiences.UNDER_WAY:
            raise updating()
        return operation == audiences.NORMAL

    async def _require_list(self, account: Account, change: MembersChange, audience_id: str) -> None:
        """Make sure that members are told to a customer list of the account; one we made is one."""
        if isinstance(change, UpdateAudience) and await self._subtype(account, audience_id) != audiences.CUSTOMER_LIST:
            raise Invalid(
                "audience_id: members are told to customer lists only.",
                "Use a list; all other audiences are made by their rule.",
                platform=_PLATFORM,
            )

    async def _subtype(self, account: Account, audience_id: str) -> str:
        """Meta's word for the kind of the audience.

        Raises:
            NotFound: it is no audience of the account.
        """
        subtype = None
        try:
            response = await self._http.get(audience_id, params={"fields": audiences.OWNED_FIELDS})
            subtype = audiences.subtype_of(response.content, account, audience_id)
        except NotFound:
            pass
        except Rejected as refusal:
            if not is_of_another_kind(refusal):
                raise
        if subtype is None:
            raise NotFound(
                f"audience_id: {account.id} has no audience {audience_id}.",
                "Take the id from the account's list of audiences.",
                platform=_PLATFORM,
            )
        return subtype


def _without_rows(change: MembersChange, so_far: str, portion: Portion) -> str:
    if members.action(change) == "replace" and portion.last and not so_far:
        raise Invalid(
            "Meta replaces the members of an audience by others, not by nobody.",
            "Remove the members, or delete the audience in Meta Ads Manager.",
            platform=_PLATFORM,
        )
    return so_far
