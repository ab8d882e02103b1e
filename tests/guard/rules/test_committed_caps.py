from collections.abc import Callable
from decimal import Decimal

import pytest

from xylo_mcp.ads.errors import Limit
from xylo_mcp.guard.case import Case, Scope, ScopeKind
from xylo_mcp.guard.rules.committed_caps import judge
from xylo_mcp.guard.verdicts import Finding

MakeCase = Callable[..., Case]
KINDS: tuple[ScopeKind, ...] = ("campaign", "account", "platform", "total")


def scope(kind: ScopeKind, now: str | None, then: str | None, cap: str | None) -> Scope:
    amounts = [None if text is None else Decimal(text) for text in (now, then, cap)]
    return Scope(kind, "", *amounts)


@pytest.mark.parametrize("word", ["create", "raise", "enable", "plan"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_takes_a_sum_to_its_cap_is_allowed(a_case: MakeCase, word: str, kind: ScopeKind) -> None:
    assert judge(a_case(word, scopes=[scope(kind, "50", "100", "100")])) is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_sum_without_a_cap_may_grow(a_case: MakeCase, kind: ScopeKind) -> None:
    assert judge(a_case("raise", scopes=[scope(kind, "50", "999999", None)])) is None
    assert judge(a_case("raise", scopes=[scope(kind, None, None, None)])) is None


@pytest.mark.parametrize("word", ["cut", "rename", "disable", "pause"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("now", "then"), [("300", "200"), ("200", "200"), (None, "200"), (None, None)])
def test_what_does_not_raise_is_allowed_above_the_cap(
    a_case: MakeCase, word: str, kind: ScopeKind, now: str | None, then: str | None
) -> None:
    assert judge(a_case(word, scopes=[scope(kind, now, then, "100")])) is None


@pytest.mark.parametrize("word", ["create", "plan"])
@pytest.mark.parametrize("kind", ["account", "platform", "total"])
def test_what_stays_off_does_not_count_in_sums_over_campaigns(a_case: MakeCase, word: str, kind: ScopeKind) -> None:
    assert judge(a_case(word, scopes=[scope(kind, "100.01", "100.01", "100")])) is None


def test_nothing_is_capped_where_nothing_is_summed(a_case: MakeCase) -> None:
    assert judge(a_case("raise")) is None


@pytest.mark.parametrize(
    ("kind", "where"),
    [("campaign", "a campaign"), ("account", "this account"), ("platform", "this platform"), ("total", "everything")],
)
@pytest.mark.parametrize("word", ["raise", "enable"])
def test_a_cent_over_the_cap_is_refused_with_all_figures(
    a_case: MakeCase, kind: ScopeKind, where: str, word: str
) -> None:
    assert judge(a_case(word, scopes=[scope(kind, "70", "100.01", "100")])) == Finding(
        f"caps.{kind}",
        "refused",
        f"The cap for {where} is 100.00 USD per day; 70.00 USD per day is committed now,"
        " and this would make it 100.01 USD per day.",
        "Ask for less (left: 30.00 USD per day), or pause or cut something first. Only the operator can raise the cap.",
        Limit(f"caps.{kind}", "100.00 USD per day", "70.00 USD per day", "100.01 USD per day", "30.00 USD per day"),
    )


@pytest.mark.parametrize("word", ["create", "plan"])
@pytest.mark.parametrize("then", ["100.01", None])
def test_a_campaign_that_is_off_gets_no_budget_it_could_not_be_enabled_with(
    a_case: MakeCase, word: str, then: str | None
) -> None:
    found = judge(a_case(word, scopes=[scope("campaign", "70", then, "100")]))

    assert found is not None
    assert found.rule == "caps.campaign"


def test_a_new_campaign_is_capped_even_where_its_sum_does_not_grow(a_case: MakeCase) -> None:
    assert judge(a_case("create", scopes=[scope("campaign", "200", "200", "100")])) is not None


@pytest.mark.parametrize("kind", KINDS)
def test_a_raise_that_leaves_no_bound_is_refused(a_case: MakeCase, kind: ScopeKind) -> None:
    found = judge(a_case("raise", scopes=[scope(kind, "70", None, "100")]))

    assert found is not None
    assert found.limit == Limit(
        f"caps.{kind}", "100.00 USD per day", "70.00 USD per day", "without bound", "30.00 USD per day"
    )


def test_where_people_overran_the_cap_nothing_is_left_and_nothing_is_raised(a_case: MakeCase) -> None:
    found = judge(a_case("raise", scopes=[scope("account", "130", "120", "100")]))

    assert found is not None
    assert found.limit == Limit(
        "caps.account", "100.00 USD per day", "130.00 USD per day", "120.00 USD per day", "0.00 USD per day"
    )


def test_where_what_is_committed_has_no_bound_it_is_not_told_what_is_left(a_case: MakeCase) -> None:
    found = judge(a_case("raise", scopes=[scope("total", None, None, "100")]))

    assert found is not None
    assert found.limit == Limit(
        "caps.total", "100.00 USD per day", "without bound", "without bound", "nothing can be told"
    )


def test_the_first_sum_that_is_over_is_named(a_case: MakeCase) -> None:
    scopes = [scope("campaign", "50", "60", "100"), scope("account", "90", "110", "100"), scope("total", "9", "9", "1")]

    found = judge(a_case("raise", scopes=scopes))

    assert found is not None
    assert found.rule == "caps.account"
