"""A campaign whose spending has no known bound is not enabled or raised."""

from ...ads.changes import UpdateCampaign
from ...ads.errors import Limit
from .. import exposure
from ..case import Case
from ..verdicts import Finding


def judge(case: Case) -> Finding | None:
    """Refuses to enable or raise what will have no budget that could be counted."""
    if not case.raises:
        return None
    scope, change, before = case.scope("campaign"), case.change, case.before
    then = exposure.changed(change, before) if isinstance(change, UpdateCampaign) and before else before
    if exposure.budgets_known(then) and (scope is None or scope.then is not None):
        return None
    return Finding(
        "unbounded",
        "refused",
        "This campaign has no budget that could be counted, so there is no bound to what it may spend.",
        "Give it, or its ad groups, a budget first.",
        Limit("unbounded", limit="a known budget", current="none", proposed="without bound"),
    )
