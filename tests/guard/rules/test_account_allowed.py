from collections.abc import Callable

import pytest

from xylo_mcp.ads.errors import Limit
from xylo_mcp.guard.case import Case
from xylo_mcp.guard.rules.account_allowed import judge
from xylo_mcp.guard.verdicts import Finding

MakeCase = Callable[..., Case]


@pytest.mark.parametrize("accounts", ['"act_1" = "live"', '"act_1" = "dry_run"', '"*" = "live"', '"*" = "dry_run"'])
@pytest.mark.parametrize("word", ["create", "raise", "pause"])
def test_an_account_that_the_policy_names_may_be_changed(a_case: MakeCase, accounts: str, word: str) -> None:
    assert judge(a_case(word, accounts=accounts)) is None


def test_an_account_of_its_own_goes_before_the_star(a_case: MakeCase) -> None:
    assert judge(a_case("raise", accounts='"*" = "read_only"\n"act_1" = "live"')) is None
    assert judge(a_case("raise", accounts='"*" = "live"\n"act_1" = "read_only"')) is not None


@pytest.mark.parametrize(
    ("accounts", "is_now"),
    [
        ('"act_2" = "live"', "not in the policy"),
        ('"act_1" = "read_only"', "read_only"),
        ('"*" = "read_only"', "read_only"),
    ],
)
@pytest.mark.parametrize("word", ["create", "raise", "rename", "pause"])
def test_any_other_account_is_refused_any_change(a_case: MakeCase, accounts: str, is_now: str, word: str) -> None:
    assert judge(a_case(word, accounts=accounts)) == Finding(
        "accounts",
        "refused",
        f"The policy does not let act_1 be changed: it is {is_now}.",
        "Have the operator allow the account in the policy, or use one that list_accounts shows as live.",
        Limit("accounts", "live or dry_run", is_now, "a change"),
    )
