"""What is asked of a platform: to read, and to carry out."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from ..ads.accounts import Account, Roster
from ..ads.audiences import AudiencePage
from ..ads.campaigns import Campaign, CampaignFilter, CampaignPage
from ..ads.changes import Change
from ..ads.insights import Batch, InsightsQuery
from ..ads.standings import Look, Standing
from .people import TakesPeople


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

    async def audiences(self, account: Account, *, place: str | None, size: int) -> AudiencePage:
        """The page of about `size` audiences at `place` (None: the first), from one request."""
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


class AdPlatform(AdReader, TakesPeople, Protocol):
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
