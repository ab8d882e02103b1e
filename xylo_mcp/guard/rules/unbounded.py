"""A campaign whose spending has no known bound is not enabled or raised."""

from ...ads.errors import Limit
from .. import exposure
from ..case import Case
from ..verdicts import Finding


def judge(case: Case) -> Finding | None:
    """Refuses to enable or raise what has no budget that could be counted."""
    if not case.raises:
        return None
    scope = case.scope("campaign")
    if exposure.budgets_known(case.before) and (scope is None or scope.then is not None):
        return None
    return Finding(
        "unbounded",
        "refused",
        "This campaign has no budget that could be counted, so there is no bound to what it may spend.",
        "Give it, or its ad groups, a budget first.",
        Limit("unbounded", limit="a known budget", current="none", proposed="without bound"),
    )
