"""What a platform is opened with."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

import httpx2
import msgspec

Clock = Callable[[], datetime]
"""Tells the present moment, with a time zone."""


class Setting(msgspec.Struct, frozen=True):
    """One thing a platform needs from its operator, read from `XYLO_<PLATFORM>_<NAME>`.

    `pattern` is a regular expression that the whole of a given value matches; empty: any.
    """

    name: str
    purpose: str
    required: bool = True
    secret: bool = True
    default: str = ""
    pattern: str = ""


PACE = Setting(
    "REQUESTS_PER_SECOND",
    "how many requests a second the vendor allows this app, where that is not what everyone starts with",
    required=False,
    secret=False,
    default="0",
    pattern="[0-9]{1,4}",
)
"""A setting of every platform, beside its own."""


class Jobs(Protocol):
    """Remembers which reports a platform is making for us, by the question each of them answers."""

    async def find(self, question: str) -> str | None:
        """The platform's name for the report that answers `question`; None: none is being made."""
        ...

    async def keep(self, question: str, job: str) -> None:
        """Remember that `job` answers `question`."""
        ...

    async def forget(self, question: str) -> None:
        """Its answer is read, or will never come."""
        ...


class JobsOfOneProcess:
    """Keeps `Jobs` for as long as the process lives."""

    def __init__(self) -> None:
        self._jobs: dict[str, str] = {}

    async def find(self, question: str) -> str | None:
        """See `Jobs`."""
        return self._jobs.get(question)

    async def keep(self, question: str, job: str) -> None:
        """See `Jobs`."""
        self._jobs[question] = job

    async def forget(self, question: str) -> None:
        """See `Jobs`."""
        self._jobs.pop(question, None)


class Connection(msgspec.Struct, frozen=True):
    """What a platform is opened with.

    Attributes:
        settings: the value of each `Setting` by its name; empty where optional and not given.
        network: carries the requests: the real network, or a sandbox in process. Whoever made it closes it.
        clock: the only clock.
        per_second: requests a second at most; 0: what the platform allows everyone.
        jobs: the reports that are being made.
    """

    settings: Mapping[str, str]
    network: httpx2.AsyncBaseTransport
    clock: Clock
    per_second: int = 0
    jobs: Jobs = msgspec.field(default_factory=JobsOfOneProcess)
