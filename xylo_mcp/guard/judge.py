"""Judges a case: every rule is asked, and what they object to stands together."""

from .case import Case
from .rules import RULES
from .verdicts import Verdict


def judge(case: Case) -> Verdict:
    """What the guardrails say to `case`; the strictest of them decides."""
    findings = (rule(case) for rule in RULES)
    return Verdict([finding for finding in findings if finding is not None])
