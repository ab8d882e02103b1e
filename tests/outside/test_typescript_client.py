"""The official TypeScript client hears what the Python client hears, over both transports and in both protocol eras."""

import fcntl
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from mcp.client.stdio import StdioServerParameters

from tests.outside.timeless import timeless

Json = dict[str, object]
Converse = Callable[[Mapping[str, tuple[StdioServerParameters | str, str]]], Mapping[str, Json]]
LATEST = "2026-07-28"
PROTOCOLS = {"default": "2025-11-25", "auto": LATEST, LATEST: LATEST}
NAMES = ["stdio default", "stdio auto", "http default", "http auto", f"http {LATEST}"]
SOURCES = Path(__file__).parent / "typescript"
UNREACHABLE = ("EAI_AGAIN", "ENOTFOUND", "ECONNREFUSED", "ECONNRESET", "ENETUNREACH", "ETIMEDOUT")


@pytest.fixture(scope="module")
def client() -> Path:
    """The folder with the client installed, exactly as locked; beside the environment, and once for all workers."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("NOT PROVEN: the TypeScript client needs Node.js 20 or later with npm, and there is none here")
    folder = Path(sys.prefix) / "typescript-client"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_installed(folder):
            _install(npm, folder)
        shutil.copy(SOURCES / "session.mjs", folder)
    return folder


def _is_installed(folder: Path) -> bool:
    lockfile = folder / "package-lock.json"
    wanted = (SOURCES / "package-lock.json").read_bytes()
    return lockfile.is_file() and lockfile.read_bytes() == wanted and (folder / "node_modules").is_dir()


def _install(npm: str, folder: Path) -> None:
    shutil.copy(SOURCES / "package.json", folder)
    lockfile = folder / "package-lock.json"
    shutil.copy(SOURCES / "package-lock.json", lockfile)
    installed = subprocess.run(
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, capture_output=True, check=False
    )
    if installed.returncode != 0:
        lockfile.unlink()
        complaint = installed.stderr.decode()
        if any(reason in complaint for reason in UNREACHABLE):
            pytest.skip(f"NOT PROVEN: the TypeScript client could not be fetched: {complaint[-500:]}")
        pytest.fail(complaint)


@pytest.fixture(scope="module")
def heard(
    client: Path, converse: Converse, over_stdio: StdioServerParameters, over_http: str, questions: Mapping[str, Json]
) -> Mapping[str, Mapping[str, Json]]:
    """What each client heard: "python" once, "typescript" in every way."""
    asked = {
        "partners": {name: dict(zip(("transport", "mode"), name.split(), strict=True)) for name in NAMES},
        "stdio": {"command": over_stdio.command, "args": over_stdio.args, "env": over_stdio.env, "stderr": "ignore"},
        "url": over_http,
        "questions": questions,
    }
    while True:
        expected = converse({"python": (over_http, "auto")})
        session = subprocess.run(
            ["node", "session.mjs"], cwd=client, input=json.dumps(asked).encode(), capture_output=True, check=False
        )
        assert session.returncode == 0, session.stderr.decode()
        if converse({"python": (over_http, "auto")}) == expected:  # no account's day ended meanwhile
            return {"python": expected, "typescript": timeless(json.loads(session.stdout))}


@pytest.mark.parametrize("name", NAMES)
def test_the_typescript_client_hears_the_same(heard: Mapping[str, Mapping[str, Json]], name: str) -> None:
    expected = heard["python"]["python"]

    assert heard["typescript"][name] == {**expected, "protocol": PROTOCOLS[name.split()[1]]}
