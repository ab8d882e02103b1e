"""Many calls at once are all answered, given-up ones harm nobody, and a server ends when it is told to."""

import signal
import subprocess
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from http.client import HTTPConnection
from pathlib import Path

import anyio
import msgspec
import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters
from mcp.shared.exceptions import MCPError
from mcp_types import REQUEST_TIMEOUT, CallToolResult, TextContent

from tests.outside.timeless import timeless
from xylo_mcp.sandbox.faults import Fault, Faults
from xylo_mcp.sandbox.memory import Memory

Launched = Callable[..., AbstractContextManager[subprocess.Popen[bytes]]]
OnAPort = Callable[[Sequence[str], Mapping[str, str]], AbstractContextManager[tuple[str, subprocess.Popen[bytes]]]]
Json = dict[str, object]
Said = tuple[bool, list[str], object]
PROMPTLY = 60.0  # however slow this machine is, and long before a call that lasts is over
LASTING = {"XYLO_DEADLINE": "600"}
HELLO = (
    b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25",'
    b'"capabilities":{},"clientInfo":{"name":"outside","version":"1"}}}\n'
)
CALL = (
    b'{"jsonrpc":"2.0","method":"notifications/initialized"}\n'
    b'{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"list_accounts","arguments":{}}}\n'
)
MODERN_CALL = (
    b'{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"list_accounts","arguments":{},"_meta":{'
    b'"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}'
)
MODERN_HEADERS = {
    "Accept": "application/json, text/event-stream",
    "Content-Type": "application/json",
    "MCP-Protocol-Version": "2026-07-28",
    "Mcp-Method": "tools/call",
    "Mcp-Name": "list_accounts",
}


class Answered(msgspec.Struct):
    """What is needed of a line of the server to know which request it answers."""

    id: int


@pytest.fixture(params=["stdio legacy", "stdio auto", "http legacy", "http auto"])
def client(request: pytest.FixtureRequest, over_stdio: StdioServerParameters, over_http: str) -> Callable[[], Client]:
    transport, mode = str(request.param).split()
    return lambda: Client(over_stdio if transport == "stdio" else over_http, mode=mode)


@pytest.fixture
def faults(state_dir: Path) -> Generator[Faults]:
    """What goes wrong in the world that all servers share."""
    memory = Memory(state_dir / "sandbox-1.sqlite3")
    faults = Faults(memory)
    yield faults
    faults.clear()
    memory.close()


def _said(result: CallToolResult) -> Said:
    text = [part.text for part in result.content if isinstance(part, TextContent)]
    return result.is_error, timeless(text), timeless(result.structured_content)


async def test_200_calls_at_16_at_once_are_all_answered_as_if_alone(
    over_stdio: StdioServerParameters, questions: Mapping[str, Json]
) -> None:
    platforms: list[Json] = [{"platform": platform} for platform in ("google", "meta", "tiktok", "nobody")]
    listings = [("list_accounts", platform) for platform in platforms]
    asked: Sequence[tuple[str, Json]] = [*questions.items(), *listings, ("get_insights", {"limit": 0})]
    said: list[tuple[int, Said]] = []
    places = anyio.CapacityLimiter(16)

    async with Client(over_stdio) as client:
        alone = [_said(await client.call_tool(name, arguments)) for name, arguments in asked]

        async def ask(number: int) -> None:
            async with places:
                said.append((number, _said(await client.call_tool(*asked[number % len(asked)]))))

        async with anyio.create_task_group() as group:
            for number in range(200):
                group.start_soon(ask, number)

    assert sorted(number for number, _ in said) == list(range(200))
    assert all(answer == alone[number % len(asked)] for number, answer in said)
    assert [failed for failed, _, _ in alone] == [False] * 6 + [True] * 2


async def test_a_call_given_up_while_its_platform_is_slow_leaves_the_server_alive(
    client: Callable[[], Client], faults: Faults
) -> None:
    call = ("get_insights", {"accounts": ["tiktok_7123456789012345678"], "date_preset": "last_month", "max_age": 0})
    async with client() as connected:
        await connected.call_tool("list_accounts", {})
        faults.plan(Fault("tiktok", "slow", seconds=3_600, times=-1))

        with pytest.raises(MCPError) as given_up:
            await connected.call_tool(*call, read_timeout_seconds=0.05)
        faults.clear()
        with anyio.fail_after(PROMPTLY):
            again = await connected.call_tool(*call)
            listed = await connected.list_tools(cache_mode="bypass")

    assert given_up.value.error.code == REQUEST_TIMEOUT
    assert (again.is_error, len(listed.tools)) == (False, 11)


