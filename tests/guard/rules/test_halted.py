from collections.abc import Callable
from typing import Literal

import pytest

from xylo_mcp.ads.errors import Limit
from xylo_mcp.guard.case import Case, Halt
from xylo_mcp.guard.rules.halted import judge
from xylo_mcp.guard.verdicts import Finding

MakeCase = Callable[..., Case]
Level = Literal["freeze_increases", "freeze_all"]
HERE = ["all", "platform:meta", "account:act_1"]
ELSEWHERE = ["platform:google", "account:act_2", "act_1", "meta", ""]


def test_where_nothing_is_halted_anything_goes(a_case: MakeCase) -> None:
    assert judge(a_case("raise")) is None


@pytest.mark.parametrize("scope", HERE)
@pytest.mark.parametrize("word", ["cut", "rename", "disable", "pause"])
def test_while_increases_are_frozen_all_else_goes(a_case: MakeCase, scope: str, word: str) -> None:
    assert judge(a_case(word, halts=[Halt(scope, "freeze_increases", "")])) is None


@pytest.mark.parametrize("scope", ELSEWHERE)
@pytest.mark.parametrize("word", ["create", "raise", "pause"])
def test_a_halt_elsewhere_stops_nothing_here(a_case: MakeCase, scope: str, word: str) -> None:
    assert judge(a_case(word, halts=[Halt(scope, "freeze_all", "")])) is None


@pytest.mark.parametrize("scope", HERE)
@pytest.mark.parametrize("word", ["create", "raise", "plan", "enable"])
def test_while_increases_are_frozen_nothing_is_made_enabled_or_raised(a_case: MakeCase, scope: str, word: str) -> None:
    found = judge(a_case(word, halts=[Halt(scope, "freeze_increases", "<b>audit</b>")]))

    assert found == Finding(
        "halt",
        "refused",
        f"The operator has halted changes ({scope}, freeze_increases).",
        "Stop making changes, and tell the person you work for; only the operator can lift the halt.",
        Limit("halt", "freeze_increases", scope, "a change"),
    )


@pytest.mark.parametrize("scope", HERE)
@pytest.mark.parametrize("word", ["create", "raise", "plan", "cut", "rename", "disable", "pause"])
def test_while_all_is_frozen_nothing_changes(a_case: MakeCase, scope: str, word: str) -> None:
    found = judge(a_case(word, halts=[Halt(scope, "freeze_all", "")]))

    assert found is not None
    assert found.limit == Limit("halt", "freeze_all", scope, "a change")


@pytest.mark.parametrize("level", ["freeze_increases", "freeze_all"])
def test_what_the_operators_halt_pauses_is_paused_and_nothing_else_is_let_through(
    a_case: MakeCase, level: Level
) -> None:
    halts = [Halt("all", level, "")]

    assert judge(a_case("pause", halts=halts, by_halt=True)) is None
    assert judge(a_case("raise", halts=halts, by_halt=True)) is not None
    assert judge(a_case("create", halts=halts, by_halt=True)) is not None


def test_each_halt_counts_wherever_it_stands(a_case: MakeCase) -> None:
    halts = [
        Halt("account:act_2", "freeze_all", ""),
        Halt("all", "freeze_increases", ""),
        Halt("platform:meta", "freeze_all", ""),
    ]

    found = judge(a_case("pause", halts=halts))

    assert found is not None
    assert found.limit.current == "platform:meta"
