"""Whatever bytes come in over stdio, the server answers or ignores them as it should, and serves on."""

import os
import select
import subprocess
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Literal

import msgspec
import pytest

Launched = Callable[..., AbstractContextManager[subprocess.Popen[bytes]]]
Gist = tuple[int | str | None, int | str]
PROMPTLY = 60.0  # how fast this machine is says nothing
INITIALIZE = (
    b'{"jsonrpc":"2.0","id":"hello","method":"initialize","params":{"protocolVersion":"2025-11-25",'
    b'"capabilities":{},"clientInfo":{"name":"outside","version":"1"}}}\n'
    b'{"jsonrpc":"2.0","method":"notifications/initialized"}\n'
)
ENVELOPES = {
    "handshake": b"{}",
    "2026-07-28": b'{"io.modelcontextprotocol/protocolVersion":"2026-07-28",'
    b'"io.modelcontextprotocol/clientCapabilities":{}}',
}
PARSE_ERROR, INVALID_REQUEST, NO_METHOD, INVALID_PARAMS = -32700, -32600, -32601, -32602


class Error(msgspec.Struct, forbid_unknown_fields=True):
    code: int
    message: str
    data: object = None


class Data(msgspec.Struct):
    """What tells an answer of a tool from another."""

    code: str = ""
    accounts: list[object] = []
    next_cursor: str | None = None


class Result(msgspec.Struct, rename="camel"):
    structured_content: Data | None = None
    tools: list[object] | None = None


class Message(msgspec.Struct, forbid_unknown_fields=True):
    """A response of JSON-RPC, and nothing else."""

    jsonrpc: Literal["2.0"]
    id: int | str | None
    result: Result | None = None
    error: Error | None = None

    @property
    def gist(self) -> Gist:
        """Whom it answers, and in a word what."""
        if self.error is not None:
            return self.id, self.error.code
        assert self.result is not None
        data = self.result.structured_content
        if data is None:
            return self.id, "tools"
        return self.id, data.code or (f"{len(data.accounts)} accounts" if data.next_cursor else "all accounts")


class Wire:
    """Both ends of a server's pipes."""

    def __init__(self, process: subprocess.Popen[bytes], envelope: bytes) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._stdin: IO[bytes] = process.stdin
        self._stdout = process.stdout.fileno()
        self._envelope = envelope
        self._read = b""

    def said_to(self, frames: bytes, answers: int) -> list[Gist]:
        """The first so many `answers` to `frames`, and what is said next, when the tools are asked for."""
        self.send(frames)
        said = [self.message().gist for _ in range(answers)]
        self.send(listing("last"))
        return [*said, self.message().gist]

    def send(self, frames: bytes) -> None:
        self._stdin.write(frames.replace(b"@META@", self._envelope))
        self._stdin.flush()

    def message(self) -> Message:
        """The next line, which must be a message."""
        while b"\n" not in self._read:
            ready, _, _ = select.select([self._stdout], [], [], PROMPTLY)
            assert ready, "the server says nothing"
            part = os.read(self._stdout, 1 << 16)
            assert part, "the server has gone"
            self._read += part
        line, _, self._read = self._read.partition(b"\n")
        return msgspec.json.decode(line, type=Message)


def request(method: bytes, rest: bytes = b"", called: bytes = b"7") -> bytes:
    return b'{"jsonrpc":"2.0","id":%b,"method":"%b","params":{%b"_meta":@META@}}' % (called, method, rest)


def listing(name: str) -> bytes:
    return request(b"tools/list", called=b'"%b"' % name.encode()) + b"\n"


def call(arguments: bytes, tool: bytes = b"list_accounts") -> bytes:
    return request(b"tools/call", b'"name":"%b","arguments":%b,' % (tool, arguments)) + b"\n"


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


