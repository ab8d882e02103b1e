"""What we ask of a platform: the whole idea of one."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from decimal import Decimal
from typing import Protocol

import httpx2
import msgspec

from .ads.accounts import Account, Roster
from .ads.campaigns import Campaign, CampaignFilter, CampaignPage, Objective
from .ads.changes import Change
from .ads.insights import Batch, Breakdown, InsightsQuery, Sum
from .ads.standings import Look, Standing

Clock = Callable[[], datetime]
"""Tells the present moment, with a time zone."""


class AdReader(Protocol):
    """One platform, for reading. All methods raise `AdsError` and nothing else of the platform's making."""

    async def accounts(self) -> Roster:
        """All ad accounts that the credentials reach, managers excluded; one that is odd costs the others nothing."""
        ...

    async def campaigns(
        self, account: Account, wanted: CampaignFilter, *, place: str | None, size: int
    ) -> CampaignPage:
        """The page of about `size` campaigns at `place` (None: the first), from one request.

        A platform may narrow by `wanted` where its own filter surely loses nothing; the page may
        still hold campaigns that `wanted` does not admit.
        """
        ...

    def insights(self, account: Account, query: InsightsQuery) -> AsyncIterator[Batch]:
        """All rows of the answer as they come, to the last page; no two have the same `key`.

        Only some pages are held at a time, whatever the size. A report that the platform takes long to make is
        waited for; where the deadline comes first, a later question goes on waiting for the same.

        Raises:
            Unsupported: the platform has no such breakdown, or not at this level; nothing was asked.
        """
        ...

    async def look(self, account: Account, campaign_id: str = "") -> Look:
        """What the account commits to as it stands now, and the campaign with this id.

        Fresh from the platform and whole: a part that cannot be read is an error, never left out.
        """
        ...


class Receipt(msgspec.Struct, frozen=True):
    """A write that was carried out.

    `stored` is the campaign as the platform says it is now; None where it does not say.
    """

    campaign_id: str
    stored: Campaign | None = None


class Found(msgspec.Struct, frozen=True):
    """The campaigns that a write may have made or changed.

    `sure`: they bear its tag, or are its target; otherwise a person may as well have made them.
    """

    campaigns: Sequence[Campaign] = ()
    sure: bool = True


class AdPlatform(AdReader, Protocol):
    """One platform, for reading and writing. Only the gate holds one.

    A write is one request, is never repeated where it may have been carried out, and what it raises says by
    `nothing_done` whether it surely was not. `standing` is the campaign as the gate saw it before; None for creates,
    and for pauses, which wait for no look: whatever is written to is the account's own campaign all the same.
    """

    def check(self, account: Account, change: Change, standing: Standing | None) -> None:
        """Refuse, before any request, what the platform cannot do or cannot express exactly.

        Raises:
            Unsupported: the platform has no such thing.
            Invalid: an amount, name or day is none that it takes.
        """
        ...

    async def validate(self, account: Account, change: Change, tag: str, standing: Standing | None) -> bool:
        """Have the platform itself check `change` without carrying it out; False: it offers no such thing.

        Raises:
            AdsError: it would refuse.
        """
        ...

    async def apply(self, account: Account, change: Change, tag: str, standing: Standing | None) -> Receipt:
        """Carry out `change`, once; a created campaign bears `tag` where people do not read it."""
        ...

    async def find(self, account: Account, change: Change, tag: str, since: datetime) -> Found:
        """The campaigns that may be what a create with `tag` made at or after `since`; for others, the target.

        Nothing found proves nothing: a platform may show what it stored late. Nor does an equal name.
        """
        ...


class Setting(msgspec.Struct, frozen=True):
    """One thing a platform needs from its operator, read from `XYLO_<PLATFORM>_<NAME>`.

    `pattern` is a regular expression that the whole of a given value matches; empty: any.
    """

    name: str
    purpose: str
    required: bool = True
    secret: bool = True
    default: str = ""
    pattern: str = ""


