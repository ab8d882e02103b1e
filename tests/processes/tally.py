"""Has several processes make many campaigns in bad weather, and counts in the sandbox's world what came of it."""

import time
import urllib.request
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from bench.processes import sandbox

from .creating import Settled
from .crew import Hand, environment, hands, put_policy, together, truth
from .intents import ACCOUNTS, POLICY, Claim, Creates, intent

_PROCESSES = 4


class Tally(msgspec.Struct, frozen=True):
    """What came of so many intents on one platform, or on all.

    Attributes:
        made: campaigns there are; `duplicates`: beyond the first of an intent.
        lost: said to be made, and not there. `denied`: said not to be made, and there.
        quarantined: left to a person, who is told that it may be there; `present`: those of them that are.
        given_up: said not to be made, and not there.
    """

    wanted: int
    made: int
    duplicates: int
    lost: int
    denied: int
    quarantined: int
    present: int
    given_up: int


class Run(msgspec.Struct, frozen=True):
    """One run: by platform, how many seconds it took, how often was asked, and how much was settled afterwards."""

    by_platform: Mapping[str, Tally]
    seconds: float
    calls: int
    left_open: int = 0
    looked_after: int = 0
    settling_seconds: float = 0.0
    broken: str = ""

    @property
    def all(self) -> Tally:
        """The sum over the platforms."""
        parts = [msgspec.structs.astuple(part) for part in self.by_platform.values()]
        return Tally(*(sum(column) for column in zip(*parts, strict=True)))


def ours(folder: Path, ledger: str | Path, number: int, seed: int) -> Run:
    """Clients of our tools: what is left open is settled in fair weather, then all is counted."""
    put_policy(folder, POLICY)
    with sandbox(folder) as url, hands(_PROCESSES, environment(url, folder, ledger, [*ACCOUNTS])) as crew:
        begun = time.monotonic()
        claims = _claims(url, crew, "creates", number, seed)
        ended = time.monotonic()
        _clear(url)
        settled = crew[0].do("settle", None, Settled)
        assert settled is not None
        states = Counter((one.number, one.state) for one in settled.operations)
        assert all(states[one, "applied"] <= 1 for one in range(number))
        return Run(
            _counted(
                url,
                number,
                done={one.number for one in settled.operations if one.state == "applied"},
                quarantined={one.number for one in settled.operations if one.state == "quarantined"},
            ),
            seconds=ended - begun,
            calls=sum(one.tries for one in claims),
            left_open=sum(one.open for one in claims),
            looked_after=settled.looked_after,
            settling_seconds=time.monotonic() - ended,
            broken=settled.broken,
        )


def naive(folder: Path, number: int, seed: int) -> Run:
    """Clients that send again whatever met an error."""
    with sandbox(folder) as url, hands(_PROCESSES, environment(url, folder, "", [])) as crew:
        begun = time.monotonic()
        claims = _claims(url, crew, "naive", number, seed)
        ended = time.monotonic()
        return Run(
            _counted(url, number, done={one.number for one in claims if one.done}, quarantined=set()),
            seconds=ended - begun,
            calls=sum(one.tries for one in claims),
        )


def _claims(url: str, crew: Sequence[Hand], deed: str, number: int, seed: int) -> Sequence[Claim]:
    orders = [Creates(url, tuple(range(first, number, len(crew))), f"{seed}/{first}") for first in range(len(crew))]
    return [one for part in together(crew, deed, orders, list[Claim]) for one in part]


def _clear(url: str) -> None:
    with urllib.request.urlopen(urllib.request.Request(f"{url}/_faults", method="DELETE")):
        pass


def _counted(url: str, number: int, *, done: set[int], quarantined: set[int]) -> Mapping[str, Tally]:
    """What is there in truth, against what was said to be done or left to a person."""
    there = Counter(
        int(one.name.removeprefix("Intent ")) for one in truth(url).campaigns if one.name.startswith("Intent ")
    )
    return {
        platform: _tally([one for one in range(number) if intent(one).platform == platform], there, done, quarantined)
        for platform in ACCOUNTS
    }


def _tally(numbers: Sequence[int], there: Counter[int], done: set[int], quarantined: set[int]) -> Tally:
    return Tally(
        wanted=len(numbers),
        made=sum(there[one] for one in numbers),
        duplicates=sum(max(there[one] - 1, 0) for one in numbers),
        lost=sum(one in done and not there[one] for one in numbers),
        denied=sum(one not in done | quarantined and there[one] > 0 for one in numbers),
        quarantined=sum(one in quarantined for one in numbers),
        present=sum(one in quarantined and there[one] > 0 for one in numbers),
        given_up=sum(not there[one] and one not in done | quarantined for one in numbers),
    )
