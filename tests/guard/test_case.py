from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
import pytest

from xylo_mcp.guard.case import Case, Halt, History, Scope, ScopeKind

MakeCase = Callable[..., Case]


@pytest.mark.parametrize(
    ("word", "creates", "raises", "pauses"),
    [
        ("create", True, False, False),
        ("raise", False, True, False),
        ("enable", False, True, False),
        ("plan", False, False, False),
        ("cut", False, False, False),
        ("rename", False, False, False),
        ("disable", False, False, False),
        ("pause", False, False, True),
    ],
)
def test_a_case_knows_what_kind_of_change_it_is(
    a_case: MakeCase, word: str, *, creates: bool, raises: bool, pauses: bool
) -> None:
    case = a_case(word)

    assert (case.creates, case.raises, case.pauses) == (creates, raises, pauses)


@pytest.mark.parametrize(
    ("now", "today"), [(datetime(2026, 3, 18, 3, 59, tzinfo=UTC), 17), (datetime(2026, 3, 18, 4, tzinfo=UTC), 18)]
)
def test_the_day_is_that_of_the_account(a_case: MakeCase, now: datetime, today: int) -> None:
    assert a_case("raise", now=now).today == date(2026, 3, today)


@pytest.mark.parametrize(
    ("now", "raises"), [(datetime(2026, 3, 19, 3, 59, tzinfo=UTC), True), (datetime(2026, 3, 19, 4, tzinfo=UTC), False)]
)
def test_a_raise_of_what_is_over_where_the_account_is_raises_nothing(
    a_case: MakeCase, now: datetime, *, raises: bool
) -> None:
    case = a_case("raise", now=now)
    assert case.before is not None
    over = msgspec.structs.replace(case.before.campaign, ends=date(2026, 3, 18))

    assert msgspec.structs.replace(case, before=msgspec.structs.replace(case.before, campaign=over)).raises is raises


def test_a_sum_is_found_by_its_kind(a_case: MakeCase) -> None:
    kinds: tuple[ScopeKind, ...] = ("campaign", "account", "platform")
    scopes = [Scope(kind, kind, None, None, None) for kind in kinds]
    case = a_case("raise", scopes=scopes)

    assert [case.scope(kind) for kind in kinds] == scopes
    assert case.scope("total") is None


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        ("75", "75.00 USD per day"),
        ("0", "0.00 USD per day"),
        ("1234567.891", "1234567.89 USD per day"),
        (None, "without bound"),
    ],
)
def test_amounts_are_told_in_the_policys_currency(a_case: MakeCase, amount: str | None, told: str) -> None:
    assert a_case("raise").told(None if amount is None else Decimal(amount)) == told


def test_a_case_and_what_it_is_made_of_cannot_be_altered(a_case: MakeCase) -> None:
    case = a_case("raise", daily=("50", "60"))

    for fact in (case, case.history, case.scopes[0], Halt("all", "freeze_all", "")):
        with pytest.raises(AttributeError, match="immutable"):
            setattr(fact, next(iter(fact.__struct_fields__)), None)


def test_a_ledger_that_knows_nothing_stands_in_no_way(a_case: MakeCase) -> None:
    assert a_case("raise").history == History(None, None, 0, 0, 0)
    assert a_case("raise").policy_in_force
