"""The MCP server, through the SDK's own client in memory, in both protocol eras."""

import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal

import mcp_types as types
import pytest
from inline_snapshot import snapshot
from mcp.client.client import Client
from mcp.shared.exceptions import MCPError

from tests.conftest import PATIENT
from xylo_mcp import logs
from xylo_mcp.app import Door
from xylo_mcp.sandbox.faults import Fault
from xylo_mcp.sandbox.house import House
from xylo_mcp.server import build_server
from xylo_mcp.settings import Settings

ERAS: list[Literal["legacy", "2026-07-28"]] = ["legacy", "2026-07-28"]


@pytest.fixture(params=ERAS)
def era(request: pytest.FixtureRequest) -> Literal["legacy", "2026-07-28"]:
    return request.param


@asynccontextmanager
async def connected(house: House, era: Literal["legacy", "2026-07-28"]) -> AsyncGenerator[Client]:
    with tempfile.TemporaryDirectory() as state_dir:
        settings = Settings(mode="sandbox", state_dir=Path(state_dir), deadline=PATIENT)
        server = build_server(Door(settings, house.world.clock, house), "sandbox")
        async with Client(server, mode=era) as client:
            yield client


def text(result: types.CallToolResult) -> str:
    (part,) = result.content
    assert isinstance(part, types.TextContent)
    return part.text


async def test_tools_are_listed_in_a_fixed_order(house: House, era: Literal["legacy", "2026-07-28"]) -> None:
    async with connected(house, era) as client:
        listed = await client.list_tools()

    assert [tool.name for tool in listed.tools] == [
        "list_accounts",
        "list_campaigns",
        "get_insights",
        "get_summary",
        "create_campaign",
        "update_campaign",
        "pause_campaign",
        "create_audience",
        "send_conversion",
        "get_guardrails",
        "get_operation",
    ]


async def test_an_answer_is_text_and_data(house: House, era: Literal["legacy", "2026-07-28"]) -> None:
    async with connected(house, era) as client:
        result = await client.call_tool("list_accounts", {"platform": "tiktok", "limit": 1})

    assert not result.is_error
    assert text(result).startswith("sandbox: 1 account, more: cursor ")
    assert result.structured_content is not None
    assert result.structured_content["accounts"] == snapshot(
        [
            {
                "id": "tiktok_7123456789012345678",
                "platform": "tiktok",
                "name": "Nordlicht Outdoor US",
                "currency": "USD",
                "time_zone": "America/New_York",
                "status": "active",
                "mode": "live",
                "cap": 500000,
            }
        ]
    )


async def test_an_error_is_an_answer_in_one_shape_with_the_fix_first(
    house: House, era: Literal["legacy", "2026-07-28"]
) -> None:
    async with connected(house, era) as client:
        result = await client.call_tool("get_insights", {"acounts": ["act_1"]})

    assert result.is_error
    assert text(result) == snapshot("""\
Correct the arguments and ask again.
INVALID_ARGUMENT (sandbox): 'acounts' is no argument of this tool; did you mean accounts?\
""")
    assert result.structured_content == snapshot(
        {
            "mode": "sandbox",
            "code": "INVALID_ARGUMENT",
            "message": "'acounts' is no argument of this tool; did you mean accounts?",
            "fix": "Correct the arguments and ask again.",
            "retry": {"safe": False},
            "side_effects": "none",
        }
    )


async def test_what_a_platform_said_is_quoted_and_never_part_of_our_sentence(
    house: House, era: Literal["legacy", "2026-07-28"]
) -> None:
    async with connected(house, era) as client:
        await client.call_tool("list_accounts", {})
        house.faults.plan(Fault("tiktok", "expire_token", "report"))
        result = await client.call_tool("get_insights", {"accounts": ["tiktok_7123456789012345678"]})

    assert result.structured_content is not None
    request_id = result.structured_content["platform"].pop("request_id")
    assert request_id
    assert result.structured_content == snapshot(
        {
            "mode": "sandbox",
            "code": "AUTH_REQUIRED",
            "message": "TikTok does not accept the access token.",
            "fix": "Authorise the app again and put the new token into XYLO_TIKTOK_ACCESS_TOKEN.",
            "retry": {"safe": False},
            "side_effects": "none",
            "platform": {"name": "tiktok", "code": "40102", "message": "Access token has expired."},
        }
    )
    assert text(result) == snapshot("""\
Authorise the app again and put the new token into XYLO_TIKTOK_ACCESS_TOKEN.
AUTH_REQUIRED (sandbox): TikTok does not accept the access token.
tiktok said: 40102 "Access token has expired."\
""")


