"""Reports that are made and fetched later (TikTok API for Business docs, v1.3, "Asynchronous reports").

A task is queued, worked on and done: each time it is looked at it comes one step further, and the larger it is, the
more steps it takes.
"""

import csv
from collections.abc import Sequence
from datetime import datetime, timedelta
from io import StringIO
from sqlite3 import Connection
from typing import Literal

import msgspec

from ..world import World
from .accounts import granted
from .envelope import Data, File
from .parameters import Asked, Id
from .questions import Question, WantedLater, question_for_later
from .refusals import NO_SUCH_OBJECT, TASK_ERROR, TASK_NOT_READY, TOO_FREQUENT, Refusal
from .reports import Row, Sizes, dimensions, every_row, metrics

State = Literal["QUEUING", "PROCESSING", "SUCCESS", "FAILED", "CANCELED"]
_STEPS, _ROWS_A_STEP = 2, 2000
_LIFE = timedelta(days=30)
# The page on rate limits; that of the endpoint says one a second and 500 an hour for each advertiser.
_RATES = ((timedelta(seconds=1), 2), (timedelta(minutes=1), 60), (timedelta(days=1), 4500))
_FIRST_ID = 7_480_000_000_000_000_000
_TABLE = """CREATE TABLE IF NOT EXISTS tiktok_report_task (
    id INTEGER PRIMARY KEY, advertiser TEXT NOT NULL, at TEXT NOT NULL, left INTEGER NOT NULL, fails INTEGER NOT NULL,
    state TEXT NOT NULL, format TEXT NOT NULL, name TEXT NOT NULL, content BLOB NOT NULL
) STRICT"""
# How the columns of a file are headed; what is not here keeps its name (examples on the same pages).
_TITLES = {
    "advertiser_id": "Advertiser ID",
    "campaign_id": "Campaign ID",
    "campaign_name": "Campaign name",
    "adgroup_id": "Ad group ID",
    "adgroup_name": "Ad group name",
    "ad_id": "Ad ID",
    "ad_name": "Ad name",
    "stat_time_day": "By Day",
    "spend": "Cost",
    "impressions": "Impressions",
    "clicks": "Clicks (destination)",
    "conversion": "Conversions",
}


class _Task(msgspec.Struct, frozen=True):
    task_id: Id
    advertiser_id: Id


class _Kept(msgspec.Struct, frozen=True):
    id: int
    state: State
    left: int
    fails: int
    format: str
    name: str
    content: bytes


def create(world: World, asked: Asked, sizes: Sizes) -> Data:
    """Begin to make a report. What it tells is what is known now."""
    wanted = asked.read_body_as(WantedLater)
    this = question_for_later(world, wanted)
    rows = every_row(world, this)
    now = world.clock()
    with world.memory.writing() as db:
        db.execute(_TABLE)
        _keep_pace(db, now)
        found = db.execute(
            "INSERT INTO tiktok_report_task (id, advertiser, at, left, fails, state, format, name, content)"
            " VALUES ((SELECT coalesce(max(id) + 1, ?) FROM tiktok_report_task), ?, ?, ?, ?, 'QUEUING', ?, ?, ?)"
            " RETURNING id",
            (
                _FIRST_ID,
                this.accounts[0].id,
                now.isoformat(),
                _STEPS + len(rows) // _ROWS_A_STEP,
                len(rows) > sizes.made,
                wanted.output_format,
                wanted.file_name,
                _table(rows, this, translated=wanted.enable_report_title_translation),
            ),
        ).fetchone()
    return {"task_id": str(found[0])}


def check(world: World, asked: Asked) -> Data:
    """How far a report is; it comes a step further by that."""
    task = asked.read_as(_Task)
    with world.memory.writing() as db:
        kept = _kept(db, world, task)
        state, left = kept.state, max(kept.left - 1, 0)
        if state in {"QUEUING", "PROCESSING"} and kept.left < 1:
            state = "FAILED" if kept.fails else "SUCCESS"
        elif state == "QUEUING" and kept.left < _STEPS:
            state = "PROCESSING"
        db.execute("UPDATE tiktok_report_task SET state = ?, left = ? WHERE id = ?", (state, left, kept.id))
    return {"status": state, "message": "Too many rows." if state == "FAILED" else ""}


def download(world: World, asked: Asked) -> Data | File:
    """The file of a report that is done, or where it is for an hour."""
    task = asked.read_as(_Task)
    with world.memory.writing() as db:
        kept = _kept(db, world, task)
    if kept.state in {"QUEUING", "PROCESSING"}:
        raise Refusal(TASK_NOT_READY, "The task is not ready yet.")
    if kept.state != "SUCCESS":
        raise Refusal(TASK_ERROR, f"The task is {kept.state}.")
    if kept.format == "CSV_STRING":
        return File(kept.content)
    name = f"{kept.name.strip() or task.task_id}.csv"
    url = f"https://sandbox.invalid/{task.task_id}.csv"
    return {"output_format": kept.format, "file_name": name, "download_url": url}


def cancel(world: World, asked: Asked) -> Data:
    """Stop making a report that is not done."""
    task = asked.read_body_as(_Task)
    with world.memory.writing() as db:
        kept = _kept(db, world, task)
        if kept.state not in {"QUEUING", "PROCESSING"}:
            raise Refusal(TASK_ERROR, f"The task is {kept.state} and cannot be canceled.")
        db.execute("UPDATE tiktok_report_task SET state = 'CANCELED' WHERE id = ?", (kept.id,))
    return {"status": "CANCELED"}


def _kept(db: Connection, world: World, task: _Task) -> _Kept:
    """The task, if it is this advertiser's and not too old."""
    granted(world, task.advertiser_id)
    db.execute(_TABLE)
    found = db.execute(
        "SELECT id, state, left, fails, format, name, content FROM tiktok_report_task"
        " WHERE id = ? AND advertiser = ? AND at > ?",
        (int(task.task_id), task.advertiser_id, (world.clock() - _LIFE).isoformat()),
    ).fetchone()
    if found is None:
        raise Refusal(NO_SUCH_OBJECT, f"The task {task.task_id} doesn't exist.")
    return _Kept(*found)


def _keep_pace(db: Connection, now: datetime) -> None:
    for time, most in _RATES:
        since = (now - time).isoformat()
        (made,) = db.execute("SELECT count(*) FROM tiktok_report_task WHERE at > ?", (since,)).fetchone()
        if made >= most:
            raise Refusal(TOO_FREQUENT, f"App reaches the QPS limit {most}")


def _table(rows: Sequence[Row], this: Question, *, translated: bool) -> bytes:
    wanted = this.wanted
    text = StringIO()
    lines = csv.writer(text, lineterminator="\n")
    columns = (*wanted.dimensions, *wanted.metrics)
    lines.writerow([_TITLES.get(name, name) if translated else name for name in columns])
    for row in rows:
        of, told = dimensions(row, this), metrics(row, this)
        lines.writerow([*(of[name] for name in wanted.dimensions), *(told[name] for name in wanted.metrics)])
    return text.getvalue().encode()
