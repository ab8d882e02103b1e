"""With credentials the server reads the platforms they open, over real connections, and what it says is true."""

import subprocess
import urllib.request
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import anyio
import msgspec
import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters

from xylo_mcp.guard.files import example
from xylo_mcp.sandbox.google.cast import CREDENTIALS as GOOGLE
from xylo_mcp.sandbox.meta.cast import CREDENTIALS as META
from xylo_mcp.sandbox.tiktok.cast import CREDENTIALS as TIKTOK

OnAPort = Callable[[Sequence[str], Mapping[str, str]], AbstractContextManager[tuple[str, subprocess.Popen[bytes]]]]
CREDENTIALS: Mapping[str, Mapping[str, str]] = {"google": GOOGLE, "meta": META, "tiktok": TIKTOK}
PRESETS = ("yesterday", "last_7d")


class Account(msgspec.Struct, frozen=True):
    id: str
    platform: str
    name: str
    currency: str


class Day(msgspec.Struct, frozen=True):
    account: str
    date: date
    spend: Decimal
    impressions: int
    clicks: int
    conversions: Decimal


class Truth(msgspec.Struct, frozen=True):
    """What a sandbox says of its world, apart from how late it is there."""

    seed: int
    anchor: date
    accounts: list[Account]
    campaigns: list[dict[str, object]]
    days: list[Day]


class Numbers(msgspec.Struct, frozen=True):
    spend: Decimal
    impressions: int
    clicks: int
    conversions: Decimal


class Report(msgspec.Struct, frozen=True):
    account: str
    date_from: date
    date_to: date
    total: Numbers


class Accounts(msgspec.Struct, frozen=True):
    """What list_accounts gives."""

    mode: str
    accounts: list[Account]
    complete: bool


class Insights(msgspec.Struct, frozen=True):
    """What get_insights gives."""

    mode: str
    groups: list[Report]
    complete: bool


class Said(msgspec.Struct, frozen=True):
    accounts: Accounts
    insights: Mapping[str, Insights]


@pytest.fixture(scope="module")
def sandbox(
    on_a_port: OnAPort, surroundings: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Generator[str]:
    """Where all three platforms are."""
    folder = tmp_path_factory.mktemp("sandbox")
    with on_a_port(["sandbox", "--state-dir", str(folder)], surroundings) as (url, _):
        yield url


@pytest.fixture(scope="module")
def said(
    program: str, sandbox: str, surroundings: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str, Sequence[str]], tuple[Said, Truth]]:
    """What a server says in a mode with the credentials of some platforms, and what is true at that time."""
    folder = tmp_path_factory.mktemp("server")
    policy = folder / "policy.toml"
    policy.write_text(example(["act_123456789"], "USD"))
    policy.chmod(0o600)

    def ask(mode: str, platforms: Sequence[str]) -> tuple[Said, Truth]:
        server = StdioServerParameters(
            command=program,
            args=["serve", "--mode", mode, "--state-dir", str(folder), "--policy", str(policy)],
            env={**surroundings, **_settings(sandbox, platforms)},
        )
        return anyio.run(_said_and_true, server, sandbox)

    return ask


@pytest.fixture(scope="module")
def live(said: Callable[[str, Sequence[str]], tuple[Said, Truth]]) -> tuple[Said, Truth]:
    return said("live", ("google", "meta", "tiktok"))


def _settings(sandbox: str, platforms: Sequence[str]) -> Mapping[str, str]:
    settings = {
        f"XYLO_{platform.upper()}_{name}": value
        for platform in platforms
        for name, value in {**CREDENTIALS[platform], "BASE_URL": f"{sandbox}/{platform}"}.items()
    }
    if "google" in platforms:
        settings["XYLO_GOOGLE_TOKEN_URL"] = f"{sandbox}/google/token"
        settings["XYLO_GOOGLE_DATA_MANAGER_URL"] = f"{sandbox}/google"
    return settings


async def _said_and_true(server: StdioServerParameters, sandbox: str) -> tuple[Said, Truth]:
    async with Client(server) as client:
        while True:
            said = await _what_is_said(client)
            truth = _truth(sandbox, _today())
            if await _what_is_said(client) == said:  # no account's day ended meanwhile
                return said, truth


async def _what_is_said(client: Client) -> Said:
    accounts = await client.call_tool("list_accounts", {})
    insights = {preset: await client.call_tool("get_insights", {"date_preset": preset}) for preset in PRESETS}
    said = Said(
        msgspec.convert(accounts.structured_content, Accounts),
        {preset: msgspec.convert(found.structured_content, Insights) for preset, found in insights.items()},
    )
    said.accounts.accounts.sort(key=_id)
    return said


def _truth(sandbox: str, until: date) -> Truth:
    """The truth about the ten days to `until`."""
    with urllib.request.urlopen(f"{sandbox}/_world?since={until - timedelta(days=9)}&until={until}") as answer:
        truth = msgspec.json.decode(answer.read(), type=Truth)
    truth.accounts.sort(key=_id)
    return truth


def _today() -> date:
    return datetime.now(UTC).date()


def _id(account: Account) -> str:
    return account.id


def _numbers(truth: Truth, report: Report) -> Numbers:
    """What the account of `report` really achieved on its days."""
    days = [day for day in truth.days if day.account == report.account]
    days = [day for day in days if report.date_from <= day.date <= report.date_to]
    return Numbers(
        sum((day.spend for day in days), Decimal(0)),
        sum(day.impressions for day in days),
        sum(day.clicks for day in days),
        sum((day.conversions for day in days), Decimal(0)),
    )


def test_live_mode_lists_every_account_that_the_credentials_open(live: tuple[Said, Truth]) -> None:
    said, truth = live

    assert said.accounts == Accounts("live", truth.accounts, complete=True)


@pytest.mark.parametrize("preset", PRESETS)
def test_live_mode_tells_the_truth_about_every_account(live: tuple[Said, Truth], preset: str) -> None:
    said, truth = live

    true = [msgspec.structs.replace(report, total=_numbers(truth, report)) for report in said.insights[preset].groups]

    assert said.insights[preset] == Insights("live", true, complete=True)
    assert sorted(report.account for report in true) == [account.id for account in truth.accounts]
    assert all(report.total.spend > 0 for report in true)


def test_only_the_platforms_with_credentials_are_served(
    said: Callable[[str, Sequence[str]], tuple[Said, Truth]],
) -> None:
    heard, truth = said("dry_run", ("tiktok", "meta"))

    served = [account for account in truth.accounts if account.platform in {"tiktok", "meta"}]
    assert heard.accounts == Accounts("dry_run", served, complete=True)
    for insights in heard.insights.values():
        true = [msgspec.structs.replace(report, total=_numbers(truth, report)) for report in insights.groups]
        assert insights == Insights("dry_run", true, complete=True)


def test_a_sandbox_that_was_killed_tells_of_the_same_world_again(
    on_a_port: OnAPort, measured: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    arguments = ["sandbox", "--seed", "7", "--state-dir", str(tmp_path_factory.mktemp("killed"))]
    until = _today() - timedelta(days=30)

    with on_a_port(arguments, measured) as (url, process):
        before = _truth(url, until)
        process.kill()
    with on_a_port(arguments, measured) as (url, _):
        after = _truth(url, until)

    assert after == before
    assert before.seed == 7
    assert before.days
