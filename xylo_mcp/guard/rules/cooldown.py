"""After a change a campaign is left alone for a while, before it is raised again."""

from datetime import timedelta

from ...ads.errors import Limit
from ..case import Case
from ..verdicts import Finding


def judge(case: Case) -> Finding | None:
    """Refuses a raise too soon after the last change; pauses and cuts are never delayed."""
    minutes, last = case.policy.pace.cooldown_minutes, case.history.last_change
    if minutes is None or last is None or not case.raises:
        return None
    free = last + timedelta(minutes=minutes)
    if case.now >= free:
        return None
    return Finding(
        "pace.cooldown",
        "refused",
        f"This campaign was changed at {last:%H:%M} UTC; it may be raised again after {minutes} minutes.",
        f"Wait until {free:%Y-%m-%d %H:%M} UTC.",
        Limit("pace.cooldown", f"{minutes} minutes", f"{(case.now - last) // timedelta(minutes=1)} minutes", "a raise"),
    )
