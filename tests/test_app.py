"""The wiring: which platforms are served in which mode, and for how long."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
import pytest

from xylo_mcp.ads.errors import InvalidCursor, Misconfigured
from xylo_mcp.app import App, Caller, Door, now, open_app
from xylo_mcp.connecting import credentials
from xylo_mcp.contract import PACE, Clock
from xylo_mcp.directory import Answers
from xylo_mcp.guard.files import example
from xylo_mcp.platforms import found
from xylo_mcp.sandbox.house import House
from xylo_mcp.settings import Mode, Settings, Unset

SPECS = found()
VARIABLES = [f"XYLO_{name.upper()}_{part.name}" for name, spec in SPECS.items() for part in (*spec.settings, PACE)]
WITH_CREDENTIALS: Sequence[Mode] = ("dry_run", "live")


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """No platform has any setting."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def give(monkeypatch: pytest.MonkeyPatch, *platforms: str) -> None:
    """What each of `platforms` needs; nobody listens where requests would go."""
    for name in platforms:
        for part in SPECS[name].settings:
            if part.required:
                monkeypatch.setenv(f"XYLO_{name.upper()}_{part.name}", "1234567890")
            if part.name.endswith("_URL"):
                monkeypatch.setenv(f"XYLO_{name.upper()}_{part.name}", "http://127.0.0.1:9")


def policy_in(folder: Path) -> Path:
    """A policy that an operator may have written."""
    path = folder / "policy.toml"
    path.write_text(example(["act_123456789"], "USD"))
    path.chmod(0o600)
    return path


async def accounts_of(app: App) -> list[str]:
    return [account.id for account, _ in (await app.directory.accounts()).answered]


def test_now_is_the_present_moment_with_its_zone() -> None:
    before = datetime.now(UTC)

    assert before <= now() <= datetime.now(UTC)
    assert now().utcoffset() == timedelta(0)


async def test_the_sandbox_serves_every_platform_there_is(app: App) -> None:
    assert app.mode == "sandbox"
    assert list(app.directory.platforms) == list(SPECS)
    assert len(await accounts_of(app)) == 13


async def test_the_sandbox_needs_no_settings_and_heeds_no_credentials(
    monkeypatch: pytest.MonkeyPatch, house: House, clock: Clock, tmp_path: Path
) -> None:
    give(monkeypatch, *SPECS)

    async with open_app(Settings(mode="sandbox", state_dir=tmp_path), clock, house) as app:
        assert len(await accounts_of(app)) == 13


async def test_a_sandbox_on_disk_is_kept_for_each_seed(tmp_path: Path, clock: Clock) -> None:
    for seed in (1, 2, 1):
        async with open_app(Settings(mode="sandbox", state_dir=tmp_path / "state", seed=seed), clock) as app:
            assert len(await accounts_of(app)) == 13

    found_files = {path.name for path in (tmp_path / "state").iterdir()}
    assert found_files == {"sandbox-1.sqlite3", "sandbox-2.sqlite3"}


async def test_a_state_directory_that_cannot_be_one_is_refused_with_the_setting_to_change(
    tmp_path: Path, clock: Clock
) -> None:
    (tmp_path / "state").write_text("a file")
    settings = Settings(mode="sandbox", state_dir=tmp_path / "state")

    with pytest.raises(Misconfigured) as refused:
        async with open_app(settings, clock):
            raise AssertionError("opened")

    assert str(tmp_path / "state") in refused.value.message
    assert refused.value.fix == "Have the operator set the variables named, or use --mode sandbox."


async def test_a_file_that_is_no_sandbox_is_refused_and_left_as_it_is(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "sandbox-1.sqlite3").write_bytes(b"something else entirely" * 100)

    with pytest.raises(Misconfigured):
        async with open_app(Settings(mode="sandbox", state_dir=tmp_path), clock):
            raise AssertionError("opened")

    assert (tmp_path / "sandbox-1.sqlite3").read_bytes() == b"something else entirely" * 100


@pytest.mark.parametrize("mode", WITH_CREDENTIALS)
@pytest.mark.parametrize("platforms", [["tiktok"], ["google", "meta"], ["google", "meta", "tiktok"]])
async def test_exactly_the_platforms_with_credentials_are_served(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mode: Mode, platforms: list[str]
) -> None:
    give(monkeypatch, *platforms)

    async with open_app(Settings(mode=mode, state_dir=tmp_path / "state", policy=policy_in(tmp_path))) as app:
        assert (app.mode, list(app.directory.platforms)) == (mode, platforms)

    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("mode", WITH_CREDENTIALS)
