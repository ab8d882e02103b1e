"""One change raises a campaign's daily commitment by so much at most."""

from ...ads.errors import Limit
from ..case import Case
from ..verdicts import Finding


def judge(case: Case) -> Finding | None:
    """Objects to a raise beyond the percent or the amount of `raises`."""
    scope, limits = case.scope("campaign"), case.policy.raises
    if case.creates or scope is None or not scope.now or scope.then is None:
        return None  # a first budget raises nothing: caps hold it, like that of a new campaign
    most = [scope.now * (100 + limits.single_percent) / 100] if limits.single_percent is not None else []
    most += [scope.now + limits.single_amount] if limits.single_amount is not None else []
    if not most:
        return None
    highest = case.policy.at_most(min(most))
    if scope.then <= highest:
        return None
    return Finding(
        "raises.single",
        "refused" if limits.beyond == "refuse" else "needs_approval",
        f"One change may raise this campaign to {case.told(highest)} at most, from {case.told(scope.now)}.",
        "Raise it by less.",
        Limit("raises.single", case.told(highest), case.told(scope.now), case.told(scope.then)),
    )
