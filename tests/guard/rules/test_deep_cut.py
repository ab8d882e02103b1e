from collections.abc import Callable

import pytest

from xylo_mcp.ads.errors import Limit
from xylo_mcp.guard.case import Case
from xylo_mcp.guard.rules.deep_cut import judge
from xylo_mcp.guard.verdicts import Finding

MakeCase = Callable[..., Case]
POLICY = "[cuts]\nmost_percent = 80"


def test_without_a_limit_any_cut_is_made(a_case: MakeCase) -> None:
    assert judge(a_case("cut", daily=("50", "0.01"))) is None


@pytest.mark.parametrize("then", ["10", "10.01", "50", "60"])
def test_a_cut_down_to_the_limit_itself_is_made(a_case: MakeCase, then: str) -> None:
    assert judge(a_case("cut", policy=POLICY, daily=("50", then))) is None


@pytest.mark.parametrize("word", ["create", "pause"])
def test_a_new_campaign_and_an_open_pause_are_no_cuts(a_case: MakeCase, word: str) -> None:
    assert judge(a_case(word, policy=POLICY, daily=("50", "0"))) is None


@pytest.mark.parametrize("daily", [None, (None, "1"), ("50", None), (None, None)])
def test_where_there_is_nothing_to_compare_nobody_is_asked(
    a_case: MakeCase, daily: tuple[str | None, str | None] | None
) -> None:
    assert judge(a_case("cut", policy=POLICY, daily=daily)) is None


@pytest.mark.parametrize("word", ["cut", "disable", "rename"])
def test_a_cent_less_needs_a_person(a_case: MakeCase, word: str) -> None:
    assert judge(a_case(word, policy=POLICY, daily=("50", "9.99"))) == Finding(
        "cuts",
        "needs_approval",
        "This cuts the campaign to 9.99 USD per day; without a person it goes down to 10.00 USD per day.",
        "Cut it by less, or use pause_campaign to stop it.",
        Limit("cuts", "10.00 USD per day", "50.00 USD per day", "9.99 USD per day"),
    )


@pytest.mark.parametrize(("percent", "then"), [("0", "49.99"), ('"12.5"', "43.74")])
def test_the_limit_may_be_any_percentage(a_case: MakeCase, percent: str, then: str) -> None:
    found = judge(a_case("cut", policy=f"[cuts]\nmost_percent = {percent}", daily=("50", then)))

    assert found is not None


def test_all_of_it_may_be_cut_where_a_hundred_percent_may(a_case: MakeCase) -> None:
    assert judge(a_case("cut", policy="[cuts]\nmost_percent = 100", daily=("50", "0"))) is None


def test_the_limit_is_told_as_an_amount_that_would_be_allowed(a_case: MakeCase) -> None:
    found = judge(a_case("cut", policy="[cuts]\nmost_percent = 33", daily=("33.33", "22.33")))

    assert found is not None
    assert found.limit.limit == "22.34 USD per day"  # a third of a cent more than 22.3311
    assert judge(a_case("cut", policy="[cuts]\nmost_percent = 33", daily=("33.33", "22.34"))) is None
