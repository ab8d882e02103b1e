"""After a change a campaign is left alone for a while, before it is raised again."""

from datetime import timedelta

from ...ads.errors import Limit
from ..case import Case
from ..verdicts import Finding

_SECOND = timedelta(seconds=1)
_ALMOST = _SECOND - timedelta(microseconds=1)


def judge(case: Case) -> Finding | None:
    """Refuses a raise too soon after the last change; pauses and cuts are never delayed."""
    minutes, last = case.policy.pace.cooldown_minutes, case.history.last_change
    if minutes is None or last is None or not case.raises:
        return None
    free = last + timedelta(minutes=minutes)
    if case.now >= free:
        return None
    rest = _counted(minutes, "minute")
    wait = (free - case.now + _ALMOST) // _SECOND  # rounded up, like the moment: neither is ever too early
    return Finding(
        "pace.cooldown",
        "refused",
        f"A campaign is not raised within {rest} of its last change; this one was changed at {last:%H:%M:%S} UTC.",
        f"Wait {_counted(wait, 'second')}, until {free + _ALMOST:%Y-%m-%d %H:%M:%S} UTC.",
        Limit("pace.cooldown", rest, _counted((case.now - last) // _SECOND, "second"), "a raise"),
    )


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
