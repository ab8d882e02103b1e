from collections.abc import Callable

import pytest

from xylo_mcp.ads.errors import Limit
from xylo_mcp.guard.case import Case
from xylo_mcp.guard.rules.approval_threshold import judge
from xylo_mcp.guard.verdicts import Finding

MakeCase = Callable[..., Case]
POLICY = "[approvals]\nabove_daily = 60"


@pytest.mark.parametrize("policy", ["", "[approvals]\nvalid_minutes = 5"])
def test_without_a_threshold_nobody_is_asked(a_case: MakeCase, policy: str) -> None:
    assert judge(a_case("raise", policy=policy, daily=("50", "999"))) is None


def test_a_raise_to_the_threshold_itself_needs_nobody(a_case: MakeCase) -> None:
    assert judge(a_case("raise", policy=POLICY, daily=("50", "60"))) is None


@pytest.mark.parametrize("word", ["create", "plan", "cut", "rename", "disable", "pause"])
def test_what_does_not_raise_needs_nobody_however_much_it_is(a_case: MakeCase, word: str) -> None:
    assert judge(a_case(word, policy=POLICY, daily=("900", "900"))) is None


def test_a_raise_whose_sums_are_not_known_is_left_to_other_rules(a_case: MakeCase) -> None:
    assert judge(a_case("raise", policy=POLICY)) is None


@pytest.mark.parametrize("word", ["raise", "enable"])
@pytest.mark.parametrize(
    ("then", "told"), [("60.01", "60.01 USD per day"), ("61", "61.00 USD per day"), (None, "without bound")]
)
def test_a_cent_more_than_the_threshold_needs_a_person(
    a_case: MakeCase, word: str, then: str | None, told: str
) -> None:
    assert judge(a_case(word, policy=POLICY, daily=("50", then))) == Finding(
        "approvals",
        "needs_approval",
        f"A campaign that commits more than 60.00 USD per day needs a person; this would be {told}.",
        "Wait for the person, or ask for less.",
        Limit("approvals", "60.00 USD per day", "50.00 USD per day", told),
    )


def test_a_threshold_of_nothing_asks_for_everything(a_case: MakeCase) -> None:
    assert judge(a_case("raise", policy="[approvals]\nabove_daily = 0", daily=("0", "0.01"))) is not None
