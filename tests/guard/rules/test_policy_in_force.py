from collections.abc import Callable

import pytest

from xylo_mcp.ads.errors import Limit
from xylo_mcp.guard.case import Case
from xylo_mcp.guard.rules.policy_in_force import judge
from xylo_mcp.guard.verdicts import Finding

MakeCase = Callable[..., Case]


@pytest.mark.parametrize("word", ["create", "raise", "enable", "pause"])
def test_under_the_policy_in_force_anything_goes(a_case: MakeCase, word: str) -> None:
    assert judge(a_case(word)) is None


@pytest.mark.parametrize("word", ["cut", "rename", "disable", "pause"])
def test_under_another_what_raises_nothing_goes(a_case: MakeCase, word: str) -> None:
    assert judge(a_case(word, policy_in_force=False)) is None


@pytest.mark.parametrize("word", ["create", "raise", "enable"])
def test_under_another_nothing_is_made_enabled_or_raised(a_case: MakeCase, word: str) -> None:
    case = a_case(word, policy_in_force=False)

    assert judge(case) == Finding(
        "policy",
        "refused",
        "This server was started with another policy than the one in force.",
        "Have the operator put it in force (xylo-mcp policy adopt), or start the server with the one that is.",
        Limit("policy", "the policy in force", case.policy.digest[:12], "a raise"),
    )
