"""Events are told only to destinations that the operator named."""

from ...ads.errors import Limit
from ...ads.handovers import SendConversions
from ..case import Case
from ..verdicts import Finding


def judge(case: Case) -> Finding | None:
    """Refuses events for destinations that `people.destinations` does not name."""
    change = case.change
    if not isinstance(change, SendConversions):
        return None
    if case.policy.telling.may_receive_events(case.account.id, change.destination):
        return None
    return Finding(
        "people.destinations",
        "refused",
        f"The policy lets no events be sent to {change.destination} of {case.account.id}.",
        "Have the operator name it in people.destinations, or use one that is named.",
        Limit("people.destinations", "destinations that are named", "not named", "events"),
    )
