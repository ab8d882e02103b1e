"""What answers cost a model, on the sandbox."""

import pytest

from tests.tools.test_catalog import tokens
from xylo_mcp.app import Caller
from xylo_mcp.tools import TOOLS

TOOL = {tool.name: tool.run for tool in TOOLS}
IN_DOLLARS = ["act_123456789", "customers/1234567890", "tiktok_7123456789012345678"]


@pytest.mark.parametrize(
    ("tool", "asked", "most"),
    [
        ("get_insights", {"level": "platform", "accounts": IN_DOLLARS}, 250),
        ("get_insights", {"level": "platform"}, 250 + 10 * 32),
        ("get_insights", {"level": "campaign", "top": 10, "date_preset": "last_30d", "accounts": IN_DOLLARS}, 600),
        ("get_summary", {}, 900),
    ],
    ids=["three platforms in one currency", "thirteen platforms and currencies", "the top ten", "the summary"],
)
async def test_an_answer_costs_no_more_than_it_may(
    caller: Caller, tool: str, asked: dict[str, object], most: int
) -> None:
    answer = await TOOL[tool](asked, caller)

    assert tokens(answer.text) <= most
