"""Has Meta make a report where a question is too large to be answered at once, and waits for it.

Meta Marketing API docs, "Insights API: asynchronous jobs" (2026-09). A job cannot be called off.
"""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

import anyio
import httpx2
import msgspec

from ...ads.errors import NotFound, Unavailable, VendorWords
from ...ads.insights import Batch
from ...contract import Clock, Jobs
from ..reading import identifier, reading
from .errors import TooMuch, TooSlow
from .questions import Question
from .walks import Walk

_PLATFORM = "meta"
_FIRST_PAUSE, _LONGEST_PAUSE, _GROWS = 0.5, 15.0, 1.5  # seconds; and by how much
# A job takes up to an hour (as above); the figures of an older one may have moved since, so it is made anew.
_LIFE = timedelta(hours=1)
_COMPLETED = "Job Completed"
_LOST = frozenset({"Job Failed", "Job Skipped"})
_WHOLE = 100
_TOO_LARGE = (-3, 1504045)


class Unmade(Unavailable):
    """A report that Meta will not finish."""


class _Made(msgspec.Struct):
    report_run_id: str | int


class _Job(msgspec.Struct):
    """How far a job is. It is done when it says so and has all its percents: running ones may have these, too."""

    id: str | int
    async_status: str
    async_percent_completion: int = 0
    account_id: str | int | None = None
    error_code: int | None = None
    error_subcode: int | None = None

    @property
    def done(self) -> bool:
        return self.async_status == _COMPLETED and self.async_percent_completion == _WHOLE


class _Kept(msgspec.Struct):
    """A job as it is remembered."""

    run: str
    made: datetime


class Reports:
    """The reports of one connection."""

    def __init__(self, http: httpx2.AsyncClient, clock: Clock, jobs: Jobs) -> None:
        self._http, self._clock, self._jobs = http, clock, jobs

    async def batches(self, question: Question) -> AsyncGenerator[Batch]:
        """How far the report is, then its rows.

        After a deadline its job is kept, and whoever asks the same goes on waiting for it; a caller who gives up
        leaves nothing behind that we know of.
        """
        deadline = anyio.current_effective_deadline()
        try:
            async for batch in self._told(question):
                yield batch
        except anyio.get_cancelled_exc_class():
            if anyio.current_time() < deadline:
                with anyio.CancelScope(shield=True):
                    await self._jobs.forget(question.digest)
            raise

    async def _told(self, question: Question) -> AsyncGenerator[Batch]:
        """A job that comes to nothing is made once more."""
        for again in (True, False):
            run = await self._kept(question) or await self._begun(question)
            walk = Walk(self._http, question, f"{run}/insights", {})
            try:
                async for percent in self._progress(run, question):
                    yield Batch(percent=percent)
                while not walk.over:
                    yield Batch(await walk.page())
            except (Unmade, TooMuch, TooSlow, NotFound):
                await self._jobs.forget(question.digest)
                if walk.begun or not again:
                    raise
            else:
                await self._jobs.forget(question.digest)
                return

    async def _kept(self, question: Question) -> str | None:
        text = await self._jobs.find(question.digest)
        if text is None:
            return None
        kept = msgspec.json.decode(text, type=_Kept)
        if self._clock() - kept.made <= _LIFE:
            return kept.run
        await self._jobs.forget(question.digest)
        return None

    async def _begun(self, question: Question) -> str:
        # Made twice, a report harms nobody: asking for one is as good as a read.
        response = await self._http.post(question.path, data=question.form, extensions={"read": True})
        with reading(_PLATFORM):
            run = identifier(msgspec.json.decode(response.content, type=_Made).report_run_id)
        await self._jobs.keep(question.digest, msgspec.json.encode(_Kept(run, self._clock())).decode())
        return run

    async def _progress(self, run: str, question: Question) -> AsyncGenerator[int]:
        """The percents of a job that is under way, until it is done.

        Raises:
            Unmade, TooSlow: it never will be.
        """
        pause, begun = _FIRST_PAUSE, anyio.current_time()
        while not (job := await self._job(run, question)).done:
            if job.async_status in _LOST:
                raise _failure(job)
            if anyio.current_time() - begun > _LIFE.total_seconds():
                raise _failure(job)
            yield min(max(job.async_percent_completion, 0), _WHOLE - 1)
            await anyio.sleep(pause)
            pause = min(pause * _GROWS, _LONGEST_PAUSE)

    async def _job(self, run: str, question: Question) -> _Job:
        response = await self._http.get(run)
        with reading(_PLATFORM):
            job = msgspec.json.decode(response.content, type=_Job)
            owner = question.path.partition("/")[0]
            if identifier(job.id) != run or (job.account_id is not None and f"act_{job.account_id}" != owner):
                raise ValueError("another report than the one asked for")
            return job


def _failure(job: _Job) -> Unmade | TooSlow:
    code, subcode = job.error_code, job.error_subcode
    if (code, subcode) == _TOO_LARGE:
        return TooSlow(
            "Meta finds the report too large.",
            "Ask for fewer days, for totals instead of days, or for some campaigns only.",
            platform=_PLATFORM,
            vendor=VendorWords(f"{code}/{subcode}"),
        )
    return Unmade(
        "Meta could not make the report.",
        "Ask again in a few minutes; if it stays, ask for fewer days or totals.",
        platform=_PLATFORM,
        vendor=None if code is None else VendorWords(f"{code}/{subcode}" if subcode else str(code)),
    )
