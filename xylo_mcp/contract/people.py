"""What is asked of a platform that people are told to: lists of members, and conversions."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from ..ads.accounts import Account
from ..ads.audiences import AudienceKind
from ..ads.conversions import Event, Outgoing, Place, Told
from ..ads.handovers import Action, CreateAudience, MembersChange, UpdateAudience
from ..ads.people import Forms, Row


class AudienceRules(msgspec.Struct, frozen=True):
    """A platform's audiences as data.

    Attributes:
        kinds: those that it can make here.
        actions: what can be done to the members of a list.
        forms: in which form it takes people.
        portion: how many rows it is handed at once.
        smallest: ads use a list only with so many people in it that the platform knows.
        makes_first: whether a list is made before its members come; else out of them, once all are there.
        processing: how long the platform says it takes until members count.
        closes: whether an audience can be closed to new members and opened again.
    """

    kinds: frozenset[AudienceKind]
    actions: frozenset[Action]
    forms: Forms
    portion: int
    smallest: int
    makes_first: bool
    processing: timedelta
    closes: bool = False


class ConversionRules(msgspec.Struct, frozen=True):
    """A platform's server-side conversions as data.

    Attributes:
        forms: in which form it takes the person of an event; an event may be of use without.
        portion: how many events one request may have.
        oldest: how long ago an event may have happened.
        dedupes: for how long it drops what comes again with the same name and id; nothing: never, so that what may
            have been taken is not sent again. `dedupes_at`: where it says so of events; empty: of all.
        destination: what events go to there, in words, and `destination_id`: the regular expression that the whole
            of its id matches.
        all_or_nothing: whether one bad event costs a request all others.
        test: what a rehearsal is there, in words; `test_counts`: whether its events count all the same.
    """

    forms: Forms
    portion: int
    oldest: timedelta
    dedupes: timedelta
    destination: str
    destination_id: str
    all_or_nothing: bool
    test: str
    test_counts: bool
    dedupes_at: frozenset[Place] = frozenset()

    def recognises(self, place: Place) -> timedelta:
        """For how long an event of this place is dropped when it comes again."""
        return self.dedupes if not self.dedupes_at or place in self.dedupes_at else timedelta()


class Portion(msgspec.Struct, frozen=True):
    """Some rows of a list on their way in: the `number`th from 1 on; `last`: no other follows."""

    number: int
    rows: Sequence[Row]
    last: bool

    def __repr__(self) -> str:
        return f"Portion({self.number}, {len(self.rows)} rows)"


class FoundAudiences(msgspec.Struct, frozen=True):
    """The ids of audiences that a create may have made; `sure`: they bear its tag."""

    ids: Sequence[str] = ()
    sure: bool = True


class TakesPeople(Protocol):
    """One platform, for people's data. Only the gate holds one.

    A create is one request and is never repeated where it may have been carried out. All other requests here have
    the same effect twice as once, and may be. What they raise says by `nothing_done` whether they surely had none.
    """

    def check_audience(self, account: Account, change: MembersChange) -> None:
        """Refuse, before any request, what the platform cannot do.

        Raises:
            Unsupported: the platform has no such thing.
            Invalid: a name, rule or number is none that it takes.
        """
        ...

    async def make_audience(self, account: Account, change: CreateAudience, tag: str) -> str:
        """Make the audience, and give its id: an empty list, or one of another kind. It bears `tag` if that can be."""
        ...

    async def update_audience(self, account: Account, change: UpdateAudience) -> None:
        """Give the audience its other name or status; its members are not touched.

        Raises:
            NotFound: it is no audience of the account.
        """
        ...

    async def find_audiences(
        self, account: Account, change: CreateAudience, tag: str, since: datetime
    ) -> FoundAudiences:
        """Those that a create with `tag`, at or after `since`, may have made."""
        ...

    async def take(
        self, account: Account, change: MembersChange, audience_id: str, so_far: str, portion: Portion
    ) -> str:
        """Take one portion of members, and note how far that is: `so_far` is the note after the one before.

        The note holds ids of the platform's, never people. The portions of one handover come in order; one that was
        not confirmed comes again, perhaps from another process. `audience_id` is empty where the list is made of its
        members.
        """
        ...

    async def close(self, account: Account, change: MembersChange, audience_id: str, so_far: str, tag: str) -> str:
        """End a handover whose portions are all taken, and give the id of the audience.

        It makes the audience where `makes_first` is not so, and then is a create.
        """
        ...

    def check_event(self, account: Account, destination: str, event: Event) -> None:
        """Refuse an event that the platform surely would not take.

        Raises:
            Invalid: naming the field, never its value.
        """
        ...

    async def send_events(
        self, account: Account, destination: str, events: Sequence[Outgoing], test: str
    ) -> Sequence[Told]:
        """Send events in one request, and say what became of each.

        Raises:
            Rejected, Invalid: the platform refused all of them, for one may be bad.
        """
        ...
