"""Changes are values: they say what is wanted, and no more."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest

from xylo_mcp.ads.changes import (
    Change,
    CreateCampaign,
    PauseCampaign,
    UpdateCampaign,
    changed_fields,
    only,
    target,
)
from xylo_mcp.ads.money import Money

EUR = Money(Decimal("75.10"), "EUR")
CREATE = CreateCampaign("act_1", "Spring", "leads", daily_budget=EUR)
PAUSE = PauseCampaign("act_1", "22")
FULL = UpdateCampaign(
    "act_1",
    "22",
    name="Spring",
    daily_budget=EUR,
    lifetime_budget=Money(Decimal(900), "EUR"),
    starts=date(2026, 3, 18),
    ends=date(2026, 4, 18),
    status="active",
)
FIELDS = ("name", "daily_budget", "lifetime_budget", "starts", "ends", "status")


@pytest.mark.parametrize(
    ("change", "campaign_id"), [(CREATE, ""), (PAUSE, "22"), (UpdateCampaign("act_1", "22", name="New"), "22")]
)
def test_a_change_is_about_one_campaign_which_a_new_one_is_not_yet(change: Change, campaign_id: str) -> None:
    assert target(change) == campaign_id


def test_an_update_of_nothing_changes_no_field() -> None:
    assert changed_fields(UpdateCampaign("act_1", "22")) == ()


@pytest.mark.parametrize("field", FIELDS)
def test_an_update_names_the_field_that_it_changes(field: str) -> None:
    update = UpdateCampaign("act_1", "22", **{field: getattr(FULL, field)})

    assert changed_fields(update) == (field,)


def test_an_update_names_all_its_fields_in_one_order() -> None:
    assert changed_fields(FULL) == FIELDS


def test_a_budget_of_nothing_is_a_change_all_the_same() -> None:
    update = UpdateCampaign("act_1", "22", daily_budget=Money(Decimal(0), "EUR"))

    assert changed_fields(update) == ("daily_budget",)


def test_a_part_of_an_update_is_about_the_same_campaign_and_says_the_same_of_it() -> None:
    part = only(FULL, frozenset({"daily_budget", "status"}))

    assert part == UpdateCampaign("act_1", "22", daily_budget=EUR, status="active")


def test_a_part_of_an_update_has_no_field_that_the_whole_leaves_as_it_is() -> None:
    part = only(UpdateCampaign("act_1", "22", name="New"), frozenset({"daily_budget", "name"}))

    assert part == UpdateCampaign("act_1", "22", name="New")


def test_an_update_is_the_sum_of_its_parts() -> None:
    budgets = frozenset({"daily_budget", "lifetime_budget"})

    parts = [only(FULL, budgets), only(FULL, frozenset(FIELDS) - budgets)]

    assert sorted(name for part in parts for name in changed_fields(part)) == sorted(FIELDS)
    assert only(FULL, frozenset(FIELDS)) == FULL
    assert only(FULL, frozenset()) == UpdateCampaign("act_1", "22")


@pytest.mark.parametrize("change", [CREATE, FULL, PAUSE, UpdateCampaign("act_1", "22")])
def test_a_change_that_is_written_down_is_read_again_cent_for_cent(change: Change) -> None:
    written = msgspec.json.encode(change)

    assert msgspec.json.decode(written, type=Change) == change


def test_a_change_that_is_written_down_says_its_kind_and_its_money_exactly() -> None:
    assert msgspec.json.decode(msgspec.json.encode(CREATE)) == {
        "type": "CreateCampaign",
        "account": "act_1",
        "name": "Spring",
        "objective": "leads",
        "daily_budget": {"amount": "75.10", "currency": "EUR"},
        "lifetime_budget": None,
        "starts": None,
        "ends": None,
    }
