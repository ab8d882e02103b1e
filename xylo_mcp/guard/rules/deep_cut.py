"""A deep cut is a hidden pause: a person has to agree, or the campaign is paused openly."""

from ...ads.errors import Limit
from ..case import Case
from ..verdicts import Finding


def judge(case: Case) -> Finding | None:
    """Asks a person for a cut by more than `cuts.most_percent`."""
    scope, most = case.scope("campaign"), case.policy.cuts.most_percent
    if most is None or case.creates or case.pauses or scope is None or scope.now is None or scope.then is None:
        return None
    least = case.policy.at_least(scope.now * (100 - most) / 100)
    if scope.then >= least:
        return None
    return Finding(
        "cuts",
        "needs_approval",
        f"This cuts the campaign to {case.told(scope.then)}; without a person it goes down to {case.told(least)}.",
        "Cut it by less, or use pause_campaign to stop it.",
        Limit("cuts", case.told(least), case.told(scope.now), case.told(scope.then)),
    )
