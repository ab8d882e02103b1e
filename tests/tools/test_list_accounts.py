"""list_accounts says what may be done with each account, and asks nobody for it."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from tests.conftest import StandingClock
from xylo_mcp.ads.errors import Misconfigured
from xylo_mcp.app import Caller, open_app
from xylo_mcp.sandbox.house import House
from xylo_mcp.settings import Settings
from xylo_mcp.tools import TOOLS

TOOL = {tool.name: tool.run for tool in TOOLS}
POLICY = """\
version = 1
currency = "EUR"
[accounts]
act_123456789 = "live"
act_223456789 = "dry_run"
act_323456789 = "read_only"
[caps]
campaign = 10
account = "50.5"
accounts = { act_223456789 = 20 }
"""


async def listed(tmp_path: Path, house: House, clock: StandingClock, text: str, **more: object) -> dict[str, object]:
    """What list_accounts says of Meta's accounts under this policy."""
    path = tmp_path / "policy.toml"
    path.write_text(text)
    path.chmod(0o600)
    settings = Settings(mode="sandbox", state_dir=tmp_path, policy=path).model_copy(update=more)
    async with open_app(settings, clock, house) as app:
        answer = await TOOL["list_accounts"]({"platform": "meta"}, Caller("test", app))
    return dict(answer.content)


class Shown(msgspec.Struct):
    """What these tests read of an account."""

    id: str
    mode: str
    cap: float | None


def told(content: dict[str, object]) -> list[tuple[str, str, float | None]]:
    return [(one.id, one.mode, one.cap) for one in msgspec.convert(content["accounts"], list[Shown])]


async def test_each_account_has_its_mode_and_its_cap_in_the_policys_currency(
    tmp_path: Path, house: House, clock: StandingClock
) -> None:
    content = await listed(tmp_path, house, clock, POLICY)

    assert content["cap_currency"] == "EUR"
    assert told(content) == [
        ("act_123456789", "live", 50.5),
        ("act_223456789", "dry_run", 20),
        ("act_323456789", "read_only", 50.5),
        ("act_423456789", "not allowed", 50.5),
        ("act_523456789", "not allowed", 50.5),
    ]


async def test_where_no_cap_is_set_there_is_none_rather_than_nothing_left(
    tmp_path: Path, house: House, clock: StandingClock
) -> None:
    content = await listed(tmp_path, house, clock, POLICY.replace('account = "50.5"', "total = 1000"))

    assert [cap for _, _, cap in told(content)] == [None, 20, None, None, None]


async def test_a_server_that_only_reads_shows_no_account_as_one_that_can_be_changed(
    tmp_path: Path, house: House, clock: StandingClock
) -> None:
    content = await listed(tmp_path, house, clock, POLICY, read_only=True)

    assert [mode for _, mode, _ in told(content)] == ["read_only"] * 3 + ["not allowed"] * 2


async def test_a_server_that_rehearses_shows_no_account_as_one_that_can_be_changed(caller: Caller) -> None:
    rehearsing = msgspec.structs.replace(caller.app, mode="dry_run")
    listing = await TOOL["list_accounts"]({"platform": "meta"}, Caller("test", rehearsing))
    guardrails = await TOOL["get_guardrails"]({"accounts": ["act_123456789"]}, Caller("test", rehearsing))

    assert [mode for _, mode, _ in told(dict(listing.content))] == ["dry_run"] * 5
    assert "act_123456789 dry_run: committed" in guardrails.text


async def test_a_policy_that_is_none_is_the_operators_matter(
    tmp_path: Path, house: House, clock: StandingClock
) -> None:
    with pytest.raises(Misconfigured, match="XYLO_POLICY"):
        await listed(tmp_path, house, clock, "surprise = 1")


def test_listing_accounts_loads_no_database(tmp_path: Path) -> None:
    program = f"""
import sys, anyio
from pathlib import Path
from xylo_mcp.app import Caller, open_app
from xylo_mcp.settings import Settings
from xylo_mcp.tools import TOOLS

async def main():
    async with open_app(Settings(mode="sandbox", state_dir=Path({str(tmp_path)!r}))) as app:
        (tool,) = [one for one in TOOLS if one.name == "list_accounts"]
        await tool.run({{}}, Caller("test", app))

anyio.run(main)
print("sqlalchemy" in sys.modules)
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert ran.stdout == "False\n"
    assert not list(tmp_path.glob("ledger*"))
