"""Handovers: people's data on its way to a platform, as frozen values that hold none of it.

`rows` is how many people or events there are, `content` a keyed digest of them: the same again is recognised by it,
and nobody can be read back out of it.
"""

from datetime import datetime
from typing import Literal, TypeAlias

import msgspec

from .audiences import AudienceKind, Rule, Seed
from .changes import Change
from .people import Consent

Action = Literal["add", "remove", "replace"]


class CreateAudience(msgspec.Struct, frozen=True, tag=True):
    """A new audience.

    Attributes:
        account: id of the account it is to belong to.
        name: in Unicode's composed form (NFC).
        days: for so long people stay in it after they came; None: as long as the platform keeps them.
        rule: for what people did (`website`, `app_activity`, `engagement`); `seed`: for a `lookalike`.
        consent: what all people of a `customer_list` said, where their row does not say it.
    """

    account: str
    name: str
    kind: AudienceKind
    description: str = ""
    days: int | None = None
    rule: Rule | None = None
    seed: Seed | None = None
    rows: int = 0
    content: str = ""
    consent: Consent = "unsaid"


class UpdateAudience(msgspec.Struct, frozen=True, tag=True):
    """Other members, another name, or another status for an audience; what is empty stays as it is."""

    account: str
    audience_id: str
    action: Action | None = None
    rows: int = 0
    content: str = ""
    consent: Consent = "unsaid"
    name: str = ""
    status: Literal["open", "closed"] | None = None


class SendConversions(msgspec.Struct, frozen=True, tag=True):
    """Events for one destination. `test`: the platform's code for a rehearsal; see what that means there."""

    account: str
    destination: str
    rows: int
    content: str
    test: str = ""


MembersChange: TypeAlias = CreateAudience | UpdateAudience
Handover: TypeAlias = CreateAudience | UpdateAudience | SendConversions
Act: TypeAlias = Change | Handover


class Handed(msgspec.Struct, frozen=True):
    """How far a handover is; counts, never people.

    Attributes:
        audience_id: of the audience, once it is known.
        begun: whether the audience is there, or need not be yet; `creating`: a create was sent, and no answer yet says
            whether it was done.
        so_far: the platform adapter's own note of how far it is.
        taken: so many rows of the source are done with; what follows is still to be sent.
        portions: so many portions the platform has confirmed.
        sent: so many rows the platform has taken.
        unusable: how many rows or values were left out, by reason.
        already: so many events the platform had before; `waiting`: so many may be told again later; `doubtful`: of so
            many nobody knows whether they came, and they are not sent again.
        closed: whether nothing more is to be sent.
        since: when a create was about to leave.
    """

    audience_id: str = ""
    begun: bool = False
    creating: bool = False
    so_far: str = ""
    taken: int = 0
    portions: int = 0
    sent: int = 0
    unusable: dict[str, int] = msgspec.field(default_factory=dict[str, int])
    already: int = 0
    waiting: int = 0
    doubtful: int = 0
    closed: bool = False
    since: datetime | None = None
