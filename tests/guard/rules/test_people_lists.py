from collections.abc import Callable

import pytest

from xylo_mcp.ads.errors import Limit
from xylo_mcp.guard.case import Case
from xylo_mcp.guard.rules.people_lists import judge
from xylo_mcp.guard.verdicts import Finding

MakeCase = Callable[..., Case]
CAMPAIGNS = ["create", "raise", "plan", "cut", "rename", "enable", "disable", "pause"]


@pytest.mark.parametrize("word", [*CAMPAIGNS, "events"])
def test_what_is_no_audience_needs_no_account_named_for_it(a_case: MakeCase, word: str) -> None:
    assert judge(a_case(word)) is None


@pytest.mark.parametrize("named", ["act_1", "*"])
@pytest.mark.parametrize("word", ["list", "alike", "members"])
def test_on_an_account_that_is_named_audiences_are_made_and_changed(a_case: MakeCase, word: str, named: str) -> None:
    assert judge(a_case(word, policy=f'[people]\nlists = ["act_2", "{named}"]')) is None


@pytest.mark.parametrize("policy", ["", "[people]", '[people]\nlists = ["act_11"]'])
@pytest.mark.parametrize("word", ["list", "alike", "members"])
def test_on_any_other_account_none_is(a_case: MakeCase, word: str, policy: str) -> None:
    assert judge(a_case(word, policy=policy)) == Finding(
        "people.lists",
        "refused",
        "The policy lets no audience be made or changed on act_1.",
        "Have the operator name the account in people.lists, or use one that is named.",
        Limit("people.lists", "accounts that are named", "not named", "an audience"),
    )