ALIVE: Gist = ("last", "tools")
CASES: Mapping[str, tuple[bytes, Sequence[Gist]]] = {
    # What is no JSON.
    "a word": (b"hello\n", [(None, PARSE_ERROR)]),
    "half a message": (b'{"jsonrpc":"2.0","id":7,\n', [(None, PARSE_ERROR)]),
    "binary": (bytes(range(128, 256)) + b"\n", [(None, PARSE_ERROR)]),
    "a NUL": (b"\0\n", [(None, PARSE_ERROR)]),
    "10 MB of nothing": (b"a" * 10_000_000 + b"\n", [(None, PARSE_ERROR)]),
    "a byte order mark": (b"\xef\xbb\xbf" + request(b"tools/list") + b"\n", [(None, PARSE_ERROR)]),
    "a line that breaks in the middle": (
        request(b"tools/list").replace(b",", b",\n", 1) + b"\n",
        [(None, PARSE_ERROR), (None, PARSE_ERROR)],
    ),
    "nesting 1,000 deep": (call(b'{"accounts":%b}' % nested(1_000)), [(None, PARSE_ERROR)]),
    "nesting 100,000 deep": (call(b'{"accounts":%b}' % nested(100_000)), [(None, PARSE_ERROR)]),
    "nesting that never ends": (b"[" * 100_000 + b"\n", [(None, PARSE_ERROR)]),
    # What is JSON beyond what can be read, though it shows who waits for an answer.
    "half a surrogate pair": (call(rb'{"platform":"\ud83d"}'), [(7, PARSE_ERROR)]),
    "half a surrogate pair as a key": (call(rb'{"\udc00":1}'), [(7, PARSE_ERROR)]),
    "half a surrogate pair as a tool": (call(b"{}", tool=rb"\ud800"), [(7, PARSE_ERROR)]),
    "half a surrogate pair as an id": (request(b"tools/list", called=rb'"\ud800"') + b"\n", [(None, PARSE_ERROR)]),
    "5,000 digits": (call(b'{"limit":%b}' % (b"9" * 5_000)), [(7, PARSE_ERROR)]),
    "5,000 digits as an id": (request(b"tools/list", called=b"9" * 5_000) + b"\n", [(None, PARSE_ERROR)]),
    # What is JSON, and no message.
    "a number": (b"42\n", [(None, INVALID_REQUEST)]),
    "a batch": (b"[%b,%b]\n" % (request(b"tools/list"), request(b"ping")), [(None, INVALID_REQUEST)]),
    "an empty batch": (b"[]\n", [(None, INVALID_REQUEST)]),
    "neither method nor result": (b'{"jsonrpc":"2.0","id":7}\n', [(None, INVALID_REQUEST)]),
    "another version of JSON-RPC": (b'{"jsonrpc":"1.0","id":7,"method":"ping"}\n', [(7, INVALID_REQUEST)]),
    "parameters in a list": (b'{"jsonrpc":"2.0","id":7,"method":"ping","params":[1]}\n', [(7, INVALID_REQUEST)]),
    # What is a message, and means nothing here.
    "an unknown method": (request(b"tools/destroy") + b"\n", [(7, NO_METHOD)]),
    "arguments in a list": (call(b"[]"), [(7, INVALID_PARAMS)]),
    "arguments in a string": (call(b'"{}"'), [(7, INVALID_PARAMS)]),
    "no such tool": (call(b"{}", tool=b"delete_everything"), [(7, INVALID_PARAMS)]),
    "a tool without a name": (request(b"tools/call") + b"\n", [(7, INVALID_PARAMS)]),
    "NaN": (call(b'{"limit":NaN}'), [(7, "INVALID_ARGUMENT")]),
    "infinity": (call(b'{"limit":-Infinity}'), [(7, "INVALID_ARGUMENT")]),
    "1e400": (call(b'{"limit":1e400}'), [(7, "INVALID_ARGUMENT")]),
    "4,000 digits": (call(b'{"limit":%b}' % (b"9" * 4_000)), [(7, "INVALID_ARGUMENT")]),
    "nesting 100 deep": (call(b'{"platform":%b}' % nested(100)), [(7, "INVALID_ARGUMENT")]),
    "an argument of 10 MB": (call(b'{"cursor":"%b"}' % (b"a" * 10_000_000)), [(7, "INVALID_ARGUMENT")]),
    "no UTF-8 in an argument": (call(b'{"platform":"\xff\xfe"}'), [(7, "INVALID_ARGUMENT")]),
    # What asks nothing.
    "blank lines": (b"\n  \n\r\n", []),
    "an answer to no question": (b'{"jsonrpc":"2.0","id":99,"result":{}}\n', []),
    "an error about no question": (b'{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"x"}}\n', []),
    "an unknown notification": (b'{"jsonrpc":"2.0","method":"notifications/nothing"}\n', []),
    "a cancellation of nothing": (
        b'{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":{"a":1}}}\n',
        [],
    ),
    "an id that is none makes a notification": (request(b"tools/list", called=b"null") + b"\n", []),
    # What is as good as any other.
    "CRLF": (request(b"tools/list") + b"\r\n", [(7, "tools")]),
    "of two ids the last": (request(b"tools/list", called=b'6,"id":7') + b"\n", [(7, "tools")]),
    "of two values the last": (call(b'{"limit":0,"limit":2}'), [(7, "2 accounts")]),
    "no arguments": (call(b"null"), [(7, "all accounts")]),
}


@pytest.fixture(scope="module", params=ENVELOPES)
def wire(
    request: pytest.FixtureRequest, launched: Launched, state_dir: Path, measured: Mapping[str, str]
) -> Generator[Wire]:
    """One server for all cases of an era: it must survive them all."""
    with launched(["serve", "--state-dir", str(state_dir)], measured) as process:
        wire = Wire(process, ENVELOPES[request.param])
        if request.param == "handshake":
            wire.send(INITIALIZE)
            assert wire.message().id == "hello"
        yield wire


@pytest.mark.parametrize("case", CASES)
def test_it_is_answered_as_it_deserves_and_the_server_serves_on(wire: Wire, case: str) -> None:
    frames, answers = CASES[case]

    said = wire.said_to(frames, len(answers))

    assert said == [*answers, ALIVE]


def test_a_garbled_start_does_not_spoil_the_handshake(
    launched: Launched, state_dir: Path, measured: Mapping[str, str]
) -> None:
    with launched(["serve", "--state-dir", str(state_dir)], measured) as process:
        wire = Wire(process, ENVELOPES["handshake"])

        wire.send(b"\xff\xfehello\n" * 20 + INITIALIZE)

        assert [wire.message().gist for _ in range(20)] == [(None, PARSE_ERROR)] * 20
        assert (wire.message().id, wire.said_to(b"", 0)) == ("hello", [ALIVE])


@pytest.mark.parametrize("frame", [b"", b'{"jsonrpc":"2.0","id":7,"meth', listing("cut")[:-1] + b"  "])
def test_the_end_of_input_ends_the_server_in_peace(
    launched: Launched, state_dir: Path, measured: Mapping[str, str], tmp_path: Path, frame: bytes
) -> None:
    with (
        (tmp_path / "log").open("wb") as log,
        launched(["serve", "--state-dir", str(state_dir)], measured, log.fileno()) as process,
    ):
        said, _ = process.communicate(INITIALIZE + frame, PROMPTLY)

    messages = [msgspec.json.decode(line, type=Message) for line in said.splitlines()]
    assert (process.returncode, messages[0].id) == (0, "hello")
    assert (tmp_path / "log").read_bytes() == b""
