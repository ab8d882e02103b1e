"""Real processes that the tests give orders to, the sandbox that they all use, and the truth about it."""

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, TypeVar

import msgspec

from xylo_mcp.sandbox.google.cast import CREDENTIALS as GOOGLE
from xylo_mcp.sandbox.meta.cast import CREDENTIALS as META
from xylo_mcp.sandbox.tiktok.cast import CREDENTIALS as TIKTOK
from xylo_mcp.sandbox.truth import Truth

_Said = TypeVar("_Said")
_ROOT = Path(__file__).parents[2]
_LONG_AGO = "2020-01-01"
_KEPT_BACK = ("XYLO_", "COVERAGE_")  # whose coverage is measured takes twice as long, and they do nothing that is new


class _Reply(msgspec.Struct, frozen=True):
    said: msgspec.Raw = msgspec.Raw()
    failed: bool = False
    killed_by: int = 0


class Hand:
    """A process that does what it is told, one thing at a time."""

    def __init__(self, orders: BinaryIO, answers: BinaryIO) -> None:
        self._orders, self._answers = orders, answers

    def tell(self, deed: str, given: object, *, here: bool = False) -> None:
        """Have a child of it begin; `here`: itself, so that its later children have it easier."""
        self._write(msgspec.json.encode({"deed": deed, "given": given, "here": here}))

    def go(self) -> None:
        """Have it go on: it said that it is ready, and waits."""
        self._write(b"")

    def hear(self, kind: type[_Said]) -> _Said | None:
        """What came of it; None: its process was killed by the signal that nothing survives."""
        line = self._answers.readline()
        assert line, "the process is gone"
        reply = msgspec.json.decode(line, type=_Reply)
        assert not reply.failed, "it failed: see standard error"
        assert reply.killed_by in (0, signal.SIGKILL)
        return None if reply.killed_by else msgspec.json.decode(reply.said, type=kind)

    def do(self, deed: str, given: object, kind: type[_Said]) -> _Said | None:
        """Have it do something, and wait for what comes of it."""
        self.tell(deed, given)
        return self.hear(kind)

    def _write(self, line: bytes) -> None:
        self._orders.write(line + b"\n")
        self._orders.flush()


@contextmanager
def hands(number: int, environment: Mapping[str, str]) -> Generator[Sequence[Hand]]:
    """So many processes with these settings, for as long as the context lasts.

    All are forks of one process: to load the program takes longer than most of what they do.
    """
    others = {name: value for name, value in os.environ.items() if not name.startswith(_KEPT_BACK)}
    orders, answers = [os.pipe() for _ in range(number)], [os.pipe() for _ in range(number)]
    theirs = [end for (told, _), (_, said) in zip(orders, answers, strict=True) for end in (told, said)]
    with ExitStack() as stack:
        process = stack.enter_context(_started(theirs, {**others, **environment}))
        crew = [
            Hand(stack.enter_context(os.fdopen(into, "wb")), stack.enter_context(os.fdopen(out, "rb")))
            for (_, into), (out, _) in zip(orders, answers, strict=True)
        ]
        try:
            yield crew
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)  # some may be in the middle of something that never ends
            raise


def _started(theirs: Sequence[int], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """The process that has all hands as its children, with their ends of the pipes: they end when these are closed."""
    command = [sys.executable, "-m", "tests.processes.hand", *map(str, theirs)]
    process = subprocess.Popen(
        command, env=environment, cwd=_ROOT, stdin=subprocess.DEVNULL, pass_fds=theirs, process_group=0
    )
    for end in theirs:
        os.close(end)
    return process


def together(crew: Sequence[Hand], deed: str, orders: Sequence[object], kind: type[_Said]) -> Sequence[_Said]:
    """What comes of `orders`, one for each of the `crew`, all begun at the same moment when everybody is ready."""
    for hand, order in zip(crew, orders, strict=True):
        hand.tell(deed, order)
    assert [hand.hear(str) for hand in crew] == ["ready"] * len(crew)
    for hand in crew:
        hand.go()
    said = [hand.hear(kind) for hand in crew]
    return [one for one in said if one is not None]


def environment(sandbox: str, state_dir: Path, ledger: str | Path, platforms: Sequence[str]) -> Mapping[str, str]:
    """The settings of servers that are live on `platforms` of the `sandbox`, and share one ledger."""
    opens: Mapping[str, Mapping[str, str]] = {"google": GOOGLE, "meta": META, "tiktok": TIKTOK}
    more = {"REQUESTS_PER_SECOND": "1000"}
    urls = {name: {"BASE_URL": f"{sandbox}/{name}"} for name in platforms}
    if "google" in urls:
        urls["google"] |= {"TOKEN_URL": f"{sandbox}/google/token", "DATA_MANAGER_URL": f"{sandbox}/google"}
    return {
        "XYLO_MODE": "live",
        "XYLO_DEADLINE": "300",  # how fast this machine is says nothing
        "XYLO_STATE_DIR": str(state_dir),
        "XYLO_POLICY": str(state_dir / "policy.toml"),
        "XYLO_LEDGER": ledger if isinstance(ledger, str) else "",
        # Nobody is met but on this machine: certificates of others would only be loaded for nothing.
        "SSL_CERT_FILE": "",
        "SSL_CERT_DIR": str(state_dir),
        **{
            f"XYLO_{name.upper()}_{setting}": value
            for name in platforms
            for setting, value in {**opens[name], **urls[name], **more}.items()
        },
    }


def put_policy(state_dir: Path, text: str) -> None:
    """The policy of servers with this state, readable as policies must be."""
    path = state_dir / "policy.toml"
    path.write_text(text)
    path.chmod(0o600)


def truth(sandbox: str, account: str = "") -> Truth:
    """What is true in the sandbox now, apart from what was delivered."""
    query = f"account={account}&since={_LONG_AGO}&until={_LONG_AGO}"
    with urllib.request.urlopen(f"{sandbox}/_world?{query}") as answer:
        return msgspec.json.decode(answer.read(), type=Truth)
