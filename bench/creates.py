"""How many of 10,000 campaigns are made twice or lost when a quarter of all requests meets a fault.

Ours: four processes of agents that use our tools and share one ledger. Naive: four that send whatever met an error
again, in the vendors' own formats, as most clients do; the platforms that refuse a second campaign of one name keep
them from worse.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.processes.tally import Run, naive, ours

from .figures import Figure, Goal, Unit, spread

_CAMPAIGNS = 10_000
_SEED = 1
_NONE = Goal(0)


def measure() -> Sequence[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        made = ours(Path(folder), "", _CAMPAIGNS, _SEED)
    with tempfile.TemporaryDirectory() as folder:
        tried = naive(Path(folder), _CAMPAIGNS, _SEED)
    return [
        _figure("made twice", made.all.duplicates, _apart(made, "duplicates"), _NONE),
        _figure("lost", made.all.lost, _apart(made, "lost"), _NONE),
        _figure("made, and said not to be", made.all.denied, _apart(made, "denied"), _NONE),
        _figure("not made, and said so twelve times", made.all.given_up, _apart(made, "given_up")),
        _figure("settled afterwards", made.left_open - made.all.quarantined, f"of {made.left_open} left open"),
        _figure("left to a person", made.all.quarantined, _apart(made, "quarantined")),
        _figure("left to a person, and there", made.all.present, _apart(made, "present")),
        _figure("pace", _CAMPAIGNS / made.seconds, f"{made.calls} calls in {made.seconds:.0f} s", unit="per s"),
        _figure("naive: made twice", tried.all.duplicates, _apart(tried, "duplicates")),
        _figure("naive: made, and said not to be", tried.all.denied, _apart(tried, "denied")),
        _figure("naive: pace", _CAMPAIGNS / tried.seconds, f"{tried.calls} calls", unit="per s"),
    ]


def _figure(name: str, value: float, measured: str, goal: Goal | None = None, unit: Unit = "campaigns") -> Figure:
    return Figure("creates", name, unit, spread([value]), goal, measured)


def _apart(run: Run, part: str) -> str:
    return ", ".join(f"{platform} {getattr(tally, part)}" for platform, tally in run.by_platform.items())