async def test_without_any_credentials_only_the_sandbox_opens(mode: Mode) -> None:
    with pytest.raises(Misconfigured) as refused:
        async with open_app(Settings(mode=mode)):
            raise AssertionError("opened")

    assert refused.value.message.startswith("This mode needs credentials of at least one platform (Google Ads: XYLO_")
    assert refused.value.fix == "Have the operator set the variables named, or use --mode sandbox."


async def test_incomplete_credentials_open_nothing_however_complete_others_are(monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, "meta", "tiktok")
    monkeypatch.delenv("XYLO_TIKTOK_APP_ID")

    with pytest.raises(Misconfigured, match="XYLO_TIKTOK_APP_ID must be set too"):
        async with open_app(Settings(mode="live")):
            raise AssertionError("opened")


def test_credentials_are_those_of_the_platforms_that_have_them_with_their_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, "tiktok")
    monkeypatch.setenv("XYLO_TIKTOK_REQUESTS_PER_SECOND", "20")

    assert credentials(SPECS) == {
        "tiktok": {
            "ACCESS_TOKEN": "1234567890",
            "APP_ID": "1234567890",
            "APP_SECRET": "1234567890",
            "BASE_URL": "http://127.0.0.1:9",
            "EVENTS_API": "2",
            "REQUESTS_PER_SECOND": "20",
        }
    }


def test_no_credentials_at_all_are_refused_with_all_that_there_could_be() -> None:
    with pytest.raises(Unset) as refused:
        credentials(SPECS)

    required = [
        f"XYLO_{name.upper()}_{part.name}" for name, spec in SPECS.items() for part in spec.settings if part.required
    ]
    assert all(name in str(refused.value) for name in required)


async def test_a_door_opens_once_however_many_come_at_the_same_time(house: House, clock: Clock, tmp_path: Path) -> None:
    door = Door(Settings(mode="sandbox", state_dir=tmp_path), clock, house)
    apps: list[App] = []

    async def come() -> None:
        apps.append(await door.app())

    async with anyio.create_task_group() as group:
        for _ in range(5):
            group.start_soon(come)
    await door.close()

    assert len(apps) == 5
    assert all(app is apps[0] for app in apps)


async def test_a_door_that_nobody_came_to_closes_too(tmp_path: Path) -> None:
    door = Door(Settings(mode="sandbox", state_dir=tmp_path / "state"))

    await door.close()

    assert not (tmp_path / "state").exists()


async def test_a_door_that_could_not_open_opens_when_it_can(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    door = Door(Settings(mode="live", policy=policy_in(tmp_path)))
    for _ in range(2):
        with pytest.raises(Misconfigured):
            await door.app()

    give(monkeypatch, "meta")
    app = await door.app()
    await door.close()

    assert list(app.directory.platforms) == ["meta"]


async def test_live_does_not_open_without_a_policy_or_with_a_wrong_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    give(monkeypatch, "meta")
    wrong = policy_in(tmp_path)
    wrong.write_text(wrong.read_text() + "\n[surprise]\n")

    for policy, why in ((None, "needs a policy"), (wrong, "surprise"), (tmp_path / "none", "cannot be read")):
        with pytest.raises(Misconfigured, match=why):
            async with open_app(Settings(mode="live", policy=policy)):
                raise AssertionError("opened")


async def test_what_is_closed_asks_nobody_any_more(house: House, clock: Clock, tmp_path: Path) -> None:
    door = Door(Settings(mode="sandbox", state_dir=tmp_path), clock, house)
    app = await door.app()
    await door.close()

    with pytest.raises(ExceptionGroup) as failed:
        await app.directory.accounts()
    assert {str(one) for one in failed.value.exceptions} == {"Cannot send a request, as the client has been closed."}


async def test_a_cursor_of_one_kind_of_list_is_none_of_another(caller: Caller) -> None:
    app = caller.app
    handle = app.account_cursors.keep(Answers[None]((), ()), "question")

    with pytest.raises(InvalidCursor):
        app.campaign_cursors.find(handle, "question")
    with pytest.raises(InvalidCursor):
        app.report_cursors.find(handle, "question")
