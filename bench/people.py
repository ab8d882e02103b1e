"""One customer list to three platforms at once, as an agent asks for it: its pace, its memory, and what arrived."""

import os
import tempfile
import time
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from urllib.request import urlopen

import msgspec

from xylo_mcp.identity import known

from . import people_rows
from .figures import Figure, Goal, Unit, spread
from .people_told import ACCOUNTS, Sums
from .pipe import Pipe
from .processes import SERVER, stub

_ROWS = 1_000_000
_ROUNDS = int(os.environ.get("ROUNDS", 3))
_CHUNK = 5_000
_MOST_MEMORY = 200.0  # MiB
_PACE = 0.5
POLICY = """
version = 1
currency = "EUR"
[accounts]
"*" = "live"
[caps]
campaign = 1000
account = 1000
[people]
lists = ["*"]
consent = "not_denied"
"""


class Took(msgspec.Struct, frozen=True):
    """One way of going through the list: seconds on the clock and on a processor."""

    clock: float
    processor: float


class Handed(msgspec.Struct, frozen=True):
    """Handing over: how long, the most memory in MiB, and how often the client was told of it."""

    took: Took
    memory: float
    told: int


class _Part(msgspec.Struct):
    platform: str
    state: str
    sent: int


class _Content(msgspec.Struct):
    complete: bool
    parts: list[_Part]


def measure() -> Sequence[Figure]:
    rows = int(os.environ.get("ROWS", _ROWS))
    with tempfile.TemporaryDirectory(prefix="xylo-bench-") as folder:
        people_rows.write(Path(folder) / "people.csv", rows)
        rounds = [(*bare(rows), _handed(Path(folder), number)) for number in range(_ROUNDS)]
    return [
        *_figures(rows, [one for one, _, _ in rounds], [three for _, _, three in rounds]),
    ]


def bare(rows: int) -> tuple[Took, Sums]:
    """Normal form and two SHA-256 of each row, which is in memory as a dictionary; and what these come to."""
    known({}, people_rows.COUNTRY)  # loads what it needs
    clock = processor = 0.0
    sums = Sums()
    for chunk in people_rows.chunks(rows, _CHUNK):
        given = [one.given for one in chunk]
        digests: list[tuple[str, str]] = []
        begun, busy = time.perf_counter(), time.process_time()
        for one in given:
            found, _ = known(one, people_rows.COUNTRY)
            digests.append((_digest(found.email), _digest(found.phone)))
        clock += time.perf_counter() - begun
        processor += time.process_time() - busy
        for email, phone in digests:
            sums.rows += bool(email or phone)
            sums.add(email, phone)
    return Took(clock, processor), sums


def _digest(value: str | bytes) -> str:
    assert isinstance(value, str)
    return sha256(value.encode()).hexdigest() if value else ""


def _handed(folder: Path, number: int) -> Handed:
    heard: list[str] = []
    with stub("people_stub") as address, Pipe((*SERVER, "serve"), environment(folder, address)) as pipe:
        pipe.greet()
        pipe.call("list_accounts", {})  # opens connections
        begun, busy = time.perf_counter(), pipe.processor
        result = pipe.watched("create_audience", asked(ACCOUNTS, f"Bench {number}"), heard.append)
        took = Took(time.perf_counter() - begun, pipe.processor - busy)
        memory = pipe.most_memory
        with urlopen(f"{address}/told") as answer:  # noqa: S310  # our own
            told = msgspec.json.decode(answer.read(), type=dict[str, Sums])
    print(result.content[0].text, told)
    return Handed(took, memory, len(heard))


def asked(accounts: Sequence[str], name: str) -> Mapping[str, object]:
    """The arguments of the call."""
    listed = {"file": "people.csv", "default_country": people_rows.COUNTRY}
    return {"accounts": accounts, "name": name, "type": "customer_list", **listed}


def environment(folder: Path, address: str) -> Mapping[str, str]:
    """A live server that reads lists in `folder` and knows three platforms at `address`."""
    policy = folder / "policy.toml"
    policy.write_text(POLICY)
    policy.chmod(0o600)
    return {
        "XYLO_MODE": "live",
        "XYLO_STATE_DIR": str(folder / "state"),
        "XYLO_POLICY": str(policy),
        "XYLO_DATA_DIRS": str(folder),
        "XYLO_HANDOVER_DEADLINE": "3600",
        "XYLO_META_BASE_URL": address,
        "XYLO_META_ACCESS_TOKEN": "bench",
        "XYLO_GOOGLE_BASE_URL": address,
        "XYLO_GOOGLE_DATA_MANAGER_URL": address,
        "XYLO_GOOGLE_TOKEN_URL": f"{address}/token",
        "XYLO_GOOGLE_CLIENT_ID": "bench",
        "XYLO_GOOGLE_CLIENT_SECRET": "bench",
        "XYLO_GOOGLE_REFRESH_TOKEN": "bench",
        "XYLO_TIKTOK_BASE_URL": address,
        "XYLO_TIKTOK_ACCESS_TOKEN": "bench",
        "XYLO_TIKTOK_APP_ID": "1",
        "XYLO_TIKTOK_APP_SECRET": "bench",
    }


def _figures(rows: int, bare: Sequence[Took], handed: Sequence[Handed]) -> list[Figure]:
    pace = [one.clock / other.took.clock for one, other in zip(bare, handed, strict=True)]
    busy = [one.processor / other.took.processor for one, other in zip(bare, handed, strict=True)]
    return [
        _figure(f"pace {rows:,}", "x", pace, Goal(_PACE, at_least=True), f"{spread([o.took.clock for o in handed]).median:.1f} : {spread([o.clock for o in bare]).median:.1f} s"),
        _figure("busy", "x", busy, None, f"{spread([o.took.processor for o in handed]).median:.1f} : {spread([o.processor for o in bare]).median:.1f} s"),
        _figure("mem", "MiB", [o.memory for o in handed], Goal(_MOST_MEMORY), f"{handed[0].told} told"),
    ]


def _figure(name: str, unit: Unit, values: Sequence[float], goal: Goal | None = None, measured: str = "") -> Figure:
    return Figure("people", name, unit, spread(values), goal, measured)
