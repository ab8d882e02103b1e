"""Real processes of `xylo-mcp`, with state of their own and on free ports of this machine; none outlives its test."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
import msgspec
import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters
from mcp.shared.exceptions import MCPError
from mcp_types import CallToolResult, ResourceTemplateReference, TextContent, TextResourceContents
from pydantic import BaseModel

from tests.outside.timeless import timeless

Json = dict[str, object]
Questions = Mapping[str, Json]
Server = StdioServerParameters | str
Listener = tuple[str, subprocess.Popen[bytes]]
_PROGRAM = str(Path(sys.executable).parent / "xylo-mcp")
_PROMPTLY = 10.0


@pytest.fixture(scope="session")
def program() -> str:
    """The command under test."""
    return _PROGRAM


@pytest.fixture(scope="session")
def measured() -> Mapping[str, str]:
    """The environment of the processes: this one's, without any of our settings; their coverage is measured."""
    return {name: value for name, value in os.environ.items() if not name.startswith("XYLO_")}


@pytest.fixture(scope="session")
def surroundings(measured: Mapping[str, str]) -> Mapping[str, str]:
    """The same for processes that do nothing new: to measure their coverage would take longer than they do."""
    return {name: value for name, value in measured.items() if not name.startswith("COVERAGE_")}


@pytest.fixture(scope="session")
def state_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all servers of the sandbox, so that they tell of one world."""
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="session")
def over_stdio(state_dir: Path, surroundings: Mapping[str, str]) -> StdioServerParameters:
    """What starts a server of the sandbox over stdio."""
    return StdioServerParameters(
        command=_PROGRAM, args=["serve", "--state-dir", str(state_dir)], env=dict(surroundings)
    )


@pytest.fixture(scope="session")
def over_http(state_dir: Path, surroundings: Mapping[str, str]) -> Generator[str]:
    """Where a server of the sandbox listens."""
    with _on_a_port(["serve", "--state-dir", str(state_dir)], surroundings) as (url, _):
        yield url + "/mcp"


@pytest.fixture(scope="session")
def launched() -> Callable[..., AbstractContextManager[subprocess.Popen[bytes]]]:
    """Starts `xylo-mcp` with arguments and an environment, on pipes; it ends with the context."""
    return _launched


@pytest.fixture(scope="session")
def on_a_port() -> Callable[[Sequence[str], Mapping[str, str]], AbstractContextManager[Listener]]:
    """Starts `xylo-mcp` on a free port; gives its root URL once it listens, and the process."""
    return _on_a_port


@pytest.fixture(scope="session")
def questions() -> Questions:
    """One call of each tool whose answer is the same whenever it is asked, and one mistake."""
    until = datetime.now(UTC).date() - timedelta(days=20)
    accounts = ["tiktok_7123456789012345678", "act_123456789", "customers/1234567890"]
    return {
        "list_accounts": {},
        "list_campaigns": {"accounts": accounts, "status": "all", "limit": 100, "response_format": "detailed"},
        "get_insights": {
            "accounts": accounts,
            "level": "campaign",
            "date_from": str(until - timedelta(days=6)),
            "date_to": str(until),
            "limit": 100,
        },
    }


@pytest.fixture(scope="session")
def converse(questions: Questions) -> Callable[[Mapping[str, tuple[Server, str]]], Mapping[str, Json]]:
    """Holds the same conversation with several servers at once, each in a mode of the client; gives what was heard."""

    def talk(partners: Mapping[str, tuple[Server, str]]) -> Mapping[str, Json]:
        while True:
            begun = _half_hour()
            heard = anyio.run(_all, partners, questions)
            if _half_hour() == begun:  # so no account's day has ended meanwhile
                return timeless(heard)

    return talk


def _half_hour() -> tuple[int, bool]:
    now = datetime.now(UTC)
    return now.hour, now.minute >= 30


async def _all(partners: Mapping[str, tuple[Server, str]], questions: Questions) -> Mapping[str, Json]:
    heard: dict[str, Json] = {}

    async def one(name: str, server: Server, mode: str) -> None:
        async with Client(server, mode=mode) as client:
            heard[name] = await _conversation(client, questions)

    async with anyio.create_task_group() as group:
        for name, (server, mode) in partners.items():
            group.start_soon(one, name, server, mode)
    return {name: heard[name] for name in partners}


class _Listed(msgspec.Struct):
    """What is needed of a list to ask for its rest."""

    next_cursor: str


async def _conversation(client: Client, questions: Questions) -> Json:
    tools = await client.list_tools()
    first = await client.call_tool("list_accounts", {"limit": 10})
    cursor = msgspec.convert(first.structured_content, _Listed).next_cursor
    summary = await client.read_resource("xylo://summary/last_7d")
    template = ResourceTemplateReference(type="ref/resource", uri="xylo://summary/{date_preset}")
    completion = await client.complete(template, {"name": "date_preset", "value": "last_"})
    return {
        "protocol": client.protocol_version,
        "server": None if client.server_info is None else _json(client.server_info),
        "instructions": client.instructions,
        "tools": [_json(tool) for tool in tools.tools],
        "answers": {name: _answer(await client.call_tool(name, asked)) for name, asked in questions.items()},
        "rest": _answer(await client.call_tool("list_accounts", {"limit": 10, "cursor": cursor})),
        "mistake": _answer(await client.call_tool("get_insights", {"date_preset": "last_week"})),
        "resources": [_json(one) for one in (await client.list_resources()).resources],
        "templates": [_json(one) for one in (await client.list_resource_templates()).resource_templates],
        "summary": [part.text for part in summary.contents if isinstance(part, TextResourceContents)],
        "completion": completion.completion.values,
        "no_tool": await _refusal(client.call_tool("delete_everything", {})),
        "no_resource": await _refusal(client.read_resource("xylo://secrets")),
    }


def _answer(result: CallToolResult) -> Json:
    return {
        "failed": result.is_error,
        "text": [part.text for part in result.content if isinstance(part, TextContent)],
        "data": result.structured_content,
    }


async def _refusal(asking: Awaitable[object]) -> Json:
    try:
        await asking
    except MCPError as refused:
        return {"code": refused.error.code, "message": refused.error.message}
    return {}


def _json(part: BaseModel) -> Json:
    return part.model_dump(mode="json", by_alias=True, exclude_none=True)


@contextmanager
def _launched(
    arguments: Sequence[str], environment: Mapping[str, str], log: int = subprocess.DEVNULL
) -> Generator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [_PROGRAM, *arguments], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
    )
    with process:
        try:
            yield process
        finally:
            if process.stdin is not None:
                process.stdin.close()
            _ended(process)


def _ended(process: subprocess.Popen[bytes]) -> None:
    """See it end by itself, or end it."""
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            process.send_signal(sign)
            if _exits(process, _PROMPTLY):
                return


@contextmanager
def _on_a_port(arguments: Sequence[str], environment: Mapping[str, str]) -> Generator[Listener]:
    for _ in range(3):  # somebody may take the port in between
        port = _free_port()
        with _launched([*arguments, "--http", f"127.0.0.1:{port}"], environment) as process:
            if _listens(process, port):
                yield f"http://127.0.0.1:{port}", process
                return
    raise AssertionError(f"xylo-mcp {' '.join(arguments)} does not start")


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


def _listens(process: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until it does; False if it ends instead."""
    while not _exits(process, 0.02):
        with socket.socket() as caller:
            if caller.connect_ex(("127.0.0.1", port)) == 0:
                return True
    return False


def _exits(process: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True
