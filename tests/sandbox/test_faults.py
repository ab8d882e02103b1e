"""What goes wrong on purpose goes wrong as planned, and nothing else does."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import anyio
import httpx2
import msgspec
import pytest
from starlette.types import Receive, Scope, Send

from xylo_mcp.sandbox.faults import KINDS, VENDORS_OWN, Fault, Faults, Faulty, Kind
from xylo_mcp.sandbox.memory import Memory

BODY = b'{"data": [1, 2, 3, 4]}'
Client = Callable[[], AbstractAsyncContextManager[httpx2.AsyncClient]]


class Vendor:
    """Answers with what was asked of it and which fault it was told to have."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.append((scope["path"], scope.get("fault", "")))
        headers = [(b"content-type", b"application/json"), (b"Content-Length", str(len(BODY)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": BODY})


@pytest.fixture
def faults() -> Faults:
    return Faults(Memory())


@pytest.fixture
def vendor() -> Vendor:
    return Vendor()


@pytest.fixture
def opened(vendor: Vendor, faults: Faults) -> Client:
    @asynccontextmanager
    async def client() -> AsyncGenerator[httpx2.AsyncClient]:
        network = httpx2.ASGITransport(app=Faulty(vendor, "acme", faults))
        async with httpx2.AsyncClient(transport=network, base_url="http://sandbox") as opened:
            yield opened

    return client


async def test_without_a_plan_nothing_goes_wrong(opened: Client, vendor: Vendor) -> None:
    async with opened() as http:
        answer = await http.get("/campaigns")

    assert (answer.status_code, answer.content) == (200, BODY)
    assert vendor.asked == [("/campaigns", "")]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault("acme", "status"), (503, "text/plain", b"upstream connect error\n")),
        (Fault("acme", "status", status=429), (429, "text/plain", b"upstream connect error\n")),
        (Fault("acme", "html"), (200, "text/html", b"<!doctype html><title>Sorry</title><p>Something went wrong.")),
        (Fault("acme", "empty"), (200, "application/json", b"")),
        (Fault("acme", "redirect"), (302, "text/plain", b"")),
    ],
)
async def test_some_faults_answer_instead_of_the_vendor(
    opened: Client, vendor: Vendor, faults: Faults, fault: Fault, expected: tuple[int, str, bytes]
) -> None:
    faults.plan(fault)

    async with opened() as http:
        answer = await http.get("/campaigns")

    assert (answer.status_code, answer.headers["content-type"], answer.content) == expected
    assert vendor.asked == []


async def test_a_redirect_leads_to_where_no_client_should_go(opened: Client, faults: Faults) -> None:
    faults.plan(Fault("acme", "redirect"))

    async with opened() as http:
        answer = await http.get("/campaigns")

    assert answer.headers["location"] == "http://169.254.169.254/latest/"


async def test_a_huge_answer_is_larger_than_any_reader_should_take(opened: Client, faults: Faults) -> None:
    faults.plan(Fault("acme", "huge"))

    async with opened() as http, http.stream("GET", "/campaigns") as answer:
        size = 0
        async for part in answer.aiter_bytes():
            size += len(part)

    assert size == 80_000_000


async def test_a_cut_answer_ends_in_the_middle_and_says_nothing_of_it(opened: Client, faults: Faults) -> None:
    faults.plan(Fault("acme", "cut"))

    async with opened() as http:
        answer = await http.get("/campaigns")

    assert (answer.status_code, answer.content) == (200, BODY[:11])
    assert "content-length" not in answer.headers
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("kind", sorted(VENDORS_OWN))
async def test_the_vendors_own_faults_are_left_to_the_vendor(
    opened: Client, vendor: Vendor, faults: Faults, kind: Kind
) -> None:
    faults.plan(Fault("acme", kind))

    async with opened() as http:
        await http.get("/campaigns")
        await http.get("/campaigns")

    assert vendor.asked == [("/campaigns", kind), ("/campaigns", "")]


async def test_a_lost_answer_was_carried_out(opened: Client, vendor: Vendor, faults: Faults) -> None:
    faults.plan(Fault("acme", "lose_answer"))

    async with opened() as http:
        with pytest.raises(ConnectionResetError):
            await http.get("/campaigns")

    assert vendor.asked == [("/campaigns", "")]


