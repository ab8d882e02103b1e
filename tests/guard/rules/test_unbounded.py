from collections.abc import Callable

import msgspec
import pytest

from xylo_mcp.ads.errors import Limit
from xylo_mcp.guard.case import Case
from xylo_mcp.guard.rules.unbounded import judge
from xylo_mcp.guard.verdicts import Finding

MakeCase = Callable[..., Case]
FINDING = Finding(
    "unbounded",
    "refused",
    "This campaign has no budget that could be counted, so there is no bound to what it may spend.",
    "Give it, or its ad groups, a budget first.",
    Limit("unbounded", "a known budget", "none", "without bound"),
)


def without_budgets(case: Case) -> Case:
    assert case.before is not None
    return msgspec.structs.replace(case, before=msgspec.structs.replace(case.before, budgets=()))


@pytest.mark.parametrize("word", ["raise", "enable"])
@pytest.mark.parametrize("daily", [None, ("50", "60"), (None, "60")])
def test_what_will_have_a_bound_may_be_enabled_and_raised(
    a_case: MakeCase, word: str, daily: tuple[str | None, str | None] | None
) -> None:
    assert judge(a_case(word, daily=daily)) is None


@pytest.mark.parametrize("word", ["cut", "rename", "disable", "pause"])
def test_what_raises_nothing_is_not_its_business(a_case: MakeCase, word: str) -> None:
    assert judge(a_case(word, daily=(None, None))) is None


def test_a_campaign_without_budgets_may_be_renamed_and_paused(a_case: MakeCase) -> None:
    assert judge(without_budgets(a_case("rename"))) is None
    assert judge(without_budgets(a_case("pause"))) is None


def test_a_campaign_that_runs_without_a_budget_may_be_given_one(a_case: MakeCase) -> None:
    assert judge(without_budgets(a_case("raise", daily=("0", "60")))) is None


def test_a_new_campaign_is_not_its_business(a_case: MakeCase) -> None:
    assert judge(a_case("create", daily=("0", None))) is None


@pytest.mark.parametrize("word", ["raise", "enable"])
def test_what_has_no_bound_is_not_enabled_or_raised(a_case: MakeCase, word: str) -> None:
    assert judge(a_case(word, daily=("50", None))) == FINDING


@pytest.mark.parametrize("daily", [None, ("0", "0")])
def test_what_has_no_budget_at_all_is_not_enabled(a_case: MakeCase, daily: tuple[str, str] | None) -> None:
    assert judge(without_budgets(a_case("enable", daily=daily))) == FINDING