async def test_an_unknown_tool_is_a_protocol_error_that_names_the_tools(
    house: House, era: Literal["legacy", "2026-07-28"]
) -> None:
    async with connected(house, era) as client:
        with pytest.raises(MCPError, match="there are list_accounts, list_campaigns, get_insights") as refused:
            await client.call_tool("pause_everything", {})

    assert refused.value.code == types.INVALID_PARAMS


async def test_the_summary_tells_all_platforms_and_what_it_does_not_say(
    house: House, era: Literal["legacy", "2026-07-28"]
) -> None:
    async with connected(house, era) as client:
        result = await client.read_resource("xylo://summary/last_7d")

    (content,) = result.contents
    assert isinstance(content, types.TextResourceContents)
    assert content.mime_type == "text/markdown"
    assert content.text == snapshot("""\
# sandbox: last_7d, 13 accounts
currency platform spend clicks conversions cost_per_conversion roas change
EUR all 13915.63 30510 - - - -4.1%
EUR google 7084.89 15527 738.22 9.6 0.68 -1.4%
EUR tiktok 6830.74 14983 402 16.99 0.43 -6.8%
USD all 28066.3 75632 - - - -6.6%
USD google 6486.59 16196 594.94 10.9 0.99 -4.5%
USD meta 12280.58 30970 1025 11.98 0.69 -0.2%
USD tiktok 9299.13 28466 51 182.34 0.11 -14.9%
BRL google 16601.64 6600 280.68 59.15 3.52 -31.1%
AUD google 3698.43 4893 0 - 0 +10.1%
JPY all 2543780 42481 - - - -4.5%
JPY meta 1397372 21719 640 2183.39 2.27 -16.8%
JPY tiktok 1146408 20762 443 2587.83 1.19 +16.6%
TWD meta 85394 6934 520 164.22 0 -36.1%
INR meta 5507614.49 157923 5504 1000.66 1.28 -55.3%
GBP all 10557.21 24554 - - - -12.2%
GBP meta 5464.05 11602 129 42.36 1.2 +9.7%
GBP tiktok 5093.16 12952 467 10.91 2 -27.7%

## Moved most
+401.53 AUD (36% of what moved): customers/3334445556 20987300011 "Spring Lookalike 2% FR 10"
+576.65 EUR (19% of what moved): customers/1112223334 20987100014 "Always on Clearance TW 13"
+1185.95 USD (17% of what moved): act_123456789 120210000000000022 "☀️ Autumn Prospecting UK/IE 21"
-50263 TWD (82% of what moved): act_323456789 120210000000200002 "Spring Lookalike 2% BR 1"
-4410.6 BRL (59% of what moved): customers/2223334445 20987200011 "Q4 Retargeting Worldwide 10"
-1480.62 GBP (49% of what moved): tiktok_7123456789012345681 1790000000300004 "Launch App installs FR 3"

## Pace
act_423456789: 9441.62 USD a day, 2% of the cap 500000

## Unusual against the campaign's own 28 days
nothing

## What the numbers do not say
change: of spend, against the equally long time before. Currencies are not added up; caps are on budgets.
accounts' own days: 2026-03-11..2026-03-17 (10), 2026-03-12..2026-03-18 (3)
provisional from 2026-03-11 google meta, 2026-03-12 tiktok
conversions: google: primary actions by click date | meta: purchases, leads, app installs; default 7d click, 1d view | tiktok: optimisation events by contact date; default 7d click, 1d view
In "all", conversions stay "-": platforms count them differently.\
""")


