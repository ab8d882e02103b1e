"""What cannot be worked out is not raised."""

from ...ads.errors import Limit
from ..case import Case
from ..verdicts import Finding


def judge(case: Case) -> Finding | None:
    """Refuses raises and new campaigns while commitments or rates are not known."""
    if not case.unusable or not case.grows:
        return None
    return Finding(
        "facts",
        "refused",
        f"What is committed cannot be worked out: {case.unusable}",
        "Have the operator mend that; until then budgets can be cut and campaigns paused.",
        Limit("facts", limit="known commitments", current="unknown", proposed="a raise"),
    )
