"""What 100 accounts' quarter costs once it is remembered: 9 million facts, asked for the ten dearest campaigns."""

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from .figures import Figure, Goal, Unit, spread
from .processes import TINY, script

_ACCOUNTS = 100
_FACTS = _ACCOUNTS * 1000 * 90
_PLAIN = 5  # accounts: the rest would take as long each
_ROUNDS = 3


class _Took(msgspec.Struct):
    seconds: list[float]
    mebibytes: float


def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="xylo-bench-") as folder:
        place = Path(folder) / "memory.sqlite3"
        filled = _run("fill", place, _ACCOUNTS)
        again = [_run("ask", place, _ACCOUNTS) for _ in range(_ROUNDS)]
        plain = _run("plain", Path(folder) / "none.sqlite3", _PLAIN)
        size = sum(file.stat().st_size for file in Path(folder).glob("memory.sqlite3*"))
    plainly = plain.seconds[0] / _PLAIN * _ACCOUNTS
    return [
        _figure("the ten dearest campaigns of 90 days", "ms", [1000 * one.seconds[0] for one in again], Goal(1000)),
        _figure("the ten dearest campaigns of 30 days", "ms", [1000 * one.seconds[1] for one in again], Goal(1000)),
        _figure("weight of a process that asks", "MiB", [one.mebibytes for one in again], Goal(300)),
        _figure("the file, for each fact", "bytes", [size / _FACTS], measured=f"{size / 2**20:.0f} MiB"),
        _figure("filling it, against summing without it", "x", [filled.seconds[0] / plainly], measured=_words(filled)),
        _figure("asking again, against the same", "x", [one.seconds[0] / plainly for one in again]),
    ]


def _run(doing: str, place: Path, accounts: int) -> _Took:
    command = script("remembered", doing, str(place), f"{accounts}")
    done = subprocess.run(command, stdout=subprocess.PIPE, env=TINY, check=True)
    return msgspec.json.decode(done.stdout, type=_Took)


def _words(filled: _Took) -> str:
    return f"{filled.seconds[0]:.0f} s, {filled.mebibytes:.0f} MiB"


def _figure(name: str, unit: Unit, values: Sequence[float], goal: Goal | None = None, measured: str = "") -> Figure:
    return Figure("memory", name, unit, spread(values), goal, measured)
