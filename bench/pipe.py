"""A server over stdio, asked in plain JSON-RPC: what is measured is the server, with no client library in between."""

import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

import msgspec

from .processes import end, most_resident, processor, resident, start, stream


class Text(msgspec.Struct):
    text: str


class Result(msgspec.Struct, rename="camel"):
    """What is read of a tool's result."""

    content: list[Text]
    structured_content: msgspec.Raw = msgspec.Raw(b"{}")
    is_error: bool = False


class _Answer(msgspec.Struct):
    id: int | None = None
    result: msgspec.Raw = msgspec.Raw(b"")
    method: str = ""
    params: msgspec.Raw = msgspec.Raw(b"{}")


class _Progress(msgspec.Struct):
    message: str = ""


class HungUp(AssertionError):
    """The server is gone."""


class Pipe:
    """One server process, for as long as the context lasts."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.spawned = time.perf_counter()
        self._process = start(command, environment)
        self._asked = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        end(self._process)

    @property
    def memory(self) -> float:
        """In MiB."""
        return resident(self._process.pid)

    @property
    def most_memory(self) -> float:
        """The most it ever was, in MiB."""
        return most_resident(self._process.pid)

    @property
    def processor(self) -> float:
        """Seconds that the server kept a processor busy."""
        return processor(self._process.pid)

    def kill(self) -> None:
        """End the server on the spot."""
        self._process.kill()

    def greet(self) -> None:
        """Say hello, as every client does first."""
        hello = {
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": {"name": "bench", "version": "1"},
        }
        self.ask("initialize", hello)
        self._write({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def ask(self, method: str, params: Mapping[str, object] | None = None) -> msgspec.Raw:
        """The result of one request."""
        asked = self._send(method, params or {})
        while (answer := self._read()).id != asked:
            pass
        assert answer.result, f"{method} was refused"
        return answer.result

    def call(self, tool: str, arguments: Mapping[str, object]) -> Result:
        """The answer of one tool, which must not be an error."""
        result = self._result(tool, arguments)
        assert not result.is_error, result.content[0].text
        return result

    def watched(self, tool: str, arguments: Mapping[str, object], watch: Callable[[str], None]) -> Result:
        """Likewise; `watch` is told whatever the server says of its progress.

        Raises:
            HungUp: the server ended meanwhile.
        """
        params = {"name": tool, "arguments": arguments, "_meta": {"progressToken": "bench"}}
        asked = self._send("tools/call", params)
        while (answer := self._next()).id != asked:
            if answer.method == "notifications/progress":
                watch(msgspec.json.decode(answer.params, type=_Progress).message)
        result = msgspec.json.decode(answer.result, type=Result)
        assert not result.is_error, result.content[0].text
        return result

    def refusal(self, tool: str, arguments: Mapping[str, object]) -> Result:
        """The answer of one tool, which must be an error."""
        result = self._result(tool, arguments)
        assert result.is_error
        return result

    def rate(self, tool: str, arguments: Mapping[str, object], times: int, at_once: int) -> float:
        """How many calls a second are answered, `times` in all and `at_once` under way."""
        begun = time.perf_counter()
        for _ in range(at_once):
            self._send("tools/call", {"name": tool, "arguments": arguments})
        answers: list[_Answer] = []
        for left in range(times, 0, -1):
            answers.append(self._read())
            if left > at_once:
                self._send("tools/call", {"name": tool, "arguments": arguments})
        took = time.perf_counter() - begun
        assert not any(msgspec.json.decode(answer.result, type=Result).is_error for answer in answers)
        return times / took

    def _result(self, tool: str, arguments: Mapping[str, object]) -> Result:
        return msgspec.json.decode(self.ask("tools/call", {"name": tool, "arguments": arguments}), type=Result)

    def _send(self, method: str, params: Mapping[str, object]) -> int:
        self._asked += 1
        self._write({"jsonrpc": "2.0", "id": self._asked, "method": method, "params": params})
        return self._asked

    def _write(self, message: Mapping[str, object]) -> None:
        pipe = stream(self._process.stdin)
        pipe.write(msgspec.json.encode(message) + b"\n")
        pipe.flush()

    def _read(self) -> _Answer:
        """The next answer; what the server says unasked is passed over."""
        while True:
            answer = self._next()
            if answer.id is not None:
                return answer

    def _next(self) -> _Answer:
        line = stream(self._process.stdout).readline()
        if not line:
            raise HungUp("the server hung up")
        return msgspec.json.decode(line, type=_Answer)
