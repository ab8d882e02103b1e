"""What is not known of a budget is left open, not made up."""

import pytest

from xylo_mcp.ads.campaigns import Campaign
from xylo_mcp.ads.standings import Budget, Look, Standing

CAMPAIGN = Campaign("22", "act_1", "Spring", "active", "delivering", "leads", "ACTIVE", "ACTIVE", "OUTCOME_LEADS")


def test_a_budget_of_which_nothing_is_known_has_no_amount_and_no_days() -> None:
    budget = Budget("b1", "ad_group")

    assert (budget.daily, budget.lifetime, budget.starts, budget.ends) == (None, None, None, None)


def test_a_campaign_of_which_no_more_is_said_can_spend_from_nothing() -> None:
    assert Standing(CAMPAIGN) == Standing(CAMPAIGN, ())


def test_an_account_may_have_no_campaign_of_the_id_that_was_asked_for() -> None:
    assert Look([Standing(CAMPAIGN)]).target is None


@pytest.mark.parametrize(("value", "field"), [(Budget("b1", "shared"), "daily"), (Standing(CAMPAIGN), "budgets")])
def test_what_was_found_stays_as_it_was_found(value: object, field: str) -> None:
    with pytest.raises(AttributeError):
        setattr(value, field, ())
