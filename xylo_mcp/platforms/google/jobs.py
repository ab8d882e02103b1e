"""People's way to Google by the Google Ads API: one job for a handover, filled portion by portion, then run.

Shapes: Google Ads API reference, v26, `OfflineUserDataJobService` (October 2026). Nothing happens to a list before its
job is run, and a job that never is, lapses after five days: so a handover that stops halfway has changed nothing.
"""

from collections.abc import Sequence

import httpx2
import msgspec

from ...ads.accounts import Account
from ...ads.errors import Rejected
from ...ads.handovers import Action
from ...ads.people import Consent, Row
from ..reading import NOTHING, garbled
from .errors import ABOUT_PEOPLE, PLATFORM
from .identifiers import consent_for_ads, for_ads
from .payloads import number, read
from .people_refusals import ALREADY_STARTED
from .search import route

JSON = {"content-type": "application/json"}


class _Created(msgspec.Struct, frozen=True, rename="camel"):
    resource_name: str = ""


class _Added(msgspec.Struct, frozen=True, rename="camel"):
    partial_failure_error: msgspec.Raw = NOTHING


class _Running(msgspec.Struct, frozen=True):
    """A google.longrunning.Operation; its name leads nowhere that is asked here."""


class Jobs:
    """The jobs of all accounts."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http

    async def create(self, account: Account, user_list: str, consent: Consent) -> str:
        """The number of a new job for the list of this name. Of a job that is not wanted any more nothing comes."""
        about = {"userList": user_list, **consent_for_ads(consent)}
        job = {"type": "CUSTOMER_MATCH_USER_LIST", "customerMatchUserListMetadata": about}
        answer = await self._post(account, "offlineUserDataJobs:create", msgspec.json.encode({"job": job}))
        return number(read(answer, _Created).resource_name, f"{account.id}/offlineUserDataJobs/")

    async def add(self, account: Account, job: str, body: bytes) -> None:
        """Add operations, all of them or none; whoever is added twice is in the list once."""
        answer = await self._post(account, f"offlineUserDataJobs/{job}:addOperations", body)
        if read(answer, _Added).partial_failure_error != NOTHING:
            raise garbled(PLATFORM)  # it was not asked to take a part

    async def run(self, account: Account, job: str) -> None:
        """Have Google carry out the job; one that it is at work on already stays as it is."""
        try:
            read(await self._post(account, f"offlineUserDataJobs/{job}:run", b"{}"), _Running)
        except Rejected as refusal:
            if refusal.vendor is None or refusal.vendor.code != ALREADY_STARTED:
                raise

    async def _post(self, account: Account, method: str, body: bytes) -> bytes:
        way = route(account)
        response = await self._http.post(
            way.path(method), content=body, headers={**JSON, **way.headers}, extensions={ABOUT_PEOPLE: True}
        )
        return response.content


def operations(action: Action, rows: Sequence[Row], *, first: bool) -> bytes | None:
    """The body that adds `rows` to a job or has it take them out; None where there is nothing to do.

    Whatever was in a list that is replaced goes with the first operation of the job: nowhere else may that stand.
    """
    verb = "remove" if action == "remove" else "create"
    found: list[object] = [{verb: {"userIdentifiers": for_ads(row)}} for row in rows]
    if action == "replace" and first:
        found.insert(0, {"removeAll": True})
    return msgspec.json.encode({"operations": found}) if found else None
