from collections.abc import Callable

import pytest

from xylo_mcp.ads.errors import Limit
from xylo_mcp.guard.case import Case
from xylo_mcp.guard.rules.minimum_budget import judge
from xylo_mcp.guard.verdicts import Finding

MakeCase = Callable[..., Case]
POLICY = "[budgets]\nminimum = 5"


@pytest.mark.parametrize("word", ["create", "cut"])
def test_without_a_minimum_any_budget_will_do(a_case: MakeCase, word: str) -> None:
    assert judge(a_case(word, daily=("50", "0.01"))) is None


@pytest.mark.parametrize("word", ["create", "cut"])
@pytest.mark.parametrize("then", ["5", "5.01", None])
def test_the_minimum_itself_will_do(a_case: MakeCase, word: str, then: str | None) -> None:
    assert judge(a_case(word, policy=POLICY, daily=("50", then))) is None


def test_a_pause_is_no_budget(a_case: MakeCase) -> None:
    assert judge(a_case("pause", policy=POLICY, daily=("50", "0"))) is None


@pytest.mark.parametrize("daily", [None, ("3", "3"), ("3", "4.99"), (None, "3")])
def test_what_is_not_cut_is_not_objected_to(a_case: MakeCase, daily: tuple[str | None, str | None] | None) -> None:
    assert judge(a_case("rename", policy=POLICY, daily=daily)) is None


def test_a_new_campaign_of_a_cent_less_is_refused(a_case: MakeCase) -> None:
    assert judge(a_case("create", policy=POLICY, daily=("0", "4.99"))) == Finding(
        "budgets.minimum",
        "refused",
        "The least budget is 5.00 USD per day; this is 4.99 USD per day.",
        "Give it more; to stop spending, use pause_campaign.",
        Limit("budgets.minimum", "5.00 USD per day", "0.00 USD per day", "4.99 USD per day"),
    )


@pytest.mark.parametrize("word", ["cut", "disable"])
@pytest.mark.parametrize(("now", "told"), [("50", "50.00"), ("5", "5.00"), ("4.995", "5.00")])
def test_a_cut_to_a_cent_less_needs_a_person(a_case: MakeCase, word: str, now: str, told: str) -> None:
    assert judge(a_case(word, policy=POLICY, daily=(now, "4.99"))) == Finding(
        "budgets.minimum",
        "needs_approval",
        "The least budget is 5.00 USD per day; this is 4.99 USD per day.",
        "Give it more; to stop spending, use pause_campaign.",
        Limit("budgets.minimum", "5.00 USD per day", f"{told} USD per day", "4.99 USD per day"),
    )
