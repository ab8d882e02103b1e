"""A client over stdio that subscribed is told what another process did, in both protocol eras."""

import asyncio
import subprocess
from collections.abc import Mapping
from pathlib import Path

import anyio
import mcp_types as types
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters

GUARDRAILS = "xylo://guardrails"
PATIENCE = 120.0


async def halted(program: str, surroundings: Mapping[str, str], state_dir: Path) -> None:
    """Halt everything on the command line."""
    environment = {**surroundings, "XYLO_STATE_DIR": str(state_dir)}
    await anyio.run_process([program, "halt", "--reason", "test"], env=environment, stderr=subprocess.DEVNULL)


def server(program: str, surroundings: Mapping[str, str], state_dir: Path) -> StdioServerParameters:
    return StdioServerParameters(command=program, args=["serve", "--state-dir", str(state_dir)], env=dict(surroundings))


async def halts_told(client: Client) -> str:
    (content,) = (await client.read_resource(GUARDRAILS)).contents
    assert isinstance(content, types.TextResourceContents)
    return content.text.splitlines()[-1]


async def test_a_halt_on_the_command_line_is_told_on_the_stream_of_a_new_client(
    program: str, surroundings: Mapping[str, str], tmp_path: Path
) -> None:
    with anyio.fail_after(PATIENCE):
        async with Client(server(program, surroundings, tmp_path), mode="2026-07-28") as client:
            async with client.listen(resource_subscriptions=[GUARDRAILS]) as changes:
                before = await halts_told(client)
                await halted(program, surroundings, tmp_path)
                change = await anext(aiter(changes))
            after = await halts_told(client)

    assert getattr(change, "uri", None) == GUARDRAILS
    assert before == "halts: none; operations not settled: 0"
    assert after.startswith("halts: all freeze_increases since ")


async def test_a_halt_on_the_command_line_is_told_on_the_connection_of_an_old_client(
    program: str, surroundings: Mapping[str, str], tmp_path: Path
) -> None:
    told: asyncio.Queue[str] = asyncio.Queue()

    async def hear(message: object) -> None:
        if isinstance(message, types.ResourceUpdatedNotification):
            told.put_nowait(message.params.uri)

    with anyio.fail_after(PATIENCE):
        async with Client(server(program, surroundings, tmp_path), mode="legacy", message_handler=hear) as client:
            request = types.SubscribeRequest(params=types.SubscribeRequestParams(uri=GUARDRAILS))
            await client.session.send_request(request, types.EmptyResult)
            await halted(program, surroundings, tmp_path)

            assert await told.get() == GUARDRAILS
            assert (await halts_told(client)).startswith("halts: all freeze_increases since ")