@pytest.mark.virtual_time
async def test_a_summary_names_who_failed(house: House, era: Literal["legacy", "2026-07-28"]) -> None:
    async with connected(house, era) as client:
        await client.call_tool("list_accounts", {})
        house.faults.plan(Fault("google", "html", "googleAds:search", times=-1))
        result = await client.read_resource("xylo://summary/yesterday")

    (content,) = result.contents
    assert isinstance(content, types.TextResourceContents)
    assert content.text.startswith("# sandbox: yesterday, 9 accounts, incomplete: 4 failed\n")
    assert "\nfailed: customers/1234567890: PLATFORM_ERROR: " in content.text


async def test_a_resource_that_does_not_exist_is_an_error_that_names_the_form(
    house: House, era: Literal["legacy", "2026-07-28"]
) -> None:
    async with connected(house, era) as client:
        with pytest.raises(MCPError, match=r"There is no resource .* date_preset one of today, yesterday"):
            await client.read_resource("xylo://summary/../../etc/passwd")


async def test_resources_templates_and_completions_lead_to_the_summary(
    house: House, era: Literal["legacy", "2026-07-28"]
) -> None:
    async with connected(house, era) as client:
        listed = await client.list_resources()
        templates = await client.list_resource_templates()
        completed = await client.complete(
            types.ResourceTemplateReference(uri="xylo://summary/{date_preset}"),
            {"name": "date_preset", "value": "last_"},
        )
        nothing = await client.complete(
            types.ResourceTemplateReference(uri="xylo://summary/{date_preset}"), {"name": "other", "value": ""}
        )

    assert [str(one.uri) for one in listed.resources][:3] == [
        "xylo://summary/today",
        "xylo://summary/yesterday",
        "xylo://summary/last_7d",
    ]
    assert [str(one.uri) for one in listed.resources][-4:] == [
        "xylo://accounts",
        "xylo://guardrails",
        "xylo://glossary",
        "ui://xylo/dashboard",
    ]
    summary = listed.resources[2].model_dump(exclude_none=True)
    assert summary == {
        "uri": "xylo://summary/last_7d",
        "name": "summary_last_7d",
        "title": "Performance of all accounts, last_7d",
        "description": "Each platform and currency against the time before, what moved, pace, what was unusual.",
        "mime_type": "text/markdown",
        "annotations": {"audience": ["assistant", "user"], "priority": 1.0},
    }
    assert [one.uri_template for one in templates.resource_templates] == [
        "xylo://summary/{date_preset}",
        "xylo://accounts/{+account}/campaigns",
        "xylo://operations/{id}",
        "xylo://exports/{name}",
    ]
    assert completed.completion.values == ["last_7d", "last_14d", "last_30d", "last_90d", "last_month"]
    assert nothing.completion.values == []


async def test_settings_that_do_not_hold_together_are_said_by_every_tool(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("XYLO_META_ACCESS_TOKEN", raising=False)
    server = build_server(Door(Settings(mode="live", state_dir=tmp_path)), "live")

    async with Client(server) as client:
        result = await client.call_tool("list_accounts", {})
        with pytest.raises(MCPError, match="MISCONFIGURED"):
            await client.read_resource("xylo://summary/today")

    assert result.is_error
    assert text(result).startswith(
        "Have the operator set the variables named, or use --mode sandbox.\nMISCONFIGURED (live): "
    )


async def test_a_state_directory_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "in the way").write_text("")
    door = Door(Settings(mode="sandbox", state_dir=tmp_path / "in the way"))

    async with Client(build_server(door, "sandbox")) as client:
        result = await client.call_tool("list_accounts", {})

    assert text(result).startswith(
        "Have the operator set the variables named, or use --mode sandbox.\nMISCONFIGURED (sandbox): "
    )


async def test_a_crash_shows_the_model_nothing_of_itself(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    def broken() -> datetime:
        raise LookupError("the clock fell down: access_token=hunter2")

    logs.configure()
    door = Door(Settings(mode="sandbox", state_dir=tmp_path), broken)

    async with Client(build_server(door, "sandbox")) as client:
        result = await client.call_tool("list_accounts", {})
        with pytest.raises(MCPError) as crashed:
            await client.read_resource("xylo://summary/today")

    assert result.is_error
    assert text(result) == "Tell its operator.\nINTERNAL (sandbox): Something broke inside this server."
    assert "the clock" not in crashed.value.message
    (line, *_) = capfd.readouterr().err.splitlines()
    assert "the clock fell down" in line
    assert "hunter2" not in line
