from collections.abc import Callable

import pytest

from xylo_mcp.ads.errors import Limit
from xylo_mcp.guard.case import Case, History
from xylo_mcp.guard.rules.new_campaigns import judge
from xylo_mcp.guard.verdicts import Finding

MakeCase = Callable[..., Case]
POLICY = "[pace]\ncampaigns_per_day = 20"


def test_without_a_limit_any_number_is_made(a_case: MakeCase) -> None:
    assert judge(a_case("create", history=History(created_last_day=1000))) is None


def test_up_to_the_limit_campaigns_are_made(a_case: MakeCase) -> None:
    assert judge(a_case("create", policy=POLICY, history=History(created_last_day=19))) is None


@pytest.mark.parametrize("word", ["raise", "enable", "cut", "rename", "disable", "pause"])
def test_what_makes_nothing_is_not_its_business(a_case: MakeCase, word: str) -> None:
    assert judge(a_case(word, policy=POLICY, history=History(created_last_day=1000))) is None


@pytest.mark.parametrize(("made", "proposed"), [(20, "21"), (21, "22")])
def test_beyond_the_limit_none_is_made(a_case: MakeCase, made: int, proposed: str) -> None:
    assert judge(a_case("create", policy=POLICY, history=History(created_last_day=made))) == Finding(
        "pace.campaigns",
        "refused",
        f"{made} campaigns were created within the last 24 hours; 20 are allowed.",
        "Change a campaign that exists, or wait.",
        Limit("pace.campaigns", "20 per day", str(made), proposed),
    )


def test_none_at_all_may_be_allowed(a_case: MakeCase) -> None:
    assert judge(a_case("create", policy="[pace]\ncampaigns_per_day = 0")) is not None
