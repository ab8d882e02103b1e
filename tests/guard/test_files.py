import os
import stat
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from xylo_mcp.ads.money import Money
from xylo_mcp.guard.files import SANDBOX, example, load_file
from xylo_mcp.guard.policy import PolicyInvalid, load
from xylo_mcp.sandbox.house import House

DOCS = Path(__file__).parents[2] / "docs" / "policy.md"
POSIX = pytest.mark.skipif(os.name != "posix", reason="modes and owners are those of POSIX")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "policy.toml"
    file.write_bytes(SANDBOX.encode())
    file.chmod(0o644)
    return file


def complaint(path: Path) -> str:
    with pytest.raises(PolicyInvalid) as wrong:
        load_file(path)
    return str(wrong.value).replace(str(path), "FILE")


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o400, 0o755])
def test_a_file_that_only_its_owner_can_write_is_read_with_its_text(path: Path, mode: int) -> None:
    path.chmod(mode)

    assert load_file(path) == (load(SANDBOX), SANDBOX)


def test_a_file_that_is_not_there_is_no_policy(path: Path) -> None:
    path.unlink()

    assert complaint(path) == "FILE cannot be read (No such file or directory); it must be a file, not a link."


@POSIX
def test_a_link_is_no_policy_wherever_it_leads(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.toml"
    link.symlink_to(path)

    assert complaint(link).endswith("; it must be a file, not a link.")


@POSIX
def test_a_folder_is_no_policy(tmp_path: Path) -> None:
    assert complaint(tmp_path) == "FILE cannot be read (Is a directory); it must be a file, not a link."


@POSIX
def test_a_pipe_is_no_policy_and_nobody_waits_for_it(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.toml"
    os.mkfifo(pipe, 0o600)

    assert complaint(pipe) == "FILE is no regular file."


@POSIX
@pytest.mark.parametrize("bit", [stat.S_IWGRP, stat.S_IWOTH])
def test_a_file_that_others_can_write_is_not_trusted(path: Path, bit: int) -> None:
    path.chmod(0o600 | bit)

    assert complaint(path) == "FILE can be written by others; run: chmod go-w FILE"


@POSIX
@pytest.mark.skipif(os.name == "posix" and os.geteuid() != 0, reason="only root can give files away")
def test_a_file_of_another_user_is_not_trusted(path: Path) -> None:
    os.chown(path, 12_345, -1)

    assert complaint(path) == "FILE belongs to another user; make it yours with chown."


def test_what_is_not_utf_8_is_said_to_be_so(path: Path) -> None:
    path.write_bytes(b"version = 1 # \xff")

    assert complaint(path) == "FILE is not UTF-8."


def test_what_is_wrong_is_said_of_the_file(path: Path) -> None:
    path.write_bytes(SANDBOX.replace("version = 1", "version = 2").encode())

    assert complaint(path) == "FILE: version: Input should be less than or equal to 1"


def test_an_empty_file_is_no_policy(path: Path) -> None:
    path.write_bytes(b"")

    assert complaint(path).startswith("FILE: version: Field required; ")


def test_the_sandboxs_policy_has_a_rate_for_every_account_and_lets_it_be_changed(house: House) -> None:
    policy = load(SANDBOX)

    for cast in house.world.casts:
        for plan in cast.accounts:
            assert policy.mode(plan.public_id) == "live"
            assert policy.in_currency(Money(Decimal(1000), plan.currency), date(2026, 3, 18)) > 0


def test_the_example_only_tries_things_out_on_the_accounts_it_is_made_for() -> None:
    policy = load(example(["act_1", "customers/2"], "EUR"))

    assert policy.accounts == {"act_1": "dry_run", "customers/2": "dry_run"}
    assert policy.currency == "EUR"
    assert (policy.caps.campaign, policy.caps.account, policy.caps.total) == (Decimal(100), Decimal(500), Decimal(1000))
    assert (policy.rates, policy.quiet_hours, policy.approvals.channels) == (None, None, ("terminal",))


def test_an_example_for_no_accounts_is_valid_once_one_is_named() -> None:
    text = example([], "USD")

    with pytest.raises(PolicyInvalid, match=r"^accounts: "):
        load(text)
    assert load(text.replace('# "act_', '"act_')).accounts == {"act_123456789": "live"}


def test_what_the_example_leaves_out_is_valid_when_it_is_let_in() -> None:
    text = example(["act_1"], "EUR")
    let_in = [line.removeprefix("# ") if _is_toml(line) else line for line in text.splitlines()]

    policy = load("\n".join(let_in))

    assert policy.caps.platform == Decimal(1000)
    assert policy.rates is not None
    assert policy.rates.worth == {"USD": Decimal("0.93")}
    assert policy.quiet_hours is not None


def _is_toml(line: str) -> bool:
    return line.startswith("# [") or (line.startswith("# ") and " = " in line)


def test_the_documentation_shows_the_example_as_it_is() -> None:
    assert f"```toml\n{example(['act_123456789'], 'EUR')}```" in DOCS.read_text(encoding="utf-8")


def test_the_documentation_has_a_section_for_each_table() -> None:
    text = DOCS.read_text(encoding="utf-8")
    tables = [name for name in type(load(SANDBOX)).model_fields if name not in {"version", "currency"}]

    assert [name for name in tables if f"### `[{name}]`" not in text] == []
    assert len(tables) == 13
