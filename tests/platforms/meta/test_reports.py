"""What Meta finds too large is made as a report, waited for, and read.

Samples: in the shape of Meta Marketing API docs, "Insights API: asynchronous jobs" (2026-09).
"""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from urllib.parse import parse_qsl

import anyio
import httpx2
import msgspec
import pytest

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.errors import AdsError, Garbled, NotFound, Unavailable
from xylo_mcp.ads.insights import Batch, InsightRow, InsightsQuery, Metrics, every_row
from xylo_mcp.contract import AdReader, JobsOfOneProcess

Opened = Callable[..., AbstractAsyncContextManager[AdReader]]
Run = Callable[[Coroutine[object, object, None]], None]
NOW = datetime(2026, 3, 4, 10, 11, 12, tzinfo=UTC)
QUERY = InsightsQuery("campaign", date(2026, 2, 1), date(2026, 2, 28))
FORM = {
    "level": "campaign",
    "fields": "campaign_id,campaign_name,spend,impressions,clicks,inline_link_clicks,actions,action_values"
    ",video_play_actions",
    "time_range": '{"since":"2026-02-01","until":"2026-02-28"}',
    "filtering": '[{"field":"campaign.effective_status","operator":"IN","value":'
    '["ACTIVE","PAUSED","IN_PROCESS","WITH_ISSUES","ARCHIVED","DELETED"]}]',
}
ROW: Mapping[str, object] = {"campaign_id": "1", "campaign_name": "x", "spend": "1.10", "impressions": "10"}
READ = InsightRow(Metrics(Decimal("1.10"), 10), "1", "x")
SLOW = (400, {"error": {"code": 100, "error_subcode": 1504018, "message": "took too long"}})
GONE = (400, {"error": {"code": 100, "error_subcode": 33, "message": "no such object"}})
RUNNING = ("Job Running", 40)
DONE = ("Job Completed", 100)
FAILED = ("Job Failed", 40)
Told = tuple[int, object]


class Graph:
    """Meta, of which a test says how each job goes: what each poll of it tells; the last of them stays."""

    def __init__(self, *jobs: Sequence[tuple[str, int] | Told], at_once: Told = SLOW) -> None:
        self.asked: list[str] = []
        self.forms: list[Mapping[str, str]] = []
        self.moments: list[float] = []
        self._jobs = {str(number): list(polls) for number, polls in enumerate(jobs, 601)}
        self._at_once, self._made = at_once, 600

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path.removeprefix("/v26.0/")
        self.asked.append(f"{request.method} {path}")
        node, _, edge = path.partition("/")
        if request.method == "POST":
            self._made += 1
            self.forms.append(dict(parse_qsl(request.content.decode())))
            return _answer((200, {"report_run_id": self._made}))
        if node.startswith("act_"):
            return _answer(self._at_once)
        if edge:
            more = "after" not in request.url.params
            rows = [{**ROW, "campaign_id": "1" if more else "2"}]
            following = {"next": "https://elsewhere.example/?after=A"} if more else {}
            return _answer((200, {"data": rows, "paging": {"cursors": {"after": "A"}, **following}}))
        self.moments.append(anyio.current_time())
        polls = self._jobs[node]
        status, told = polls.pop(0) if len(polls) > 1 else polls[0]
        return _answer((status, told) if isinstance(status, int) else (200, _job(node, status, told)))


def _job(node: str, status: object, percent: object) -> Mapping[str, object]:
    job = {"id": node, "account_id": "123456789", "async_status": status, "async_percent_completion": percent}
    return job | ({"error_code": -2, "error_subcode": 2490547} if status == "Job Failed" else {})


def _answer(told: Told) -> httpx2.Response:
    status, body = told
    return httpx2.Response(status, content=msgspec.json.encode(body))


class Kept(JobsOfOneProcess):
    """What is remembered, for a test to see."""

    @property
    def jobs(self) -> Sequence[str]:
        return list(self._jobs.values())

    def grow_old(self, age: timedelta) -> None:
        for question in self._jobs:
            self._jobs[question] = msgspec.json.encode({"run": "601", "made": NOW - age}).decode()


