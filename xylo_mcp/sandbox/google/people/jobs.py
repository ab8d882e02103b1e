"""Jobs that bring people into a list or take them out: what is kept of one, and how far it is.

Google Ads API docs, "OfflineUserDataJob" (v26) and "Manage offline user data jobs" (read Nov 2026).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

import msgspec

from ...world import World
from ..cast import CAST
from .lists import PROCESSING

Verb = Literal["create", "remove"]
LAPSES: Final = timedelta(days=5)
"""A job that was not run by then is no more."""
_FIRST_ID: Final = 6_000_000_000
_KIND: Final = "offline_user_data_job"


@dataclass(frozen=True, slots=True)
class Job:
    """One job.

    Attributes:
        verb: whether people come or go, empty until the first operation says so.
        operations: how many came so far.
        empties: whether everybody goes first.
        run: when it was started.
    """

    id: str
    customer: str
    user_list: str
    created: datetime
    external_id: int | None = None
    verb: Verb | Literal[""] = ""
    operations: int = 0
    empties: bool = False
    run: datetime | None = None

    @property
    def holder(self) -> str:
        """Where its people are kept until it runs."""
        return f"{_KIND} {self.id}"


def new_job(world: World, customer: str, user_list: str, external_id: int | None) -> Job:
    """A job without operations."""
    job = Job(str(world.people.new_number(_FIRST_ID)), customer, user_list, world.clock(), external_id)
    return keep(world, job)


def keep(world: World, job: Job, **changed: object) -> Job:
    """`job`, new or with other values for some of its fields."""
    kept: Job = replace(job, **changed)  # type: ignore[arg-type]  # field by field
    world.people.note(CAST.platform, _KIND, kept.id, msgspec.json.encode(kept).decode())
    return kept


def job(world: World, customer: str, job_id: str) -> Job | None:
    """The job with this id, if it is the customer's and has not lapsed."""
    told = world.people.noted(CAST.platform, _KIND, job_id)
    found = None if told is None else msgspec.json.decode(told, type=Job)
    return found if found is not None and found.customer == customer and not _lapsed(world, found) else None


def jobs(world: World, customer: str) -> Sequence[Job]:
    """All of the customer's, the oldest first."""
    found = [msgspec.json.decode(told, type=Job) for told in world.people.notes(CAST.platform, _KIND)]
    return [one for one in found if one.customer == customer and not _lapsed(world, one)]


def status(world: World, one: Job) -> str:
    """How far it is: it takes as long as its list does to be processed."""
    if one.run is None:
        return "PENDING"
    return "RUNNING" if world.clock() - one.run < PROCESSING else "SUCCESS"


def _lapsed(world: World, one: Job) -> bool:
    return one.run is None and world.clock() - one.created >= LAPSES
