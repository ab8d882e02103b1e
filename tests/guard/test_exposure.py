from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal, localcontext

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xylo_mcp.ads.campaigns import Campaign, Status
from xylo_mcp.ads.changes import Change, CreateCampaign, PauseCampaign, UpdateCampaign
from xylo_mcp.ads.money import Money, decimals
from xylo_mcp.ads.standings import Budget, Standing
from xylo_mcp.guard import exposure
from xylo_mcp.guard.exposure import Amount, Held

TODAY = date(2026, 3, 18)
DAY = timedelta(days=1)
CAMPAIGN = Campaign("7", "act_1", "Spring", "active", "delivering", "sales", "", "", "")
AMOUNTS = st.decimals(0, 10**12, places=2)
DAILIES = st.one_of(st.none(), AMOUNTS)
IDS = st.sampled_from("abcde")
MAPS = st.dictionaries(IDS, DAILIES)
HELD = st.lists(st.builds(Held, IDS, DAILIES), max_size=8)


def money(amount: str, currency: str = "USD") -> Money:
    return Money(Decimal(amount), currency)


def daily(amount: str, identity: str = "b7") -> Budget:
    return Budget(identity, "campaign", daily=money(amount))


def lifetime(amount: str, starts: date | None, ends: date | None) -> Budget:
    return Budget("b7", "campaign", lifetime=money(amount), starts=starts, ends=ends)


def standing(
    *budgets: Budget, status: Status = "active", starts: date | None = None, ends: date | None = None
) -> Standing:
    own = next((budget for budget in budgets if budget.seat == "campaign"), None)
    campaign = msgspec.structs.replace(
        CAMPAIGN,
        status=status,
        starts=starts,
        ends=ends,
        daily_budget=own and own.daily,
        lifetime_budget=own and own.lifetime,
    )
    return Standing(campaign, budgets)


def update(**fields: object) -> UpdateCampaign:
    return msgspec.structs.replace(UpdateCampaign("act_1", "7"), **fields)


def bound(amount: Amount) -> Decimal:
    return Decimal("Infinity") if amount is None else amount


@pytest.mark.parametrize("ends", [None, TODAY - DAY, TODAY + 9 * DAY])
def test_a_daily_budget_commits_to_itself_whenever_it_ends(ends: date | None) -> None:
    budget = msgspec.structs.replace(daily("50"), starts=TODAY + DAY, ends=ends)

    assert exposure.per_day(budget, TODAY) == Decimal(50)


def test_a_budget_of_nothing_is_not_one_without_bound() -> None:
    assert exposure.per_day(daily("0"), TODAY) == Decimal(0)
    assert exposure.per_day(Budget("b7", "campaign"), TODAY) is None


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        (None, TODAY, "100.00"),
        (None, TODAY + DAY, "50.00"),
        (None, TODAY + 2 * DAY, "33.34"),
        (TODAY - 90 * DAY, TODAY + 2 * DAY, "33.34"),
        (TODAY + DAY, TODAY + 2 * DAY, "50.00"),
        (TODAY + 2 * DAY, TODAY + 2 * DAY, "100.00"),
        (TODAY + 3 * DAY, TODAY + 2 * DAY, "100.00"),
        (None, None, "100.00"),
        (TODAY - DAY, None, "100.00"),
        (None, TODAY - DAY, "100.00"),
        (TODAY - 9 * DAY, TODAY - 2 * DAY, "100.00"),
    ],
)
def test_a_lifetime_budget_is_spread_over_the_days_that_are_left(
    starts: date | None, ends: date | None, expected: str
) -> None:
    assert str(exposure.per_day(lifetime("100", starts, ends), TODAY)) == expected


@given(
    AMOUNTS,
    st.integers(0, 4000),
    st.sampled_from(["USD", "JPY", "KWD", "CLF"]),
    st.sampled_from([3, 28, 60]),
)
def test_spreading_rounds_up_and_never_under(amount: Decimal, more: int, currency: str, precision: int) -> None:
    budget = Budget("b7", "campaign", lifetime=Money(amount, currency), ends=TODAY + more * DAY)

    with localcontext(prec=precision):
        found = exposure.per_day(budget, TODAY)

    assert found is not None
    with localcontext(prec=60):
        assert 0 <= found * (more + 1) - amount < Decimal(1).scaleb(-decimals(currency)) * (more + 1)


