"""What is committed a day stays within the caps: of the campaign, the account, the platform, and in total."""

from decimal import Decimal

from ...ads.errors import Limit
from ..case import Case, Scope
from ..verdicts import Finding


def judge(case: Case) -> Finding | None:
    """Refuses what would take a sum over its cap; the first scope that is exceeded is named."""
    for scope in case.scopes:
        if (
            (case.raises or _is_planned(case, scope))
            and scope.cap is not None
            and (scope.then is None or scope.then > scope.cap)
        ):
            return _over(case, scope, scope.cap)
    return None


def _is_planned(case: Case, scope: Scope) -> bool:
    """Whether a campaign that is off gets a budget that it could not be enabled with."""
    if scope.kind != "campaign":
        return False
    return case.creates or (scope.now is not None and (scope.then is None or scope.then > scope.now))


def _over(case: Case, scope: Scope, cap: Decimal) -> Finding:
    left = "nothing can be told" if scope.now is None else case.told(max(cap - scope.now, Decimal(0)))
    where = {"campaign": "a campaign", "account": "this account", "platform": "this platform", "total": "everything"}
    return Finding(
        f"caps.{scope.kind}",
        "refused",
        f"The cap for {where[scope.kind]} is {case.told(cap)}; {case.told(scope.now)} is committed now,"
        f" and this would make it {case.told(scope.then)}.",
        f"Ask for less (left: {left}), or pause or cut something first. Only the operator can raise the cap.",
        Limit(f"caps.{scope.kind}", case.told(cap), case.told(scope.now), case.told(scope.then), left),
    )
