"""The tools that change something, as an agent calls them."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from shutil import copy

import pytest
from mcp.client.client import Client
from mcp.shared.exceptions import MCPError
from mcp_types import CallToolResult, TextContent

from tests.conftest import StandingClock
from xylo_mcp.app import Door
from xylo_mcp.sandbox.faults import Fault
from xylo_mcp.sandbox.house import House
from xylo_mcp.sandbox.truth import truth
from xylo_mcp.server import build_server
from xylo_mcp.settings import Settings

ACCOUNT = "act_123456789"
NEW: dict[str, object] = {"account": ACCOUNT, "name": "Autumn", "objective": "traffic", "daily_budget": 25}


@asynccontextmanager
async def served(
    tmp_path: Path, house: House, clock: StandingClock, *, read_only: bool = False
) -> AsyncGenerator[Client]:
    settings = Settings(mode="sandbox", state_dir=tmp_path, read_only=read_only)
    async with Client(build_server(Door(settings, clock, house), "sandbox")) as client:
        yield client


class Calls:
    """Calls tools, each through a server of its own: they share the ledger and the sandbox."""

    def __init__(self, tmp_path: Path, house: House, clock: StandingClock) -> None:
        self._shared = (tmp_path, house, clock)

    async def call_tool(self, name: str, arguments: dict[str, object]) -> CallToolResult:
        async with served(*self._shared) as client:
            return await client.call_tool(name, arguments)


@pytest.fixture
def client(tmp_path: Path, house: House, clock: StandingClock, ledger_file: Path) -> Calls:
    copy(ledger_file, Settings(state_dir=tmp_path).ledger_place)
    return Calls(tmp_path, house, clock)


def text(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


def data(result: CallToolResult) -> dict[str, object]:
    assert result.structured_content is not None
    return dict(result.structured_content)


async def test_a_campaign_is_created_paused_in_one_call_and_says_what_it_may_cost(client: Calls) -> None:
    made = await client.call_tool("create_campaign", NEW)

    told = data(made)
    assert text(made) == (
        f"sandbox: applied: create campaign {told['campaign_id']} of {ACCOUNT}\n"
        "per day 25 USD (about 760 a month), before 0\n"
        'stored: "Autumn" paused daily 25\n'
        f"operation {told['operation_id']}"
    )
    assert (told["daily_after"], told["monthly_after"], told["differs"], told["replayed"]) == (25, 760, [], "")


async def test_the_same_create_within_ten_minutes_is_the_first_one(client: Calls, house: House) -> None:
    first = data(await client.call_tool("create_campaign", NEW))
    again = data(await client.call_tool("create_campaign", NEW))
    other = data(await client.call_tool("create_campaign", {**NEW, "idempotency_key": "second"}))
    repeated = data(await client.call_tool("create_campaign", {**NEW, "idempotency_key": "second"}))

    assert again["operation_id"] == first["operation_id"] != other["operation_id"] == repeated["operation_id"]
    assert (again["replayed"], repeated["replayed"]) == ("twin", "key")
    assert len(house.world.attempts()) == 2


async def test_a_key_of_another_change_is_refused_with_the_fields_that_differ(client: Calls) -> None:
    await client.call_tool("create_campaign", {**NEW, "idempotency_key": "k"})
    other = await client.call_tool("create_campaign", {**NEW, "name": "Winter", "idempotency_key": "k"})

    assert other.is_error
    assert data(other)["code"] == "IDEMPOTENCY_MISMATCH"
    assert "different: name" in text(other)


async def test_a_dry_run_says_what_would_happen_and_sends_nothing(client: Calls, house: House) -> None:
    within = await client.call_tool("create_campaign", {**NEW, "dry_run": True})
    beyond = await client.call_tool("create_campaign", {**NEW, "daily_budget": 6000, "dry_run": True})

    assert data(within)["state"] == "dry_run: would be sent"
    assert "the platform checked it, too" in text(within)
    assert data(beyond)["state"] == "dry_run: would be refused"
    assert "caps.campaign: limit 1000.00 USD per day" in text(beyond)
    assert house.world.attempts() == []


@pytest.mark.parametrize("amount", [6000, 25_000_000])  # a month's or so for a day; micros for dollars
async def test_what_is_over_a_cap_is_refused_with_what_is_left(client: Calls, house: House, amount: int) -> None:
    refused = await client.call_tool("create_campaign", {**NEW, "daily_budget": amount})

    told = data(refused)
    assert refused.is_error
    assert (told["code"], told["side_effects"]) == ("REFUSED", "none")
    assert "left: 1000.00 USD per day" in str(told["fix"])
    assert house.world.attempts() == []


@pytest.mark.virtual_time
async def test_an_answer_that_got_lost_is_unknown_and_never_sent_again(client: Calls, house: House) -> None:
    house.faults.plan(Fault("meta", "lose_answer", path="campaigns", skip=1, times=1))
    lost = await client.call_tool("create_campaign", NEW)
    again = await client.call_tool("create_campaign", NEW)
    operation = await client.call_tool("get_operation", {"operation_id": data(lost)["operation_id"]})

    assert lost.is_error
    assert (data(lost)["code"], data(lost)["side_effects"]) == ("OUTCOME_UNKNOWN", "unknown")
    assert data(again)["operation_id"] == data(lost)["operation_id"]
    assert data(operation)["state"] == "unknown"
    assert "PLATFORM_DOWN" in text(operation)
    assert len(house.world.attempts()) == 1


async def test_a_campaign_is_changed_enabled_and_paused(client: Calls, clock: StandingClock) -> None:
    made = data(await client.call_tool("create_campaign", {**NEW, "status": "active"}))
    target = {"account": ACCOUNT, "campaign_id": made["campaign_id"]}
    renamed = await client.call_tool("update_campaign", {**target, "name": "Winter"})
    paused = await client.call_tool("update_campaign", {**target, "status": "paused"})
    again = await client.call_tool("pause_campaign", target)

    assert made["enabling"] == "applied"
    assert 'stored: "Winter" active' in text(renamed)
    assert 'stored: "Winter" paused' in text(paused)
    assert data(again)["state"] == "applied"


async def test_a_large_commitment_waits_for_a_person(client: Calls, house: House) -> None:
    made = data(await client.call_tool("create_campaign", {**NEW, "daily_budget": 600, "status": "active"}))

    assert made["enabling"] == "pending_approval"
    assert truth(house.world, ACCOUNT).campaigns[-1].switch == "off"


async def test_the_guardrails_are_told_with_what_is_left(client: Calls) -> None:
    told = await client.call_tool("get_guardrails", {"accounts": [ACCOUNT, "act_404"]})

    assert "caps: campaign=1000 account=500000" in text(told)
    assert [one["account"] for one in data(told)["accounts"]] == [ACCOUNT]  # type: ignore[union-attr,index]
    assert "failed: act_404: NOT_FOUND" in text(told)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"daily_budget": 0}, "use pause_campaign"),
        ({"daily_budget": -1}, "daily_budget: must be more than 0; to stop spending, use pause_campaign, not -1."),
        ({"daily_budget": True}, "daily_budget"),
        ({"daily_budget": "50"}, "daily_budget"),
        ({"daily_budget": 10.005}, "USD has 2 decimals"),
        ({"daily_budget": 1e300}, "daily_budget"),
        ({"daily_budget": None}, "needs a budget"),
        ({"lifetime_budget": 50}, "exclude each other"),
        ({"name": ""}, "name"),
        ({"name": "a\u202eb"}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": " a "}, "name"),
        ({"starts": "2026-02-30"}, "no day of the calendar"),
        ({"daily_budget_usd": 5}, "did you mean daily_budget?"),
        ({"account": "act_404"}, "not reachable"),
        ({"objective": "conversions"}, "Use one of"),
        ({"idempotency_key": "k" * 101}, "idempotency_key"),
        ({"idempotency_key": "k" * 3_000_000}, "idempotency_key"),
        ({"idempotency_key": "two words"}, "idempotency_key"),
        ({"idempotency_key": "a\nb"}, "idempotency_key"),
        ({"idempotency_key": "a\x00"}, "idempotency_key"),
        ({"idempotency_key": "schlüssel"}, "idempotency_key"),
    ],
)
async def test_a_wrong_argument_is_named_and_nothing_is_sent(
    client: Calls, house: House, wrong: dict[str, object], said: str
) -> None:
    refused = await client.call_tool("create_campaign", {**NEW, **wrong})

    assert refused.is_error
    assert said in text(refused)
    assert house.world.attempts() == []


async def test_an_update_of_nothing_is_refused(client: Calls) -> None:
    refused = await client.call_tool("update_campaign", {"account": ACCOUNT, "campaign_id": "1"})

    assert "Nothing to change" in text(refused)


async def test_a_server_that_only_reads_neither_offers_nor_takes_a_change(
    tmp_path: Path, house: House, clock: StandingClock
) -> None:
    async with served(tmp_path, house, clock, read_only=True) as client:
        listed = await client.list_tools()
        with pytest.raises(MCPError, match="no tool of that name"):
            await client.call_tool("create_campaign", NEW)

    assert not {"create_campaign", "update_campaign", "pause_campaign"} & {tool.name for tool in listed.tools}
    assert house.world.attempts() == []
