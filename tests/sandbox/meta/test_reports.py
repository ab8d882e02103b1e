"""Reports that Meta's sandbox makes in the background, stage by stage, for every process that shares its file."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from starlette.types import ASGIApp

from xylo_mcp.sandbox.memory import Memory
from xylo_mcp.sandbox.meta import CAST, server
from xylo_mcp.sandbox.world import World

Client = Callable[..., httpx2.AsyncClient]
Everything = Callable[..., Awaitable[list[dict[str, object]]]]
Refusal = Callable[..., Awaitable[tuple[int, int, int]]]
Refused = Callable[[httpx2.Response], tuple[int, int, int]]
Fails = Callable[[ASGIApp, str], ASGIApp]
PATH, LARGE = "/act_123456789/insights", "/act_423456789/insights"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FORM = {"level": "ad", "fields": "ad_id,spend", "date_preset": "last_7d", "breakdowns": "age"}
STAGES = [
    ("Job Not Started", 0),
    ("Job Started", 0),
    ("Job Running", 40),
    ("Job Running", 100),
    ("Job Completed", 100),
    ("Job Completed", 100),
]


class Moving:
    """A clock that is set by hand."""

    now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Moving:
    return Moving()


@pytest.fixture
def world(tmp_path: Path, clock: Moving) -> World:
    return World(7, date(2026, 11, 22), clock, (CAST,), Memory(tmp_path / "sandbox.sqlite3"))


@pytest.fixture
async def graph(world: World, client: Client) -> AsyncGenerator[httpx2.AsyncClient]:
    async with client(server(world)) as http:
        yield http


async def made(http: httpx2.AsyncClient, path: str = PATH, **changes: str) -> str:
    return (await http.post(path, data={**FORM, **changes})).json()["report_run_id"]


async def stages(http: httpx2.AsyncClient, run: str, polls: int) -> list[tuple[str, int]]:
    told = [(await http.get(f"/{run}")).json() for _ in range(polls)]
    return [(one["async_status"], one["async_percent_completion"]) for one in told]


async def test_a_report_gets_on_each_time_it_is_asked_after_and_has_the_rows_of_the_question(
    graph: httpx2.AsyncClient, everything: Everything, world: World
) -> None:
    run = await made(graph)

    assert await stages(graph, run, 6) == STAGES

    at_once = await everything(graph, PATH, **FORM, limit="500")
    assert len(at_once) > 60
    assert await everything(graph, f"/{run}/insights", limit="25") == at_once
    assert world.attempts() == []


async def test_a_report_says_whose_it_is_and_when_it_was_asked_for(graph: httpx2.AsyncClient) -> None:
    run = await made(graph)

    assert (await graph.get(f"/{run}")).json() == {
        "id": run,
        "account_id": "123456789",
        "time_ref": int(NOW.timestamp()),
        "time_completed": 0,
        "async_status": "Job Not Started",
        "async_percent_completion": 0,
    }


async def test_a_campaigns_report_has_its_rows(graph: httpx2.AsyncClient, everything: Everything) -> None:
    run = await made(graph, "/120210000000000001/insights")
    await stages(graph, run, 5)

    at_once = await everything(graph, "/120210000000000001/insights", **FORM)
    assert await everything(graph, f"/{run}/insights") == at_once != []


async def test_rows_are_refused_until_the_report_says_that_it_is_done(
    graph: httpx2.AsyncClient, refusal: Refusal
) -> None:
    run = await made(graph)

    for _ in range(4):
        assert await refusal(graph, f"/{run}/insights") == (400, 2601, 1815107)
        await graph.get(f"/{run}")
    await graph.get(f"/{run}")
    assert await refusal(graph, f"/{run}/insights", level="ad") == (400, 100, 0)


async def test_another_process_sees_the_report(
    graph: httpx2.AsyncClient, world: World, client: Client, everything: Everything, tmp_path: Path
) -> None:
    run = await made(graph)
    await stages(graph, run, 3)

    async with client(server(replace(world, memory=Memory(tmp_path / "sandbox.sqlite3")))) as other:
        assert await stages(other, run, 2) == STAGES[3:5]
        assert await everything(other, f"/{run}/insights") == await everything(graph, f"/{run}/insights") != []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"fields": "colour"}, (400, 100, 0)),
        ({"breakdowns": "age,country"}, (400, 2, 1504041)),
        ({"time_range": '{"since":"2023-10-21","until":"2026-01-01"}'}, (400, 3018, 0)),
        ({"filtering": '[{"field":"colour","operator":"IN","value":["1"]}]'}, (400, 100, 0)),
        ({"colour": "blue"}, (400, 100, 0)),
    ],
)
async def test_what_meta_would_refuse_is_no_report(
    graph: httpx2.AsyncClient, refused: Refused, changes: dict[str, str], expected: tuple[int, int, int]
) -> None:
    assert refused(await graph.post(PATH, data={**FORM, **changes})) == expected


async def test_a_report_that_meets_metas_own_failure_fails(world: World, client: Client, fails: Fails) -> None:
    app = server(world)
    async with client(fails(app, "server_error")) as failing, client(app) as http:
        run = await made(failing)

        assert (await stages(http, run, 4))[1:] == [("Job Started", 0), ("Job Failed", 40), ("Job Failed", 40)]
        told = (await http.get(f"/{run}")).json()
        assert (told["error_code"], told["error_subcode"]) == (-2, 2490547)


async def test_a_report_that_is_too_large_fails_and_one_that_was_only_too_slow_does_not(
    graph: httpx2.AsyncClient,
) -> None:
    large = await made(graph, LARGE, date_preset="maximum", time_increment="1")
    slow = await made(graph, LARGE, date_preset="maximum")

    assert (await stages(graph, large, 5))[-1] == ("Job Failed", 40)
    told = (await graph.get(f"/{large}")).json()
    assert (told["error_code"], told["error_subcode"]) == (-3, 1504045)
    assert (await stages(graph, slow, 5))[-1] == ("Job Completed", 100)


async def test_a_report_that_nobody_asks_after_is_skipped_and_gone_after_thirty_days(
    graph: httpx2.AsyncClient, clock: Moving, refusal: Refusal
) -> None:
    run = await made(graph)
    clock.now = NOW + timedelta(days=1, seconds=1)
    assert await stages(graph, run, 1) == [("Job Skipped", 0)]

    clock.now = NOW + timedelta(days=30)
    assert await stages(graph, run, 1) == [("Job Skipped", 0)]
    clock.now += timedelta(seconds=1)
    assert await refusal(graph, f"/{run}") == (400, 100, 33)
    assert await refusal(graph, f"/{run}/insights") == (400, 100, 33)


@pytest.mark.parametrize("path", ["/6100000000001", "/6100000000001/insights", "/6099999999999"])
async def test_there_is_no_report_that_nobody_asked_for(graph: httpx2.AsyncClient, refusal: Refusal, path: str) -> None:
    assert await refusal(graph, path) == (400, 100, 33)
