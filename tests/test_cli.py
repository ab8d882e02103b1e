"""The command line, as far as it answers by itself: what serves until it is stopped is tested in `outside`."""

import re
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from xylo_mcp.cli import cli
from xylo_mcp.contract import PACE
from xylo_mcp.platforms import found

VARIABLES = [f"XYLO_{name.upper()}_{part.name}" for name, spec in found().items() for part in (*spec.settings, PACE)]


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting is set, and home is an empty folder."""
    for name in ("XYLO_MODE", "XYLO_STATE_DIR", "XYLO_DEADLINE", "XYLO_SEED", "XDG_STATE_HOME", *VARIABLES):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


def assert_refused(result: Result, why: str) -> None:
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"xylo-mcp: {why}\n")


def test_it_says_which_version_it_is() -> None:
    result = run("version")

    assert (result.exit_code, result.stdout) == (0, version("xylo-mcp") + "\n")


def test_without_a_command_it_says_what_there_is() -> None:
    result = run()

    assert "Usage" in result.output
    assert {name for name in ("serve", "sandbox", "demo", "version") if re.search(rf"\b{name}\b", result.output)} == {
        "serve",
        "sandbox",
        "demo",
        "version",
    }


@pytest.mark.parametrize("command", ["serve", "sandbox", "demo", "version"])
def test_each_command_says_what_it_does(command: str) -> None:
    assert run(command, "--help").exit_code == 0


@pytest.mark.parametrize("command", ["serve", "sandbox"])
@pytest.mark.parametrize(
    "address",
    ["0.0.0.0:8000", "8000", ":8000", "192.168.0.1:8000", "example.com:80", "[::]:8000", "127.0.0.1.evil:1", ""],
)
def test_no_other_machine_may_connect(command: str, address: str) -> None:
    assert_refused(
        run(command, "--http", address),
        f"--http {address}: only this machine may connect until sign-in exists; use 127.0.0.1:PORT.",
    )


@pytest.mark.parametrize("command", ["serve", "sandbox"])
@pytest.mark.parametrize("port", ["", "http", "-1", "65536", "80.0", "٨٠", "²", "9" * 5000], ids=lambda port: port[:9])
def test_a_port_is_a_number_that_a_port_may_have(command: str, port: str) -> None:
    assert_refused(
        run(command, "--http", f"127.0.0.1:{port}"),
        f"--http 127.0.0.1:{port}: the port must be a number up to 65535.",
    )


@pytest.mark.parametrize(
    "arguments", [("serve", "--mode", "production"), ("serve", "--seed", "x"), ("server",), ("serve", "x")]
)
def test_what_is_not_understood_is_refused(arguments: Sequence[str]) -> None:
    result = run(*arguments)

    assert (result.exit_code, result.stdout) == (2, "")
    assert "Error" in result.stderr


@pytest.mark.parametrize("command", ["serve", "sandbox"])
def test_a_wrong_setting_is_refused_by_its_name(monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setenv("XYLO_MODE", "production")

    assert_refused(run(command), "XYLO_MODE: Input should be 'sandbox', 'dry_run' or 'live'")


def test_a_seed_that_is_no_world_is_refused_by_the_name_of_its_setting() -> None:
    assert_refused(run("serve", "--seed", "-1"), "XYLO_SEED: Input should be greater than or equal to 0")


@pytest.mark.parametrize("mode", ["dry_run", "live"])
def test_a_mode_that_needs_credentials_is_refused_without_any_and_says_which_there_are(mode: str) -> None:
    result = run("serve", "--mode", mode)

    needed = "; ".join(
        f"{spec.title}: " + ", ".join(f"XYLO_{name.upper()}_{part.name}" for part in spec.settings if part.required)
        for name, spec in found().items()
    )
    assert_refused(result, f"This mode needs credentials of at least one platform ({needed}), or use --mode sandbox.")


def test_incomplete_credentials_are_refused_with_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XYLO_TIKTOK_ACCESS_TOKEN", "s3cr3t-s3cr3t")
    monkeypatch.setenv("XYLO_META_ACCESS_TOKEN", "s3cr3t-s3cr3t")

    assert_refused(
        run("serve", "--mode", "live"),
        "XYLO_TIKTOK_APP_ID and XYLO_TIKTOK_APP_SECRET must be set too: tiktok cannot be used without.",
    )


def test_a_server_that_secrets_must_not_be_sent_to_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XYLO_META_ACCESS_TOKEN", "s3cr3t-s3cr3t")
    monkeypatch.setenv("XYLO_META_BASE_URL", "http://graph.example.com")

    assert_refused(
        run("serve", "--mode", "live"),
        "XYLO_META_BASE_URL must begin with https://, or with http:// for this very machine (127.0.0.1).",
    )


def test_the_mode_of_the_environment_is_judged_like_the_one_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XYLO_MODE", "dry_run")

    assert run("serve").stderr == run("serve", "--mode", "dry_run").stderr
