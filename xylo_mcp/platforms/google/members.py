"""Hands people over to lists, in whichever of Google's two ways the account may.

Projects that had not sent people's data by the Google Ads API before 1 April 2026 are refused there ("Changes to
Customer Match support", Google Ads developer blog, 4 March 2026); their way is the Data Manager API.
"""

import re
from datetime import UTC, datetime

import httpx2
import msgspec

from ...ads.accounts import Account
from ...ads.errors import Forbidden, Rejected
from ...ads.handovers import Action, CreateAudience, MembersChange
from ...contract import Portion
from .audience_changes import resource
from .data_manager import DataManager, timestamp
from .errors import PLATFORM
from .jobs import Jobs, operations
from .people_refusals import NOT_ALLOWLISTED

_NOTE = re.compile(r"job/(?P<job>[1-9][0-9]{0,18})|data_manager(?:/(?P<since>[0-9T:-]{19}Z))?")


class Way(msgspec.Struct, frozen=True):
    """How far a handover is, and by which way it goes, so that another process does not change to the other one.

    Attributes:
        job: the number of its job; empty: it goes by the Data Manager API.
        since: people who were last added before this moment are taken out at the end; None: nobody is.
    """

    job: str = ""
    since: datetime | None = None

    @property
    def note(self) -> str:
        """It as text, with nobody's data in it."""
        if self.job:
            return f"job/{self.job}"
        return f"data_manager/{timestamp(self.since)}" if self.since else "data_manager"


class Members:
    """What is done to the members of lists. `refused`: the accounts that may not use the Google Ads API for that."""

    def __init__(self, http: httpx2.AsyncClient, data_manager: DataManager) -> None:
        self._jobs, self._data_manager = Jobs(http), data_manager
        self._refused: set[str] = set()

    async def take(
        self, account: Account, change: MembersChange, audience_id: str, so_far: str, portion: Portion
    ) -> str:
        """Take one portion; see `TakesPeople.take`."""
        if so_far:
            way = _way(so_far)
            await self._go_on(account, change, audience_id, way, portion)
            return way.note
        if account.id not in self._refused:
            try:
                return await self._begin_job(account, change, audience_id, portion)
            except Forbidden as refusal:
                if not refused_way(refusal):
                    raise
                self._refused.add(account.id)
        return await self._begin_data_manager(account, change, audience_id, portion)

    async def close(self, account: Account, change: MembersChange, audience_id: str, so_far: str) -> None:
        """End a handover; see `TakesPeople.close`."""
        if not so_far:
            return
        way = _way(so_far)
        if way.job:
            await self._jobs.run(account, way.job)
        elif way.since:
            # Google's own order: the new people first, so that the list is never empty ("Remove all members").
            await self._data_manager.remove_older(account, audience_id, way.since)

    async def _begin_job(self, account: Account, change: MembersChange, audience_id: str, portion: Portion) -> str:
        """In a new job: one that was made before and not noted down is never run."""
        job = await self._jobs.create(account, resource(account, audience_id), change.consent)
        body = operations(_action(change), portion.rows, first=True)
        if body is not None:
            await self._jobs.add(account, job, body)
        return Way(job=job).note

    async def _begin_data_manager(
        self, account: Account, change: MembersChange, audience_id: str, portion: Portion
    ) -> str:
        replaces = _action(change) == "replace"
        way = Way(since=await self._data_manager.moment(account, audience_id) if replaces else None)
        await self._go_on(account, change, audience_id, way, portion)
        return way.note

    async def _go_on(
        self, account: Account, change: MembersChange, audience_id: str, way: Way, portion: Portion
    ) -> None:
        action = _action(change)
        if way.job:
            body = operations(action, portion.rows, first=False)
            if body is not None:
                await self._jobs.add(account, way.job, body)
        elif not portion.rows:
            return
        elif action == "remove":
            await self._data_manager.remove(account, audience_id, portion.rows)
        else:
            await self._data_manager.add(account, audience_id, portion.rows, change.consent)


def refused_way(refusal: Forbidden) -> bool:
    """Whether an account is refused for using this interface at all."""
    return refusal.vendor is not None and refusal.vendor.code == NOT_ALLOWLISTED


def _action(change: MembersChange) -> Action:
    if isinstance(change, CreateAudience):
        return "add"
    assert change.action is not None
    return change.action


def _way(so_far: str) -> Way:
    match = _NOTE.fullmatch(so_far)
    if match is None:
        raise Rejected("This handover was not begun here.", "Begin it anew, under another key.", platform=PLATFORM)
    since = match["since"]
    return Way(
        match["job"] or "",
        datetime.fromisoformat(since.removesuffix("Z")).replace(tzinfo=UTC) if since else None,
    )
