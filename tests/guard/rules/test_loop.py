from collections.abc import Callable

import pytest

from xylo_mcp.ads.errors import Limit
from xylo_mcp.guard.case import Case, History
from xylo_mcp.guard.rules.loop import judge
from xylo_mcp.guard.verdicts import Finding

MakeCase = Callable[..., Case]
POLICY = "[pace]\nidentical_per_10_minutes = 3"


def test_without_a_limit_the_same_may_be_asked_for_ever(a_case: MakeCase) -> None:
    assert judge(a_case("raise", history=History(identical_last_10_minutes=1000))) is None


def test_up_to_the_limit_the_same_may_be_asked_again(a_case: MakeCase) -> None:
    assert judge(a_case("raise", policy=POLICY, history=History(identical_last_10_minutes=2))) is None


def test_a_pause_is_taken_however_often(a_case: MakeCase) -> None:
    assert judge(a_case("pause", policy=POLICY, history=History(identical_last_10_minutes=1000))) is None


@pytest.mark.parametrize("word", ["create", "raise", "enable", "cut", "rename", "disable"])
@pytest.mark.parametrize(("made", "proposed"), [(3, "4"), (4, "5")])
def test_beyond_the_limit_it_is_a_loop(a_case: MakeCase, word: str, made: int, proposed: str) -> None:
    assert judge(a_case(word, policy=POLICY, history=History(identical_last_10_minutes=made))) == Finding(
        "pace.identical",
        "refused",
        f"This very change was asked for {made} times within ten minutes.",
        "Stop, and look with list_campaigns at what it did before.",
        Limit("pace.identical", "3 per 10 minutes", str(made), proposed),
    )
