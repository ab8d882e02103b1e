"""Has TikTok make a report that is too large to be given at once: asked for, waited for, fetched.

Endpoints and states: TikTok API for Business docs, v1.3, "Create an asynchronous report task", "Check the status of
an asynchronous report task", "Download the output", "Cancel an asynchronous report task".
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256

import anyio
import httpx2
import msgspec

from ...ads.errors import AdsError, Late, NotFound, Rejected, Unavailable
from ...contract import Clock, Jobs
from ..reading import identifier, reading
from .shapes import PLATFORM, Answer

Asked = Mapping[str, object]

_DONE, _OVER = "SUCCESS", frozenset({"FAILED", "CANCELED"})
_TRIES = 2
_FIRST_PAUSE, _LONGEST_PAUSE, _GROWTH = 1.0, 30.0, 1.5  # seconds
_MOST_LOOKS = 200
_CANCELLING = 5.0  # seconds
# A report tells what was known when it was made, and days go on changing: an old one is made anew, though TikTok
# keeps them for 30 days.
_FRESH = timedelta(hours=2)


class _Task(msgspec.Struct):
    task_id: str | int


class _State(msgspec.Struct):
    status: str


class ReportJobs:
    """The reports that TikTok makes for us, each asked for once however often its question is put."""

    def __init__(
        self,
        http: httpx2.AsyncClient,
        jobs: Jobs,
        clock: Clock,
        pause: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        self._http, self._jobs, self._clock, self._pause = http, jobs, clock, pause

    async def file(self, asked: Asked) -> AsyncGenerator[bytes | None]:
        """None as often as the report is looked at and still being made, then its file.

        Where the caller's deadline passes, the report goes on being made, and is taken up by whoever asks the same
        again; where the caller is cancelled before, it is cancelled, too.

        Raises:
            Unavailable: TikTok failed twice to make it.
            Late: it is being made for too long.
        """
        advertiser, question = str(asked["advertiser_id"]), _digest(asked)
        deadline = anyio.current_effective_deadline()
        for _ in range(_TRIES):
            task = await self._taken_up(question) or await self._created(asked, question)
            try:
                async for done in self._watched(advertiser, task):
                    if not done:
                        yield None
                        continue
                    content = await self._download(advertiser, task)
                    await self._jobs.forget(question)
                    yield content
                    return
            except anyio.get_cancelled_exc_class():
                if anyio.current_time() < deadline:
                    await self._cancel(advertiser, task, question)
                raise
            await self._jobs.forget(question)
        raise Unavailable(
            "TikTok failed twice to make the report.",
            "Ask again later, or for fewer days or some campaigns only.",
            platform=PLATFORM,
        )

    async def _taken_up(self, question: str) -> str:
        """The task that already answers `question`, if it is not too old; else nothing."""
        kept = await self._jobs.find(question)
        task, _, since = (kept or "").partition("@")
        return task if since and self._clock() - datetime.fromisoformat(since) < _FRESH else ""

    async def _created(self, asked: Asked, question: str) -> str:
        body = {**asked, "output_format": "CSV_STRING", "enable_report_title_translation": False}
        # Asked twice, it is made twice, which harms nobody: it may be repeated like a read.
        response = await self._post("report/task/create/", body, extensions={"read": True})
        with reading(PLATFORM):
            task = identifier(msgspec.json.decode(response.content, type=Answer[_Task]).data.task_id)
        await self._jobs.keep(question, f"{task}@{self._clock().isoformat()}")
        return task

    async def _watched(self, advertiser: str, task: str) -> AsyncGenerator[bool]:
        """False as long as the task goes on, then True; nothing more when it has failed or is gone."""
        pause = _FIRST_PAUSE
        for _ in range(_MOST_LOOKS):
            state = await self._state(advertiser, task)
            if state in _OVER:
                return
            yield state == _DONE
            await self._pause(pause)
            pause = min(pause * _GROWTH, _LONGEST_PAUSE)
        raise Late(
            "TikTok has not finished the report yet.",
            "Ask the same again later: the report goes on being made.",
            platform=PLATFORM,
        )

    async def _state(self, advertiser: str, task: str) -> str:
        try:
            response = await self._http.get("report/task/check/", params=_named(advertiser, task))
        except (NotFound, Rejected):
            return "FAILED"  # it is no more
        with reading(PLATFORM):
            return msgspec.json.decode(response.content, type=Answer[_State]).data.status

    async def _download(self, advertiser: str, task: str) -> bytes:
        return (await self._http.get("report/task/download/", params=_named(advertiser, task))).content

    async def _cancel(self, advertiser: str, task: str, question: str) -> None:
        """Tell TikTok not to go on; where it does not hear, the report is made in vain."""
        with anyio.move_on_after(_CANCELLING, shield=True):
            await self._jobs.forget(question)
            with suppress(AdsError):
                await self._post("report/task/cancel/", _named(advertiser, task))

    async def _post(
        self, path: str, body: Mapping[str, object], extensions: dict[str, bool] | None = None
    ) -> httpx2.Response:
        return await self._http.post(
            path,
            content=msgspec.json.encode(body),
            headers={"Content-Type": "application/json"},
            extensions=extensions or {},
        )


def _named(advertiser: str, task: str) -> Mapping[str, str]:
    return {"advertiser_id": advertiser, "task_id": task}


def _digest(asked: Asked) -> str:
    return f"{PLATFORM}/{sha256(msgspec.json.encode(asked, order='sorted')).hexdigest()}"
