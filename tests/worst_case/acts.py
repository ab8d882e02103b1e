"""Everything that may happen in a play, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from tests.worst_case.replicas import Point
from xylo_mcp.questions import Reply
from xylo_mcp.sandbox.faults import Fault

CANARY = "canary-in-what-a-person-wrote"
Given = Mapping[str, object]
Does = Literal["open", "budget", "on", "off", "delete", "rename"]


@dataclass(frozen=True)
class Write:
    """An agent calls a tool that changes something. `campaign` is a place in the list of those there are by then."""

    replica: int
    tool: str
    place: int
    campaign: int
    given: Given
    who: str
    reply: Reply | None


@dataclass(frozen=True)
class Read:
    """An agent calls a tool that changes nothing; `which` chooses among what it can be asked about."""

    replica: int
    tool: str
    which: int


@dataclass(frozen=True)
class Hand:
    """A person changes a campaign, or makes one, on its platform's own page."""

    place: int
    campaign: int
    does: Does
    dollars: Decimal


@dataclass(frozen=True)
class Word:
    """A person decides on an approval, or has it carried out, for the first time or again."""

    replica: int
    which: int
    says: Literal["approve", "reject", "apply"]
    who: str


@dataclass(frozen=True)
class Time:
    """The clock moves by so many seconds, perhaps back."""

    seconds: int


@dataclass(frozen=True)
class Halt:
    """The operator stops what this covers, or lets it go on; a scope beyond the list is everything."""

    scope: str
    level: Literal["freeze_increases", "freeze_all", "resume"]


@dataclass(frozen=True)
class Adopt:
    """The operator puts a policy in force, and perhaps starts all replicas anew with it."""

    policy: int
    everywhere: bool = False


@dataclass(frozen=True)
class Restart:
    """The operator starts a replica anew, with this policy file."""

    replica: int
    policy: int
    read_only: bool


@dataclass(frozen=True)
class Settle:
    """A replica looks after what is not settled."""

    replica: int


@dataclass(frozen=True)
class Resolve:
    """A person says what became of an operation that could not be settled."""

    which: int


@dataclass(frozen=True)
class Spoil:
    """A platform will fail."""

    fault: Fault


@dataclass(frozen=True)
class Spy:
    """Somebody of another tenant asks for what is not theirs."""

    which: int


@dataclass(frozen=True)
class Crash:
    """A replica is killed in the middle of a call, and started again."""

    write: Write
    last: int


@dataclass(frozen=True)
class Race:
    """Two agents write at the same time, each through its own replica."""

    one: Write
    other: Write


@dataclass(frozen=True)
class Meanwhile:
    """A call is held up at a point, and other things happen before it goes on; it may never, if its process dies."""

    write: Write
    point: Point
    after: int
    acts: tuple["Act", ...]
    dies: bool = False


@dataclass(frozen=True)
class Several:
    """One thing after the other."""

    acts: tuple["Act", ...]


Act: TypeAlias = (
    Write
    | Read
    | Hand
    | Word
    | Time
    | Halt
    | Adopt
    | Restart
    | Settle
    | Resolve
    | Spoil
    | Spy
    | Crash
    | Race
    | Meanwhile
    | Several
)
