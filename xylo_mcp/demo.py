"""A first session, told in a terminal: a real client asks a real server, which stands on the sandbox."""

import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
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


class _Insights(msgspec.Struct):
    """What the demo reads of an answer of get_insights."""

    accounts: list[_Report]


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

        _ask(out, "Which accounts are there?", "list_accounts")
        accounts = await client.call_tool("list_accounts", {})
        _show(out, accounts)

        _ask(
            out,
            "Which running campaigns have a sale in their name?",
            'list_campaigns status="active" name="sale" limit=6',
        )
        _show(out, await client.call_tool("list_campaigns", {"status": "active", "name": "sale", "limit": 6}))

        alike = _one_a_platform(msgspec.convert(accounts.structured_content, _Accounts))
        _ask(
            out,
            "How did the platforms do last week, for three accounts in one currency?",
            f'get_insights accounts={json.dumps(alike)} date_preset="last_7d"',
        )
        week = await client.call_tool("get_insights", {"accounts": alike, "date_preset": "last_7d"})
        _show(out, week)
        _chart(out, msgspec.convert(week.structured_content, _Insights))

        _ask(out, "And last week? (a mistake: no such preset)", 'get_insights date_preset="last_week"')
        mistake = await client.call_tool("get_insights", {"date_preset": "last_week"})
        _show(out, mistake)
    shown = shutil.which("xylo-mcp") or command
    out.write("\n" + _ATTACH.format(command=shown))
    return 0 if mistake.is_error and not (accounts.is_error or week.is_error) else 1


def _say(out: TextIO, sentence: str) -> None:
    out.write(sentence + "\n")


def _ask(out: TextIO, question: str, call: str) -> None:
    out.write(f"\n── {question}\n   {call}\n\n")


def _show(out: TextIO, result: CallToolResult) -> None:
    for part in result.content:
        if isinstance(part, TextContent):
            out.writelines(f"   {line}\n" for line in part.text.splitlines())


def _one_a_platform(listed: _Accounts) -> list[str]:
    """The first account of each platform in the currency that most platforms share."""
    by_currency: dict[str, dict[str, str]] = {}
    for account in listed.accounts:
        by_currency.setdefault(account.currency, {}).setdefault(account.platform, account.id)
    return list(max(by_currency.values(), key=len).values())


def _chart(out: TextIO, insights: _Insights) -> None:
    out.write(f"\n   Spend, {insights.accounts[0].currency}\n")
    spent = [(report.account, report.total.spend or 0) for report in insights.accounts]
    out.writelines(f"   {line}\n" for line in _bars(spent))


def _bars(parts: Sequence[tuple[str, float]]) -> Sequence[str]:
    widest = max(len(name) for name, _ in parts)
    most = max((amount for _, amount in parts), default=0) or 1
    return [f"{name:<{widest}} {'█' * round(_BAR * amount / most):<{_BAR}} {amount:,.2f}" for name, amount in parts]
