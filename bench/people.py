"""A customer list to three platforms at once, as an agent asks for it: its pace, its memory, and what arrived."""

import tempfile
import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import httpx2
import msgspec

from xylo_mcp.identity import known

from . import people_arrived, people_rows, people_stub
from .figures import Figure, Goal, Unit, spread
from .people_server import asked, content, prepare, server
from .people_told import ACCOUNTS, Sums
from .processes import stub

_ALL, _FEW = 1_000_000, 100_000
_ROUNDS = 5  # with few
_CHUNK = 5_000
_MOST_MEMORY = Goal(200)  # MiB
_PACE = Goal(0.5, at_least=True)


class _Took(msgspec.Struct, frozen=True):
    """Seconds on the clock and on a processor."""

    clock: float
    processor: float


class _Handed(msgspec.Struct, frozen=True):
    """Handing over: how long, the most memory in MiB, and how often the client was told of it."""

    took: _Took
    memory: float
    told: int


def measure() -> Sequence[Figure]:
    few, whole = _rounds(_FEW, _ROUNDS), _rounds(_ALL, 1)
    return [*_paces(_FEW, few), *_paces(_ALL, whole), *_weight(whole[0][1]), *people_arrived.measure()]


def _rounds(rows: int, times: int) -> Sequence[tuple[_Took, _Handed]]:
    """What going through so many rows takes, bare and handed over, one after the other."""
    with tempfile.TemporaryDirectory(prefix="xylo-bench-") as folder:
        prepare(Path(folder), rows)
        return [_round(Path(folder), rows, f"Bench {number}") for number in range(times)]


def _round(folder: Path, rows: int, name: str) -> tuple[_Took, _Handed]:
    took, expected = _bare(rows)
    handed, told = _handed(folder, name)
    for platform in ("meta", "tiktok"):  # Google has addresses in a form of its own
        assert (told[platform].rows, told[platform].emails) == (expected.rows, expected.emails)
    for platform in ("google", "tiktok"):  # Meta has numbers in a form of its own
        assert (told[platform].rows, told[platform].phones) == (expected.rows, expected.phones)
    return took, handed


def _bare(rows: int) -> tuple[_Took, Sums]:
    """Normal forms and two SHA-256 of each row, which is in memory as a dictionary; and what these come to."""
    known({"email": "anna@example.net", "phone": "+14155550100"})  # loads what it needs
    clock = busy = 0.0
    sums = Sums()
    for chunk in people_rows.chunks(rows, _CHUNK):
        given = [one.given for one in chunk]
        begun, busy_before = time.perf_counter(), time.process_time()
        digests: list[tuple[str, str]] = []
        for one in given:
            found, _ = known(one, people_rows.COUNTRY)
            digests.append((_digest(found.email), _digest(found.phone)))
        clock += time.perf_counter() - begun
        busy += time.process_time() - busy_before
        for email, phone in digests:
            sums.rows += bool(email or phone)
            sums.add(email, phone)
    return _Took(clock, busy), sums


def _digest(value: str | bytes) -> str:
    assert isinstance(value, str)
    return sha256(value.encode()).hexdigest() if value else ""


def _handed(folder: Path, name: str) -> tuple[_Handed, dict[str, Sums]]:
    heard: list[str] = []
    with stub("people_stub") as address, server(folder, people_stub.opens(address)) as pipe:
        pipe.greet()
        pipe.call("list_accounts", {})  # opens connections
        begun, busy = time.perf_counter(), pipe.processor
        content(pipe.watched("create_audience", asked(ACCOUNTS, name), heard.append))
        took = _Took(time.perf_counter() - begun, pipe.processor - busy)
        told = msgspec.json.decode(httpx2.get(f"{address}/told").content, type=dict[str, Sums])
        return _Handed(took, pipe.most_memory, len(heard)), told


def _paces(rows: int, rounds: Sequence[tuple[_Took, _Handed]]) -> Sequence[Figure]:
    clock = [(bare.clock, handed.took.clock) for bare, handed in rounds]
    busy = [(bare.processor, handed.took.processor) for bare, handed in rounds]
    return [
        _pace(f"{rows:,} rows to three, pace against bare", clock, _PACE),
        _pace(f"{rows:,} rows to three, likewise in processor time", busy),
    ]


def _pace(name: str, pairs: Sequence[tuple[float, float]], goal: Goal | None = None) -> Figure:
    bare, ours = (spread(seconds).median for seconds in zip(*pairs, strict=True))
    return _figure(name, "x", [one / other for one, other in pairs], goal, f"{ours:.1f} : {bare:.1f} s")


def _weight(handed: _Handed) -> Sequence[Figure]:
    told = f"progress told {handed.told} times"
    return [_figure(f"{_ALL:,} rows to three, most memory", "MiB", [handed.memory], _MOST_MEMORY, told)]


def _figure(name: str, unit: Unit, values: Sequence[float], goal: Goal | None = None, measured: str = "") -> Figure:
    return Figure("people", name, unit, spread(values), goal, measured)
