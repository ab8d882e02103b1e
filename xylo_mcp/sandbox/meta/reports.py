"""Reports that are made in the background (Marketing API docs, "Insights API: asynchronous jobs", 2026-09).

A job gets on each time it is asked after, so that everyone finds the same stages whatever the clock does. It is
done when it says so and has all its percents: a job that still runs may have them, too (facebook-php-business-sdk
pull request 286). A job that is never asked after is skipped.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import msgspec

from ..world import AccountPlan, World
from .errors import no_such_field, report_not_loaded
from .fields import asked
from .insights import Insights, Subject
from .paging import PAGING, Listing, Visit
from .parameters import refuse_others
from .wire import Json

DEFAULT = (
    *("id", "account_id", "time_ref", "time_completed", "async_status", "async_percent_completion"),
    *("error_code", "error_subcode", "error_message"),
)
MOST = 2_000_000
"""The rows, about, above which a report fails. Meta names no number."""
_TABLE = """
CREATE TABLE IF NOT EXISTS meta_report (
    id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, node TEXT NOT NULL, arguments TEXT NOT NULL,
    made TEXT NOT NULL, error TEXT NOT NULL, polls INTEGER NOT NULL
) STRICT
"""
_FIRST = 6_100_000_000_000
_SKIPPED_AFTER, _GONE_AFTER = timedelta(days=1), timedelta(days=30)
_STAGES = (("Job Not Started", 0), ("Job Started", 0), ("Job Running", 40), ("Job Running", 100))
_DONE = ("Job Completed", 100)
_FAILED, _SKIPPED = ("Job Failed", 40), ("Job Skipped", 0)
_FAILS_AT = 2
_TOO_LARGE, _BROKE = "-3/1504045", "-2/2490547"


@dataclass(frozen=True, slots=True)
class Run:
    """One report: of whom, what was asked, since when, what will go wrong, and how often it was asked after."""

    id: str
    account: AccountPlan
    node: str
    arguments: Mapping[str, str]
    made: datetime
    error: str
    polls: int


class Reports:
    """All reports, kept in the sandbox's file so that every process sees them."""

    def __init__(self, world: World, insights: Insights) -> None:
        self._world, self._insights = world, insights
        with world.memory.writing() as db:
            db.execute(_TABLE)

    def make(self, subject: Subject, arguments: Mapping[str, str], *, breaks: bool) -> dict[str, Json]:
        """Begin a report; what Meta would refuse at once is refused now. `breaks`: it will fail."""
        inquiry = self._insights.read(subject, arguments)
        error = _TOO_LARGE if self._insights.size(subject, inquiry) > MOST else _BROKE if breaks else ""
        told = msgspec.json.encode({name: value for name, value in arguments.items() if name not in PAGING}).decode()
        row = (subject.account.id, subject.node, told, self._world.clock().isoformat(), error)
        with self._world.memory.writing() as db:
            made = db.execute(
                "INSERT INTO meta_report (account, node, arguments, made, error, polls) VALUES (?, ?, ?, ?, ?, 0)", row
            )
        return {"report_run_id": str(_FIRST + (made.lastrowid or 0))}

    def found(self, identity: str) -> Run | None:
        """The report with this id; they are kept for 30 days."""
        if not identity.isdecimal() or len(identity) != len(str(_FIRST)):
            return None
        number = int(identity) - _FIRST
        for account, node, arguments, made, error, polls in self._world.memory.read(
            "SELECT account, node, arguments, made, error, polls FROM meta_report WHERE id = ?", number
        ):
            plan, begun = self._world.account("meta", str(account)), datetime.fromisoformat(str(made))
            if plan is None or self._world.clock() - begun > _GONE_AFTER:
                return None
            given = msgspec.json.decode(str(arguments), type=dict[str, str])
            return Run(identity, plan, str(node), given, begun, str(error), int(str(polls)))
        return None

    def asked_after(self, run: Run) -> Run:
        """The report after one more question about how far it is."""
        with self._world.memory.writing() as db:
            db.execute("UPDATE meta_report SET polls = polls + 1 WHERE id = ?", (int(run.id) - _FIRST,))
        return replace(run, polls=run.polls + 1)

    def value(self, run: Run, name: str) -> Json | None:
        """What the field `name` of a report says; None where it has no value, and then no key."""
        status, percent = self._stage(run)
        code, _, subcode = run.error.partition("/")
        failed = status == _FAILED[0]
        values: dict[str, Json | None] = {
            "id": run.id,
            "account_id": run.account.id,
            "time_ref": int(run.made.timestamp()),
            "time_completed": int(self._world.clock().timestamp()) if (status, percent) == _DONE else 0,
            "async_status": status,
            "async_percent_completion": percent,
            "error_code": int(code) if failed else None,
            "error_subcode": int(subcode) if failed else None,
            "error_message": "The report could not be made." if failed else None,
        }
        if name not in values:
            raise no_such_field(name, "AdReportRun")
        return values[name]

    def rows(self, run: Run, arguments: Mapping[str, str], visit: Visit) -> dict[str, Json]:
        """A page of what was asked when the report was made."""
        refuse_others(arguments, PAGING, where="a report")
        if self._stage(run) != _DONE:
            raise report_not_loaded()
        subject = Subject(run.account, self._world.campaign("meta", run.node))
        given = {**run.arguments, "fields": arguments["fields"]} if asked(arguments) else run.arguments
        inquiry = self._insights.read(subject, given)
        listing = Listing(f"{run.id}/insights", arguments, inquiry.text)
        return self._insights.page(subject, inquiry, run.arguments, listing, visit)

    def _stage(self, run: Run) -> tuple[str, int]:
        if run.error and run.polls > _FAILS_AT:
            return _FAILED
        if run.polls > len(_STAGES):
            return _DONE
        if self._world.clock() - run.made > _SKIPPED_AFTER:
            return _SKIPPED
        return _STAGES[max(run.polls - 1, 0)]
