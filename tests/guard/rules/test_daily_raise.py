from collections.abc import Callable
from decimal import Decimal

import pytest

from xylo_mcp.ads.errors import Limit
from xylo_mcp.ads.money import Money
from xylo_mcp.guard.case import Case, History
from xylo_mcp.guard.rules.daily_raise import judge
from xylo_mcp.guard.verdicts import Finding

MakeCase = Callable[..., Case]
PERCENT = "[raises]\nday_percent = 50"
AMOUNT = "[raises]\nday_amount = 10"
BOTH = "[raises]\nday_percent = 50\nday_amount = 10"


def begun(amount: str, currency: str = "USD") -> History:
    return History(raised_from=Money(Decimal(amount), currency))


@pytest.mark.parametrize("policy", ["", "[raises]\nsingle_percent = 1\nsingle_amount = 1"])
def test_without_a_limit_for_the_day_it_may_go_up(a_case: MakeCase, policy: str) -> None:
    assert judge(a_case("raise", policy=policy, daily=("50", "999"), history=begun("50"))) is None


def test_the_first_change_of_a_day_is_measured_from_what_is_now(a_case: MakeCase) -> None:
    assert judge(a_case("raise", policy=PERCENT, daily=("50", "75"))) is None
    assert judge(a_case("raise", policy=PERCENT, daily=("50", "75.01"))) is not None


@pytest.mark.parametrize(("policy", "most"), [(PERCENT, "75"), (AMOUNT, "60"), (BOTH, "60")])
def test_it_may_go_up_to_the_limit_itself(a_case: MakeCase, policy: str, most: str) -> None:
    assert judge(a_case("raise", policy=policy, daily=("55", most), history=begun("50"))) is None


def test_it_is_measured_from_the_first_value_not_from_the_last(a_case: MakeCase) -> None:
    assert judge(a_case("raise", policy=PERCENT, daily=("5", "75"), history=begun("50"))) is None
    assert judge(a_case("raise", policy=PERCENT, daily=("74.99", "75.01"), history=begun("50"))) is not None


@pytest.mark.parametrize("daily", [("90", "90"), ("90", "80"), (None, "900"), ("90", None)])
def test_what_does_not_go_up_or_has_no_bound_is_not_its_business(
    a_case: MakeCase, daily: tuple[str | None, str | None]
) -> None:
    assert judge(a_case("raise", policy=BOTH, daily=daily, history=begun("50"))) is None


def test_what_cannot_be_summed_or_is_new_is_not_its_business(a_case: MakeCase) -> None:
    assert judge(a_case("raise", policy=BOTH, history=begun("50"))) is None
    assert judge(a_case("create", policy=BOTH, daily=("50", "90"), history=begun("50"))) is None
    assert judge(a_case("raise", policy=BOTH, daily=("50", "90"), history=begun("50", "EUR"))) is None


def test_a_first_budget_is_no_raise_and_what_follows_is_measured_from_it(a_case: MakeCase) -> None:
    assert judge(a_case("raise", policy=BOTH, daily=("0", "900"))) is None
    assert judge(a_case("raise", policy=PERCENT, daily=("10", "15"), history=begun("10"))) is None
    assert judge(a_case("raise", policy=PERCENT, daily=("10", "15.01"), history=begun("10"))) is not None


@pytest.mark.parametrize("word", ["raise", "plan", "enable"])
@pytest.mark.parametrize(("beyond", "decision"), [("refuse", "refused"), ("ask", "needs_approval")])
def test_a_cent_more_is_objected_to(a_case: MakeCase, word: str, beyond: str, decision: str) -> None:
    found = judge(a_case(word, policy=f'{PERCENT}\nbeyond = "{beyond}"', daily=("60", "75.01"), history=begun("50")))

    assert found == Finding(
        "raises.day",
        "refused" if decision == "refused" else "needs_approval",
        "Within 24 hours this campaign may go up to 75.00 USD per day: it was at 50.00 USD per day before.",
        "Raise it by less, or wait until the earlier raises are 24 hours old.",
        Limit("raises.day", "75.00 USD per day", "60.00 USD per day", "75.01 USD per day"),
    )


@pytest.mark.parametrize(
    ("policy", "then", "limit"),
    [
        (AMOUNT, "60.01", "60.00"),
        (BOTH, "60.01", "60.00"),
        ("[raises]\nday_percent = 10\nday_amount = 10", "55.01", "55.00"),
        ("[raises]\nday_percent = 0", "50.01", "50.00"),
        ("[raises]\nday_amount = 0", "50.01", "50.00"),
    ],
)
def test_the_lower_of_percent_and_amount_counts_and_nothing_is_a_limit_too(
    a_case: MakeCase, policy: str, then: str, limit: str
) -> None:
    found = judge(a_case("raise", policy=policy, daily=("50", then), history=begun("50")))

    assert found is not None
    assert (found.decision, found.limit.limit) == ("refused", f"{limit} USD per day")


def test_the_first_value_is_put_into_the_policys_currency(a_case: MakeCase) -> None:
    policy = f'[rates]\nas_of = 2026-03-01\nworth = {{ EUR = "1.10" }}\n{AMOUNT}'

    assert judge(a_case("raise", policy=policy, daily=("60", "65"), history=begun("50", "EUR"))) is None
    assert judge(a_case("raise", policy=policy, daily=("60", "65.01"), history=begun("50", "EUR"))) is not None


def test_the_limit_is_told_as_an_amount_that_would_be_allowed(a_case: MakeCase) -> None:
    policy = "[raises]\nday_percent = 20"

    found = judge(a_case("raise", policy=policy, daily=("33.33", "40"), history=begun("33.33")))

    assert found is not None
    assert found.limit.limit == "39.99 USD per day"
    assert judge(a_case("raise", policy=policy, daily=("33.33", "39.99"), history=begun("33.33"))) is None
