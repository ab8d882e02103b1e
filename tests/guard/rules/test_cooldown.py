from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from xylo_mcp.ads.errors import Limit
from xylo_mcp.guard.case import Case, History
from xylo_mcp.guard.rules.cooldown import judge
from xylo_mcp.guard.verdicts import Finding

MakeCase = Callable[..., Case]
NOW = datetime(2026, 3, 18, 15, 30, tzinfo=UTC)
POLICY = "[pace]\ncooldown_minutes = 10"


def changed(ago: timedelta) -> History:
    return History(last_change=NOW - ago)


@pytest.mark.parametrize("word", ["create", "plan", "cut", "rename", "disable", "pause"])
def test_what_does_not_raise_is_never_delayed(a_case: MakeCase, word: str) -> None:
    assert judge(a_case(word, policy=POLICY, history=changed(timedelta(seconds=1)))) is None


def test_without_a_cooldown_nothing_is_delayed(a_case: MakeCase) -> None:
    assert judge(a_case("raise", history=changed(timedelta()))) is None


def test_a_cooldown_of_nothing_delays_nothing(a_case: MakeCase) -> None:
    assert judge(a_case("raise", policy="[pace]\ncooldown_minutes = 0", history=changed(timedelta()))) is None


def test_a_campaign_that_was_not_changed_is_raised_at_once(a_case: MakeCase) -> None:
    assert judge(a_case("raise", policy=POLICY)) is None


@pytest.mark.parametrize("ago", [timedelta(minutes=10), timedelta(hours=30)])
def test_when_the_cooldown_is_over_it_may_be_raised(a_case: MakeCase, ago: timedelta) -> None:
    assert judge(a_case("raise", policy=POLICY, history=changed(ago))) is None


@pytest.mark.parametrize("word", ["raise", "enable"])
def test_a_moment_before_that_it_may_not(a_case: MakeCase, word: str) -> None:
    just = timedelta(minutes=9, seconds=59, microseconds=999_999)

    assert judge(a_case(word, policy=POLICY, history=changed(just))) == Finding(
        "pace.cooldown",
        "refused",
        "A campaign is not raised within 10 minutes of its last change; this one was changed at 15:20:00 UTC.",
        "Wait 1 second, until 2026-03-18 15:30:01 UTC.",
        Limit("pace.cooldown", "10 minutes", "599 seconds", "a raise"),
    )


@pytest.mark.parametrize(
    ("minutes", "ago", "rest", "wait"),
    [
        (1, timedelta(seconds=1), "1 minute", "Wait 59 seconds, until 2026-03-18 15:30:59 UTC."),
        (1, timedelta(seconds=1.5), "1 minute", "Wait 59 seconds, until 2026-03-18 15:30:59 UTC."),
        (1, timedelta(seconds=59), "1 minute", "Wait 1 second, until 2026-03-18 15:30:01 UTC."),
        (90, timedelta(minutes=30), "90 minutes", "Wait 3600 seconds, until 2026-03-18 16:30:00 UTC."),
    ],
)
def test_whoever_waits_as_told_is_refused_no_more(
    a_case: MakeCase, minutes: int, ago: timedelta, rest: str, wait: str
) -> None:
    policy = f"[pace]\ncooldown_minutes = {minutes}"

    found = judge(a_case("raise", policy=policy, history=changed(ago)))

    assert found is not None
    assert (found.limit.limit, found.fix) == (rest, wait)
    told = timedelta(seconds=int(wait.split()[1]))
    assert judge(a_case("raise", policy=policy, history=changed(ago), now=NOW + told)) is None