async def test_a_vendor_that_hangs_does_not_answer(opened: Client, vendor: Vendor, faults: Faults) -> None:
    faults.plan(Fault("acme", "hang"))

    async with opened() as http:
        with anyio.move_on_after(0.02) as scope:
            await http.get("/campaigns")

    assert scope.cancelled_caught
    assert vendor.asked == []


async def test_a_vendor_that_hangs_for_a_time_hangs_up_then(opened: Client, vendor: Vendor, faults: Faults) -> None:
    faults.plan(Fault("acme", "hang", seconds=0.001))

    async with opened() as http:
        with pytest.raises(ConnectionResetError):
            await http.get("/campaigns")

    assert vendor.asked == []


async def test_a_slow_vendor_answers_after_its_time(opened: Client, faults: Faults) -> None:
    faults.plan(Fault("acme", "slow", seconds=0.02))
    begun = anyio.current_time()

    async with opened() as http:
        answer = await http.get("/campaigns")

    assert answer.content == BODY
    assert anyio.current_time() - begun >= 0.02


@pytest.mark.parametrize(
    ("fault", "met"),
    [
        (Fault("acme", "empty"), "x.."),
        (Fault("acme", "empty", times=2), "xx."),
        (Fault("acme", "empty", times=-1), "xxx"),
        (Fault("acme", "empty", skip=1), ".x."),
        (Fault("acme", "empty", skip=2, times=-1), "..x"),
        (Fault("acme", "empty", times=0), "..."),
        (Fault("acme", "empty", path="campaigns"), "x.."),
        (Fault("acme", "empty", path="reports"), "..."),
        (Fault("other", "empty", times=-1), "..."),
    ],
)
async def test_a_fault_is_met_by_as_many_requests_as_planned_and_by_those_it_is_meant_for(
    opened: Client, faults: Faults, fault: Fault, met: str
) -> None:
    faults.plan(fault)

    async with opened() as http:
        answers = [await http.get("/campaigns") for _ in met]

    assert "".join("." if answer.content else "x" for answer in answers) == met


async def test_faults_are_met_in_the_order_of_planning_one_a_request(faults: Faults) -> None:
    faults.plan(Fault("acme", "html", path="report"))
    faults.plan(Fault("acme", "empty"))
    faults.plan(Fault("acme", "cut"))

    met = [faults.meet("acme", path) for path in ("/list", "/report", "/report", "/report")]

    assert [fault and fault.kind for fault in met] == ["empty", "html", "cut", None]


async def test_what_is_used_up_is_no_longer_planned(faults: Faults) -> None:
    faults.plan(Fault("acme", "html", times=2, skip=1))
    faults.plan(Fault("other", "status", path="x", seconds=1.5, status=500))

    faults.meet("acme", "/")
    faults.meet("acme", "/")

    rest = [Fault("acme", "html"), Fault("other", "status", path="x", seconds=1.5, status=500)]
    assert faults.planned() == rest
    faults.meet("acme", "/")
    assert faults.planned() == rest[1:]


def test_what_is_cleared_is_forgotten(faults: Faults) -> None:
    for kind in KINDS:
        faults.plan(Fault("acme", kind))

    faults.clear()

    assert faults.planned() == []
    assert faults.meet("acme", "/") is None


def test_every_process_sees_the_plan_and_each_fault_is_met_once(tmp_path: Path) -> None:
    memories = [Memory(tmp_path / "world.sqlite3") for _ in range(2)]
    one, other = (Faults(memory) for memory in memories)
    try:
        one.plan(Fault("acme", "html", times=2))

        met = [faults.meet("acme", "/") for faults in (other, one, other, one)]

        assert [fault and fault.kind for fault in met] == ["html", "html", None, None]
    finally:
        for memory in memories:
            memory.close()


def test_a_fault_can_be_written_as_json() -> None:
    written = b'{"platform": "acme", "kind": "slow", "seconds": 2}'

    assert msgspec.json.decode(written, type=Fault) == Fault("acme", "slow", seconds=2)
