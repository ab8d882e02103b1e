"""Only accounts that the policy names may be changed, and not those that it only lets read."""

from ...ads.errors import Limit
from ..case import Case
from ..verdicts import Finding


def judge(case: Case) -> Finding | None:
    """Refuses accounts that are not allowed, or are read-only."""
    mode = case.policy.mode(case.account.id)
    if mode in ("live", "dry_run"):
        return None
    is_now = "not in the policy" if mode is None else "read_only"
    return Finding(
        "accounts",
        "refused",
        f"The policy does not let {case.account.id} be changed: it is {is_now}.",
        "Have the operator allow the account in the policy, or use one that list_accounts shows as live.",
        Limit("accounts", limit="live or dry_run", current=is_now, proposed="a change"),
    )
