"""What the guardrails say."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from ..ads.errors import Limit

Decision = Literal["allowed", "needs_approval", "refused"]


class Finding(msgspec.Struct, frozen=True):
    """What one rule objects to: never `allowed`, which needs no words.

    `message` and `fix` are ours, without third-party text.
    """

    rule: str
    decision: Decision
    message: str
    fix: str
    limit: Limit


class Verdict(msgspec.Struct, frozen=True):
    """All that the rules object to."""

    findings: Sequence[Finding] = ()

    @property
    def decision(self) -> Decision:
        """The strictest of the findings'."""
        decisions = {finding.decision for finding in self.findings}
        if "refused" in decisions:
            return "refused"
        return "needs_approval" if decisions else "allowed"
