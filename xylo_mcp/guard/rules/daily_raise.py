"""Within 24 hours a campaign's daily commitment goes up by so much at most, however many changes that takes."""

from ...ads.errors import Limit
from ..case import Case
from ..verdicts import Finding


def judge(case: Case) -> Finding | None:
    """Objects to a raise that, with those of the last 24 hours, goes beyond `raises`; measured from the first value."""
    scope, limits, first = case.scope("campaign"), case.policy.raises, case.history.raised_from
    if case.creates or scope is None or not scope.now or scope.then is None or scope.then <= scope.now:
        return None  # a first budget raises nothing: caps hold it, like that of a new campaign
    begun = scope.now if first is None else case.policy.worth(first, case.today)
    if begun is None:
        return None  # `unusable_facts` refuses
    most = [begun * (100 + limits.day_percent) / 100] if limits.day_percent is not None else []
    most += [begun + limits.day_amount] if limits.day_amount is not None else []
    if not most:
        return None
    highest = case.policy.at_most(min(most))
    if scope.then <= highest:
        return None
    return Finding(
        "raises.day",
        "refused" if limits.beyond == "refuse" else "needs_approval",
        f"Within 24 hours this campaign may go up to {case.told(highest)}: it was at {case.told(begun)} before.",
        "Raise it by less, or wait until the earlier raises are 24 hours old.",
        Limit("raises.day", case.told(highest), case.told(scope.now), case.told(scope.then)),
    )
