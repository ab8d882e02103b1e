"""So many people and events a day to one account and no more."""

from ...ads.errors import Limit
from ..case import Case
from ..verdicts import Finding


def judge(case: Case) -> Finding | None:
    """Refuses what would go beyond `people.rows_per_day`."""
    most, told = case.policy.telling.rows_per_day, case.history.rows_last_day
    if most is None or not case.rows or told + case.rows <= most:
        return None
    return Finding(
        "people.rows_per_day",
        "refused",
        f"{case.account.id} was told {told:,} rows within the last 24 hours; with {case.rows:,} more it would be beyond"
        f" the {most:,} that are allowed.",
        "Send fewer, or wait until a day after the first of them.",
        Limit(
            "people.rows_per_day",
            f"{most} per day",
            str(told),
            str(told + case.rows),
            remaining=str(max(0, most - told)),
        ),
    )
