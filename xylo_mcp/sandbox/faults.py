"""What can go wrong on purpose: planned in advance, met by the requests that follow."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Literal, get_args

import anyio
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .memory import Memory

Kind = Literal[
    "slow",           # answers after `seconds`
    "hang",           # never answers; hangs up after `seconds`, if given
    "status",         # HTTP `status` with a plain body, from the vendor's front door
    "html",           # HTTP 200 with a web page
    "empty",          # HTTP 200 without a body
    "cut",            # the body ends in the middle, under a correct status
    "huge",           # a body of 80 MB
    "redirect",       # sends the client elsewhere
    "throttle",       # the vendor's own "too many requests"
    "expire_token",   # the vendor's own "your token has expired"
    "server_error",   # the vendor's own "internal error"
    "lose_answer",    # the request is carried out, and its answer is lost
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)
VENDORS_OWN = frozenset({"throttle", "expire_token", "server_error"})


@dataclass(frozen=True, slots=True)
class Fault:
    """One planned fault.

    Attributes:
        platform: whose requests meet it.
        kind: what happens.
        path: only requests whose path contains this; empty: all.
        skip: so many matching requests are let through first.
        times: so many meet it; -1: all from then on.
        seconds, status: how slow, which HTTP status, for the kinds that need it.
    """

    platform: str
    kind: Kind
    path: str = ""
    skip: int = 0
    times: int = 1
    seconds: float = 0.0
    status: int = 503


class Faults:
    """The plan, kept in the sandbox's file so that every process sees it."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def plan(self, fault: Fault) -> None:
        """Let `fault` happen to the requests that follow."""
        with self._memory.writing() as db:
            db.execute(
                "INSERT INTO fault (platform, kind, path, skip, times, seconds, status)"
                " VALUES (:platform, :kind, :path, :skip, :times, :seconds, :status)",
                asdict(fault),
            )

    def clear(self) -> None:
        """Forget all that is planned."""
        with self._memory.writing() as db:
            db.execute("DELETE FROM fault")

    def planned(self) -> list[Fault]:
        """What is still to come, in the order of planning."""
        rows = self._memory.read("SELECT platform, kind, path, skip, times, seconds, status FROM fault ORDER BY id")
        return [Fault(*row) for row in rows]  # type: ignore[arg-type]  # STRICT tables hold these very types

    def meet(self, platform: str, path: str) -> Fault | None:
        """The fault that a request to `path` meets now, used up by it."""
        if not self._memory.read("SELECT 1 FROM fault WHERE platform = ? LIMIT 1", platform):
            return None
        with self._memory.writing() as db:
            rows = db.execute(
                "SELECT id, skip, times, kind, path, seconds, status FROM fault"
                " WHERE platform = ? AND instr(?, path) AND times != 0 ORDER BY id",
                (platform, path),
            ).fetchall()
            for number, skip, times, kind, part, seconds, status in rows:
                if skip:
                    db.execute("UPDATE fault SET skip = skip - 1 WHERE id = ?", (number,))
                    continue
                if times > 0:
                    db.execute("UPDATE fault SET times = times - 1 WHERE id = ?", (number,))
                    db.execute("DELETE FROM fault WHERE times = 0")
                return Fault(platform, kind, part, 0, times, seconds, status)
        return None


class Faulty:
    """A vendor's server whose requests meet the planned faults.

    The vendor's own kinds are left to the server behind: it finds the kind as `scope["fault"]`.
    """

    def __init__(self, app: ASGIApp, platform: str, faults: Faults) -> None:
        self._app, self._platform, self._faults = app, platform, faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or fail as planned."""
        fault = self._faults.meet(self._platform, scope["path"])
        if fault is not None and fault.kind in _INSTEAD:
            await _INSTEAD[fault.kind](send, fault)
        elif fault is not None and fault.kind == "lose_answer":
            await self._app(scope, receive, _nowhere)
            await _break_off(send, "the sandbox lost this answer on purpose")
        else:
            if fault is not None and fault.kind == "slow":
                await anyio.sleep(fault.seconds)
            if fault is not None and fault.kind in VENDORS_OWN:
                scope = {**scope, "fault": fault.kind}
            await self._app(scope, receive, _Cut(send) if fault is not None and fault.kind == "cut" else send)


class _Cut:
    """Passes on the first half of each body part, and says that is all."""

    def __init__(self, send: Send) -> None:
        self._send = send

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [(name, value) for name, value in message["headers"] if name.lower() != b"content-length"]
            message = {**message, "headers": headers}
        elif message["type"] == "http.response.body":
            body = message.get("body", b"")
            message = {**message, "body": body[: len(body) // 2]}
        await self._send(message)


async def _nowhere(message: Message) -> None:
    """Drops what it is given."""


async def _hang(send: Send, fault: Fault) -> None:
    await anyio.sleep(fault.seconds or 3600)
    await _break_off(send, "the sandbox hung up on purpose")


async def _break_off(send: Send, why: str) -> None:
    """End the connection before the body: a server that has not begun to answer would answer 500 instead."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})
    raise ConnectionResetError(why)


async def _status(send: Send, fault: Fault) -> None:
    await _answer(send, fault.status, "text/plain", b"upstream connect error\n")


async def _html(send: Send, fault: Fault) -> None:
    await _answer(send, 200, "text/html", b"<!doctype html><title>Sorry</title><p>Something went wrong.")


async def _empty(send: Send, fault: Fault) -> None:
    await _answer(send, 200, "application/json", b"")


async def _redirect(send: Send, fault: Fault) -> None:
    await _answer(send, 302, "text/plain", b"", (b"location", b"http://169.254.169.254/latest/"))


async def _huge(send: Send, fault: Fault) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    for _ in range(80):  # 80 MB: more than any reader should take
        await send({"type": "http.response.body", "body": b" " * 1_000_000, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _answer(send: Send, status: int, kind: str, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    start = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode()), *headers]
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": body})


_INSTEAD: Mapping[str, Callable[[Send, Fault], Awaitable[None]]] = {
    "hang": _hang,
    "status": _status,
    "html": _html,
    "empty": _empty,
    "redirect": _redirect,
    "huge": _huge,
}
