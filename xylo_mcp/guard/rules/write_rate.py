"""So many changes a minute from one who asks and no more; pauses, cuts and conversions are never delayed."""

from ...ads.errors import Limit
from ..case import Case
from ..verdicts import Finding


def judge(case: Case) -> Finding | None:
    """Refuses raises, new campaigns and lists beyond `pace.writes_per_minute`."""
    most, made = case.policy.pace.writes_per_minute, case.history.writes_last_minute
    if most is None or made < most or not (case.raises or case.creates or case.hands_list):
        return None
    return Finding(
        "pace.writes",
        "refused",
        f"{made} changes were asked for within the last minute; {most} are allowed.",
        "Wait a minute, and see whether all these changes are needed.",
        Limit("pace.writes", f"{most} per minute", str(made), str(made + 1)),
    )
