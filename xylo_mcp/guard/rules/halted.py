"""While the operator has halted spending, nothing may be raised; while everything is frozen, nothing changes.

But for what the operator's halt itself pauses: a freeze must not keep running what the same person would stop.
"""

from ...ads.errors import Limit
from ..case import Case
from ..verdicts import Finding


def judge(case: Case) -> Finding | None:
    """Refuses what a halt in force stops."""
    if case.by_halt and case.pauses:
        return None
    here = ("all", f"platform:{case.account.platform}", f"account:{case.account.id}")
    for halt in case.halts:
        if halt.scope not in here:
            continue
        if halt.level == "freeze_all" or case.grows:
            return Finding(
                "halt",
                "refused",
                f"The operator has halted changes ({halt.scope}, {halt.level}).",
                "Stop making changes, and tell the person you work for; only the operator can lift the halt.",
                Limit("halt", limit=halt.level, current=halt.scope, proposed="a change"),
            )
    return None
