"""A first session with xylo-mcp: accounts, campaigns, last week on three platforms, and one mistake."""

import sys
import tempfile
from pathlib import Path

import anyio
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters
from mcp_types import CallToolResult, TextContent

XYLO = str(Path(sys.executable).parent / "xylo-mcp")


def text(result: CallToolResult) -> str:
    """The text of an answer, which stands alone without the structured content."""
    (part,) = result.content
    assert isinstance(part, TextContent)
    return part.text


async def main() -> None:
    """Ask, and check."""
    with tempfile.TemporaryDirectory() as state_dir:
        server = StdioServerParameters(command=XYLO, args=["serve", "--state-dir", state_dir])
        async with Client(server) as client:
            tools = await client.list_tools()
            assert {"list_accounts", "list_campaigns", "get_insights"} <= {tool.name for tool in tools.tools}

            accounts = await client.call_tool("list_accounts", {})
            assert text(accounts).startswith("sandbox: 13 accounts")
            assert 'tiktok_7123456789012345678 "Nordlicht Outdoor US" USD America/New_York active' in text(accounts)

            campaigns = await client.call_tool(
                "list_campaigns",
                {"accounts": ["tiktok_7123456789012345678"], "name": "summer sale - tiktok", "date_preset": "last_7d"},
            )
            assert '1790000000000001 "Summer Sale - TikTok" active conversions 100/day' in text(campaigns)

            week = await client.call_tool("get_insights", {"date_preset": "last_7d"})
            assert week.structured_content is not None
            assert week.structured_content["complete"]
            assert {report["platform"] for report in week.structured_content["groups"]} == {
                "google",
                "meta",
                "tiktok",
            }

            summary = await client.read_resource("xylo://summary/last_7d")
            assert "What the numbers do not say" in str(summary.contents[0])

            mistake = await client.call_tool("get_insights", {"date_preset": "last_week"})
            assert mistake.is_error
            assert text(mistake).startswith(
                "Correct the arguments and ask again.\nINVALID_ARGUMENT (sandbox): date_preset"
            )
            print(text(week))


if __name__ == "__main__":
    anyio.run(main)
