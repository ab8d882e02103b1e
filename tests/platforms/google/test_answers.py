"""A write's answer says what was stored, or is refused.

Samples: made up in the shape of `MutateGoogleAdsResponse` (Google Ads API reference, v26).
"""

from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.campaigns import Campaign
from xylo_mcp.ads.errors import Garbled
from xylo_mcp.ads.money import Money
from xylo_mcp.platforms.google import answers
from xylo_mcp.platforms.google.answers import Written, checked_only
from xylo_mcp.platforms.google.campaigns import CampaignRow
from xylo_mcp.platforms.google.payloads import read

SAMPLES = Path(__file__).parent / "samples"
ID = "customers/5000000002"
ACCOUNT = Account(ID, "google", "Kranich Räder", "EUR", "Europe/Berlin", "active", "ENABLED")
CREATED = (SAMPLES / "created.json").read_bytes()
UPDATED = (SAMPLES / "updated.json").read_bytes()


def written(body: bytes, campaign_id: str = "", operations: int = 2) -> Written:
    return answers.written(body, ID, campaign_id, operations)


def answer(*results: object) -> bytes:
    return msgspec.json.encode({"mutateOperationResponses": results})


def campaign_result(name: str = f"{ID}/campaigns/902", **fields: object) -> object:
    return {"campaignResult": {"resourceName": name, **fields}}


def test_a_creations_answer_alone_tells_the_campaign() -> None:
    found = written(CREATED)

    assert found.campaign_id == "904"
    assert found.whole is not None
    assert found.whole.in_our_words(ACCOUNT) == Campaign(
        id="904",
        account=ID,
        name="Frühling",
        status="paused",
        delivery="paused",
        objective="conversions",
        raw_status="PAUSED",
        raw_delivery="PAUSED",
        raw_objective="SEARCH/MAXIMIZE_CONVERSIONS",
        lifetime_budget=Money(Decimal("1500.50"), "EUR"),
        starts=date(2026, 12, 1),
        ends=date(2026, 12, 31),
    )


@pytest.mark.parametrize(
    "part",
    [
        '"name": "Frühling", ',
        '"status": "PAUSED",',
        '"advertisingChannelType": "SEARCH", ',
        '"maximizeConversions": {}, ',
        '"totalAmountMicros": "1500500000", ',
    ],
)
def test_an_answer_that_lacks_a_part_is_not_the_whole(part: str) -> None:
    text = CREATED.decode()
    assert part in text

    found = written(text.replace(part, "").encode())

    assert (found.campaign_id, found.whole) == ("904", None)


def test_a_campaign_that_runs_has_a_state_that_the_answer_does_not_tell() -> None:
    assert written(CREATED.replace(b'"PAUSED"', b'"ENABLED"')).whole is None


def test_only_names_are_enough_to_know_the_campaign() -> None:
    names = answer({"campaignBudgetResult": {"resourceName": f"{ID}/campaignBudgets/40"}}, campaign_result())

    assert written(names) == Written("902")
    assert written(names, "902") == Written("902")


def test_a_change_of_a_budget_alone_is_one_of_the_campaign_that_was_meant() -> None:
    body = answer({"campaignBudgetResult": {"resourceName": f"{ID}/campaignBudgets/40"}})

    assert written(body, "902", operations=1) == Written("902")


def test_what_was_stored_counts_more_than_what_is_seen() -> None:
    seen = read(
        b'{"campaign": {"id": "902", "name": "Old", "status": "PAUSED", "primaryStatus": "PAUSED", "biddingStrategyType":'
        b' "MANUAL_CPC", "advertisingChannelType": "SEARCH", "endDateTime": "2026-12-31 23:59:59"},'
        b' "campaignBudget": {"id": "40", "amountMicros": "9000000", "explicitlyShared": false, "referenceCount": "1"}}',
        CampaignRow,
    )

    found = written(UPDATED, "902")

    assert found.whole is None
    assert found.over(seen).in_our_words(ACCOUNT) == Campaign(
        id="902",
        account=ID,
        name="Winter",
        status="active",
        delivery="paused",
        objective="other",
        raw_status="ENABLED",
        raw_delivery="PAUSED",
        raw_objective="SEARCH/MANUAL_CPC",
        daily_budget=Money(Decimal(31), "EUR"),
        starts=date(2026, 11, 1),
        ends=date(2026, 12, 31),
    )


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"[]",
        b"<html>",
        b'{"mutateOperationResponses": {}}',
        answer(),
        answer({}),
        answer({}, campaign_result()),
        answer({"campaignResult": {}}),
        answer({"adGroupResult": {"resourceName": f"{ID}/adGroups/1"}}),
        answer(campaign_result("customers/6000000003/campaigns/902")),
        answer(campaign_result(f"{ID}/campaigns/-2")),
        answer(campaign_result(f"{ID}/campaigns/0902")),
        answer(campaign_result(f"{ID}/campaignBudgets/902")),
        answer({"campaignBudgetResult": {"resourceName": f"{ID}/campaigns/902"}}),
        answer(campaign_result(), campaign_result(f"{ID}/campaigns/903")),
        answer(campaign_result(campaign={"name": 5})),
        answer(campaign_result(campaign=[])),
        answer({"campaignBudgetResult": {"resourceName": f"{ID}/campaignBudgets/40"}}),
    ],
)
@pytest.mark.parametrize("operations", [1, 2])
def test_an_answer_that_does_not_say_what_was_written_is_garbled(body: bytes, operations: int) -> None:
    with pytest.raises(Garbled):
        written(body, operations=operations)


@pytest.mark.parametrize("operations", [1, 3])
def test_an_answer_with_another_number_of_results_than_operations_is_garbled(operations: int) -> None:
    with pytest.raises(Garbled):
        written(CREATED, operations=operations)


def test_an_answer_about_another_campaign_is_garbled() -> None:
    with pytest.raises(Garbled):
        written(UPDATED, "903")


@pytest.mark.parametrize("body", [b"{}", answer(), answer({}, {}), answer({"campaignResult": {}})])
def test_a_question_is_answered_with_nothing(body: bytes) -> None:
    checked_only(body)


@pytest.mark.parametrize("body", [CREATED, answer(campaign_result()), b"[]", b"null"])
def test_a_question_whose_answer_names_what_was_written_is_garbled(body: bytes) -> None:
    with pytest.raises(Garbled):
        checked_only(body)
