"""Arguments of prompts and resources are completed from what there is."""

import mcp_types as types
import pytest
from mcp.client.client import Client
from mcp.shared.exceptions import MCPError

from tests.desks.conftest import Connect, Era

CAMPAIGNS = types.ResourceTemplateReference(uri="xylo://accounts/{+account}/campaigns")
REVIEW = types.PromptReference(name="weekly_review")


async def completed(
    client: Client, ref: types.ResourceTemplateReference | types.PromptReference, name: str, typed: str
) -> tuple[list[str], int | None, bool | None]:
    completion = (await client.complete(ref, {"name": name, "value": typed})).completion
    return completion.values, completion.total, completion.has_more


async def test_a_date_preset_is_completed_for_prompts_and_resources_alike(connect: Connect, era: Era) -> None:
    async with connect(era) as client:
        of_resource = await completed(
            client, types.ResourceTemplateReference(uri="xylo://summary/{date_preset}"), "date_preset", "this"
        )
        of_prompt = await completed(client, REVIEW, "date_preset", "this")

    assert of_resource == of_prompt == (["this_month"], 1, False)


async def test_an_account_is_completed_from_those_that_are_reachable(connect: Connect, era: Era) -> None:
    async with connect(era) as client:
        assert await completed(client, CAMPAIGNS, "account", "customers/1") == (
            ["customers/1112223334", "customers/1234567890"],
            2,
            False,
        )
        assert await completed(client, CAMPAIGNS, "account", "nobody") == ([], 0, False)


async def test_the_last_of_several_accounts_is_completed_and_none_comes_twice(connect: Connect, era: Era) -> None:
    async with connect(era) as client:
        found = await completed(client, REVIEW, "accounts", "customers/1234567890, customers/1")

    assert found == (["customers/1234567890,customers/1112223334"], 1, False)


async def test_an_operation_is_completed_from_the_latest(connect: Connect, era: Era) -> None:
    account = "tiktok_7123456789012345678"
    async with connect(era) as client:
        made = await client.call_tool(
            "create_campaign", {"account": account, "name": "Spring", "objective": "traffic", "daily_budget": 60}
        )
        assert made.structured_content is not None
        operation = made.structured_content["operation_id"]
        of_resource = await completed(
            client, types.ResourceTemplateReference(uri="xylo://operations/{id}"), "id", operation[:3]
        )
        of_prompt = await completed(client, types.PromptReference(name="explain_refusal"), "operation_id", "")

    assert of_resource == of_prompt == ([operation], 1, False)


async def test_what_cannot_be_known_is_completed_with_nothing(connect: Connect, era: Era) -> None:
    async with connect(era) as client:
        assert await completed(client, REVIEW, "mood", "") == ([], 0, False)
        assert await completed(client, types.PromptReference(name="anomaly_triage"), "symptom", "") == ([], 0, False)


@pytest.mark.parametrize(
    ("ref", "there"),
    [
        (types.PromptReference(name="daily_horoscope"), "There are anomaly_triage, explain_refusal"),
        (types.ResourceTemplateReference(uri="xylo://secrets/{id}"), "There are xylo://summary/{date_preset}"),
    ],
)
async def test_what_does_not_exist_is_refused_by_name_of_what_there_is(
    connect: Connect, era: Era, ref: types.PromptReference | types.ResourceTemplateReference, there: str
) -> None:
    async with connect(era) as client:
        with pytest.raises(MCPError, match=there) as refused:
            await completed(client, ref, "id", "")

    assert refused.value.code == types.INVALID_PARAMS
