"""In quiet hours nobody watches, so nothing is raised or enabled."""

from zoneinfo import ZoneInfo

from ...ads.errors import Limit
from ..case import Case
from ..verdicts import Finding


def judge(case: Case) -> Finding | None:
    """Refuses raises within the hours of `quiet_hours`, which may go over midnight.

    The end is no longer quiet, unless the hours begin and end at the same time: then all of the day is.
    """
    quiet = case.policy.quiet_hours
    if quiet is None or not case.raises:
        return None
    zone = case.account.time_zone if quiet.time_zone == "account" else quiet.time_zone
    local = case.now.astimezone(ZoneInfo(zone)).time()
    if quiet.begin < quiet.end:
        is_quiet = quiet.begin <= local < quiet.end
    else:
        is_quiet = local >= quiet.begin or local < quiet.end
    if not is_quiet:
        return None
    hours = f"{quiet.begin:%H:%M} to {quiet.end:%H:%M} ({zone})"
    return Finding(
        "quiet_hours",
        "refused",
        f"From {hours} nothing is raised or enabled.",
        f"Ask again after {quiet.end:%H:%M}; pauses and cuts are possible now.",
        Limit("quiet_hours", hours, f"{local:%H:%M}", "a raise"),
    )
