"""Answers lines of standard input that are no message: the SDK drops them, and somebody may be waiting."""

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from contextvars import Context

import msgspec
from anyio.abc import ObjectReceiveStream
from mcp.shared._stream_protocols import ReadStream, WriteStream
from mcp.shared.message import SessionMessage
from mcp_types import INVALID_REQUEST, PARSE_ERROR, ErrorData, JSONRPCError
from pydantic import ValidationError

_MOST_DIGITS = 20


class Readable(ObjectReceiveStream[SessionMessage | Exception]):
    """What a client sends, without the lines that are no message: these are answered on the way."""

    def __init__(self, incoming: ReadStream[SessionMessage | Exception], outgoing: WriteStream[SessionMessage]) -> None:
        self._incoming, self._outgoing = incoming, outgoing

    @property
    def last_context(self) -> Context | None:
        """Of the sender, where the stream below knows it."""
        return getattr(self._incoming, "last_context", None)

    async def receive(self) -> SessionMessage | Exception:
        """The next message."""
        while True:
            item = await self._incoming.receive()
            if not isinstance(item, ValidationError):
                return item
            for complaint in complaints(item):
                await self._outgoing.send(SessionMessage(complaint))

    async def aclose(self) -> None:
        """Close the stream below."""
        await self._incoming.aclose()


class _Request(msgspec.Struct):
    """What of a line that is no message shows that somebody waits for an answer to it."""

    id: str | int
    method: str


def complaints(wrong: ValidationError) -> Iterator[JSONRPCError]:
    """What to answer to the line that is `wrong`: nothing if it is blank."""
    errors = wrong.errors(include_url=False)
    parts: list[object] = [error["input"] for error in errors]
    error = ErrorData(code=INVALID_REQUEST, message="Invalid request: a line must be one JSON-RPC message.")
    if errors[0]["type"] == "json_invalid":
        if not str(parts[0]).strip():
            return
        parts = [_leniently(str(parts[0]))]
        error = ErrorData(code=PARSE_ERROR, message="Parse error: a line must be one JSON message in UTF-8.")
    yield JSONRPCError(jsonrpc="2.0", id=next(_ids(parts), None), error=error)


def _ids(parts: Iterable[object]) -> Iterator[str | int]:
    for part in parts:
        with suppress(msgspec.ValidationError):
            request = msgspec.convert(part, _Request)
            if isinstance(request.id, int) or request.id.isprintable():  # half a surrogate pair cannot be sent back
                yield request.id


def _leniently(line: str) -> object:
    """What the JSON `line` says, though strings be no Unicode and numbers beyond all bounds."""
    with suppress(ValueError, RecursionError):
        return json.loads(line, parse_int=lambda digits: int(digits) if len(digits) < _MOST_DIGITS else None)
    return None
