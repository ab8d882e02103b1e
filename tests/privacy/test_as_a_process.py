"""Nothing of people is in anything that a real server and an operator's commands write, on any way out."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.privacy import canaries
from tests.privacy.conftest import ACCOUNTS, DESTINATIONS

PROGRAM = str(Path(sys.executable).parent / "xylo-mcp")
ENVELOPE: Mapping[str, object] = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {"elicitation": {"form": {}}},
    "io.modelcontextprotocol/clientInfo": {"name": "by hand", "version": "1"},
}
POLICY = """\
version = 1
currency = "USD"
accounts = { "*" = "live" }
caps = { campaign = 1, account = 1 }
[approvals]
channels = ["terminal", "elicitation"]
[people]
lists = ["*"]
destinations = { "*" = ["*"] }
consent = "not_denied"
approval_above_rows = 1
"""


@pytest.fixture
def surroundings(tmp_path: Path) -> Mapping[str, str]:
    (tmp_path / "lists").mkdir()
    (tmp_path / "temporary").mkdir()
    rows = ",".join(f'"{value}"' for value in canaries.RAW.values())
    table = "\n".join([",".join(canaries.RAW), rows, rows])
    (tmp_path / "lists" / "people.csv").write_text(table, encoding="utf-8")
    (tmp_path / "policy.toml").write_text(POLICY)
    (tmp_path / "policy.toml").chmod(0o600)
    own = {
        "XYLO_STATE_DIR": tmp_path / "state",
        "XYLO_DATA_DIRS": tmp_path / "lists",
        "XYLO_POLICY": tmp_path / "policy.toml",
        "XYLO_TOOLSETS": "audiences",
        "TMPDIR": tmp_path / "temporary",
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("XYLO_")}
    return inherited | {name: str(value) for name, value in own.items()}


class Process:
    """A server on pipes: lines go in, and everything that comes out is kept."""

    def __init__(self, surroundings: Mapping[str, str], log: Path) -> None:
        self.heard: list[bytes] = []
        self._log = log.open("ab")
        self._process = subprocess.Popen(
            [PROGRAM, "serve"], env=surroundings, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log
        )

    def say(self, line: bytes) -> None:
        """Write a line."""
        assert self._process.stdin is not None
        self._process.stdin.write(line + b"\n")
        self._process.stdin.flush()

    def hear(self) -> Mapping[str, Any]:
        """The next line that is an answer."""
        assert self._process.stdout is not None
        while line := self._process.stdout.readline():
            self.heard.append(line)
            said: Mapping[str, Any] = msgspec.json.decode(line)
            if "method" not in said:
                return said
        raise AssertionError("it has ended")

    def ask(self, tool: str, arguments: object, **more: object) -> Mapping[str, Any]:
        """Call a tool, and wait for what comes of it."""
        params: Mapping[str, object] = {
            "name": tool,
            "arguments": arguments,
            "_meta": {**ENVELOPE, "progressToken": 7},
            **more,
        }
        self.say(msgspec.json.encode({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}))
        answer: Mapping[str, Any] = self.hear().get("result", {})
        return answer

    def close(self) -> None:
        """Let it end by itself."""
        with self._process:
            assert self._process.stdin is not None
            self._process.stdin.close()
            self._process.wait(20)
        self._log.close()


def told(arguments: Sequence[str], surroundings: Mapping[str, str]) -> bytes:
    ran = subprocess.run([PROGRAM, *arguments], env=surroundings, capture_output=True, check=True)
    return ran.stdout + ran.stderr


def test_nothing_of_people_leaves_a_server_but_to_platforms(surroundings: Mapping[str, str], tmp_path: Path) -> None:
    server = Process(surroundings, tmp_path / "server.log")
    person = dict(canaries.RAW)
    new = {"name": "Buyers", "type": "customer_list", "accounts": [ACCOUNTS[0]]}

    server.ask("create_audience", {**new, "customers": [person]})
    asked = server.ask("create_audience", {**new, "file": "people.csv"})
    state, questions = str(asked["requestState"]), list[str](asked["inputRequests"])
    yes = {identity: {"action": "accept", "content": {"approve": True}} for identity in questions}
    done = server.ask("create_audience", {**new, "file": "people.csv"}, requestState=state, inputResponses=yes)
    event = canaries.event(time=datetime.now(UTC).isoformat())
    sent = server.ask("send_conversion", {"destinations": DESTINATIONS, "events": [event]})
    server.ask("send_conversion", {"destinations": DESTINATIONS, "events": [event, {**event, "id": "2"}]})
    server.ask("create_audience", {**new, "customers": [canaries.spoilt()]})
    server.ask(canaries.MARK[:3], {"customers": [person]})
    call: Mapping[str, object] = {"jsonrpc": "2.0", "id": 1, "method": "tools/call"}
    wrong: Sequence[object] = [
        {**call, "params": {"name": 5, "arguments": {"customers": [person]}, "_meta": ENVELOPE}},
        {**call, "params": {"name": "create_audience", "arguments": [person], "_meta": ENVELOPE}},
        {**call, "params": {"name": "create_audience", "arguments": {"customers": [person]}}},
        {**call, "jsonrpc": "1.0", "params": {"name": "create_audience", "arguments": {"customers": [person]}}},
        {**call, "params": [person]},
        {**call, "id": {"a": person}, "params": {}},
        {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"reason": [person]}},
        {"jsonrpc": "2.0", "method": "notifications/progress", "params": [person]},
        [person],
    ]
    for line in wrong:
        server.say(msgspec.json.encode(line))
    for text in (msgspec.json.encode({**call, "params": person})[:-9], person["email"].encode()):
        server.say(text)
        server.say(b"\xff" + text)
    server.ask("get_operation", {"operation_id": questions[0]})
    server.close()

    commands: Sequence[Sequence[str]] = (["operations", "show", questions[0]], ["audit", "export"])
    shown = b"".join(told(command, surroundings) for command in commands)

    assert (done["isError"], sent["isError"]) == (False, False)
    left_out = [tmp_path / "lists", *(tmp_path / "state").glob("sandbox-*")]  # the second is the platforms' own file
    assert canaries.found_in(b"".join(server.heard)) == set()
    assert canaries.found_in(shown) == set()
    assert canaries.found_below(tmp_path, left_out) == {}
    platforms = b"".join(file.read_bytes() for file in (tmp_path / "state").glob("sandbox-*"))
    hashed = ("email", "phone", "first_name", "last_name", "city", "region")
    assert [text for text in canaries.plainly(hashed) if canaries.stands_in(text, platforms)] == []
