"""Counts what became of events, and lists the first of those that were not delivered."""

from collections import Counter

from ...ads.conversions import Told
from ...ads.errors import AdsError, Conflict, Invalid, Late, Partial
from ...ads.handovers import Handed
from ...ledger.events import Claim
from .wishes import LeftOut

_SHOWN = 100
_AGAIN = "Make the same call again: what was told is not told twice."


class Tally:
    """How far events for one destination are."""

    def __init__(self) -> None:
        self.left_out: list[LeftOut] = []
        self._taken = self._sent = self._already = self._waiting = self._doubtful = 0
        self._unusable: Counter[str] = Counter()

    @property
    def handed(self) -> Handed:
        """All counts."""
        return Handed(
            begun=True,
            taken=self._taken,
            sent=self._sent,
            unusable=dict(self._unusable),
            already=self._already,
            waiting=self._waiting,
            doubtful=self._doubtful,
        )

    @property
    def anything(self) -> bool:
        """Whether anything of them is, or may be, at the platform."""
        return bool(self._sent or self._already or self._doubtful)

    def seen(self, number: int) -> None:
        """So many were looked at."""
        self._taken = number

    def sent(self, count: int = 1) -> None:
        """The platform took some, or would."""
        self._sent += count

    def told(self, number: int, said: Told | None) -> None:
        """The platform said this to one; None: its answer got lost."""
        match said:
            case None:
                self.passed_over(number, "doubtful")
            case Told("delivered"):
                self.sent()
            case Told("already"):
                self.passed_over(number, "already")
            case Told("later", reason):
                self.later(number, reason)
            case Told(_, reason):
                self.refused(number, reason)

    def passed_over(self, number: int, why: Claim) -> None:
        """One was not sent, for it was before, or is being sent by another call; or its answer got lost."""
        if why == "already":
            self._already += 1
        elif why == "busy":
            self.later(number, "told_by_another_call_just_now")
        else:
            self._doubtful += 1
            self._list(number, "doubtful", "answer_lost")

    def later(self, number: int, reason: str) -> None:
        """One was not taken yet."""
        self._waiting += 1
        self._list(number, "later", reason)

    def refused(self, number: int, kind: str, why: str = "") -> None:
        """One is of no use: of which kind its flaw is, and in our words."""
        self._unusable[kind] += 1
        self._list(number, "rejected", why or kind)

    def shortfall(self) -> AdsError | None:
        """Why they are not all delivered, where more could be."""
        if self._waiting or self._doubtful:
            return Partial(
                f"{self._waiting:,} events were not taken yet; of {self._doubtful:,} nobody knows whether they came.",
                _AGAIN,
            )
        if self._unusable and not self.anything:
            first = self.left_out[0]
            return Invalid(f"None of these events was taken; event {first.number}: {first.reason}", "Correct them.")
        return None

    def _list(self, number: int, state: str, reason: str) -> None:
        if len(self.left_out) < _SHOWN:
            self.left_out.append(LeftOut(number, state, reason))


def late() -> Late:
    """The error of what was not sent, for the time was over."""
    error = Late("The time for this call is over.", _AGAIN)
    error.nothing_done = True
    return error


def interrupted() -> Conflict:
    """The error of whoever asked and went away."""
    return Conflict("This was interrupted.", _AGAIN)
