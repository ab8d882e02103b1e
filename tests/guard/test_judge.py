import pkgutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from xylo_mcp.ads.errors import Limit
from xylo_mcp.guard import rules
from xylo_mcp.guard.case import Case, Halt, Scope
from xylo_mcp.guard.judge import judge
from xylo_mcp.guard.rules import RULES
from xylo_mcp.guard.verdicts import Decision, Finding, Verdict

MakeCase = Callable[..., Case]
FILES = sorted(found.name for found in pkgutil.iter_modules(rules.__path__))


def finding(decision: Decision) -> Finding:
    return Finding("a rule", decision, "Why.", "What to do.", Limit("a rule", "", "", ""))


def test_every_file_of_the_rules_is_asked_once() -> None:
    assert sorted(rule.__module__ for rule in RULES) == [f"{rules.__name__}.{name}" for name in FILES]


@pytest.mark.parametrize("name", FILES)
def test_every_rule_has_a_test_of_its_name(name: str) -> None:
    assert (Path(__file__).parent / "rules" / f"test_{name}.py").is_file()


@pytest.mark.parametrize("word", ["create", "raise", "plan", "cut", "rename", "enable", "disable", "pause"])
def test_a_policy_of_accounts_and_caps_allows_what_keeps_to_them(a_case: MakeCase, word: str) -> None:
    verdict = judge(a_case(word, daily=("50", "60")))

    assert verdict == Verdict([])
    assert verdict.decision == "allowed"


def test_all_objections_stand_together_in_the_order_of_the_rules(a_case: MakeCase) -> None:
    policy = """
        [approvals]
        above_daily = 10
        [raises]
        single_percent = 10
        beyond = "ask"
    """

    asked = judge(a_case("raise", policy=policy, daily=("50", "60")))
    refused = judge(a_case("raise", policy=policy, daily=("50", "60"), halts=[Halt("all", "freeze_all", "")]))

    assert ([found.rule for found in asked.findings], asked.decision) == (
        ["raises.single", "approvals"],
        "needs_approval",
    )
    assert ([found.rule for found in refused.findings], refused.decision) == (
        ["halt", "raises.single", "approvals"],
        "refused",
    )


def test_a_pause_passes_everything_but_a_freeze_and_a_closed_account(a_case: MakeCase) -> None:
    policy = """
        [cuts]
        most_percent = 0
        [budgets]
        minimum = 999
        [pace]
        cooldown_minutes = 10080
        writes_per_minute = 1
        identical_per_10_minutes = 1
        [quiet_hours]
        begin = 00:00:00
        end = 00:00:00
        [names]
        pattern = "never"
        [approvals]
        above_daily = 0
    """
    over = Scope("total", "", Decimal(9), Decimal(9), Decimal(1))
    case = a_case("pause", policy=policy, scopes=[over], unusable="why", policy_in_force=False)

    assert judge(case).decision == "allowed"


@pytest.mark.parametrize(
    ("decisions", "strictest"),
    [
        ([], "allowed"),
        (["needs_approval"], "needs_approval"),
        (["refused"], "refused"),
        (["needs_approval", "refused"], "refused"),
        (["refused", "needs_approval"], "refused"),
    ],
)
def test_the_strictest_objection_decides(decisions: list[Decision], strictest: Decision) -> None:
    assert Verdict([finding(decision) for decision in decisions]).decision == strictest


def test_without_objections_a_verdict_allows() -> None:
    assert Verdict().decision == "allowed"


def test_what_was_judged_cannot_be_altered() -> None:
    for said in (finding("refused"), Verdict()):
        with pytest.raises(AttributeError, match="immutable"):
            setattr(said, said.__struct_fields__[0], "")
