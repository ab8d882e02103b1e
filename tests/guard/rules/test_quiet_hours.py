from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from xylo_mcp.ads.errors import Limit
from xylo_mcp.guard.case import Case
from xylo_mcp.guard.rules.quiet_hours import judge
from xylo_mcp.guard.verdicts import Finding

MakeCase = Callable[..., Case]
NIGHT = "[quiet_hours]\nbegin = 22:00:00\nend = 06:00:00"
LUNCH = "[quiet_hours]\nbegin = 12:00:00\nend = 13:30:00"


def at(text: str) -> datetime:
    hour, minute, second = (int(part) for part in text.split(":"))
    return datetime(2026, 3, 18, hour, minute, second, tzinfo=ZoneInfo("America/New_York")).astimezone(UTC)


def test_without_quiet_hours_anything_may_be_raised_at_any_time(a_case: MakeCase) -> None:
    assert judge(a_case("raise", now=at("03:00:00"))) is None


@pytest.mark.parametrize("word", ["create", "plan", "cut", "rename", "disable", "pause"])
def test_what_does_not_raise_goes_at_any_time(a_case: MakeCase, word: str) -> None:
    assert judge(a_case(word, policy=NIGHT, now=at("03:00:00"))) is None


@pytest.mark.parametrize(
    ("policy", "time"),
    [
        (NIGHT, "06:00:00"),
        (NIGHT, "12:00:00"),
        (NIGHT, "21:59:59"),
        (LUNCH, "11:59:59"),
        (LUNCH, "13:30:00"),
        (LUNCH, "03:00:00"),
    ],
)
def test_outside_of_them_it_may_be_raised_and_the_end_is_outside(a_case: MakeCase, policy: str, time: str) -> None:
    assert judge(a_case("raise", policy=policy, now=at(time))) is None


@pytest.mark.parametrize(
    ("policy", "time"),
    [
        (NIGHT, "22:00:00"),
        (NIGHT, "23:59:59"),
        (NIGHT, "00:00:00"),
        (NIGHT, "05:59:59"),
        (LUNCH, "12:00:00"),
        (LUNCH, "13:29:59"),
    ],
)
@pytest.mark.parametrize("word", ["raise", "enable"])
def test_within_them_nothing_is_raised_or_enabled(a_case: MakeCase, word: str, policy: str, time: str) -> None:
    hours, end = ("22:00 to 06:00", "06:00") if policy == NIGHT else ("12:00 to 13:30", "13:30")

    assert judge(a_case(word, policy=policy, now=at(time))) == Finding(
        "quiet_hours",
        "refused",
        f"From {hours} (America/New_York) nothing is raised or enabled.",
        f"Ask again after {end}; pauses and cuts are possible now.",
        Limit("quiet_hours", f"{hours} (America/New_York)", time[:5], "a raise"),
    )


@pytest.mark.parametrize("time", ["00:00:00", "08:59:59", "09:00:00", "23:59:59"])
def test_hours_that_end_when_they_begin_are_the_whole_day(a_case: MakeCase, time: str) -> None:
    policy = "[quiet_hours]\nbegin = 09:00:00\nend = 09:00:00"

    assert judge(a_case("raise", policy=policy, now=at(time))) is not None


def test_the_hours_may_be_those_of_a_place_of_their_own(a_case: MakeCase) -> None:
    policy = f'{LUNCH}\ntime_zone = "Europe/Paris"'  # until the end of March five hours ahead of New York

    assert judge(a_case("raise", policy=policy, now=at("12:30:00"))) is None
    found = judge(a_case("raise", policy=policy, now=at("07:30:00")))

    assert found is not None
    assert found.limit == Limit("quiet_hours", "12:00 to 13:30 (Europe/Paris)", "12:30", "a raise")


@pytest.mark.parametrize(("month", "quiet"), [(1, False), (7, True)])
def test_summer_time_moves_them(a_case: MakeCase, month: int, *, quiet: bool) -> None:
    found = judge(a_case("raise", policy=LUNCH, now=datetime(2026, month, 18, 16, 45, tzinfo=UTC)))

    assert (found is not None) is quiet