def test_a_shared_budget_counts_once() -> None:
    shared = Budget("s1", "shared", daily=money("80"))

    found = exposure.committed([standing(shared), standing(shared), standing(daily("50"))], TODAY)

    assert found == {"s1": Decimal(80), "b7": Decimal(50)}
    assert exposure.total(found.values()) == Decimal(130)


def test_a_shared_budget_that_was_seen_twice_counts_at_its_largest() -> None:
    less, more, boundless = (Budget("s1", "shared", daily=one) for one in (money("80"), money("90"), None))

    assert exposure.committed([standing(less), standing(more)], TODAY) == {"s1": Decimal(90)}
    assert exposure.committed([standing(more), standing(less)], TODAY) == {"s1": Decimal(90)}
    assert exposure.committed([standing(boundless), standing(less)], TODAY) == {"s1": None}


def test_ad_groups_add_up() -> None:
    groups = (Budget("g1", "ad_group", daily=money("10")), Budget("g2", "ad_group", daily=money("20.50")))

    assert exposure.total(exposure.committed([standing(*groups)], TODAY).values()) == Decimal("30.50")


@given(st.lists(st.tuples(IDS, DAILIES), max_size=8))
def test_the_order_of_campaigns_does_not_matter(parts: list[tuple[str, Amount]]) -> None:
    def of(some: Iterable[tuple[str, Amount]]) -> Mapping[str, Amount]:
        budgets = [Budget(key, "shared", daily=None if one is None else Money(one, "USD")) for key, one in some]
        return exposure.committed([standing(budget) for budget in budgets], TODAY)

    once, again, sorted_by_amount = of(parts), of(reversed(parts)), of(sorted(parts, key=lambda one: bound(one[1])))

    assert once == again == sorted_by_amount
    assert exposure.total(once.values()) == exposure.total(again.values())


@given(st.lists(DAILIES, max_size=12))
def test_a_total_is_never_below_any_of_its_parts_nor_depends_on_their_order(parts: list[Amount]) -> None:
    whole = exposure.total(parts)

    assert all(bound(whole) >= bound(part) for part in parts)
    assert exposure.total(reversed(parts)) == whole
    assert (whole is None) is (None in parts)


@given(st.lists(AMOUNTS, max_size=12), st.integers(0, 12))
def test_a_total_is_the_total_of_its_parts_totals(parts: list[Decimal], cut: int) -> None:
    halves = [exposure.total(parts[:cut]), exposure.total(parts[cut:])]

    assert exposure.total(halves) == exposure.total(iter(parts)) == sum(parts)


def test_the_total_of_nothing_is_nothing() -> None:
    assert exposure.total([]) == Decimal(0)


@given(DAILIES, DAILIES)
def test_the_larger_of_two_is_the_one_that_allows_more(one: Amount, other: Amount) -> None:
    assert bound(exposure.larger(one, other)) == max(bound(one), bound(other))


@given(MAPS, HELD)
def test_what_is_held_never_lowers_what_is_seen_and_counts_no_more_than_once(
    seen: Mapping[str, Amount], held: Sequence[Held]
) -> None:
    before = dict(seen)

    together = exposure.with_held(seen, held)

    assert seen == before
    assert all(bound(together[key]) >= bound(one) for key, one in seen.items())
    assert all(bound(together[one.budget_id]) >= bound(one.daily) for one in held)
    assert together.keys() == seen.keys() | {one.budget_id for one in held}
    assert exposure.with_held(together, held) == together
    assert exposure.with_held(seen, [*held, *held]) == exposure.with_held(seen, list(reversed(held))) == together
    assert all(
        bound(one) in {bound(seen.get(key, Decimal(0))), *(bound(each.daily) for each in held if each.budget_id == key)}
        for key, one in together.items()
    )


def test_what_is_held_counts_where_nothing_is_seen_and_only_if_it_is_more() -> None:
    seen: Mapping[str, Amount] = {"a": Decimal(50), "b": None}

    held = [Held("a", Decimal(40)), Held("b", Decimal(9)), Held("c", Decimal(7)), Held("d", None)]

    assert exposure.with_held(seen, held) == {"a": Decimal(50), "b": None, "c": Decimal(7), "d": None}


@pytest.mark.parametrize("ends", [None, TODAY, TODAY + DAY])
def test_a_campaign_that_runs_commits_to_its_budgets(ends: date | None) -> None:
    assert exposure.before(standing(daily("50"), ends=ends), TODAY) == {"b7": Decimal(50)}


