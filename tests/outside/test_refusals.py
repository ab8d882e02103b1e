"""A server that should not start does not, and says why."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

TIKTOK = {
    "XYLO_TIKTOK_ACCESS_TOKEN": "a-token",
    "XYLO_TIKTOK_APP_ID": "an-id",
    "XYLO_TIKTOK_APP_SECRET": "a-secret",
}


@pytest.mark.parametrize(
    ("arguments", "settings", "complaint"),
    [
        ("--http 0.0.0.0:0", {}, "--http 0.0.0.0:0: only this machine may connect until sign-in exists"),
        ("--http 192.0.2.1:80", {}, "--http 192.0.2.1:80: only this machine may connect until sign-in exists"),
        ("--http [::]:80", {}, "--http [::]:80: only this machine may connect until sign-in exists"),
        ("--http 127.0.0.1:99999", {}, "the port must be a number up to 65535"),
        ("--http 127.0.0.1:http", {}, "the port must be a number up to 65535"),
        ("--mode production", {}, "'production' is not one of"),
        ("", {"XYLO_MODE": "production"}, "XYLO_MODE: Input should be 'sandbox', 'dry_run' or 'live'"),
        ("--mode live", {}, "TikTok: XYLO_TIKTOK_ACCESS_TOKEN, XYLO_TIKTOK_APP_ID, XYLO_TIKTOK_APP_SECRET"),
        ("--mode dry_run", {}, "Meta: XYLO_META_ACCESS_TOKEN"),
        (
            "--mode live",
            {"XYLO_TIKTOK_APP_ID": "1"},
            "XYLO_TIKTOK_ACCESS_TOKEN and XYLO_TIKTOK_APP_SECRET must be set too",
        ),
        (
            "--mode live",
            {**TIKTOK, "XYLO_GOOGLE_CLIENT_ID": "x", "XYLO_GOOGLE_CLIENT_SECRET": "x"},
            "XYLO_GOOGLE_REFRESH_TOKEN must be set too",
        ),
        (
            "--mode live",
            {**TIKTOK, "XYLO_TIKTOK_BASE_URL": "http://ads.example"},
            "XYLO_TIKTOK_BASE_URL must begin with https://",
        ),
        (
            "--mode live",
            {**TIKTOK, "XYLO_TIKTOK_BASE_URL": "http://127.0.0.1.ads.example"},
            "XYLO_TIKTOK_BASE_URL must begin with https://",
        ),
        (
            "--mode live",
            {**TIKTOK, "XYLO_TIKTOK_BASE_URL": "https://me:pw@ads.example"},
            "XYLO_TIKTOK_BASE_URL must be a plain URL",
        ),
        (
            "--mode live",
            {**TIKTOK, "XYLO_TIKTOK_BASE_URL": "http://[::1"},
            "XYLO_TIKTOK_BASE_URL must be a plain URL",
        ),
        (
            "--mode live",
            {**TIKTOK, "XYLO_TIKTOK_BASE_URL": "https://ads.example:99999"},
            "XYLO_TIKTOK_BASE_URL must be a plain URL",
        ),
    ],
)
def test_it_does_not_start_and_says_why(
    program: str,
    surroundings: Mapping[str, str],
    arguments: str,
    settings: Mapping[str, str],
    complaint: str,
) -> None:
    refused = subprocess.run(
        [program, "serve", *arguments.split()],
        env={**surroundings, **settings},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (refused.returncode, refused.stdout) == (2, "")
    assert complaint in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not any(secret in refused.stderr for secret in ("a-token", "a-secret", ":pw@"))


def test_a_port_that_is_taken_is_left_to_its_owner(
    program: str, surroundings: Mapping[str, str], over_http: str
) -> None:
    taken = over_http.removeprefix("http://").removesuffix("/mcp")

    refused = subprocess.run(
        [program, "serve", "--http", taken], env=surroundings, capture_output=True, text=True, timeout=60, check=False
    )

    assert (refused.returncode, refused.stdout) == (3, "")
    assert "Address already in use" in refused.stderr


def test_a_sandbox_whose_directory_cannot_be_used_does_not_start(
    program: str, surroundings: Mapping[str, str], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")

    refused = subprocess.run(
        [program, "sandbox", "--http", "127.0.0.1:0", "--state-dir", str(tmp_path / "file")],
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (refused.returncode, refused.stdout) == (2, "")
    assert "cannot be written, or what is in it is damaged" in refused.stderr
