"""The same change again and again is a loop, and stops; the same events again are told once, whoever repeats them."""

from ...ads.errors import Limit
from ...ads.handovers import SendConversions
from ..case import Case
from ..verdicts import Finding


def judge(case: Case) -> Finding | None:
    """Refuses a change that was asked for too often within ten minutes; pauses and conversions pass."""
    most, made = case.policy.pace.identical_per_10_minutes, case.history.identical_last_10_minutes
    if most is None or made < most or case.pauses or isinstance(case.change, SendConversions):
        return None
    return Finding(
        "pace.identical",
        "refused",
        f"This very change was asked for {made} times within ten minutes.",
        "Stop, and look with list_campaigns at what it did before.",
        Limit("pace.identical", f"{most} per 10 minutes", str(made), str(made + 1)),
    )
