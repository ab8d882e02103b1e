"""So many changes a minute from one who asks and no more; pauses and cuts are never delayed."""

from ...ads.errors import Limit
from ..case import Case
from ..verdicts import Finding


def judge(case: Case) -> Finding | None:
    """Refuses raises and new campaigns beyond `pace.writes_per_minute`."""
    most, made = case.policy.pace.writes_per_minute, case.history.writes_last_minute
    if most is None or made < most or not (case.raises or case.creates):
        return None
    return Finding(
        "pace.writes",
        "refused",
        f"{made} changes were asked for within the last minute; {most} are allowed.",
        "Wait a minute, and see whether all these changes are needed.",
        Limit("pace.writes", f"{most} per minute", str(made), str(made + 1)),
    )
