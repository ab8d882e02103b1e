"""Many people at once need a person."""

from ...ads.errors import Limit
from ..case import Case
from ..verdicts import Finding


def judge(case: Case) -> Finding | None:
    """Asks a person where more than `people.approval_above_rows` are handed over at once."""
    most = case.policy.telling.approval_above_rows
    if most is None or case.rows <= most:
        return None
    return Finding(
        "people.approval_above_rows",
        "needs_approval",
        f"More than {most:,} rows at once need a person; these are {case.rows:,}.",
        "Wait for the person, or send fewer.",
        Limit("people.approval_above_rows", str(most), "", str(case.rows)),
    )
