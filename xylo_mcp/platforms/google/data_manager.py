"""People's way to Google by its Data Manager API: requests that each stand alone.

Shapes: Data Manager API reference, v1 (2026). A request is taken as a whole or not at all ("Understand API errors",
fast-fail model), and what it says is worked off later: an accepted one may still match nobody.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2
import msgspec

from ...ads.accounts import Account
from ...ads.errors import AdsError, Rejected
from ...ads.people import Consent, Row
from ...contract import Clock
from ..reading import garbled
from . import errors
from .changes import Json
from .errors import ABOUT_PEOPLE, PLATFORM
from .identifiers import consent_for_data_manager, for_data_manager
from .jobs import JSON
from .payloads import read
from .people_refusals import OF_DATA_MANAGER
from .search import route

_EVENT = re.compile(r"(?:events\.)?events\[([0-9]{1,5})\](?:\..*)?", re.DOTALL)
# "This must be accepted when ingesting UserData": who sends people's data through here has accepted Google's terms for
# Customer Match, which the operator of this server answers for (v1, `TermsOfService`).
_TERMS = {"customerMatchTermsOfServiceStatus": "ACCEPTED"}


class UnfitEvents(Rejected):
    """Nothing was taken, for these events are unfit; `reasons`: Google's, by their places in the request."""

    reasons: Mapping[int, str]


class _Accepted(msgspec.Struct, frozen=True, rename="camel"):
    request_id: str = ""


class DataManager:
    """The Data Manager API, for all accounts."""

    def __init__(self, http: httpx2.AsyncClient, clock: Clock) -> None:
        self._http, self._clock = http, clock

    async def add(self, account: Account, audience_id: str, rows: Sequence[Row], consent: Consent) -> None:
        """Add people; whoever is added twice is in the list once, and was last added at the later time."""
        body = {
            "destinations": [_destination(account, audience_id)],
            "audienceMembers": _members(rows),
            **consent_for_data_manager(consent),
            "encoding": "HEX",
            "termsOfService": _TERMS,
        }
        _accepted(await self._post("audienceMembers:ingest", msgspec.json.encode(body)))

    async def remove(self, account: Account, audience_id: str, rows: Sequence[Row]) -> None:
        """Take people out; whoever is not in the list stays out."""
        body = {
            "destinations": [_destination(account, audience_id)],
            "audienceMembers": _members(rows),
            "encoding": "HEX",
        }
        _accepted(await self._post("audienceMembers:remove", msgspec.json.encode(body)))

    async def moment(self, account: Account, audience_id: str) -> datetime:
        """The present moment by Google's own clock, told by its answer to whether the list could be emptied.

        Ours may be ahead: then those who are added next would count as added before.
        """
        body = {"destinations": [_destination(account, audience_id)], "validateOnly": True}
        response = await self._post("audienceMembers:removeAll", msgspec.json.encode(body))
        read(response.content, _Accepted)
        return _date(response) or self._clock()

    async def remove_older(self, account: Account, audience_id: str, moment: datetime) -> None:
        """Take out whoever was last added before `moment`."""
        body = {
            "destinations": [_destination(account, audience_id)],
            "removeAsOfTime": timestamp(moment),
        }
        _accepted(await self._post("audienceMembers:removeAll", msgspec.json.encode(body)))

    async def send(self, account: Account, destination: str, events: Iterable[bytes], *, rehearse: bool) -> None:
        """Send events, each as JSON, or only have them checked.

        Raises:
            UnfitEvents: saying which; nothing was taken.
        """
        destinations = msgspec.json.encode([_destination(account, destination)])
        more = b',"validateOnly":true' if rehearse else b""
        body = b'{"destinations":%b,"events":[%b],"encoding":"HEX"%b}' % (destinations, b",".join(events), more)
        response = await self._post("events:ingest", body)
        if not rehearse:
            _accepted(response)

    async def _post(self, method: str, body: bytes) -> httpx2.Response:
        return await self._http.post(f"/{method}", content=body, headers=JSON, extensions={ABOUT_PEOPLE: True})


def fault(response: httpx2.Response, *, clock: Clock) -> AdsError | None:
    """What is wrong with a whole answer; None if nothing is."""
    error = errors.fault(response, clock=clock, reasons=OF_DATA_MANAGER)
    if error is None or not error.nothing_done:
        return error
    named = [(_EVENT.fullmatch(one.field), one.reason) for one in errors.violations(response)]
    reasons = {int(match[1]): reason for match, reason in reversed(named) if match}
    if not reasons or not all(match for match, _ in named):
        return error  # something of the request itself is wrong too
    unfit = UnfitEvents(error.message, error.fix, platform=PLATFORM, vendor=error.vendor)
    unfit.reasons = reasons
    return unfit


def timestamp(moment: datetime) -> str:
    """A moment as Google's JSON has it."""
    return f"{moment.astimezone(UTC).isoformat(timespec='seconds').removesuffix('+00:00')}Z"


def _destination(account: Account, product_id: str) -> Json:
    way = route(account)
    login = {"loginAccount": _product_account(way.login)} if way.login else {}
    return {"operatingAccount": _product_account(way.customer), **login, "productDestinationId": product_id}


def _product_account(customer: str) -> Json:
    return {"accountType": "GOOGLE_ADS", "accountId": customer}


def _members(rows: Sequence[Row]) -> Sequence[Json]:
    return [{"userData": {"userIdentifiers": for_data_manager(row)}} for row in rows]


def _accepted(response: httpx2.Response) -> None:
    if not read(response.content, _Accepted).request_id:
        raise garbled(PLATFORM)


def _date(response: httpx2.Response) -> datetime | None:
    try:
        moment = parsedate_to_datetime(response.headers.get("date", ""))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
