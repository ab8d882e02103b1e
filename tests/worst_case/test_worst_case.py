"""Whatever agents, people, crashes and failing platforms do in whatever order: nothing that is promised is broken."""

import os
from pathlib import Path

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.worst_case.machine import Play
from tests.worst_case.stage import Theatre

_LONG = bool(os.environ.get("XYLO_LONG"))


def test_nothing_that_is_promised_is_broken_in_the_worst_case(tmp_path: Path) -> None:
    theatre = Theatre(tmp_path)

    run_state_machine_as_test(
        lambda: Play(theatre),
        settings=settings(max_examples=int(os.environ.get("N", "100")), stateful_step_count=30),
    )
