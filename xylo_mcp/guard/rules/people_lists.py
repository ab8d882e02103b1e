"""People are told only to accounts that the operator named for it."""

from ...ads.errors import Limit
from ..case import Case
from ..verdicts import Finding


def judge(case: Case) -> Finding | None:
    """Refuses audiences on accounts that `people.lists` does not name."""
    if not case.hands_list or case.policy.telling.may_receive_lists(case.account.id):
        return None
    return Finding(
        "people.lists",
        "refused",
        f"The policy lets no audience be made or changed on {case.account.id}.",
        "Have the operator name the account in people.lists, or use one that is named.",
        Limit("people.lists", "accounts that are named", "not named", "an audience"),
    )
