"""Tests about the catalog as a whole: what every tool must have, and what it may cost."""

import json
import os
from pathlib import Path

import pytest
from rs_bpe.bpe import openai

from xylo_mcp.app import Door
from xylo_mcp.server import INSTRUCTIONS, build_server, definition
from xylo_mcp.settings import Settings
from xylo_mcp.tools import TOOLS, Tool
from xylo_mcp.tools.schemas import input_schema

SNAPSHOTS = Path(__file__).parent.parent / "snapshots"


def tokens(value: object) -> int:
    text = value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return openai.o200k_base().count(text)


def shown_to_a_model(tool: Tool) -> dict[str, object]:
    return {"name": tool.name, "description": tool.description, "input_schema": input_schema(tool.arguments)}


def listed(tool: Tool) -> dict[str, object]:
    return definition(tool).model_dump(mode="json", by_alias=True, exclude_none=True)


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_what_a_client_is_told_of_a_tool_is_a_reviewed_file(tool: Tool) -> None:
    text = json.dumps(listed(tool), indent=2, ensure_ascii=False) + "\n"
    file = SNAPSHOTS / f"{tool.name}.json"
    if os.environ.get("XYLO_WRITE_SNAPSHOTS"):
        SNAPSHOTS.mkdir(exist_ok=True)
        file.write_text(text)
    assert file.read_text() == text


def test_every_snapshot_belongs_to_a_tool() -> None:
    assert {file.stem for file in SNAPSHOTS.glob("*.json")} == {tool.name for tool in TOOLS}


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_every_tool_has_a_title_all_four_hints_and_both_schemas(tool: Tool) -> None:
    told = listed(tool)

    assert told["title"]
    assert told["annotations"] == {
        "readOnlyHint": tool.kind == "READ",
        "destructiveHint": tool.kind == "WRITE",
        "idempotentHint": tool.kind == "READ",
        "openWorldHint": True,
    }
    assert input_schema(tool.arguments)["additionalProperties"] is False
    assert "outputSchema" in told


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_no_schema_has_a_reference_or_an_input_union(tool: Tool) -> None:
    assert "$ref" not in json.dumps(listed(tool))
    assert "anyOf" not in json.dumps(input_schema(tool.arguments))


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_a_tool_is_named_as_its_file(tool: Tool) -> None:
    assert tool.run.__module__ == "xylo_mcp.tools.catalog"
    assert tool.arguments.__module__ == f"xylo_mcp.tools.{tool.name}"


def test_what_a_host_shows_the_model_costs_at_most_3050_tokens() -> None:
    assert sum(tokens(shown_to_a_model(tool)) for tool in TOOLS if not tool.toolset) <= 3050


def test_of_these_the_nine_about_campaigns_cost_at_most_2000_tokens() -> None:
    people = {"create_audience", "send_conversion"}
    campaigns = [tool for tool in TOOLS if not tool.toolset and tool.name not in people]

    assert sum(tokens(shown_to_a_model(tool)) for tool in campaigns) <= 2000


def test_the_toolset_of_audiences_costs_at_most_500_tokens_more() -> None:
    assert sum(tokens(shown_to_a_model(tool)) for tool in TOOLS if tool.toolset == "audiences") <= 500


def test_the_three_tools_that_read_performance_cost_at_most_1000_tokens() -> None:
    reading = {"list_accounts", "list_campaigns", "get_insights"}
    assert sum(tokens(shown_to_a_model(tool)) for tool in TOOLS if tool.name in reading) <= 1000


def test_the_whole_list_costs_at_most_7100_tokens() -> None:
    assert tokens({"tools": [listed(tool) for tool in TOOLS if not tool.toolset]}) <= 7100


def test_the_instructions_fit_where_hosts_cut_them() -> None:
    server = build_server(Door(Settings(mode="sandbox")), "sandbox")

    assert server.instructions is not None
    assert server.instructions.startswith(INSTRUCTIONS)
    assert len(server.instructions) <= 1800
    assert "sandbox" in server.instructions
