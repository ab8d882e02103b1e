from collections.abc import Callable

import pytest

from xylo_mcp.ads.errors import Limit
from xylo_mcp.guard.case import Case
from xylo_mcp.guard.rules.unusable_facts import judge
from xylo_mcp.guard.verdicts import Finding

MakeCase = Callable[..., Case]
WHY = "The policy has no rate from EUR to USD."


@pytest.mark.parametrize("word", ["create", "raise", "enable", "pause"])
def test_where_all_is_known_anything_goes(a_case: MakeCase, word: str) -> None:
    assert judge(a_case(word, unusable="")) is None


@pytest.mark.parametrize("word", ["cut", "rename", "disable", "pause"])
def test_what_raises_nothing_goes_whatever_is_not_known(a_case: MakeCase, word: str) -> None:
    assert judge(a_case(word, unusable=WHY)) is None


@pytest.mark.parametrize("word", ["create", "raise", "enable"])
def test_what_cannot_be_worked_out_is_not_made_enabled_or_raised(a_case: MakeCase, word: str) -> None:
    assert judge(a_case(word, unusable=WHY)) == Finding(
        "facts",
        "refused",
        "What is committed cannot be worked out: The policy has no rate from EUR to USD.",
        "Have the operator mend that; until then budgets can be cut and campaigns paused.",
        Limit("facts", "known commitments", "unknown", "a raise"),
    )
