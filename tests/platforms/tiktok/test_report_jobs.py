"""Reports that are too large to be given at once, made by TikTok's sandbox behind the real client."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta

import anyio
import httpx2
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.errors import Unavailable
from xylo_mcp.ads.insights import Batch, InsightRow, InsightsQuery, every_row
from xylo_mcp.contract import Connection, JobsOfOneProcess
from xylo_mcp.platforms.tiktok import SPEC, auth
from xylo_mcp.platforms.tiktok.errors import fault
from xylo_mcp.platforms.tiktok.insights import Insights
from xylo_mcp.platforms.tiktok.jobs import ReportJobs
from xylo_mcp.platforms.tiktok.limits import LIMITS
from xylo_mcp.sandbox.tiktok import CAST, CREDENTIALS, Sizes, server
from xylo_mcp.sandbox.world import World
from xylo_mcp.transport import open_client

QUERY = InsightsQuery("ad", date(2026, 2, 3), date(2026, 3, 4), "day")
SMALL = Sizes(ids=20)
DAYS = InsightsQuery("account", date(2026, 2, 3), date(2026, 3, 4), "day")
FEW = Sizes(rows=10)


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Heard:
    """The sandbox, and what it was asked for."""

    def __init__(self, world: World, sizes: Sizes | None) -> None:
        self._app: ASGIApp = server(world, sizes=sizes)
        self.paths: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.paths.append(scope["path"].removeprefix("/open_api/v1.3/report/"))
        await self._app(scope, receive, send)

    @property
    def tasks(self) -> Sequence[str]:
        return [path.removeprefix("task/") for path in self.paths if path.startswith("task/")]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    return World(seed=7, anchor=date(2026, 3, 4), clock=clock, casts=(CAST,))


@pytest.fixture
def us() -> Account:
    plan = CAST.accounts[0]
    return Account(plan.public_id, "tiktok", plan.name, plan.currency, plan.time_zone, "active", "STATUS_ENABLE")


class Waiting:
    """Stands in for the passing of time between two looks; may keep whoever waits forever."""

    def __init__(self, *, forever: bool = False) -> None:
        self.pauses: list[float] = []
        self.begun = anyio.Event()
        self._forever = forever

    async def __call__(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.begun.set()
        if self._forever:
            await anyio.sleep_forever()


@asynccontextmanager
async def insights(heard: Heard, clock: Clock, jobs: JobsOfOneProcess, waiting: Waiting) -> AsyncGenerator[Insights]:
    connection = Connection({}, httpx2.ASGITransport(app=heard), clock, per_second=1000)
    async with open_client(
        connection,
        platform=SPEC.name,
        base_url=auth.base_url("https://sandbox", SPEC.api_version),
        token=auth.token(CREDENTIALS),
        sign=auth.sign,
        fault=lambda response: fault(response, clock),
        limits=LIMITS,
    ) as http:
        yield Insights(http, ReportJobs(http, jobs, clock, waiting))


def in_order(rows: Sequence[InsightRow]) -> Sequence[InsightRow]:
    return sorted(rows, key=lambda row: (*row.key[:4], row.day or date.min))


@pytest.mark.parametrize(
    ("query", "sizes"),
    [
        (QUERY, SMALL),
        (QUERY, Sizes(rows=100)),
        (InsightsQuery("ad", date(2025, 3, 5), date(2026, 3, 4)), SMALL),
        (InsightsQuery("campaign", date(2026, 2, 3), date(2026, 3, 4), breakdown="country"), Sizes(rows=20)),
        (InsightsQuery("ad_group", date(2026, 2, 25), date(2026, 3, 4), "day", breakdown="age"), Sizes(rows=100)),
        (InsightsQuery("account", date(2026, 2, 3), date(2026, 3, 4), "day"), Sizes(rows=10)),
    ],
    ids=["cut short", "too many days", "total", "country", "age", "account"],
)
async def test_a_report_that_was_made_tells_what_one_given_at_once_does_the_deleted_included(
    world: World, clock: Clock, us: Account, query: InsightsQuery, sizes: Sizes
) -> None:
    whole, small = Heard(world, None), Heard(world, sizes)
    jobs, waiting = JobsOfOneProcess(), Waiting()
    async with insights(whole, clock, jobs, waiting) as one, insights(small, clock, jobs, waiting) as other:
        expected = await every_row(one.batches(us, query))
        found = await every_row(other.batches(us, query))

    assert in_order(found) == in_order(expected)
    assert (whole.tasks, small.tasks[0], small.tasks[-1]) == ([], "create/", "download/")
    assert small.paths[-1] == ("task/download/" if query.level == "account" else "integrated/get/")


async def test_while_a_report_is_made_empty_batches_say_so_at_growing_intervals(
    world: World, clock: Clock, us: Account
) -> None:
    heard, waiting = Heard(world, FEW), Waiting()
    async with insights(heard, clock, JobsOfOneProcess(), waiting) as read:
        batches = [batch async for batch in read.batches(us, DAYS)]

    assert heard.tasks == ["create/", *["check/"] * (len(waiting.pauses) + 1), "download/"]
    assert batches[: len(waiting.pauses)] == [Batch()] * len(waiting.pauses)
    assert waiting.pauses == [1.0, 1.5]


async def test_a_report_that_was_left_at_a_deadline_is_taken_up_again(world: World, clock: Clock, us: Account) -> None:
    heard, jobs = Heard(world, FEW), JobsOfOneProcess()
    async with insights(heard, clock, jobs, Waiting(forever=True)) as read:
        with anyio.move_on_after(1):
            await every_row(read.batches(us, DAYS))
    left = list(heard.tasks)
    async with insights(heard, clock, jobs, Waiting()) as read:
        rows = await every_row(read.batches(us, DAYS))

    assert left == ["create/", "check/"]
    assert (heard.tasks.count("create/"), heard.tasks.count("cancel/"), heard.tasks[-1]) == (1, 0, "download/")
    assert rows


async def test_an_old_report_is_made_anew_and_a_fetched_one_forgotten(world: World, clock: Clock, us: Account) -> None:
    heard, jobs = Heard(world, FEW), JobsOfOneProcess()
    async with insights(heard, clock, jobs, Waiting(forever=True)) as read:
        with anyio.move_on_after(1):
            await every_row(read.batches(us, DAYS))
    async with insights(heard, clock, jobs, Waiting()) as read:
        clock.now += timedelta(hours=2)
        await every_row(read.batches(us, DAYS))
        await every_row(read.batches(us, DAYS))

    assert heard.tasks.count("create/") == 3


async def test_whoever_is_cancelled_has_the_report_cancelled(world: World, clock: Clock, us: Account) -> None:
    heard, jobs, waiting = Heard(world, FEW), JobsOfOneProcess(), Waiting(forever=True)
    async with insights(heard, clock, jobs, waiting) as read, anyio.create_task_group() as group:
        group.start_soon(every_row, read.batches(us, DAYS))
        await waiting.begun.wait()
        group.cancel_scope.cancel()
    async with insights(heard, clock, jobs, Waiting()) as read:
        await every_row(read.batches(us, DAYS))

    assert heard.tasks[:4] == ["create/", "check/", "cancel/", "create/"]


async def test_a_report_that_fails_is_made_once_more_and_then_an_error(world: World, clock: Clock, us: Account) -> None:
    heard = Heard(world, Sizes(rows=10, made=10))
    async with insights(heard, clock, JobsOfOneProcess(), Waiting()) as read:
        with pytest.raises(Unavailable):
            await every_row(read.batches(us, DAYS))

    assert (heard.tasks.count("create/"), heard.tasks.count("download/")) == (2, 0)


async def test_a_report_that_is_gone_is_made_once_more(world: World, clock: Clock, us: Account) -> None:
    heard, jobs = Heard(world, FEW), JobsOfOneProcess()
    async with insights(heard, clock, jobs, Waiting(forever=True)) as read:
        with anyio.move_on_after(1):
            await every_row(read.batches(us, DAYS))
    with world.memory.writing() as db:
        db.execute("DELETE FROM tiktok_report_task")
    async with insights(heard, clock, jobs, Waiting()) as read:
        rows = await every_row(read.batches(us, DAYS))

    assert heard.tasks.count("create/") == 2
    assert rows