async def _batches(meta: AdReader, account: Account) -> Sequence[Batch]:
    return [batch async for batch in meta.insights(account, QUERY)]


def test_a_report_is_asked_for_waited_for_and_read_page_by_page(
    opened: Opened, account: Account, in_virtual_time: Run
) -> None:
    graph, jobs = Graph([("Job Not Started", 0), RUNNING, ("Job Running", 100), ("Job Completed", 99), DONE]), Kept()

    async def ask() -> None:
        async with opened(graph, jobs=jobs) as meta:
            assert await _batches(meta, account) == [
                Batch(percent=0),
                Batch(percent=40),
                Batch(percent=99),
                Batch(percent=99),
                Batch([READ]),
                Batch([msgspec.structs.replace(READ, campaign_id="2")]),
            ]

    in_virtual_time(ask())

    polls = ["GET 601"] * 5
    pages = ["GET 601/insights"] * 2
    assert graph.asked == ["GET act_123456789/insights", "POST act_123456789/insights", *polls, *pages]
    assert graph.forms == [FORM]
    pauses = [after - before for before, after in zip(graph.moments, graph.moments[1:], strict=False)]
    assert pauses == pytest.approx([0.5, 0.75, 1.125, 1.6875])
    assert jobs.jobs == []


def test_what_is_too_much_even_in_small_pages_becomes_a_report(
    opened: Opened, account: Account, in_virtual_time: Run
) -> None:
    graph = Graph([DONE], at_once=(500, {"error": {"code": 1, "message": "Please reduce the amount of data"}}))

    async def ask() -> None:
        async with opened(graph) as meta:
            assert len(await every_row(meta.insights(account, QUERY))) == 2

    in_virtual_time(ask())

    at_once = ["GET act_123456789/insights"] * 6
    assert graph.asked == [*at_once, "POST act_123456789/insights", "GET 601", *["GET 601/insights"] * 2]


@pytest.mark.parametrize("lost", [FAILED, ("Job Skipped", 0), GONE])
def test_a_report_that_comes_to_nothing_is_made_once_more(
    opened: Opened, account: Account, in_virtual_time: Run, lost: tuple[str, int] | Told
) -> None:
    graph, jobs = Graph([RUNNING, lost], [DONE]), Kept()

    async def ask() -> None:
        async with opened(graph, jobs=jobs) as meta:
            assert [row.campaign_id for row in await every_row(meta.insights(account, QUERY))] == ["1", "2"]

    in_virtual_time(ask())

    assert [one for one in graph.asked if one.startswith("POST")] == ["POST act_123456789/insights"] * 2
    assert jobs.jobs == []


@pytest.mark.parametrize(
    ("lost", "error", "vendor"),
    [(FAILED, Unavailable, "-2/2490547"), (("Job Skipped", 0), Unavailable, None), (GONE, NotFound, "100/33")],
)
def test_a_report_that_comes_to_nothing_twice_is_an_error(
    opened: Opened,
    account: Account,
    in_virtual_time: Run,
    lost: tuple[str, int] | Told,
    error: type[AdsError],
    vendor: str | None,
) -> None:
    graph, jobs = Graph([lost], [RUNNING, lost]), Kept()

    async def ask() -> None:
        async with opened(graph, jobs=jobs) as meta:
            with pytest.raises(error) as raised:
                await _batches(meta, account)
        assert (raised.value.vendor.code if raised.value.vendor else None) == vendor

    in_virtual_time(ask())

    assert jobs.jobs == []


def test_a_deadline_leaves_the_report_to_whoever_asks_again(
    opened: Opened, account: Account, in_virtual_time: Run
) -> None:
    graph, jobs = Graph([RUNNING, RUNNING, RUNNING, DONE]), Kept()

    async def ask() -> None:
        async with opened(graph, jobs=jobs) as meta:
            with anyio.move_on_after(1) as first:
                await _batches(meta, account)
        assert first.cancelled_caught
        assert len(jobs.jobs) == 1
        async with opened(graph, jobs=jobs) as meta:  # as after a restart
            assert len(await every_row(meta.insights(account, QUERY))) == 2

    in_virtual_time(ask())

    assert [one for one in graph.asked if one.startswith("POST")] == ["POST act_123456789/insights"]
    assert jobs.jobs == []


