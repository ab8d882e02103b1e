"""Takes out of a list what is of use for one platform, and counts the rest by reason."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from ...ads.people import Consent, Forms, Known, Row
from ...identity import Hashing, Person


class Full(msgspec.Struct, frozen=True):
    """Rows for one portion; with them, the source is done with up to row `taken`."""

    rows: Sequence[Row]
    taken: int
    left_out: Counter[str]

    def __repr__(self) -> str:
        return f"Full({len(self.rows)} rows, up to {self.taken})"


class Sieve:
    """Rows go in in their order, and come out in portions; those up to `after` are passed over.

    `drops`: people who said this about consent are left out; `default`: what those said who did not say it.
    """

    def __init__(self, forms: Forms, drops: frozenset[Consent], default: Consent, portion: int, after: int = 0) -> None:
        self._hashing, self._drops, self._default, self._portion = Hashing(forms), drops, default, portion
        self._rows: list[Row] = []
        self._seen = after
        self._left_out: Counter[str] = Counter()

    def full(self, chunk: Sequence[Person]) -> Sequence[Full]:
        """The portions that become full with `chunk`: each waits for the row after it, to know that it is not last."""
        full: list[Full] = []
        for number, known, reasons in chunk:
            if number <= self._seen:
                continue
            row, why = self._row(known)
            if row is not None and len(self._rows) == self._portion:
                full.append(Full(self._rows, number - 1, self._left_out))
                self._rows, self._left_out = [], Counter()
            self._seen = number
            if reasons:  # of few rows, and counting none of them takes long
                self._left_out.update(reasons)
            if row is None:
                self._left_out[why] += 1
            else:
                self._rows.append(row)
        return full

    def rest(self) -> Full:
        """What is left once there are no more rows."""
        rest = Full(self._rows, self._seen, self._left_out)
        self._rows, self._left_out = [], Counter()
        return rest

    def _row(self, known: Known) -> tuple[Row | None, str]:
        said = self._default if known.consent == "unsaid" else known.consent
        if said in self._drops:
            return None, f"consent_{said}"
        return self._hashing.row(known), "nothing_usable"
