from collections.abc import Callable

import pytest

from xylo_mcp.ads.errors import Limit
from xylo_mcp.guard.case import Case, History
from xylo_mcp.guard.rules.write_rate import judge
from xylo_mcp.guard.verdicts import Finding

MakeCase = Callable[..., Case]
POLICY = "[pace]\nwrites_per_minute = 10"


def test_without_a_limit_any_number_of_changes_is_taken(a_case: MakeCase) -> None:
    assert judge(a_case("raise", history=History(writes_last_minute=1000))) is None


@pytest.mark.parametrize("word", ["create", "raise", "enable"])
def test_up_to_the_limit_changes_are_taken(a_case: MakeCase, word: str) -> None:
    assert judge(a_case(word, policy=POLICY, history=History(writes_last_minute=9))) is None


@pytest.mark.parametrize("word", ["plan", "cut", "rename", "disable", "pause"])
def test_what_raises_nothing_is_never_delayed(a_case: MakeCase, word: str) -> None:
    assert judge(a_case(word, policy=POLICY, history=History(writes_last_minute=1000))) is None


@pytest.mark.parametrize("word", ["create", "raise", "enable"])
@pytest.mark.parametrize(("made", "proposed"), [(10, "11"), (11, "12")])
def test_beyond_the_limit_nothing_is_made_enabled_or_raised(
    a_case: MakeCase, word: str, made: int, proposed: str
) -> None:
    assert judge(a_case(word, policy=POLICY, history=History(writes_last_minute=made))) == Finding(
        "pace.writes",
        "refused",
        f"{made} changes were asked for within the last minute; 10 are allowed.",
        "Wait a minute, and see whether all these changes are needed.",
        Limit("pace.writes", "10 per minute", str(made), proposed),
    )