PACE = Setting(
    "REQUESTS_PER_SECOND",
    "how many requests a second the vendor allows this app, where that is not what everyone starts with",
    required=False,
    secret=False,
    default="0",
    pattern="[0-9]{1,4}",
)
"""A setting of every platform, beside its own."""


class Jobs(Protocol):
    """Remembers which reports a platform is making for us, by the question each of them answers."""

    async def find(self, question: str) -> str | None:
        """The platform's name for the report that answers `question`; None: none is being made."""
        ...

    async def keep(self, question: str, job: str) -> None:
        """Remember that `job` answers `question`."""
        ...

    async def forget(self, question: str) -> None:
        """Its answer is read, or will never come."""
        ...


class JobsOfOneProcess:
    """Keeps `Jobs` for as long as the process lives."""

    def __init__(self) -> None:
        self._jobs: dict[str, str] = {}

    async def find(self, question: str) -> str | None:
        """See `Jobs`."""
        return self._jobs.get(question)

    async def keep(self, question: str, job: str) -> None:
        """See `Jobs`."""
        self._jobs[question] = job

    async def forget(self, question: str) -> None:
        """See `Jobs`."""
        self._jobs.pop(question, None)


class Connection(msgspec.Struct, frozen=True):
    """What a platform is opened with.

    Attributes:
        settings: the value of each `Setting` by its name; empty where optional and not given.
        network: carries the requests: the real network, or a sandbox in process. Whoever made it closes it.
        clock: the only clock.
        per_second: requests a second at most; 0: what the platform allows everyone.
        jobs: the reports that are being made.
    """

    settings: Mapping[str, str]
    network: httpx2.AsyncBaseTransport
    clock: Clock
    per_second: int = 0
    jobs: Jobs = msgspec.field(default_factory=JobsOfOneProcess)


class PlatformSpec(msgspec.Struct, frozen=True):
    """A platform as data.

    Attributes:
        name: of its folder.
        title: as people write it.
        account_id: regular expression that the whole of its account ids matches.
        account_example: one such id.
        api_version: of the vendor's interface.
        settings: what it needs; the base URL is the setting `BASE_URL`.
        conversions: which events its `conversions` count, and with which attribution.
        history_days: how far back its insights reach.
        settling_days: for so many days after a day, its conversions may still grow.
        creates: the objectives that it can make campaigns of.
        apart: the fields of a campaign that no request can change together with the others; each group is a
            request of its own.
        overspend: how many times a daily budget one day may cost at most.
        open: gives it for as long as the context lasts.
        breakdowns: what its insights can be divided by, and what the parts are.
        lacks: the sums that it never tells, and why; `lacks_by`: those that it does not tell in these breakdowns.
        events: what an operator may have it count as conversions, and what each of them counts.
    """

    name: str
    title: str
    account_id: str
    account_example: str
    api_version: str
    settings: tuple[Setting, ...]
    conversions: str
    history_days: int
    settling_days: int
    creates: frozenset[Objective]
    overspend: Decimal
    open: Callable[[Connection], AbstractAsyncContextManager[AdPlatform]]
    apart: tuple[frozenset[str], ...] = ()
    breakdowns: Mapping[Breakdown, str] = msgspec.field(default_factory=dict[Breakdown, str])
    lacks: Mapping[Sum, str] = msgspec.field(default_factory=dict[Sum, str])
    lacks_by: Mapping[Breakdown, Mapping[Sum, str]] = msgspec.field(default_factory=dict[Breakdown, Mapping[Sum, str]])
    events: Mapping[str, str] = msgspec.field(default_factory=dict[str, str])

    def unsaid(self, breakdown: Breakdown | None) -> Mapping[Sum, str]:
        """The sums that it does not tell when divided so, and why."""
        return {**self.lacks, **(self.lacks_by.get(breakdown, {}) if breakdown else {})}
