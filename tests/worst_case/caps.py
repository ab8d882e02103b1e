"""Whether the caps hold: against what really is committed, with all that is not certain counted as done."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from tests.worst_case.ground import Ground, Place, Scope
from xylo_mcp.guard.policy import Policy

_NOTHING = Decimal(0)


@dataclass(frozen=True)
class Added:
    """What others than us added to an account; a call that was in flight then, or a look from before, missed it."""

    place: Place
    daily: Decimal
    at: datetime
    in_flight: bool


class Caps:
    """Nothing that we do takes a sum beyond its cap, or further beyond where others have taken it."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._reached: Mapping[Scope, Decimal] = ground.committed()
        self._added: list[Added] = []
        self.in_flight = False

    def others_did(self, before: Mapping[Scope, Decimal], after: Mapping[Scope, Decimal]) -> None:
        """The sums were the first and are the others, by none of our doing."""
        for place in self._ground.places:
            more = after["account", place.id] - before["account", place.id]
            if more > 0:
                self._added.append(Added(place, more, self._ground.now(), self.in_flight))
        self._reached = after

    def exceeded(self, sums: Mapping[Scope, Decimal], policy: Policy) -> Iterator[str]:
        """What is beyond all bounds."""
        if not self.in_flight:
            self._added = [Added(one.place, one.daily, one.at, in_flight=False) for one in self._added]
        for scope, daily in sums.items():
            reached = self._reached.get(scope, _NOTHING)
            most = max(_cap(policy, scope), reached) + self._missed(scope, policy)
            if daily > most:
                yield f"{scope} commits {daily}, and may {most}"
        self._reached = {scope: min(daily, self._reached.get(scope, daily)) for scope, daily in sums.items()}

    def _missed(self, scope: Scope, policy: Policy) -> Decimal:
        """What others added to `scope` that whoever judged had no way to see."""
        age = timedelta(minutes=policy.looks.max_age_minutes)
        kind, name = scope
        total = _NOTHING
        for one in self._added:
            within = {"account": one.place.id, "platform": one.place.platform, "total": "", "campaign": name}[kind]
            recent = kind in ("platform", "total") and one.at + age >= self._ground.now()
            total += one.daily if within == name and (one.in_flight or recent) else 0
        return total


def _cap(policy: Policy, scope: Scope) -> Decimal:
    kind, name = scope
    caps = policy.caps
    cap = {
        "campaign": caps.campaign,
        "account": caps.for_account(name),
        "platform": caps.for_platform(name),
        "total": caps.total,
    }[kind]
    return Decimal("Infinity") if cap is None else cap
