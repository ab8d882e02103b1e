"""The story as the audit tells it: what was halted, approved, sent, and how it ended."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from xylo_mcp.ads.operations import ENDED
from xylo_mcp.ledger import chain
from xylo_mcp.ledger.store import moment

_OUTCOMES = frozenset(ENDED - {"rejected", "expired"})
_VALID = timedelta(minutes=60)
_SAID = {"approval_used": "used", "approval_expired": "expired", "approved": "approved", "rejected": "rejected"}
_BEFORE = {"approved": {"waiting"}, "rejected": {"waiting"}, "used": {"approved"}, "expired": {"waiting", "approved"}}
Body = Mapping[str, object]


@dataclass(frozen=True)
class Sending:
    """A record that says that a request is about to leave, and what was in force then.

    Attributes:
        campaign: which one is to be changed; empty for a new one.
        step: the number of the operation's step.
        halts: scopes and levels; `policy`: its digest.
    """

    operation: str
    account: str
    campaign: str
    step: int
    halts: tuple[tuple[str, str], ...]
    policy: str


@dataclass
class Asked:
    """What a person was asked for, and what became of the question."""

    operation: str
    digest: str
    at: datetime
    said: str = "waiting"


@dataclass
class Story:
    """What was told so far.

    Attributes:
        allowed: the operations that a person really said yes to.
        order: which operation was first told of when.
        sendings: those that no request was seen for yet.
        outcomes: how many records tell the end of each operation; `fresh`: which operations were told of lately.
        broken: what must not be.
    """

    seq: int = 0
    hash: str = chain.BEGINNING
    policy: str = ""
    halts: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    approvals: dict[str, Asked] = field(default_factory=dict[str, Asked])
    order: dict[str, int] = field(default_factory=dict[str, int])
    allowed: set[str] = field(default_factory=set[str])
    sendings: list[Sending] = field(default_factory=list[Sending])
    outcomes: Counter[str] = field(default_factory=Counter[str])
    fresh: set[str] = field(default_factory=set[str])
    broken: list[str] = field(default_factory=list[str])

    def must(self, otherwise: str, *, hold: bool) -> None:
        """Write down what is broken unless it holds."""
        if not hold:
            self.broken.append(otherwise)

    def go_on(self, records: Sequence[chain.Record]) -> None:
        """Take in what was written down since."""
        for record in records:
            follows = (record.seq, record.previous_hash) == (self.seq + 1, self.hash)
            self.must(f"record {record.seq} does not follow on {self.seq}", hold=follows)
            self.seq, self.hash = record.seq, record.hash
            self._take(record.event, msgspec.json.decode(record.body), moment(record.at))

    def _take(self, event: str, body: Body, at: datetime) -> None:
        operation = str(body.get("operation", ""))
        self.fresh.add(operation)
        self.order.setdefault(operation, len(self.order))
        match event:
            case "halted":
                self.halts[str(body["halt"])] = str(body["scope"]), str(body["level"])
            case "resumed":
                del self.halts[str(body["halt"])]
            case "policy_adopted":
                self.policy = str(body["digest"])
            case "sending":
                self.sendings.append(self._sending(body))
            case "approval_asked":
                self.approvals[str(body["approval"])] = Asked(operation, str(body["digest"]), at)
            case "approved" | "rejected" | "approval_used" | "approval_expired":
                self._decided(self.approvals[str(body["approval"])], _SAID[event], at)
            case _:
                self.outcomes[operation] += event in _OUTCOMES

    def _sending(self, body: Body) -> Sending:
        operation, account, campaign = (str(body[name]) for name in ("operation", "account", "campaign"))
        halts = tuple(self.halts.values())
        return Sending(operation, account, campaign, int(str(body["step"])), halts, self.policy)

    def _decided(self, one: Asked, said: str, at: datetime) -> None:
        operation = one.operation
        self.must(f"the approval of {operation} was {one.said} and is {said}", hold=one.said in _BEFORE[said])
        self.must(f"nobody approved {operation}", hold=said != "approved" or operation in self.allowed)
        self.must(f"{operation} was approved too long ago", hold=said != "used" or at <= one.at + _VALID)
        self.outcomes[operation] += said in ("rejected", "expired")
        one.said = said
