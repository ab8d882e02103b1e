"""Whatever agents, people, crashes and failing platforms do in whatever order: nothing that is promised is broken."""

import logging
from collections.abc import Callable, Generator
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.conftest import LONG
from tests.worst_case import hearing
from tests.worst_case.acts import Act, Halt, Hand, Meanwhile, Settle, Spoil, Time, Write
from tests.worst_case.machine import Play
from tests.worst_case.theatre import Theatre
from xylo_mcp import logs
from xylo_mcp.sandbox.faults import Fault

_EXAMPLES, _STEPS = (2000, 40) if LONG else (20, 30)
_STORES = ["sqlite", "postgresql"] if LONG else ["sqlite"]
_80 = Decimal(80)
_RAISE = {"daily_budget": _80, "status": "active"}


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str]) -> Generator[Callable[[], str]]:
    """What the servers said to their operator; how logging was set up before comes back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.configure()
    yield lambda: capsys.readouterr().err
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def theatre(ledger_place: str | Path, tmp_path: Path) -> Generator[Theatre]:
    made = Theatre(tmp_path, ledger_place if isinstance(ledger_place, str) else "")
    yield made
    made.engine.dispose()


@pytest.mark.parametrize("ledger_place", _STORES, indirect=True)
def test_nothing_that_is_promised_is_broken_in_the_worst_case(theatre: Theatre, logged: Callable[[], str]) -> None:
    def play() -> Play:
        return Play(theatre)

    run_state_machine_as_test(
        cast("type[RuleBasedStateMachine]", play),  # whatever makes one will do
        settings=settings(max_examples=_EXAMPLES, stateful_step_count=_STEPS),
    )

    assert hearing.secrets_in(logged()) == []


@pytest.mark.parametrize("ledger_place", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "acts",
    [
        pytest.param(
            [
                Hand(3, 0, "open", _80),
                Meanwhile(
                    Write(0, "update_campaign", 3, 0, _RAISE, "agent one", None),
                    "arrived",
                    0,
                    (Halt("all", "freeze_all"),),
                ),
            ],
            id="a halt between two steps",
        ),
        pytest.param(
            [
                Hand(1, 0, "open", _80),
                Meanwhile(
                    Write(0, "update_campaign", 1, 0, _RAISE, "agent one", None), "arrived", 0, (Time(240), Settle(1))
                ),
            ],
            id="a sender that slept until it was settled",
        ),
        pytest.param(
            [
                Hand(1, 0, "open", _80),
                Meanwhile(
                    Write(0, "update_campaign", 1, 0, {"daily_budget": Decimal(60)}, "agent one", None),
                    "leaving",
                    0,
                    (Hand(1, 0, "budget", Decimal(60)), Time(240), Settle(1), Spoil(Fault("meta", "throttle"))),
                ),
            ],
            id="a refused change that a person made meanwhile",
        ),
        pytest.param(
            [
                Spoil(Fault("google", "status", path="search", skip=4, times=-1)),
                Write(
                    0,
                    "create_campaign",
                    0,
                    0,
                    {"name": "Spring", "objective": "traffic", **_RAISE},
                    "agent one",
                    None,
                ),
            ],
            id="a create whose campaign cannot be looked at any more",
        ),
    ],
)
def test_what_once_broke_a_promise_breaks_none(theatre: Theatre, acts: list[Act]) -> None:
    play = Play(theatre)
    try:
        for act in acts:
            play.happens(act)
            play.nothing_is_broken()
    finally:
        play.teardown()
