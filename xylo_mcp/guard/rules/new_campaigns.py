"""So many new campaigns a day and no more."""

from ...ads.errors import Limit
from ..case import Case
from ..verdicts import Finding


def judge(case: Case) -> Finding | None:
    """Refuses new campaigns beyond `pace.campaigns_per_day`."""
    most, made = case.policy.pace.campaigns_per_day, case.history.created_last_day
    if most is None or made < most or not case.creates:
        return None
    return Finding(
        "pace.campaigns",
        "refused",
        f"{made} campaigns were created within the last 24 hours; {most} are allowed.",
        "Change a campaign that exists, or wait.",
        Limit("pace.campaigns", f"{most} per day", str(made), str(made + 1)),
    )
