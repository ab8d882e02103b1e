"""How long until a client knows the tools, and how much memory that takes."""

import tempfile
import time
from collections.abc import Mapping, Sequence

from .figures import Figure, Goal, Spread, ratio, spread
from .pipe import Pipe
from .processes import SERVER, script

_ROUNDS = 20


def measure() -> list[Figure]:
    times: tuple[list[float], list[float]] = [], []
    memory: tuple[list[float], list[float]] = [], []
    with tempfile.TemporaryDirectory(prefix="xylo-bench-") as state_dir:
        kinds: Sequence[tuple[Sequence[str], Mapping[str, str]]] = (
            ((*SERVER, "serve"), {"XYLO_MODE": "sandbox", "XYLO_STATE_DIR": state_dir}),
            (script("bare_server"), {}),
        )
        for round_ in range(-1, _ROUNDS):  # the first one writes bytecode and warms the disk
            for kind in (0, 1) if round_ % 2 else (1, 0):
                took, held = _once(*kinds[kind])
                if round_ >= 0:
                    times[kind].append(took)
                    memory[kind].append(held)
    held = Figure("start", "memory then", "x", _ratios(*memory), Goal(1.2), _medians(*memory))
    return [ratio("start", "spawn to tools/list, against a bare server", *times, Goal(1.2)), held]


def _once(command: Sequence[str], environment: Mapping[str, str]) -> tuple[float, float]:
    with Pipe(command, environment) as pipe:
        pipe.greet()
        pipe.ask("tools/list")
        return time.perf_counter() - pipe.spawned, pipe.memory


def _ratios(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    return spread([one / other for one, other in zip(ours, theirs, strict=True)])


def _medians(ours: Sequence[float], theirs: Sequence[float]) -> str:
    return f"{spread(ours).median:.1f} : {spread(theirs).median:.1f} MiB"
