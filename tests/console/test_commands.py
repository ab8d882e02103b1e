"""An operator's commands, one after another on one state directory, as in a terminal."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import anyio
import pytest

from tests.console.conftest import Run
from xylo_mcp.app import Caller, open_app
from xylo_mcp.settings import Settings
from xylo_mcp.tools import TOOLS

ACCOUNT = "act_123456789"


@pytest.fixture
def use(tmp_path: Path) -> Callable[..., dict[str, object]]:
    """Calls a tool of a server on the same state directory; gives its data."""

    def called(tool: str, **arguments: object) -> dict[str, object]:
        async def call() -> dict[str, object]:
            async with open_app(Settings(mode="sandbox", state_dir=tmp_path)) as app:
                (found,) = (one for one in TOOLS if one.name == tool)
                return dict((await found.run(arguments, Caller("agent", app))).content)

        return anyio.run(call)

    return called


def new(name: str, amount: float, **more: object) -> dict[str, object]:
    return {"account": ACCOUNT, "name": name, "objective": "traffic", "daily_budget": amount, **more}


def test_a_policy_is_written_checked_explained_and_adopted(run: Run, tmp_path: Path) -> None:
    written = run("policy", "init", "policy.toml", "--account", ACCOUNT, "--currency", "EUR")
    again = run("policy", "init", "policy.toml")
    checked = run("policy", "check", "policy.toml")
    explained = run("policy", "explain", "policy.toml")
    adopted = run("policy", "adopt", "policy.toml")

    assert (written.exit_code, again.exit_code, checked.exit_code, adopted.exit_code) == (0, 2, 0, 0)
    assert (tmp_path / "policy.toml").stat().st_mode & 0o777 == 0o600
    assert "good. Version" in checked.stdout
    assert f"{ACCOUNT}: dry_run" in explained.stdout
    assert "committed at most 100 EUR per day by a campaign" in explained.stdout
    assert "is in force" in adopted.stdout
    assert '"digest"' in run("audit", "tail").stdout


def test_a_policy_that_is_none_is_said_to_be_none(run: Run, tmp_path: Path) -> None:
    (tmp_path / "wrong.toml").write_text("surprise = 1")
    (tmp_path / "wrong.toml").chmod(0o600)

    assert "surprise" in run("policy", "check", "wrong.toml").stderr
    assert "This would be no policy" in run("policy", "init", "p.toml", "--account", "a", "--currency", "euro").stderr


def test_what_waits_is_listed_shown_and_rejected(run: Run, use: Callable[..., dict[str, object]]) -> None:
    made = use("create_campaign", **new("Waits", 600, status="active"), idempotency_key="k1")
    listed = run("approvals", "list").stdout
    approval = listed.split()[0]

    shown = run("approvals", "show", approval)
    no_terminal = run("approvals", "approve", approval)
    rejected = run("approvals", "reject", approval)

    assert made["enabling"] == "pending_approval"
    assert "600.00 USD per day" in listed
    assert "Allow this change on act_123456789?" in shown.stdout
    assert "needs a person at a terminal" in no_terminal.stderr
    assert rejected.stdout.startswith("rejected")
    assert run("approvals", "list").stdout == ""
    assert "NOT_FOUND" in run("approvals", "show", "nosuchthing1").stderr


def test_operations_are_listed_shown_and_settled(run: Run, use: Callable[..., dict[str, object]]) -> None:
    made = use("create_campaign", **new("One", 20))
    identity = str(made["operation_id"])

    listed = run("operations", "list")
    shown = run("operations", "show", identity)

    assert identity in listed.stdout
    assert json.loads(shown.stdout)["state"] == "applied"
    assert run("operations", "list", "--unsettled").stdout == ""
    assert "Nothing is due." in run("operations", "reconcile").stdout
    assert identity in run("operations", "reconcile", identity).stdout
    resolved = run("operations", "resolve", identity, "--outcome", "done", "--note", "seen")
    assert "nothing to resolve" in resolved.stderr
    assert "say how you know" in run("operations", "resolve", identity, "--outcome", "done", "--note", " ").stderr


def test_a_halt_pauses_what_runs_and_a_resume_starts_it_again(run: Run, use: Callable[..., dict[str, object]]) -> None:
    halted = run("halt", "--reason", "test", "--account", ACCOUNT, "--pause-everything")
    refused = use("get_guardrails")["halts"]
    resumed = run("resume", "--account", ACCOUNT)

    assert halted.exit_code == 0
    paused = re.findall(r"applied", halted.stdout)
    assert paused
    assert refused
    assert f"{len(paused)} campaigns stay paused" in resumed.stdout
    assert "There was no such halt." in run("resume").stdout
    assert "exclude each other" in run("halt", "--reason", "x", "--platform", "meta", "--account", ACCOUNT).stderr


def test_what_a_halt_had_paused_can_be_enabled_again(run: Run) -> None:
    halted = run("halt", "--reason", "test", "--account", ACCOUNT, "--pause-everything", "--freeze-all")
    resumed = run("resume", "--restart")

    assert "freeze_all" in halted.stdout
    assert "resumed: account:act_123456789" in resumed.stdout
    paused, enabled = re.findall(r"\d+: applied", halted.stdout), re.findall(r"\d+: applied", resumed.stdout)
    (over,) = set(paused) - set(enabled)  # a person had given it more than the cap
    assert f"{over.removesuffix('applied')}REFUSED: The cap for a campaign is 1000.00 USD" in resumed.stdout
    assert set(enabled) < set(paused)
    assert run("halt", "--reason", "all").stdout == "halted: all, freeze_increases\n"
    assert run("halt", "--reason", "one", "--platform", "meta").stdout == "halted: platform:meta, freeze_increases\n"


def test_the_audit_is_verified_and_exported(run: Run, use: Callable[..., dict[str, object]]) -> None:
    use("create_campaign", **new("One", 20))

    verified = run("audit", "verify")
    exported = [json.loads(line) for line in run("audit", "export").stdout.splitlines()]

    assert verified.stdout == f"whole: {len(exported)} records\n"
    assert [one["event"] for one in exported] == ["policy_adopted", "sending", "applied"]
    assert len(run("audit", "export", "--after", "2").stdout.splitlines()) == 1


def test_a_server_whose_policy_is_wrong_does_not_start(run: Run) -> None:
    assert "cannot be read" in run("serve", "--policy", "nothing.toml").stderr
