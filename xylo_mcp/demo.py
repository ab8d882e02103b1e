"""A first session, told in a terminal: a real client asks a real server, which stands on the sandbox."""

import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO

import anyio
import msgspec
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters
from mcp_types import CallToolResult, TextContent

_BAR = 40
_ATTACH = """\
Add it to your own client, with the sandbox or with your accounts:

  Claude Code     claude mcp add xylo -- {command} serve
  Claude Desktop  "mcpServers": {{"xylo": {{"command": "{command}", "args": ["serve"]}}}}  in claude_desktop_config.json
  Cursor          "mcpServers": {{"xylo": {{"command": "{command}", "args": ["serve"]}}}}  in .cursor/mcp.json
  VS Code         code --add-mcp '{{"name": "xylo", "command": "{command}", "args": ["serve"]}}'
"""


class _Account(msgspec.Struct):
    """What the demo reads of an account."""

    id: str
    platform: str
    currency: str


class _Accounts(msgspec.Struct):
    """What the demo reads of an answer of list_accounts."""

    accounts: list[_Account]


class _Numbers(msgspec.Struct):
    """What the demo reads of an account's numbers."""

    spend: float | None


class _Report(msgspec.Struct):
    """What the demo reads of an account's report."""

    account: str
    currency: str
    total: _Numbers


class _Made(msgspec.Struct):
    """What the demo reads of an answer of create_campaign."""

    campaign_id: str


class _Insights(msgspec.Struct):
    """What the demo reads of an answer of get_insights."""

    groups: list[_Report]


def tell(out: TextIO | None = None) -> int:
    """Play the session, on standard output unless told otherwise; the exit status is 0 if every answer came."""
    with tempfile.TemporaryDirectory(prefix="xylo-demo-") as state_dir:
        return anyio.run(_tell, Path(state_dir), out or sys.stdout)


async def _tell(state_dir: Path, out: TextIO) -> int:
    command = str(Path(sys.executable).parent / "xylo-mcp")
    server = StdioServerParameters(command=command, args=["serve", "--mode", "sandbox", "--state-dir", str(state_dir)])
    _say(out, "A server with three advertising platforms starts; an MCP client connects to it over stdio.")
    _say(out, "Everything it answers is made up: this is the sandbox.")
    async with Client(server) as client:
        tools = await client.list_tools()
        _say(out, f"It offers {', '.join(tool.name for tool in tools.tools)}.")

        accounts = await _call(out, client, "Which accounts are there?", "list_accounts", {})
        sales = {"status": "active", "name": "sale", "limit": 6}
        await _call(out, client, "Which running campaigns have a sale in their name?", "list_campaigns", sales)

        alike = _one_a_platform(msgspec.convert(accounts.structured_content, _Accounts))
        question = "How did the platforms do last week, for three accounts in one currency?"
        asked = {"accounts": alike, "date_preset": "last_7d"}
        week = await _call(out, client, question, "get_insights", asked)
        _chart(out, msgspec.convert(week.structured_content, _Insights))

        changed = await _change(out, client, alike[0])

        wrong = {"date_preset": "last_week"}
        mistake = await _call(out, client, "And last week? (a mistake: no such preset)", "get_insights", wrong)
    out.write("\n" + _ATTACH.format(command=command))
    return 0 if mistake.is_error and changed and not (accounts.is_error or week.is_error) else 1


async def _change(out: TextIO, client: Client, account: str) -> bool:
    """Make a campaign, ask for it again, ask for too much, and pause it; whether all went as it should."""
    new = {"account": account, "name": "Spring", "objective": "traffic", "daily_budget": 60}
    created = await _call(out, client, "Create a campaign there (it begins paused)", "create_campaign", new)
    again = await _call(out, client, "The same once more (agents repeat themselves)", "create_campaign", new)
    if created.is_error or again.is_error:
        return False
    made = msgspec.convert(created.structured_content, _Made).campaign_id
    this = {"account": account, "campaign_id": made}
    more = {**this, "daily_budget": 5000, "status": "active"}
    refused = await _call(
        out, client, "Let it spend 5,000 a day (more than its operator allows)", "update_campaign", more
    )
    paused = await _call(out, client, "Then pause it", "pause_campaign", this)
    return (
        refused.is_error
        and not paused.is_error
        and msgspec.convert(again.structured_content, _Made).campaign_id == made
    )


async def _call(
    out: TextIO, client: Client, question: str, tool: str, arguments: Mapping[str, object]
) -> CallToolResult:
    call = " ".join([tool, *(f"{name}={json.dumps(value)}" for name, value in arguments.items())])
    out.write(f"\n── {question}\n   {call}\n\n")
    answer = await client.call_tool(tool, dict(arguments))
    for part in answer.content:
        if isinstance(part, TextContent):
            out.writelines(f"   {line}\n" for line in part.text.splitlines())
    return answer


def _say(out: TextIO, sentence: str) -> None:
    out.write(sentence + "\n")


def _one_a_platform(listed: _Accounts) -> list[str]:
    """The first account of each platform in the currency that most platforms share."""
    by_currency: dict[str, dict[str, str]] = {}
    for account in listed.accounts:
        by_currency.setdefault(account.currency, {}).setdefault(account.platform, account.id)
    return list(max(by_currency.values(), key=len).values())


def _chart(out: TextIO, insights: _Insights) -> None:
    out.write(f"\n   Spend, {insights.groups[0].currency}\n")
    spent = [(report.account, report.total.spend or 0) for report in insights.groups]
    out.writelines(f"   {line}\n" for line in _bars(spent))


def _bars(parts: Sequence[tuple[str, float]]) -> Sequence[str]:
    widest = max(len(name) for name, _ in parts)
    most = max((amount for _, amount in parts), default=0) or 1
    return [f"{name:<{widest}} {'█' * round(_BAR * amount / most):<{_BAR}} {amount:,.2f}" for name, amount in parts]
