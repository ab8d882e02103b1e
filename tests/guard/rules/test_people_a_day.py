from collections.abc import Callable

import pytest

from xylo_mcp.ads.errors import Limit
from xylo_mcp.guard.case import Case, History
from xylo_mcp.guard.rules.people_a_day import judge
from xylo_mcp.guard.verdicts import Finding

MakeCase = Callable[..., Case]
CAMPAIGNS = ["create", "raise", "plan", "cut", "rename", "enable", "disable", "pause"]
POLICY = "[people]\nrows_per_day = 1000"


@pytest.mark.parametrize("word", ["list", "members", "events"])
def test_without_a_limit_any_number_is_told(a_case: MakeCase, word: str) -> None:
    assert judge(a_case(word, policy="[people]", history=History(rows_last_day=10**9))) is None


@pytest.mark.parametrize("word", ["list", "members", "events"])
def test_up_to_the_limit_people_are_told(a_case: MakeCase, word: str) -> None:
    assert judge(a_case(word, policy=POLICY, history=History(rows_last_day=900))) is None


@pytest.mark.parametrize("word", [*CAMPAIGNS, "alike"])
def test_what_tells_of_nobody_is_not_counted(a_case: MakeCase, word: str) -> None:
    assert judge(a_case(word, policy=POLICY, history=History(rows_last_day=1001))) is None


@pytest.mark.parametrize("word", ["list", "members", "events"])
@pytest.mark.parametrize(("told", "then", "left"), [(901, "1001", "99"), (1200, "1300", "0")])
def test_beyond_the_limit_nobody_is_told(a_case: MakeCase, word: str, told: int, then: str, left: str) -> None:
    assert judge(a_case(word, policy=POLICY, history=History(rows_last_day=told))) == Finding(
        "people.rows_per_day",
        "refused",
        f"act_1 was told {told:,} rows within the last 24 hours; with 100 more it would be beyond the 1,000 that are"
        " allowed.",
        "Send fewer, or wait until a day after the first of them.",
        Limit("people.rows_per_day", "1000 per day", str(told), then, remaining=left),
    )
