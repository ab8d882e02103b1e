"""Campaigns of the Google sandbox are changed and removed, and what it refuses to change."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import httpx2
import pytest

from xylo_mcp.sandbox.google import CAST
from xylo_mcp.sandbox.world import Campaign, World

Json = dict[str, Any]
Make = Callable[..., Json]
Mutate = Callable[..., Awaitable[httpx2.Response]]
New = Callable[..., Awaitable[str]]
Refusals = Callable[[httpx2.Response], list[tuple[str, str]]]
Rows = Callable[[str], Awaitable[list[Json]]]
Told = Callable[[Json], Awaitable[Json]]
ACCOUNT = CAST.accounts[0]
HOME = f"customers/{ACCOUNT.id}"


def update(name: str, mask: str, /, **fields: object) -> Json:
    return {"update": {"resourceName": name, **fields}, "updateMask": mask}


def named(campaign: Campaign) -> str:
    return f"{HOME}/campaigns/{campaign.id}"


@pytest.fixture
def seeded(world: World) -> Campaign:
    """One that was there before, is on, and goes on."""
    return world.campaigns("google", ACCOUNT.id)[0]


@pytest.fixture
def told(mutate: Mutate) -> Told:
    """What a good change of a campaign leaves it as."""

    async def ask(operation: Json) -> Json:
        answer = await mutate("campaigns", operation, responseContentType="MUTABLE_RESOURCE")
        assert answer.status_code == 200, answer.text
        return answer.json()["results"][0]["campaign"]

    return ask


async def test_a_paused_campaign_says_so_and_spends_nothing_from_tomorrow(
    mutate: Mutate, rows: Rows, world: World, seeded: Campaign
) -> None:
    answer = await mutate("campaigns", update(named(seeded), "status", status="PAUSED"))

    assert (answer.status_code, answer.json()) == (200, {"results": [{"resourceName": named(seeded)}]})
    query = "SELECT campaign.status, campaign.primary_status, campaign.primary_status_reasons FROM campaign"
    assert await rows(f"{query} WHERE campaign.id = {seeded.id}") == [
        {"campaign": {"status": "PAUSED", "primaryStatus": "PAUSED", "primaryStatusReasons": ["CAMPAIGN_PAUSED"]}}
    ]
    truth = world.campaign("google", seeded.id)
    assert truth is not None
    assert (truth.switch, truth.state, truth.appetite_on(date(2026, 11, 21))) == ("off", "off", 0)


async def test_a_paused_campaign_is_enabled_again(mutate: Mutate, told: Told, seeded: Campaign) -> None:
    await mutate("campaigns", update(named(seeded), "status", status="PAUSED"))

    now = await told(update(named(seeded), "status", status="ENABLED"))

    assert now["status"] == "ENABLED"


async def test_only_what_is_masked_changes(told: Told, new_campaign: New) -> None:
    name = await new_campaign(endDateTime="2027-02-10 23:59:59")

    now = await told(update(name, "name,resourceName", name="Torches", status="ENABLED"))

    assert (now["name"], now["status"], now["endDateTime"]) == ("Torches", "PAUSED", "2027-02-10 23:59:59")


async def test_a_masked_end_that_is_not_there_is_cleared(told: Told, new_campaign: New) -> None:
    name = await new_campaign(endDateTime="2027-02-10 23:59:59")

    assert "endDateTime" not in await told(update(name, "endDateTime"))


async def test_a_campaign_may_keep_its_name_and_its_start(told: Told, seeded: Campaign) -> None:
    start = f"{seeded.first_day} 00:00:00"

    now = await told(update(named(seeded), "name,startDateTime", name=seeded.name, startDateTime=start))

    assert (now["name"], now["startDateTime"]) == (seeded.name, start)


async def test_a_start_that_is_to_come_is_moved(told: Told, new_campaign: New) -> None:
    name = await new_campaign(startDateTime="2027-01-10 00:00:00")

    now = await told(update(name, "startDateTime", startDateTime="2026-12-24 00:00:00"))

    assert now["startDateTime"] == "2026-12-24 00:00:00"


async def test_another_bidding_strategy_replaces_the_one_there_was(told: Told, new_campaign: New) -> None:
    name = await new_campaign(maximizeConversions={"targetCpaMicros": "5000000"})

    value = {"targetRoas": 2.5}
    now = await told(update(name, "maximizeConversionValue.targetRoas", maximizeConversionValue=value))

    assert now["maximizeConversionValue"] == value
    assert "maximizeConversions" not in now


async def test_a_target_is_set_and_cleared_without_another_strategy(told: Told, new_campaign: New) -> None:
    name, mask = await new_campaign(maximizeConversions={}), "maximizeConversions.targetCpaMicros"

    targeted = await told(update(name, mask, maximizeConversions={"targetCpaMicros": "5000000"}))
    cleared = await told(update(name, mask))

    assert targeted["maximizeConversions"] == {"targetCpaMicros": "5000000"}
    assert cleared["maximizeConversions"] == {}


async def test_a_strategy_without_fields_is_masked_as_a_whole(told: Told, new_campaign: New) -> None:
    name = await new_campaign(advertisingChannelType="DISPLAY")

    now = await told(update(name, "manualCpm", manualCpm={}))

    assert now["manualCpm"] == {}
    assert "manualCpc" not in now


async def test_a_campaign_from_before_keeps_what_was_not_changed_of_it(told: Told, world: World) -> None:
    campaign = next(one for one in world.campaigns("google", ACCOUNT.id) if one.goal == "app" and one.state != "gone")
    eu = "CONTAINS_EU_POLITICAL_ADVERTISING"

    now = await told(update(named(campaign), "containsEuPoliticalAdvertising", containsEuPoliticalAdvertising=eu))

    assert now["containsEuPoliticalAdvertising"] == eu
    assert (now["advertisingChannelType"], now["advertisingChannelSubType"]) == ("MULTI_CHANNEL", "APP_CAMPAIGN")
    assert now["targetCpa"] == {}


async def test_one_network_is_switched(told: Told, seeded: Campaign) -> None:
    setting = {"targetSearchNetwork": False, "targetContentNetwork": False}

    now = await told(update(named(seeded), "networkSettings.targetSearchNetwork", networkSettings=setting))

    assert now["networkSettings"] == {
        "targetGoogleSearch": True,
        "targetSearchNetwork": False,
        "targetContentNetwork": True,
        "targetPartnerSearchNetwork": False,
    }


@pytest.mark.parametrize(
    ("mask", "fields", "code", "place"),
    [
        ("", {}, "fieldMaskError.FIELD_MASK_MISSING", "update_mask"),
        ("speed", {}, "fieldMaskError.FIELD_NOT_FOUND", "update_mask"),
        ("networkSettings", {}, "fieldMaskError.FIELD_HAS_SUBFIELDS", "update_mask"),
        ("manualCpc", {}, "fieldMaskError.FIELD_HAS_SUBFIELDS", "update_mask"),
        ("id", {}, "fieldError.IMMUTABLE_FIELD", "update.id"),
        ("advertisingChannelType", {"advertisingChannelType": "DISPLAY"}, "fieldError.IMMUTABLE_FIELD",
         "update.advertising_channel_type"),
        ("name", {}, "fieldError.FIELD_CANNOT_BE_CLEARED", "update.name"),
        ("status", {"status": "UNSPECIFIED"}, "fieldError.FIELD_CANNOT_BE_CLEARED", "update.status"),
        ("startDateTime", {}, "fieldError.FIELD_CANNOT_BE_CLEARED", "update.start_date_time"),
        ("manualCpm", {}, "fieldError.FIELD_CANNOT_BE_CLEARED", "update.manual_cpm"),
        ("status", {"status": "REMOVED"}, "enumError.ENUM_VALUE_NOT_PERMITTED", "update.status"),
        ("name", {"name": ""}, "stringLengthError.EMPTY", "update.name"),
        ("startDateTime", {"startDateTime": "2027-01-10 00:00:00"},
         "campaignError.CANNOT_MODIFY_START_DATE_IF_ALREADY_STARTED", "update.start_date_time"),
        ("endDateTime", {"endDateTime": "2026-11-19 23:59:59"}, "campaignError.CANNOT_SET_DATE_TO_PAST",
         "update.end_date_time"),
        ("campaignBudget", {"campaignBudget": f"{HOME}/campaignBudgets/5"}, "mutateError.RESOURCE_NOT_FOUND",
         "update.campaign_budget"),
        ("biddingStrategy", {"biddingStrategy": f"{HOME}/biddingStrategies/5"}, "mutateError.RESOURCE_NOT_FOUND",
         "update.bidding_strategy"),
        ("targetRoas.targetRoas", {"targetRoas": {}}, "fieldError.REQUIRED", "update.target_roas.target_roas"),
        ("networkSettings.targetGoogleSearch", {"networkSettings": {"targetGoogleSearch": False}},
         "campaignError.CANNOT_TARGET_SEARCH_NETWORK_WITHOUT_GOOGLE_SEARCH",
         "update.network_settings.target_search_network"),
    ],
)  # fmt: skip
async def test_a_change_that_google_would_not_make_is_refused(
    mutate: Mutate, refusals: Refusals, world: World, seeded: Campaign,
    *, mask: str, fields: Json, code: str, place: str,
) -> None:  # fmt: skip
    answer = await mutate("campaigns", update(named(seeded), mask, **fields))

    assert refusals(answer) == [(code, f"operations[0].{place}")]
    assert world.campaign("google", seeded.id) == seeded


async def test_another_campaigns_name_cannot_be_taken(
    mutate: Mutate, refusals: Refusals, new_campaign: New, seeded: Campaign
) -> None:
    answer = await mutate("campaigns", update(await new_campaign(), "name", name=seeded.name))

    assert refusals(answer) == [("campaignError.DUPLICATE_CAMPAIGN_NAME", "operations[0].update.name")]


async def test_a_start_cannot_be_moved_behind_the_end(mutate: Mutate, refusals: Refusals, new_campaign: New) -> None:
    name = await new_campaign(startDateTime="2027-01-10 00:00:00", endDateTime="2027-01-12 23:59:59")

    answer = await mutate("campaigns", update(name, "startDateTime", startDateTime="2027-01-13 00:00:00"))

    assert refusals(answer) == [("dateRangeError.START_DATE_AFTER_END_DATE", "operations[0].update.start_date_time")]


async def test_a_removed_campaign_stays_as_it_is_and_takes_its_own_budget_with_it(
    mutate: Mutate, refusals: Refusals, new_campaign: New, new_budget: New, rows: Rows
) -> None:
    budget = await new_budget()
    name = await new_campaign(budget)

    removed = await mutate("campaigns", {"remove": name}, responseContentType="MUTABLE_RESOURCE")
    changed = await mutate("campaigns", update(name, "status", status="ENABLED"))
    again = await mutate("campaigns", {"remove": name})
    refilled = await mutate("campaignBudgets", update(budget, "amountMicros", amountMicros="1000000"))

    assert removed.json() == {"results": [{"resourceName": name}]}
    code = "contextError.OPERATION_NOT_PERMITTED_FOR_REMOVED_RESOURCE"
    assert [refusals(answer) for answer in (changed, again, refilled)] == [
        [(code, "operations[0].update")],
        [(code, "operations[0].remove")],
        [(code, "operations[0].update")],
    ]
    query = "SELECT campaign.status, campaign_budget.status, campaign_budget.reference_count FROM campaign"
    assert await rows(f"{query} WHERE campaign.name = 'Lanterns'") == [
        {"campaign": {"status": "REMOVED"}, "campaignBudget": {"status": "REMOVED", "referenceCount": "0"}}
    ]
