import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xylo_mcp.contract import PACE, Setting
from xylo_mcp.settings import Settings, Unset, platform_settings, read_settings

NEEDED = (
    Setting("ACCESS_TOKEN", "a token"),
    Setting("APP_ID", "an id", secret=False),
    Setting("NOTE", "whatever", required=False, secret=False),
    Setting("PROOF", "adds proof", required=False),
    Setting("BASE_URL", "where it is", required=False, secret=False, default="https://api.example.com"),
    PACE,
)


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting is set, and home is an empty folder."""
    names = ("MODE", "STATE_DIR", "DEADLINE", "SEED", "READ_ONLY", *(f"ACME_{setting.name}" for setting in NEEDED))
    for name in names:
        monkeypatch.delenv(f"XYLO_{name}", raising=False)
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


def test_without_any_setting_the_sandbox_is_served(tmp_path: Path) -> None:
    state_dir = tmp_path / ".local" / "state" / "xylo-mcp"

    assert read_settings() == Settings(mode="sandbox", state_dir=state_dir, deadline=30, seed=1)


def test_the_environment_says_what_holds(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XYLO_MODE", "dry_run")
    monkeypatch.setenv("XYLO_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("XYLO_DEADLINE", "12.5")
    monkeypatch.setenv("XYLO_SEED", "42")

    assert read_settings() == Settings(mode="dry_run", state_dir=tmp_path / "state", deadline=12.5, seed=42)


def test_folders_and_toolsets_are_lists_in_one_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XYLO_DATA_DIRS", os.pathsep.join(["/lists", "/more"]))
    monkeypatch.setenv("XYLO_TOOLSETS", " audiences ,")

    told = read_settings()

    assert (told.data_dirs, told.toolsets) == ((Path("/lists"), Path("/more")), ("audiences",))


def test_a_toolset_that_there_is_not_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XYLO_TOOLSETS", "everything")

    with pytest.raises((Unset, ValueError), match="audiences"):
        read_settings()


def test_what_is_said_on_the_command_line_wins_and_what_is_not_said_there_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XYLO_MODE", "live")
    monkeypatch.setenv("XYLO_SEED", "42")

    settings = read_settings(mode="dry_run", seed=None)

    assert (settings.mode, settings.seed) == ("dry_run", 42)


def test_the_state_goes_where_the_operating_system_wants_state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "var"))

    assert read_settings().state_dir == tmp_path / "var" / "xylo-mcp"


@pytest.mark.parametrize("mode", ["sandbox", "dry_run", "live"])
def test_there_are_three_modes(monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    monkeypatch.setenv("XYLO_MODE", mode)

    assert read_settings().mode == mode


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MODE", "production"),
        ("MODE", "LIVE"),
        ("DEADLINE", "0"),
        ("DEADLINE", "-1"),
        ("DEADLINE", "601"),
        ("DEADLINE", "nan"),
        ("DEADLINE", "inf"),
        ("DEADLINE", "soon"),
        ("SEED", "-1"),
        ("SEED", "2147483648"),
        ("SEED", "1.5"),
    ],
)
def test_a_value_that_is_not_allowed_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"XYLO_{name}", value)

    with pytest.raises(Unset, match=f"^XYLO_{name}: "):
        read_settings()


def test_a_variable_that_is_empty_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = read_settings()
    for name in ("MODE", "STATE_DIR", "DEADLINE", "SEED"):
        monkeypatch.setenv(f"XYLO_{name}", "")

    assert read_settings() == plain


def test_every_wrong_value_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XYLO_MODE", "production")
    monkeypatch.setenv("XYLO_SEED", "-1")

    with pytest.raises(Unset) as refused:
        read_settings()

    assert [part.split(":")[0] for part in str(refused.value).split("; ")] == ["XYLO_MODE", "XYLO_SEED"]


def test_a_wrong_value_said_on_the_command_line_is_refused_too() -> None:
    with pytest.raises(Unset, match=r"^XYLO_SEED: "):
        read_settings(seed=-1)


def test_settings_do_not_change() -> None:
    settings = read_settings()

    with pytest.raises(ValueError, match="frozen"):
        settings.seed = 2  # type: ignore[misc]  # that is the point


def give(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in values.items():
        monkeypatch.setenv(f"XYLO_ACME_{name}", value)


def test_a_platform_without_any_credentials_is_not_served() -> None:
    assert platform_settings("acme", NEEDED) is None


@pytest.mark.parametrize("name", ["NOTE", "BASE_URL", "REQUESTS_PER_SECOND"])
def test_settings_that_are_neither_needed_nor_secret_are_no_credentials(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    give(monkeypatch, **{name: "1"})

    assert platform_settings("acme", NEEDED) is None


def test_a_platform_with_its_credentials_gets_them_with_the_defaults_of_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    give(monkeypatch, ACCESS_TOKEN=" abc\n", APP_ID="7")

    assert platform_settings("acme", NEEDED) == {
        "ACCESS_TOKEN": "abc",
        "APP_ID": "7",
        "NOTE": "",
        "PROOF": "",
        "BASE_URL": "https://api.example.com",
        "REQUESTS_PER_SECOND": "0",
    }


def test_a_platform_that_needs_nothing_is_always_served() -> None:
    assert platform_settings("acme", [PACE]) == {"REQUESTS_PER_SECOND": "0"}


@pytest.mark.parametrize("empty", ["", "  ", "\t"])
def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch, empty: str) -> None:
    give(monkeypatch, ACCESS_TOKEN=empty, APP_ID=empty, BASE_URL=empty)

    assert platform_settings("acme", NEEDED) is None


@pytest.mark.parametrize(
    ("given_names", "missing"),
    [
        (["ACCESS_TOKEN"], "XYLO_ACME_APP_ID"),
        (["APP_ID", "NOTE"], "XYLO_ACME_ACCESS_TOKEN"),
        (["PROOF"], "XYLO_ACME_ACCESS_TOKEN and XYLO_ACME_APP_ID"),
    ],
)
def test_half_of_the_credentials_is_refused_with_the_names_of_the_other_half(
    monkeypatch: pytest.MonkeyPatch, given_names: Sequence[str], missing: str
) -> None:
    give(monkeypatch, **dict.fromkeys(given_names, "s3cr3t"))

    with pytest.raises(Unset) as refused:
        platform_settings("acme", NEEDED)

    assert str(refused.value) == f"{missing} must be set too: acme cannot be used without."


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.com",
        "https://api.example.com:8443/open_api/v1.3",
        "http://127.0.0.1:8747/tiktok",
        "http://localhost:8747",
        "http://[::1]:8747/meta",
    ],
)
def test_a_url_that_is_safe_to_send_secrets_to_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    give(monkeypatch, ACCESS_TOKEN="abc", APP_ID="7", BASE_URL=url)

    found = platform_settings("acme", NEEDED)

    assert found is not None
    assert found["BASE_URL"] == url


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.com",
        "http://10.0.0.1/",
        "http://127.0.0.1.evil.example/",
        "http://localhost.evil.example/",
        "ftp://api.example.com",
        "file:///etc/passwd",
        "api.example.com",
        "//api.example.com",
        "https://",
        "https://user@api.example.com",
        "https://user:word@api.example.com",
        "https://:word@api.example.com",
        "https://api.example.com?next=",
        "https://api.example.com?token=1",
        "https://api.example.com#part",
        "https://[api.example.com",
        "https://api.example.com:port",
        "https://api.example.com:99999",
        "https://api example.com",
        "twelve",
    ],
)
def test_a_url_that_is_not_safe_to_send_secrets_to_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    give(monkeypatch, ACCESS_TOKEN="abc", APP_ID="7", BASE_URL=url)

    with pytest.raises(Unset, match=r"^XYLO_ACME_BASE_URL must be"):
        platform_settings("acme", NEEDED)


@pytest.mark.parametrize("pace", ["0", "1", "50", "9999"])
def test_a_pace_is_a_whole_number(monkeypatch: pytest.MonkeyPatch, pace: str) -> None:
    give(monkeypatch, ACCESS_TOKEN="abc", APP_ID="7", REQUESTS_PER_SECOND=pace)

    found = platform_settings("acme", NEEDED)

    assert found is not None
    assert found["REQUESTS_PER_SECOND"] == pace


@pytest.mark.parametrize("pace", ["-1", "1.5", "10000", "many", "²", "١٢", "1e3", "+5"])
def test_a_pace_that_is_no_whole_number_is_refused(monkeypatch: pytest.MonkeyPatch, pace: str) -> None:
    give(monkeypatch, ACCESS_TOKEN="abc", APP_ID="7", REQUESTS_PER_SECOND=pace)

    with pytest.raises(Unset, match=r"^XYLO_ACME_REQUESTS_PER_SECOND must match "):
        platform_settings("acme", NEEDED)


@given(
    secret=st.text(st.characters(exclude_categories=("Cc", "Cs", "Z")), min_size=8, max_size=40), complete=st.booleans()
)
def test_no_refusal_tells_a_secret(secret: str, *, complete: bool) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        give(monkeypatch, ACCESS_TOKEN=secret, BASE_URL="http://api.example.com")
        if complete:
            give(monkeypatch, APP_ID="7")

        with pytest.raises(Unset) as refused:
            platform_settings("acme", NEEDED)

    assert secret not in str(refused.value)


@pytest.mark.parametrize(
    ("value", "said", "read_only"),
    [
        ("1", None, True),
        ("true", None, True),
        ("yes", None, True),
        ("on", None, True),
        ("0", None, False),
        ("false", None, False),
        ("", None, False),
        ("false", True, True),  # the command line
    ],
)
def test_reading_alone_is_asked_for_in_words_that_mean_it(
    monkeypatch: pytest.MonkeyPatch, value: str, *, said: bool | None, read_only: bool
) -> None:
    monkeypatch.setenv("XYLO_READ_ONLY", value)

    assert read_settings(read_only=said).read_only is read_only


@pytest.mark.parametrize("value", ["2", "enabled", "readonly", " "])
def test_another_word_for_reading_alone_is_refused_and_not_taken_for_no(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("XYLO_READ_ONLY", value)

    with pytest.raises(Unset, match="XYLO_READ_ONLY"):
        read_settings()
