import logging
from collections.abc import Callable, Generator
from datetime import UTC, datetime

import msgspec
import pytest

from xylo_mcp import logs

Lines = Callable[[], list[dict[str, str]]]


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Generator[Lines]:
    """What is on standard error so far, line by line; how logging was set up before comes back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def read() -> list[dict[str, str]]:
        said = capsys.readouterr()
        assert said.out == ""
        return [msgspec.json.decode(line, type=dict[str, str]) for line in said.err.splitlines()]

    yield read
    root.handlers[:] = handlers
    root.setLevel(level)


def test_a_record_is_one_line_of_json_on_standard_error(lines: Lines) -> None:
    logs.configure()
    before = datetime.now(UTC)

    logging.getLogger("some.package").warning("%d of %s\nfailed", 3, "açaí")

    (line,) = lines()
    moment = datetime.fromisoformat(line.pop("timestamp"))
    assert before <= moment <= datetime.now(UTC)
    assert line == {"event": "3 of açaí\nfailed", "level": "warning", "logger": "some.package"}


def test_what_is_not_ascii_is_written_so_that_every_terminal_bears_it(
    lines: Lines, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure()

    logging.getLogger("some.package").error("açaí \u202e\x1b[31m")

    assert capsys.readouterr().err.isascii()
    assert lines() == []


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO])
def test_what_is_no_warning_is_not_said(lines: Lines, level: int) -> None:
    logs.configure()

    logging.getLogger("some.package").log(level, "chatter")

    assert lines() == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("GET /me?access_token=EAAB12345678901 failed", "GET /me?access_token=[redacted] failed"),
        ("Authorization: Bearer ya29.abc-def", "Authorization: Bearer [redacted]"),
        ("{'client_secret': 'GOCSPX-abc'}", "{'client_secret': '[redacted]'}"),
    ],
)
def test_what_looks_like_a_credential_is_not_said(lines: Lines, text: str, shown: str) -> None:
    logs.configure()

    logging.getLogger("some.package").warning("%s", text)

    assert [line["event"] for line in lines()] == [shown]


def test_a_crash_is_told_with_its_traceback_and_without_its_secrets(lines: Lines) -> None:
    logs.configure()
    try:
        int("access_token=s3cr3t-s3cr3t")
    except ValueError:
        logging.getLogger("some.package").exception("crashed")

    (line,) = lines()
    assert (line["event"], line["level"]) == ("crashed", "error")
    assert "Traceback" in line["exception"]
    assert "ValueError: invalid literal for int() with base 10: 'access_token=[redacted]'" in line["exception"]
    assert "s3cr3t-s3cr3t" not in str(line)


def test_configuring_twice_says_nothing_twice(lines: Lines) -> None:
    logs.configure()
    logs.configure()

    logging.getLogger("some.package").warning("once")

    assert [line["event"] for line in lines()] == ["once"]
