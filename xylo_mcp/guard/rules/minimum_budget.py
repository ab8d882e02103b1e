"""A campaign has a certain budget a day at least."""

from ...ads.errors import Limit
from ..case import Case
from ..verdicts import Finding


def judge(case: Case) -> Finding | None:
    """Objects to a budget below `budgets.minimum`: refuses it for a new campaign, asks a person for a cut."""
    scope, least = case.scope("campaign"), case.policy.budgets.minimum
    if least is None or case.pauses or scope is None or scope.then is None or scope.then >= least:
        return None
    if not case.creates and (scope.now is None or scope.then >= scope.now):
        return None
    return Finding(
        "budgets.minimum",
        "refused" if case.creates else "needs_approval",
        f"The least budget is {case.told(least)}; this is {case.told(scope.then)}.",
        "Give it more; to stop spending, use pause_campaign.",
        Limit("budgets.minimum", case.told(least), case.told(scope.now), case.told(scope.then)),
    )
