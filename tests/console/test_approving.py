"""A person approves at a terminal of their own: they see the amount first, and type it again."""

import errno
import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import anyio
import pytest
from typer.testing import CliRunner, Result

from tests.gate.conftest import alter_ledger
from xylo_mcp.app import Caller, open_app
from xylo_mcp.cli import cli
from xylo_mcp.settings import Settings
from xylo_mcp.tools import TOOLS

ACCOUNT = "act_123456789"
PROMPT = "Type the amount per day to allow it: "
PROMPT_FOR_ROWS = "Type the number of rows to allow it: "
PROGRAM = str(Path(sys.executable).parent / "xylo-mcp")
POLICY = f"""\
version = 1
currency = "USD"
[accounts]
{ACCOUNT} = "live"
[caps]
campaign = 1000
account = 500000
[approvals]
above_daily = 500
"""
Run = Callable[..., Result]
Approve = Callable[..., tuple[int, str]]


class Terminal:
    """A pseudo-terminal of 80 by 24 characters with one command in it, from the side of who sits there."""

    def __init__(self, command: Sequence[str], environment: dict[str, str]) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self._process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True
        )
        os.close(theirs)
        self.shown = ""

    def read_to(self, text: str = "") -> bool:
        """Read until `text` has been shown; False: the command ended before."""
        while not text or text not in self.shown:
            try:
                part = os.read(self._ours, 65536)
            except OSError as error:
                if error.errno != errno.EIO:  # how a terminal says that nobody is left in it
                    raise
                return False
            if not part:
                return False
            self.shown += part.decode(errors="replace")
        return True

    def type(self, keys: bytes) -> None:
        """Press these keys."""
        os.write(self._ours, keys)

    def close(self) -> int:
        """Wait for the end of the command; gives its exit status."""
        os.close(self._ours)
        return self._process.wait()


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the commands find around them; Ann is signed in."""
    policy = tmp_path / "policy.toml"
    policy.write_text(POLICY)
    policy.chmod(0o600)
    ours = {"XYLO_STATE_DIR": str(tmp_path), "XYLO_POLICY": str(policy), "LOGNAME": "ann"}
    for name, value in ours.items():
        monkeypatch.setenv(name, value)
    return {**{name: value for name, value in os.environ.items() if not name.startswith("XYLO_")}, **ours}


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    """Runs a command where there is no terminal."""
    return lambda *arguments: CliRunner().invoke(cli, list(arguments))


@pytest.fixture
def approval(run: Run, environment: dict[str, str]) -> str:
    """The id of an approval that an agent needs: it enables a campaign of 650.50 a day under another name."""

    async def call(tool: str, **arguments: object) -> dict[str, object]:
        settings = Settings(
            mode="sandbox", state_dir=Path(environment["XYLO_STATE_DIR"]), policy=Path(environment["XYLO_POLICY"])
        )
        async with open_app(settings) as app:
            (found,) = (one for one in TOOLS if one.name == tool)
            return dict((await found.run({"account": ACCOUNT, **arguments}, Caller("agent", app))).content)

    async def ask() -> None:
        made = await call("create_campaign", name="Spring", objective="traffic", daily_budget=650.5)
        await call("update_campaign", campaign_id=made["campaign_id"], name="Innocent", status="active")

    anyio.run(ask)
    return run("approvals", "list").stdout.split()[0]


@pytest.fixture
def approve(environment: dict[str, str]) -> Approve:
    """Approves at a terminal, with these keys when the amount is asked for; gives exit status and all that was shown."""

    def at_a_terminal(approval_id: str, keys: bytes, prompt: str = PROMPT) -> tuple[int, str]:
        opened = Terminal([PROGRAM, "approvals", "approve", approval_id], environment)
        try:
            if opened.read_to(prompt):
                opened.type(keys)
                opened.read_to()
        finally:
            status = opened.close()
        return status, opened.shown.replace("\r\n", "\n")

    return at_a_terminal


def audited(run: Run) -> list[tuple[str, str]]:
    """Who did what with the approval."""
    records = [json.loads(line) for line in run("audit", "export").stdout.splitlines()]
    return [(one["principal"], one["event"]) for one in records if "approv" in one["event"] or "reject" in one["event"]]


def test_the_amount_is_shown_first_and_typed_again_before_anything_is_sent(
    run: Run, approve: Approve, approval: str
) -> None:
    status, shown = approve(approval, b"650.5\n")
    again, repeated = approve(approval, b"650.5\n")

    operation = re.search(r"\(operation (\w+)\)", shown)
    assert operation is not None
    done = json.loads(run("operations", "show", operation[1]).stdout)
    question, _, came = shown.partition(PROMPT)
    assert question.splitlines() == [
        f"Allow this change on {ACCOUNT}?",
        "It would commit 650.50 USD per day (about 19775.20 USD per month);",
        "until now it is 650.50 USD per day (about 19775.20 USD per month).",
        "approvals: 650.50 USD per day, allowed without you: 500.00 USD per day",
        f'change campaign {done["campaign_id"]}: name to "Innocent", status to "active"; account "Bergquell Shop US"',
    ]
    assert came == f"650.5\napplied: campaign {done['campaign_id']} (operation {done['id']})\n"
    assert (status, done["state"], done["stored"]["status"]) == (0, "applied", "active")
    assert again == 2
    assert repeated.endswith("CONFLICT: This approval is used already. Have the change asked for again.\n")
    assert audited(run) == [
        ("agent", "approval_asked"),
        ("ann in a terminal", "approved"),
        ("ann in a terminal", "approval_used"),
    ]


def test_of_peoples_data_the_number_of_rows_is_typed_and_the_same_call_then_sends_it(
    run: Run, approve: Approve, environment: dict[str, str]
) -> None:
    policy = Path(environment["XYLO_POLICY"])
    policy.write_text(f'{POLICY}[people]\nlists = ["*"]\nconsent = "not_denied"\napproval_above_rows = 1\n')
    people = [{"email": f"customer{number}@example.com"} for number in range(2)]
    asked = {"accounts": [ACCOUNT], "name": "Spring", "type": "customer_list", "customers": people}
    settings = Settings(mode="sandbox", state_dir=policy.parent, policy=policy)

    async def call() -> str:
        async with open_app(settings) as app:
            (found,) = (one for one in TOOLS if one.name == "create_audience")
            content: Any = (await found.run(asked, Caller("agent", app))).content
        return str(content["parts"][0]["state"])

    waiting = anyio.run(call)
    listed = run("approvals", "list").stdout.split()
    refused, no = approve(listed[0], b"3\n", PROMPT_FOR_ROWS)
    allowed, yes = approve(listed[0], b"2\n", PROMPT_FOR_ROWS)
    done = anyio.run(call)

    question, _, came = yes.partition(PROMPT_FOR_ROWS)
    assert (waiting, listed[1:4], done) == ("pending_approval", ["2", "rows", ACCOUNT], "applied")
    assert (refused, no.splitlines()[-1]) == (2, "xylo-mcp: That is not the number of rows; nothing was allowed.")
    assert question.splitlines() == [
        f"Allow people's data to go to meta, {ACCOUNT}?",
        "It is 2 rows.",
        "people.approval_above_rows: 2, allowed without you: 1",
        'create audience "Spring" (customer_list) of 2 rows; account "Bergquell Shop US"',
    ]
    assert (allowed, came.partition(" (")[0]) == (
        0,
        "2\nallowed: it is sent once the very same call is made again",
    )
    assert audited(run) == [
        ("agent", "approval_asked"),
        ("ann in a terminal", "approved"),
        ("ann in a terminal", "approval_used"),
    ]


@pytest.mark.parametrize("keys", [b"650.49\n", b"\x04"])
def test_without_the_very_amount_nothing_is_allowed_and_it_goes_on_waiting(
    run: Run, approve: Approve, approval: str, keys: bytes
) -> None:
    status, shown = approve(approval, keys)

    assert status != 0
    assert "applied" not in shown
    assert "Traceback" not in shown
    assert run("approvals", "list").stdout.startswith(approval)
    assert audited(run) == [("agent", "approval_asked")]


def test_what_was_rejected_cannot_be_approved_any_more(run: Run, approve: Approve, approval: str) -> None:
    rejected = run("approvals", "reject", approval)
    again = run("approvals", "reject", approval)
    status, shown = approve(approval, b"650.5\n")

    assert rejected.stdout.startswith("rejected (operation ")
    assert "CONFLICT: This approval is rejected already." in again.stderr
    assert (status, shown.splitlines()[-1]) == (
        2,
        "xylo-mcp: CONFLICT: This approval is rejected already. Have the change asked for again.",
    )
    assert audited(run) == [("agent", "approval_asked"), ("ann in a terminal", "rejected")]


def test_only_a_terminal_approves(environment: dict[str, str], approval: str) -> None:
    piped = subprocess.run(
        [PROGRAM, "approvals", "approve", approval],
        input="650.5\n",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (piped.returncode, piped.stdout) == (2, "")
    assert piped.stderr == "xylo-mcp: Approving needs a person at a terminal; this is not one.\n"


def test_a_name_cannot_push_the_amount_out_of_view_nor_write_over_it(
    approve: Approve, approval: str, tmp_path: Path
) -> None:
    """What the ledger holds is changed by hand: the tools take no such name."""
    evil = "\x1b[2J\x1b[H\r" + "It would commit 1.00 USD per day\n" * 300 + "\u202e\u0007" + PROMPT
    spelled = json.dumps(evil)[1:-1].replace("'", "''")
    (ledger,) = tmp_path.glob("ledger*.sqlite3")
    alter_ledger(ledger, f"UPDATE operation SET body = replace(body, 'Innocent', '{spelled}')".replace(":", "\\:"))

    _, shown = approve(approval, b"1.00\n")

    question = shown[: shown.rindex(PROMPT)]
    lines = question.splitlines()
    assert lines[1] == "It would commit 650.50 USD per day (about 19775.20 USD per month);"
    assert len(lines) == 5
    assert len(lines[-1]) < 400
    assert set(question) & {"\x1b", "\r", "\x07", "\u202e"} == set()
    assert "That is not the amount; nothing was allowed." in shown
