"""Names of campaigns look as the operator wants them."""

import re

from ...ads.changes import CreateCampaign, UpdateCampaign
from ...ads.errors import Limit
from ..case import Case
from ..verdicts import Finding


def judge(case: Case) -> Finding | None:
    """Refuses a name that does not match `names.pattern` as a whole."""
    pattern, change = case.policy.names.pattern, case.change
    if not isinstance(change, CreateCampaign | UpdateCampaign):
        return None
    if not pattern or not change.name or re.fullmatch(pattern, change.name):
        return None
    return Finding(
        "names",
        "refused",
        f"Names of campaigns must match {pattern}.",
        "Choose a name of that form.",
        Limit("names", pattern, "", "another form"),
    )