@pytest.mark.parametrize(
    "found",
    [
        None,
        standing(daily("50"), status="paused"),
        standing(daily("50"), status="archived"),
        standing(daily("50"), ends=TODAY - DAY),
        standing(),
    ],
)
def test_what_is_not_there_off_or_over_commits_to_nothing(found: Standing | None) -> None:
    assert exposure.before(found, TODAY) == {}


@pytest.mark.parametrize(
    ("change", "found", "expected"),
    [
        (CreateCampaign("act_1", "New", "sales", daily_budget=money("50")), None, {}),
        (PauseCampaign("act_1", "7"), standing(daily("50")), {}),
        (update(daily_budget=money("60")), None, {}),
        (update(daily_budget=money("60")), standing(daily("50")), {"b7": Decimal(60)}),
        (update(daily_budget=money("60")), standing(daily("50"), status="paused"), {}),
        (update(status="paused"), standing(daily("50")), {}),
        (update(status="active"), standing(daily("50"), status="paused"), {"b7": Decimal(50)}),
        (update(ends=TODAY - DAY), standing(daily("50")), {}),
        (update(ends=TODAY), standing(daily("50"), ends=TODAY - DAY), {"b7": Decimal(50)}),
        (update(lifetime_budget=money("60"), ends=TODAY + DAY), standing(daily("50")), {"b7": Decimal(30)}),
        (update(daily_budget=money("60")), standing(lifetime("90", None, TODAY + DAY)), {"b7": Decimal(60)}),
        (update(ends=TODAY), standing(lifetime("90", None, TODAY + DAY), ends=TODAY + DAY), {"b7": Decimal(90)}),
        (update(starts=TODAY + DAY), standing(lifetime("90", None, TODAY + DAY)), {"b7": Decimal(90)}),
        (update(name="New"), standing(lifetime("90", TODAY + DAY, TODAY + 2 * DAY)), {"b7": Decimal(45)}),
        (update(name="New"), standing(Budget("s1", "shared", daily=money("80"))), {"s1": Decimal(80)}),
    ],
)
def test_a_change_leaves_the_campaign_committing_to_what_it_says(
    change: Change, found: Standing | None, expected: Mapping[str, Amount]
) -> None:
    assert exposure.after(change, found, TODAY) == expected


@pytest.mark.parametrize(
    "others", [(), (Budget("g1", "ad_group", daily=money("10")),), (Budget("s1", "shared", daily=money("10")),)]
)
@pytest.mark.parametrize(
    ("change", "new"),
    [
        (update(daily_budget=money("60")), "60"),
        (update(lifetime_budget=money("60"), ends=TODAY + DAY), "30"),
        (update(lifetime_budget=money("60"), starts=TODAY + DAY, ends=TODAY + 2 * DAY), "30"),
    ],
)
def test_a_budget_for_a_campaign_without_one_of_its_own_comes_on_top(
    change: UpdateCampaign, new: str, others: tuple[Budget, ...]
) -> None:
    found = standing(*others)

    assert exposure.after(change, found, TODAY) == {
        **exposure.before(found, TODAY),
        "new:7": Decimal(new),
    }
    assert exposure.raises(change, found, TODAY)
    assert exposure.changed(change, found).budgets[-1].seat == "campaign"


def test_only_the_campaigns_own_budget_is_changed() -> None:
    shared = Budget("s1", "shared", daily=money("80"), ends=TODAY)
    found = standing(daily("50"), shared, starts=TODAY - DAY)
    change = update(daily_budget=money("60"), starts=TODAY + DAY, ends=TODAY + 9 * DAY, status="paused", name="New")

    then = exposure.changed(change, found)

    assert then.campaign == msgspec.structs.replace(
        found.campaign, status="paused", starts=TODAY + DAY, ends=TODAY + 9 * DAY
    )
    assert list(then.budgets) == [
        Budget("b7", "campaign", daily=money("60"), starts=TODAY + DAY, ends=TODAY + 9 * DAY),
        shared,
    ]


def test_what_a_change_leaves_out_stays() -> None:
    found = standing(lifetime("90", TODAY - DAY, TODAY + DAY), status="paused", starts=TODAY - DAY, ends=TODAY + DAY)

    then = exposure.changed(update(name="New"), found)

    assert (then.campaign, list(then.budgets)) == (found.campaign, list(found.budgets))


