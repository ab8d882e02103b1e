"""What we ask of a platform: the whole idea of one."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from decimal import Decimal
from typing import Protocol

import httpx2
import msgspec

from .ads.accounts import Account, Roster
from .ads.campaigns import Campaign, CampaignFilter, CampaignPage, Objective
from .ads.changes import Change
from .ads.insights import InsightRow, InsightsQuery
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

    async def insights(self, account: Account, query: InsightsQuery) -> Sequence[InsightRow]:
        """All rows of the answer, to the last page, one a campaign and day at most."""
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


class Connection(msgspec.Struct, frozen=True):
    """What a platform is opened with.

    Attributes:
        settings: the value of each `Setting` by its name; empty where optional and not given.
        network: carries the requests: the real network, or a sandbox in process. Whoever made it closes it.
        clock: the only clock.
        per_second: requests a second at most; 0: what the platform allows everyone.
    """

    settings: Mapping[str, str]
    network: httpx2.AsyncBaseTransport
    clock: Clock
    per_second: int = 0


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