async def test_a_first_call_given_up_at_once_leaves_the_server_alive(client: Callable[[], Client]) -> None:
    async with client() as connected:
        with pytest.raises(MCPError) as given_up:
            await connected.call_tool("list_accounts", {}, read_timeout_seconds=0.0001)
        with anyio.fail_after(PROMPTLY):
            again = await connected.call_tool("list_accounts", {})

    assert (given_up.value.error.code, again.is_error) == (REQUEST_TIMEOUT, False)


@pytest.fixture
def busy(
    launched: Launched, state_dir: Path, surroundings: Mapping[str, str], faults: Faults
) -> Generator[subprocess.Popen[bytes]]:
    """A server over stdio in the middle of a call that will take an hour."""
    faults.plan(Fault("tiktok", "slow", seconds=3_600, times=-1))
    with launched(["serve", "--state-dir", str(state_dir)], {**surroundings, **LASTING}) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(HELLO)
        process.stdin.flush()
        assert msgspec.json.decode(process.stdout.readline(), type=Answered).id == 1
        process.stdin.write(CALL)
        process.stdin.flush()
        yield process


def test_a_client_that_hangs_up_ends_its_server(busy: subprocess.Popen[bytes]) -> None:
    said, _ = busy.communicate(timeout=PROMPTLY)

    assert busy.returncode == 0
    assert [msgspec.json.decode(line, type=Answered).id for line in said.splitlines()] in ([], [2])


def test_a_client_that_dies_ends_its_server(busy: subprocess.Popen[bytes]) -> None:
    assert busy.stdin is not None
    assert busy.stdout is not None

    busy.stdout.close()
    busy.stdin.close()

    assert busy.wait(PROMPTLY) in {0, 1}


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_server_over_stdio(busy: subprocess.Popen[bytes], sign: signal.Signals) -> None:
    busy.send_signal(sign)

    assert busy.wait(PROMPTLY) == -sign


@pytest.mark.parametrize(("sign", "status"), [(signal.SIGTERM, -signal.SIGTERM), (signal.SIGINT, 0)])
def test_a_signal_ends_a_server_over_http(
    on_a_port: OnAPort, state_dir: Path, measured: Mapping[str, str], sign: signal.Signals, status: int
) -> None:
    with on_a_port(["serve", "--state-dir", str(state_dir)], measured) as (_, process):
        process.send_signal(sign)

        assert process.wait(PROMPTLY) == status


def test_a_call_in_the_middle_does_not_keep_a_server_over_http_from_ending(
    on_a_port: OnAPort, state_dir: Path, surroundings: Mapping[str, str], faults: Faults
) -> None:
    faults.plan(Fault("tiktok", "slow", seconds=3_600))
    with (
        on_a_port(["serve", "--state-dir", str(state_dir)], {**surroundings, **LASTING}) as (url, process),
        closing(HTTPConnection(url.removeprefix("http://"))) as caller,
    ):
        caller.request("POST", "/mcp", MODERN_CALL, MODERN_HEADERS)
        while faults.planned():  # the call has not come that far
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.02)
        process.terminate()

        assert process.wait(PROMPTLY) == -signal.SIGTERM


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="needs /proc to see all processes")
async def test_a_client_leaves_no_server_behind(program: str, surroundings: Mapping[str, str], tmp_path: Path) -> None:
    arguments = ["serve", "--state-dir", str(tmp_path)]
    server = StdioServerParameters(command=program, args=arguments, env=dict(surroundings))

    async with Client(server) as client:
        await client.call_tool("list_accounts", {})
        during = _processes(str(tmp_path))
    afterwards = _processes(str(tmp_path))

    assert (during, afterwards) == (1, 0)


def _processes(argument: str) -> int:
    """How many processes were started with `argument`."""
    count = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            count += argument in (process / "cmdline").read_text(errors="replace").split("\0")
        except OSError:  # it has ended in the meantime
            continue
    return count
