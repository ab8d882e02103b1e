from collections.abc import Callable

import pytest

from xylo_mcp.ads.errors import Limit
from xylo_mcp.guard.case import Case
from xylo_mcp.guard.rules.single_raise import judge
from xylo_mcp.guard.verdicts import Finding

MakeCase = Callable[..., Case]
PERCENT = "[raises]\nsingle_percent = 20"
AMOUNT = "[raises]\nsingle_amount = 8"
BOTH = "[raises]\nsingle_percent = 20\nsingle_amount = 8"


@pytest.mark.parametrize("policy", ["", "[raises]\nday_percent = 1\nday_amount = 1"])
def test_without_a_limit_for_one_change_it_may_go_up(a_case: MakeCase, policy: str) -> None:
    assert judge(a_case("raise", policy=policy, daily=("50", "999"))) is None


@pytest.mark.parametrize(("policy", "most"), [(PERCENT, "60"), (AMOUNT, "58"), (BOTH, "58")])
def test_it_may_go_up_to_the_limit_itself(a_case: MakeCase, policy: str, most: str) -> None:
    assert judge(a_case("raise", policy=policy, daily=("50", most))) is None


@pytest.mark.parametrize("daily", [None, ("50", "50"), ("50", "40"), (None, "900"), ("50", None)])
def test_what_does_not_go_up_or_has_no_bound_is_not_its_business(
    a_case: MakeCase, daily: tuple[str | None, str | None] | None
) -> None:
    assert judge(a_case("raise", policy=BOTH, daily=daily)) is None


def test_a_new_campaign_goes_up_from_nothing(a_case: MakeCase) -> None:
    assert judge(a_case("create", policy=BOTH, daily=("0", "900"))) is None


@pytest.mark.parametrize("policy", [PERCENT, AMOUNT, BOTH])
def test_a_first_budget_is_no_raise_and_is_held_by_caps_alone(a_case: MakeCase, policy: str) -> None:
    assert judge(a_case("raise", policy=policy, daily=("0", "900"))) is None
    assert judge(a_case("raise", policy=policy, daily=("0.01", "900"))) is not None


@pytest.mark.parametrize("word", ["raise", "plan", "enable"])
@pytest.mark.parametrize(("beyond", "decision"), [("refuse", "refused"), ("ask", "needs_approval")])
def test_a_cent_more_is_objected_to(a_case: MakeCase, word: str, beyond: str, decision: str) -> None:
    assert judge(a_case(word, policy=f'{PERCENT}\nbeyond = "{beyond}"', daily=("50", "60.01"))) == Finding(
        "raises.single",
        "refused" if decision == "refused" else "needs_approval",
        "One change may raise this campaign to 60.00 USD per day at most, from 50.00 USD per day.",
        "Raise it by less.",
        Limit("raises.single", "60.00 USD per day", "50.00 USD per day", "60.01 USD per day"),
    )


@pytest.mark.parametrize(
    ("policy", "then", "limit"),
    [
        (AMOUNT, "58.01", "58.00"),
        (BOTH, "58.01", "58.00"),
        ("[raises]\nsingle_percent = 10\nsingle_amount = 8", "55.01", "55.00"),
        ("[raises]\nsingle_percent = 0", "50.01", "50.00"),
        ("[raises]\nsingle_amount = 0", "50.01", "50.00"),
    ],
)
def test_the_lower_of_percent_and_amount_counts_and_nothing_is_a_limit_too(
    a_case: MakeCase, policy: str, then: str, limit: str
) -> None:
    found = judge(a_case("raise", policy=policy, daily=("50", then)))

    assert found is not None
    assert (found.decision, found.limit.limit) == ("refused", f"{limit} USD per day")


def test_the_limit_is_told_as_an_amount_that_would_be_allowed(a_case: MakeCase) -> None:
    found = judge(a_case("raise", policy=PERCENT, daily=("33.33", "40")))

    assert found is not None
    assert found.limit.limit == "39.99 USD per day"  # not 40.00, which 39.996 would be rounded to
    assert judge(a_case("raise", policy=PERCENT, daily=("33.33", "39.99"))) is None
