import msgspec
import pytest

from xylo_mcp.ads.campaigns import Campaign, CampaignFilter, Objective, Status

EVERY_STATUS: frozenset[Status] = frozenset({"active", "paused", "archived"})
CAMPAIGN = Campaign(
    id="42",
    account="act_1",
    name="Größe & Öko: Summer SALE",
    status="active",
    delivery="delivering",
    objective="sales",
    raw_status="ACTIVE",
    raw_delivery="",
    raw_objective="OUTCOME_SALES",
)


@pytest.mark.parametrize(("status", "wanted"), [("active", True), ("paused", True), ("archived", False)])
def test_all_but_the_archived_campaigns_are_wanted_unless_said_otherwise(status: Status, *, wanted: bool) -> None:
    assert CampaignFilter().admits(msgspec.structs.replace(CAMPAIGN, status=status)) is wanted


@pytest.mark.parametrize("status", sorted(EVERY_STATUS))
def test_only_the_statuses_asked_for_are_wanted(status: Status) -> None:
    campaign = msgspec.structs.replace(CAMPAIGN, status=status)

    assert CampaignFilter(statuses=frozenset({status})).admits(campaign)
    assert not CampaignFilter(statuses=EVERY_STATUS - {status}).admits(campaign)


@pytest.mark.parametrize(
    ("objectives", "wanted"), [((), True), (("sales",), True), (("leads", "sales"), True), (("leads",), False)]
)
def test_any_of_the_objectives_will_do(objectives: tuple[Objective, ...], *, wanted: bool) -> None:
    assert CampaignFilter(objectives=frozenset(objectives)).admits(CAMPAIGN) is wanted


@pytest.mark.parametrize(
    ("part", "wanted"),
    [
        ("", True),
        ("sale", True),
        ("Summer", True),
        ("GRÖSSE", True),
        ("größe", True),
        ("winter", False),
        ("sale ", False),
    ],
)
def test_a_part_of_the_name_is_found_in_upper_and_lower_case_alike(part: str, *, wanted: bool) -> None:
    assert CampaignFilter(name_contains=part).admits(CAMPAIGN) is wanted


@pytest.mark.parametrize(("ids", "wanted"), [((), True), (("42",), True), (("41", "42"), True), (("4",), False)])
def test_only_the_campaigns_named_are_wanted(ids: tuple[str, ...], *, wanted: bool) -> None:
    assert CampaignFilter(ids=frozenset(ids)).admits(CAMPAIGN) is wanted


def test_a_campaign_that_is_named_must_pass_the_rest_too() -> None:
    assert not CampaignFilter(ids=frozenset({"42"}), name_contains="winter").admits(CAMPAIGN)
    assert not CampaignFilter(ids=frozenset({"42"}), statuses=frozenset({"paused"})).admits(CAMPAIGN)


def test_a_campaign_has_no_budget_of_its_own_unless_the_platform_says_so() -> None:
    assert (CAMPAIGN.daily_budget, CAMPAIGN.lifetime_budget, CAMPAIGN.shared_budget) == (None, None, False)
