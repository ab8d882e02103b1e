"""Campaigns and budgets are made on the Google sandbox, and what it refuses to make."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import httpx2
import pytest

from xylo_mcp.sandbox.google import CAST
from xylo_mcp.sandbox.world import World

Json = dict[str, Any]
Make = Callable[..., Json]
Mutate = Callable[..., Awaitable[httpx2.Response]]
New = Callable[..., Awaitable[str]]
Refusals = Callable[[httpx2.Response], list[tuple[str, str]]]
Rows = Callable[[str], Awaitable[list[Json]]]
ACCOUNT = CAST.accounts[0]
HOME = f"customers/{ACCOUNT.id}"
SHOWN = (
    "SELECT campaign.name, campaign.status, campaign.primary_status, campaign.primary_status_reasons,"
    " campaign.serving_status, campaign.advertising_channel_type, campaign.bidding_strategy_type,"
    " campaign.maximize_conversions.target_cpa_micros, campaign.contains_eu_political_advertising,"
    " campaign.network_settings.target_google_search, campaign.network_settings.target_search_network,"
    " campaign.start_date_time, campaign.end_date_time, campaign_budget.name, campaign_budget.amount_micros,"
    " campaign_budget.period, campaign_budget.explicitly_shared, campaign_budget.reference_count,"
    " campaign_budget.status FROM campaign WHERE campaign.name = '{}'"
)


def both(budget: Json, campaign: Json) -> tuple[Json, Json]:
    budget["create"]["resourceName"] = f"{HOME}/campaignBudgets/-1"
    return {"campaignBudgetOperation": budget}, {"campaignOperation": campaign}


async def test_a_budget_and_its_campaign_are_made_at_once_and_read_back_as_they_were_written(
    mutate: Mutate, a_budget: Make, a_campaign: Make, rows: Rows, world: World
) -> None:
    campaign = a_campaign(
        f"{HOME}/campaignBudgets/-1",
        maximizeConversions={"targetCpaMicros": "5000000"},
        networkSettings={"targetGoogleSearch": True, "targetSearchNetwork": False, "targetContentNetwork": False},
        startDateTime="2027-01-10 00:00:00",
        endDateTime="2027-02-10 23:59:59",
    )

    answer = await mutate("googleAds", *both(a_budget(), campaign))

    budget, made = (next(iter(one.values()))["resourceName"] for one in answer.json()["mutateOperationResponses"])
    (row,) = await rows(SHOWN.format("Lanterns"))
    assert row == {
        "campaign": {
            "name": "Lanterns",
            "status": "PAUSED",
            "primaryStatus": "PAUSED",
            "primaryStatusReasons": ["CAMPAIGN_PAUSED"],
            "servingStatus": "SERVING",
            "advertisingChannelType": "SEARCH",
            "biddingStrategyType": "MAXIMIZE_CONVERSIONS",
            "maximizeConversions": {"targetCpaMicros": "5000000"},
            "containsEuPoliticalAdvertising": "DOES_NOT_CONTAIN_EU_POLITICAL_ADVERTISING",
            "networkSettings": {"targetGoogleSearch": True, "targetSearchNetwork": False},
            "startDateTime": "2027-01-10 00:00:00",
            "endDateTime": "2027-02-10 23:59:59",
        },
        "campaignBudget": {
            "name": "Lanterns",
            "amountMicros": "25000000",
            "period": "DAILY",
            "explicitlyShared": False,
            "referenceCount": "1",
            "status": "ENABLED",
        },
    }
    truth = world.campaign("google", made.rpartition("/")[2])
    assert truth is not None
    assert (truth.account, truth.name, truth.goal, truth.switch, truth.daily, truth.lifetime, truth.budget_id) == (
        *(ACCOUNT, "Lanterns", "leads", "off", 2500, 0),
        budget.rpartition("/")[2],
    )
    assert (truth.first_day, truth.last_day) == (date(2027, 1, 10), date(2027, 2, 10))


async def test_a_campaign_without_a_status_is_enabled_and_without_dates_starts_today_for_ever(
    new_campaign: New, rows: Rows
) -> None:
    await new_campaign(status=None)

    query = "SELECT campaign.status, campaign.primary_status, campaign.start_date_time, campaign.end_date_time"
    assert await rows(f"{query} FROM campaign WHERE campaign.name = 'Lanterns'") == [
        {"campaign": {"status": "ENABLED", "primaryStatus": "ELIGIBLE", "startDateTime": "2026-11-20 00:00:00"}}
    ]


async def test_an_enabled_campaign_that_has_not_begun_is_pending(new_campaign: New, rows: Rows) -> None:
    await new_campaign(status="ENABLED", startDateTime="2026-11-21 00:00:00")

    query = "SELECT campaign.primary_status, campaign.primary_status_reasons, campaign.serving_status FROM campaign"
    assert await rows(f"{query} WHERE campaign.name = 'Lanterns'") == [
        {
            "campaign": {
                "primaryStatus": "PENDING",
                "primaryStatusReasons": ["CAMPAIGN_PENDING"],
                "servingStatus": "PENDING",
            }
        }
    ]


async def test_networks_that_are_not_spoken_of_are_on(new_campaign: New, rows: Rows) -> None:
    await new_campaign(networkSettings={"targetContentNetwork": False})

    names = ("target_google_search", "target_search_network", "target_content_network")
    fields = ", ".join(f"campaign.network_settings.{name}" for name in names)
    assert await rows(f"SELECT {fields} FROM campaign WHERE campaign.name = 'Lanterns'") == [
        {
            "campaign": {
                "networkSettings": {
                    "targetGoogleSearch": True,
                    "targetSearchNetwork": True,
                    "targetContentNetwork": False,
                }
            }
        }
    ]


@pytest.mark.parametrize(
    ("channel", "member", "goal"),
    [
        ("SEARCH", {"targetSpend": {"cpcBidCeilingMicros": "2000000"}}, "traffic"),
        ("SEARCH", {"maximizeConversionValue": {"targetRoas": 3.5}}, "purchases"),
        ("SEARCH", {"targetRoas": {"targetRoas": 2}}, "purchases"),
        ("SEARCH", {"targetCpa": {"targetCpaMicros": 3000000}}, "leads"),
        (
            "SEARCH",
            {
                "targetImpressionShare": {
                    "location": "TOP_OF_PAGE",
                    "locationFractionMicros": "500000",
                    "cpcBidCeilingMicros": "1000000",
                }
            },
            "awareness",
        ),
        ("DISPLAY", {"targetCpm": {}}, "awareness"),
        ("DEMAND_GEN", {"targetCpc": {}}, "engagement"),
        ("PERFORMANCE_MAX", {"maximizeConversionValue": {}}, "purchases"),
    ],
)
async def test_a_channel_and_its_bidding_say_what_a_campaign_is_for(
    mutate: Mutate, new_campaign: New, world: World, channel: str, member: Json, goal: str
) -> None:
    name = await new_campaign(advertisingChannelType=channel, **member)

    campaign = world.campaign("google", name.rpartition("/")[2])
    change = {"update": {"resourceName": name, "status": "ENABLED"}, "updateMask": "status"}
    answer = await mutate("campaigns", change, responseContentType="MUTABLE_RESOURCE")
    assert campaign is not None
    assert campaign.goal == goal
    told = answer.json()["results"][0]["campaign"]
    assert told["advertisingChannelType"] == channel
    assert {key: told[key] for key in member} == {
        key: {part: str(value) if part.endswith("Micros") else value for part, value in inner.items()}
        for key, inner in member.items()
    }


REQUIRED = [("fieldError.REQUIRED", f"operations[0].create.{name}") for name in (
    "name", "advertising_channel_type", "campaign_budget", "contains_eu_political_advertising",
    "campaign_bidding_strategy")]  # fmt: skip


async def test_all_that_is_missing_is_told_at_once(mutate: Mutate, refusals: Refusals) -> None:
    assert refusals(await mutate("campaigns", {"create": {}})) == REQUIRED


@pytest.mark.parametrize(
    ("fields", "code", "place"),
    [
        ({"name": " "}, "stringLengthError.EMPTY", "name"),
        ({"name": "x" * 257}, "stringLengthError.TOO_LONG", "name"),
        ({"name": "two\nlines"}, "campaignError.INVALID_CAMPAIGN_NAME", "name"),
        ({"name": "Search | Brand | Exact"}, "campaignError.DUPLICATE_CAMPAIGN_NAME", "name"),
        ({"status": "REMOVED"}, "operationAccessDeniedError.CREATE_AS_REMOVED_NOT_PERMITTED", "status"),
        ({"status": "UNKNOWN"}, "requestError.INVALID_ENUM_VALUE", "status"),
        ({"id": "7"}, "fieldError.VALUE_MUST_BE_UNSET", "id"),
        ({"servingStatus": "SERVING"}, "fieldError.VALUE_MUST_BE_UNSET", "serving_status"),
        ({"containsEuPoliticalAdvertising": None}, "fieldError.REQUIRED", "contains_eu_political_advertising"),
        ({"advertisingChannelType": "SHOPPING"}, "campaignError.MISSING_SHOPPING_SETTING", "shopping_setting"),
        ({"advertisingChannelType": "VIDEO"}, "operationAccessDeniedError.OPERATION_NOT_PERMITTED_FOR_CAMPAIGN_TYPE",
         "advertising_channel_type"),
        ({"advertisingChannelSubType": "VIDEO_ACTION"}, "campaignError.INVALID_ADVERTISING_CHANNEL_SUB_TYPE",
         "advertising_channel_sub_type"),
        ({"targetCpv": {}}, "biddingError.CANNOT_CREATE_CAMPAIGN_WITH_BIDDING_STRATEGY", "target_cpv"),
        ({"targetCpa": {}}, "fieldError.REQUIRED", "target_cpa.target_cpa_micros"),
        ({"targetRoas": {"targetRoas": 0}}, "fieldError.REQUIRED", "target_roas.target_roas"),
        ({"targetRoas": {"targetRoas": 0.001}}, "rangeError.TOO_LOW", "target_roas.target_roas"),
        ({"targetRoas": {"targetRoas": 1001.0}}, "rangeError.TOO_HIGH", "target_roas.target_roas"),
        ({"targetCpa": {"targetCpaMicros": "-1"}}, "biddingError.BID_TOO_SMALL", "target_cpa.target_cpa_micros"),
        ({"targetCpa": {"targetCpaMicros": "1"}}, "biddingError.BID_TOO_MANY_FRACTIONAL_DIGITS",
         "target_cpa.target_cpa_micros"),
        ({"manualCpc": {"enhancedCpcEnabled": True}}, "fieldError.INVALID_VALUE", "manual_cpc.enhanced_cpc_enabled"),
        ({"targetSpend": {"targetSpendMicros": "1"}}, "fieldError.VALUE_MUST_BE_UNSET",
         "target_spend.target_spend_micros"),
        ({"networkSettings": {"targetGoogleSearch": False, "targetSearchNetwork": False,
                              "targetContentNetwork": False}},
         "campaignError.CAMPAIGN_MUST_TARGET_AT_LEAST_ONE_NETWORK", "network_settings"),
        ({"networkSettings": {"targetGoogleSearch": False}},
         "campaignError.CANNOT_TARGET_SEARCH_NETWORK_WITHOUT_GOOGLE_SEARCH", "network_settings.target_search_network"),
        ({"networkSettings": {"targetPartnerSearchNetwork": True}},
         "campaignError.CANNOT_TARGET_PARTNER_SEARCH_NETWORK", "network_settings.target_partner_search_network"),
        ({"advertisingChannelType": "DISPLAY", "networkSettings": {"targetGoogleSearch": True}},
         "campaignError.CANNOT_TARGET_SEARCH_NETWORK", "network_settings"),
        ({"startDateTime": "2027-01-10"}, "dateError.INVALID_STRING_DATE_TIME_SECONDS", "start_date_time"),
        ({"startDateTime": "2027-02-30 00:00:00"}, "dateError.INVALID_FIELD_VALUES_IN_DATE_TIME", "start_date_time"),
        ({"startDateTime": "2027-01-10 08:00:00"},
         "dateError.DATE_RANGE_ERROR_START_TIME_MUST_BE_THE_START_OF_A_DAY", "start_date_time"),
        ({"endDateTime": "2027-01-10 00:00:00"},
         "dateError.DATE_RANGE_ERROR_END_TIME_MUST_BE_THE_END_OF_A_DAY", "end_date_time"),
        ({"startDateTime": "2026-11-19 00:00:00"}, "campaignError.CANNOT_SET_DATE_TO_PAST", "start_date_time"),
        ({"endDateTime": "2026-11-19 23:59:59"}, "campaignError.CANNOT_SET_DATE_TO_PAST", "end_date_time"),
        ({"endDateTime": "2037-12-31 23:59:59"}, "dateRangeError.AFTER_MAXIMUM_ALLOWABLE_DATE", "end_date_time"),
        ({"startDateTime": "2027-01-10 00:00:00", "endDateTime": "2027-01-09 23:59:59"},
         "dateRangeError.START_DATE_AFTER_END_DATE", "end_date_time"),
        ({"campaignBudget": f"{HOME}/campaignBudgets/5"}, "mutateError.RESOURCE_NOT_FOUND", "campaign_budget"),
        ({"campaignBudget": f"{HOME}/campaignBudgets/-5"}, "mutateError.RESOURCE_NOT_FOUND", "campaign_budget"),
    ],
)  # fmt: skip
async def test_a_campaign_that_google_would_not_make_is_refused(
    mutate: Mutate, a_campaign: Make, new_budget: New, refusals: Refusals, world: World,
    *, fields: Json, code: str, place: str,
) -> None:  # fmt: skip
    before = world.campaigns("google", ACCOUNT.id)

    answer = await mutate("campaigns", a_campaign(await new_budget(), **fields))

    assert refusals(answer) == [(code, f"operations[0].create.{place}")]
    assert world.campaigns("google", ACCOUNT.id) == before


async def test_a_portfolio_strategy_does_not_exist(
    mutate: Mutate, a_campaign: Make, new_budget: New, refusals: Refusals
) -> None:
    operation = a_campaign(await new_budget(), biddingStrategy=f"{HOME}/biddingStrategies/1")

    answer = await mutate("campaigns", operation)

    assert refusals(answer) == [("mutateError.RESOURCE_NOT_FOUND", "operations[0].create.bidding_strategy")]


async def test_a_refusal_names_the_value_that_triggered_it(mutate: Mutate, a_campaign: Make, new_budget: New) -> None:
    answer = await mutate("campaigns", a_campaign(await new_budget(), name="Search | Brand | Exact"))

    (error,) = answer.json()["error"]["details"][0]["errors"]
    assert error["trigger"] == {"stringValue": "Search | Brand | Exact"}


async def test_a_removed_campaigns_name_is_free_again(
    mutate: Mutate, new_campaign: New, new_budget: New, a_campaign: Make
) -> None:
    await mutate("campaigns", {"remove": await new_campaign()})

    again = await mutate("campaigns", a_campaign(await new_budget()))

    assert again.status_code == 200


async def test_a_total_budget_needs_an_end_and_enough_for_each_day_until_then(
    mutate: Mutate, a_campaign: Make, new_budget: New, refusals: Refusals, rows: Rows
) -> None:
    budget = await new_budget(amountMicros=None, totalAmountMicros="10000000", period="CUSTOM_PERIOD")

    endless = await mutate("campaigns", a_campaign(budget))
    too_long = await mutate("campaigns", a_campaign(budget, endDateTime="2026-11-30 23:59:59"))
    good = await mutate("campaigns", a_campaign(budget, endDateTime="2026-11-29 23:59:59"))

    assert refusals(endless) == [
        ("campaignError.END_DATE_TIME_REQUIRED_FOR_TOTAL_BUDGET", "operations[0].create.end_date_time")
    ]
    assert refusals(too_long) == [
        ("campaignBudgetError.BUDGET_BELOW_PER_DAY_MINIMUM", "operations[0].create.campaign_budget")
    ]
    (error,) = too_long.json()["error"]["details"][0]["errors"]
    assert error["details"] == {
        "budgetPerDayMinimumErrorDetails": {
            "currencyCode": "USD",
            "budgetPerDayMinimumMicros": "1000000",
            "minimumBudgetTotalAmountMicros": "11000000",
            "failedBudgetTotalAmountMicros": "10000000",
        }
    }
    assert good.status_code == 200
    fields = "campaign_budget.amount_micros, campaign_budget.total_amount_micros, campaign_budget.period"
    assert await rows(f"SELECT {fields} FROM campaign WHERE campaign.name = 'Lanterns'") == [
        {"campaignBudget": {"totalAmountMicros": "10000000", "period": "CUSTOM_PERIOD"}}
    ]
