from datetime import date
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

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

FULL = UpdateCampaign(
    "act_1",
    "7",
    name="Spring",
    daily_budget=Money(Decimal("75.00"), "USD"),
    lifetime_budget=Money(Decimal(900), "USD"),
    starts=date(2026, 3, 19),
    ends=date(2026, 3, 28),
    status="active",
)
NOTHING = UpdateCampaign("act_1", "7")
FIELDS = ("name", "daily_budget", "lifetime_budget", "starts", "ends", "status")
CREATE = CreateCampaign("act_1", "Spring", "sales", daily_budget=Money(Decimal("75.00"), "USD"))
CHANGES: list[Change] = [CREATE, FULL, NOTHING, PauseCampaign("act_1", "7")]


@pytest.mark.parametrize(("change", "expected"), list(zip(CHANGES, ["", "7", "7", "7"], strict=True)))
def test_a_change_is_about_the_campaign_it_names_and_a_new_one_has_no_id_yet(change: Change, expected: str) -> None:
    assert target(change) == expected


def test_every_field_that_may_have_another_value_can_be_named() -> None:
    assert changed_fields(FULL) == FIELDS
    assert {"account", "campaign_id", *FIELDS} == {field.name for field in msgspec.structs.fields(UpdateCampaign)}


def test_what_is_empty_stays_as_it_is() -> None:
    assert changed_fields(NOTHING) == ()


@pytest.mark.parametrize("name", FIELDS)
def test_what_is_given_is_changed(name: str) -> None:
    assert changed_fields(msgspec.structs.replace(NOTHING, **{name: getattr(FULL, name)})) == (name,)


def test_a_budget_of_nothing_is_a_value_too() -> None:
    nothing = Money(Decimal(0), "USD")

    assert changed_fields(UpdateCampaign("act_1", "7", daily_budget=nothing)) == ("daily_budget",)


@given(st.sets(st.sampled_from(FIELDS)), st.sets(st.sampled_from(FIELDS)))
def test_a_part_of_a_change_has_the_same_target_and_those_of_its_fields(given: set[str], wanted: set[str]) -> None:
    change = msgspec.structs.replace(NOTHING, **{name: getattr(FULL, name) for name in given})

    part = only(change, frozenset(wanted))

    assert part == msgspec.structs.replace(NOTHING, **{name: getattr(FULL, name) for name in given & wanted})
    assert set(changed_fields(part)) | set(changed_fields(only(change, frozenset(FIELDS) - wanted))) == given


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_the_same_after_it_was_stored(change: Change) -> None:
    assert (
        msgspec.json.decode(msgspec.json.encode(change), type=CreateCampaign | UpdateCampaign | PauseCampaign) == change
    )


def test_a_change_does_not_change() -> None:
    with pytest.raises(AttributeError):
        setattr(FULL, "name", "Summer")  # noqa: B010  # the type checker knows it already
