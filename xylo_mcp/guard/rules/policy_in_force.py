"""A server that was started with another policy than the one in force raises nothing, and hands nobody over."""

from ...ads.errors import Limit
from ..case import Case
from ..verdicts import Finding


def judge(case: Case) -> Finding | None:
    """Refuses raises, new campaigns and handovers under a policy that is not in force."""
    if case.policy_in_force or not (case.grows or case.hands_over):
        return None
    return Finding(
        "policy",
        "refused",
        "This server was started with another policy than the one in force.",
        "Have the operator put it in force (xylo-mcp policy adopt), or start the server with the one that is.",
        Limit(
            "policy",
            limit="the policy in force",
            current=case.policy.digest[:12],
            proposed="a raise" if case.grows else "a handover",
        ),
    )