LATER, SOONER = TODAY + 20 * DAY, TODAY + 5 * DAY
DATED = standing(daily("50"), starts=TODAY - DAY, ends=TODAY + 10 * DAY)
OPEN = standing(daily("50"))
SPREAD = standing(lifetime("110", TODAY - DAY, TODAY + 10 * DAY), starts=TODAY - DAY, ends=TODAY + 10 * DAY)
BOUNDLESS = standing(Budget("g1", "ad_group"))


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (update(status="active"), standing(daily("50"), status="paused")),
        (update(status="active"), standing(status="paused")),
        (update(status="active"), standing(Budget("g1", "ad_group"), status="paused")),
        (update(status="active", daily_budget=money("1")), standing(daily("50"), status="paused")),
        (update(status="active"), standing(daily("50"), status="paused", ends=TODAY - DAY)),
        (update(daily_budget=money("50.01")), OPEN),
        (update(daily_budget=money("50.01"), status="active"), OPEN),
        (update(daily_budget=money("50.01"), name="New", ends=TODAY), OPEN),
        (update(lifetime_budget=money("110.01")), SPREAD),
        (update(lifetime_budget=money("110.01"), ends=LATER), SPREAD),
        (update(lifetime_budget=money("1"), ends=LATER), OPEN),
        (update(daily_budget=money("10.01")), SPREAD),
        (update(lifetime_budget=money("110.01"), ends=LATER), standing(lifetime("110", None, TODAY + 10 * DAY))),
        (update(daily_budget=money("0.01")), standing()),
        (update(ends=SOONER), SPREAD),
        (update(ends=LATER), SPREAD),
        (update(ends=TODAY + 11 * DAY), DATED),
        (update(ends=LATER, status="active"), DATED),
        (update(ends=TODAY), standing(daily("50"), ends=TODAY - DAY)),
        (update(starts=TODAY - 2 * DAY), DATED),
        (update(starts=TODAY + DAY), standing(daily("50"), starts=TODAY + 2 * DAY)),
        (update(daily_budget=money("50")), None),
        (update(name="New"), None),
    ],
)
def test_what_lets_more_be_spent_or_for_longer_is_a_raise(change: Change, found: Standing | None) -> None:
    assert exposure.raises(change, found, TODAY)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (CreateCampaign("act_1", "New", "sales", daily_budget=money("50")), None),
        (PauseCampaign("act_1", "7"), None),
        (PauseCampaign("act_1", "7"), OPEN),
        (update(name="New"), OPEN),
        (update(name="New"), BOUNDLESS),
        (update(status="active"), OPEN),
        (update(status="paused"), OPEN),
        (update(status="paused", daily_budget=money("900"), ends=LATER), DATED),
        (update(status="paused", starts=TODAY - 9 * DAY), DATED),
        (update(daily_budget=money("50")), OPEN),
        (update(daily_budget=money("49.99")), OPEN),
        (update(daily_budget=money("49.99"), status="active"), OPEN),
        (update(lifetime_budget=money("110")), SPREAD),
        (update(lifetime_budget=money("109.99")), SPREAD),
        (update(daily_budget=money("10")), SPREAD),
        (update(ends=TODAY + 10 * DAY), DATED),
        (update(ends=SOONER), DATED),
        (update(ends=LATER), OPEN),
        (update(starts=TODAY - DAY), DATED),
        (update(starts=TODAY + DAY), DATED),
        (update(starts=TODAY - 9 * DAY), OPEN),
        (update(daily_budget=money("900"), ends=LATER), standing(daily("50"), status="paused", ends=SOONER)),
        (update(lifetime_budget=money("900")), standing(daily("50"), status="paused")),
        (update(daily_budget=money("900")), standing(daily("50"), ends=TODAY - DAY)),
    ],
)
def test_what_lets_no_more_be_spent_is_none(change: Change, found: Standing | None) -> None:
    assert not exposure.raises(change, found, TODAY)


@given(AMOUNTS, AMOUNTS)
def test_a_budget_is_raised_if_it_is_more(now: Decimal, then: Decimal) -> None:
    assert exposure.raises(update(daily_budget=Money(then, "USD")), standing(daily(str(now))), TODAY) is (then > now)


def test_only_what_has_budgets_can_be_counted() -> None:
    assert exposure.budgets_known(OPEN)
    assert exposure.budgets_known(BOUNDLESS)
    assert not exposure.budgets_known(standing())
    assert not exposure.budgets_known(None)