def test_a_caller_who_gives_up_has_the_report_forgotten(opened: Opened, account: Account, in_virtual_time: Run) -> None:
    graph, jobs = Graph([RUNNING]), Kept()

    async def ask() -> None:
        async with opened(graph, jobs=jobs) as meta, anyio.create_task_group() as group:
            group.start_soon(_batches, meta, account)
            await anyio.sleep(3)
            assert len(jobs.jobs) == 1
            group.cancel_scope.cancel()

    in_virtual_time(ask())

    assert jobs.jobs == []


@pytest.mark.parametrize(("age", "made"), [(timedelta(minutes=59), 0), (timedelta(minutes=61), 1)])
def test_a_report_that_is_an_hour_old_is_made_anew(
    opened: Opened, account: Account, in_virtual_time: Run, age: timedelta, made: int
) -> None:
    graph, jobs = Graph([RUNNING, DONE], [DONE]), Kept()

    async def ask() -> None:
        async with opened(graph, jobs=jobs) as meta:
            with anyio.move_on_after(0.1):
                await _batches(meta, account)
            jobs.grow_old(age)
            graph.asked.clear()
            assert len(await every_row(meta.insights(account, QUERY))) == 2

    in_virtual_time(ask())

    assert len([one for one in graph.asked if one.startswith("POST")]) == made


def test_a_report_that_is_not_made_within_an_hour_is_given_up(
    opened: Opened, account: Account, in_virtual_time: Run
) -> None:
    graph, jobs = Graph([RUNNING], [RUNNING]), Kept()

    async def ask() -> None:
        async with opened(graph, jobs=jobs) as meta:
            with pytest.raises(Unavailable):
                await _batches(meta, account)

    in_virtual_time(ask())

    assert graph.moments[-1] > 3600
    assert jobs.jobs == []


@pytest.mark.parametrize(
    "told",
    [
        {"id": "602", "async_status": "Job Completed", "async_percent_completion": 100},
        {"id": "601", "account_id": "9", "async_status": "Job Completed", "async_percent_completion": 100},
        {"id": "601", "async_percent_completion": 100},
        {"id": "601", "async_status": "Job Running", "async_percent_completion": "half"},
        [],
    ],
)
def test_an_answer_about_another_report_is_garbled(
    opened: Opened, account: Account, in_virtual_time: Run, told: object
) -> None:
    async def ask() -> None:
        async with opened(Graph([(200, told)])) as meta:
            with pytest.raises(Garbled):
                await _batches(meta, account)

    in_virtual_time(ask())


def test_rows_of_a_report_that_nobody_asked_for_are_refused(
    opened: Opened, account: Account, in_virtual_time: Run
) -> None:
    query = msgspec.structs.replace(QUERY, campaign_ids=frozenset({"1"}))

    async def ask() -> None:
        async with opened(Graph([DONE])) as meta:
            with pytest.raises(Garbled):
                await every_row(meta.insights(account, query))

    in_virtual_time(ask())


def test_reports_of_many_chosen_campaigns_are_added_up_where_the_account_is_asked_about(
    opened: Opened, account: Account, in_virtual_time: Run
) -> None:
    query = InsightsQuery("account", QUERY.since, QUERY.until, campaign_ids=frozenset(map(str, range(101))))

    def reply(request: httpx2.Request) -> httpx2.Response:
        path = request.url.path.removeprefix("/v26.0/")
        if request.method == "POST":
            conditions = dict(parse_qsl(request.content.decode()))["filtering"]
            return _answer((200, {"report_run_id": "602" if len(conditions) > 1000 else "601"}))
        if path.startswith("act_"):
            return _answer(SLOW)
        if path.endswith("/insights"):
            return _answer((200, {"data": [{"spend": "1.10", "impressions": "10"}]}))
        return _answer((200, _job(path, *DONE)))

    async def ask() -> None:
        async with opened(reply) as meta:
            assert await every_row(meta.insights(account, query)) == [InsightRow(Metrics(Decimal("2.20"), 20))]

    in_virtual_time(ask())
