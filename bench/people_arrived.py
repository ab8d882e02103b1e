"""Whether every row of a list is in the audience of every platform of the sandbox, once, and nobody else."""

import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from xylo_mcp.gate.people.book import HOLDING
from xylo_mcp.sandbox.house import House

from . import people_rows
from .figures import Figure, Goal, Unit, spread
from .people_server import Part, asked, content, prepare, said, server
from .pipe import HungUp
from .processes import sandbox

_ROWS = 100_000
_ACCOUNTS = ("act_123456789", "customers/1234567890", "tiktok_7123456789012345678")
_NONE = Goal(0)
_MORE = 1.0  # seconds
_ASKED_AT_MOST = 3
_KEYS = {"meta": ("EMAIL", "PHONE"), "google": ("EMAIL", "PHONE"), "tiktok": ("PHONE_SHA256", "EMAIL_SHA256")}


def measure() -> Sequence[Figure]:
    with tempfile.TemporaryDirectory(prefix="xylo-bench-") as folder, sandbox(Path(folder)) as address:
        prepare(Path(folder), _ROWS)
        opens = _opens(Path(folder), address)
        whole = _handed(Path(folder), opens, "whole")
        _killed(Path(folder), opens, "killed")
        time.sleep(HOLDING.total_seconds() + _MORE)
        resumed = _handed(Path(folder), opens, "killed")
        return [
            *_figures("at one go", _compared(Path(folder), whole)),
            *_figures("killed halfway, asked again", _compared(Path(folder), resumed)),
        ]


def _opens(folder: Path, address: str) -> Mapping[str, Mapping[str, str]]:
    house = _house(folder)
    opens = {
        name: {**house.credentials(name), "BASE_URL": f"{address}/{name}", "REQUESTS_PER_SECOND": "1000"}
        for name in house.platforms
    }
    house.close()
    opens["google"] |= {"TOKEN_URL": f"{address}/google/token", "DATA_MANAGER_URL": f"{address}/google"}
    return opens


def _house(folder: Path) -> House:
    return House(folder / "sandbox-1.sqlite3", 1, lambda: datetime.now(UTC))


def _handed(folder: Path, opens: Mapping[str, Mapping[str, str]], name: str) -> Sequence[Part]:
    """What became of the list. What a server finds left by another it looks through first, and then has to be asked
    again.
    """
    with server(folder, opens) as pipe:
        pipe.greet()
        for _ in range(_ASKED_AT_MOST - 1):
            found = said(pipe.call("create_audience", asked(_ACCOUNTS, name)))
            if found.complete:
                return found.parts
            time.sleep(_MORE)
        return content(pipe.call("create_audience", asked(_ACCOUNTS, name))).parts


def _killed(folder: Path, opens: Mapping[str, Mapping[str, str]], name: str) -> None:
    """The server is killed once half of the rows are through, while it works on the next."""
    half = f"{_ROWS // 2:,} of"
    with server(folder, opens) as pipe:
        pipe.greet()

        def watch(word: str) -> None:
            if word.startswith(half):
                pipe.kill()

        with suppress(HungUp):
            pipe.watched("create_audience", asked(_ACCOUNTS, name), watch)
            raise AssertionError("it was not killed")


class _Compared:
    """How many rows of one platform are missing, in excess, or were told more than once."""

    def __init__(self, expected: set[str], there: Iterator[tuple[str, int]]) -> None:
        self.excess = self.again = 0
        for person, times in there:
            self.excess += person not in expected
            self.again += times > 1
            expected.discard(person)
        self.missing = len(expected)


def _compared(folder: Path, parts: Sequence[Part]) -> Mapping[str, _Compared]:
    house = _house(folder)
    try:
        found: dict[str, _Compared] = {}
        for part in parts:
            audience = house.world.people.audience(part.platform, part.target)
            assert audience is not None, part
            there = house.world.people.members(audience)
            found[part.platform] = _Compared(set(_expected(part.platform)), there)
        return found
    finally:
        house.close()


def _expected(platform: str) -> Iterator[str]:
    """What the sandbox keeps of each person, made of the list without any of our product."""
    for one in people_rows.people(_ROWS):
        email = one.gmail if platform == "google" else one.email
        phone = one.phone.removeprefix("+") if platform == "meta" else one.phone
        values = {"EMAIL": email, "PHONE": phone, "EMAIL_SHA256": email, "PHONE_SHA256": phone}
        told = [f"{key}={sha256(values[key].encode()).hexdigest()}" for key in _KEYS[platform] if values[key]]
        if told:
            yield "|".join(told)


def _figures(how: str, compared: Mapping[str, _Compared]) -> Sequence[Figure]:
    def figure(what: str, counts: Mapping[str, int], goal: Goal | None) -> Figure:
        unit: Unit = "rows"
        apart = ", ".join(f"{platform} {count}" for platform, count in counts.items())
        return Figure("people", f"{_ROWS:,} {how}: {what}", unit, spread([sum(counts.values())]), goal, apart)

    return [
        figure("missing", {name: one.missing for name, one in compared.items()}, _NONE),
        figure("not of the list", {name: one.excess for name, one in compared.items()}, _NONE),
        figure("told again, which changes nothing", {name: one.again for name, one in compared.items()}, None),
    ]
