from collections.abc import Callable

import pytest

from xylo_mcp.ads.errors import Limit
from xylo_mcp.guard.case import Case
from xylo_mcp.guard.rules.people_at_once import judge
from xylo_mcp.guard.verdicts import Finding

MakeCase = Callable[..., Case]
CAMPAIGNS = ["create", "raise", "plan", "cut", "rename", "enable", "disable", "pause"]


@pytest.mark.parametrize("word", ["list", "members", "events"])
@pytest.mark.parametrize("policy", ["", "[people]", "[people]\napproval_above_rows = 100"])
def test_up_to_the_threshold_or_without_one_nobody_is_asked(a_case: MakeCase, word: str, policy: str) -> None:
    assert judge(a_case(word, policy=policy)) is None


@pytest.mark.parametrize("word", [*CAMPAIGNS, "alike"])
def test_what_tells_of_nobody_asks_nobody(a_case: MakeCase, word: str) -> None:
    assert judge(a_case(word, policy="[people]\napproval_above_rows = 0")) is None


@pytest.mark.parametrize("word", ["list", "members", "events"])
def test_above_the_threshold_a_person_is_asked(a_case: MakeCase, word: str) -> None:
    assert judge(a_case(word, policy="[people]\napproval_above_rows = 99")) == Finding(
        "people.approval_above_rows",
        "needs_approval",
        "More than 99 rows at once need a person; these are 100.",
        "Wait for the person, or send fewer.",
        Limit("people.approval_above_rows", "99", "", "100"),
    )
