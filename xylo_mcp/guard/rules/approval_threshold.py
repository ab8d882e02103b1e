"""Large commitments need a person."""

from ...ads.errors import Limit
from ..case import Case
from ..verdicts import Finding


def judge(case: Case) -> Finding | None:
    """Asks a person where a raise makes a campaign commit to more than `approvals.above_daily`."""
    most, scope = case.policy.approvals.above_daily, case.scope("campaign")
    if most is None or not case.raises or scope is None or (scope.then is not None and scope.then <= most):
        return None
    return Finding(
        "approvals",
        "needs_approval",
        f"A campaign that commits more than {case.told(most)} needs a person; this would be {case.told(scope.then)}.",
        "Wait for the person, or ask for less.",
        Limit("approvals", case.told(most), case.told(scope.now), case.told(scope.then)),
    )
