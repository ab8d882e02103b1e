"""Processes of the benchmark: each is started here, and ended by whoever started it."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_HERE = Path(__file__).parent
_PATIENCE = 5.0
SERVER = (str(Path(sys.executable).with_name("xylo-mcp")),)
TINY = {"PATH": os.environ.get("PATH", ""), "HOME": os.environ.get("HOME", "/"), "LANG": "C.UTF-8"}
"""The environment of every process: nothing of ours but what a question adds."""


def script(name: str, *arguments: str) -> Sequence[str]:
    """The command that runs one of the files beside this one, with the python that runs this."""
    return (sys.executable, str(_HERE / f"{name}.py"), *arguments)


def start(command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**TINY, **environment}
    )


def end(process: subprocess.Popen[bytes]) -> None:
    """Hang up; a process that does not end by itself is told to, and then made to."""
    stream(process.stdin).close()
    for ask in (None, process.terminate, process.kill):
        if ask:
            ask()
        try:
            process.wait(_PATIENCE if ask else _PATIENCE / 2)
        except subprocess.TimeoutExpired:
            continue
        break
    stream(process.stdout).close()


def stream(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None, "started without its pipes"
    return pipe


@contextmanager
def stub(name: str = "stub") -> Generator[str]:
    """The address of a stub, of TikTok if not said otherwise, in a process of its own."""
    process = start(script(name), {})
    try:
        port = int(stream(process.stdout).readline())
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        end(process)


@contextmanager
def sandbox(state_dir: Path) -> Generator[str]:
    """The address of the sandbox, in a process of its own."""
    port = _free_port()
    process = start((*SERVER, "sandbox", "--http", f"127.0.0.1:{port}", "--state-dir", str(state_dir)), {})
    try:
        _await(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        end(process)


def resident(pid: int) -> float:
    """How much memory a process holds right now, in MiB."""
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        found = re.search(r"VmRSS:\s+(\d+) kB", status.read_text())
        kilobytes = found[1] if found else "nan"
    else:
        kilobytes = subprocess.run(("ps", "-o", "rss=", "-p", str(pid)), capture_output=True, check=True).stdout
    return float(kilobytes) / 1024


def most_resident(pid: int) -> float:
    """How much memory a process held at most, in MiB; Linux alone says so."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return float(found[1]) / 1024 if found else float("nan")


def processor(pid: int) -> float:
    """For how many seconds a process kept a processor busy; Linux alone says so."""
    # The name before these may have blanks and brackets in it.
    busy = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, busy)) / os.sysconf("SC_CLK_TCK")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def _await(port: int) -> None:
    until = time.monotonic() + 4 * _PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return
