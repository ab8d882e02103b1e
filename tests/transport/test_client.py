"""The wire as a whole: what an adapter may rely on."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta

import anyio
import httpx2
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xylo_mcp.ads.errors import AdsError, Garbled, Rejected, Throttled, Unavailable
from xylo_mcp.contract import Clock
from xylo_mcp.transport import Limits, RenewingToken

InVirtualTime = Callable[[Coroutine[object, object, None]], None]
Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Serving = Callable[[Script], AbstractAsyncContextManager[str]]
Wire = Callable[..., AbstractAsyncContextManager[httpx2.AsyncClient]]
Message = MutableMapping[str, object]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]

REPLY = b'{"code":0,"data":{"campaign_id":"1790000000000000017","budget":20.5}}'


def answers(*statuses: int, headers: dict[str, str] | None = None) -> tuple[httpx2.MockTransport, list[httpx2.Request]]:
    """A network that answers with these statuses one after the other, then with 200."""
    asked: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        status = statuses[len(asked) - 1] if len(asked) <= len(statuses) else 200
        return httpx2.Response(status, headers=headers, content=REPLY)

    return httpx2.MockTransport(answer), asked


async def test_a_good_answer_arrives_as_it_is(wire: Wire) -> None:
    network, asked = answers()

    async with wire(network) as client:
        response = await client.get("/campaign/get/", params={"page": 2})

    assert (response.status_code, response.content) == (200, REPLY)
    assert str(response.url) == "http://platform.test/api/campaign/get/?page=2"
    assert len(asked) == 1


@pytest.mark.parametrize("base", ["http://platform.test/api", "http://platform.test/api/"])
@pytest.mark.parametrize("path", ["campaign/get/", "/campaign/get/"])
async def test_paths_are_below_the_base_url(wire: Wire, base: str, path: str) -> None:
    network, asked = answers()

    async with wire(network, base_url=base) as client:
        await client.get(path)

    assert [str(request.url) for request in asked] == ["http://platform.test/api/campaign/get/"]


@pytest.mark.parametrize(("status", "kind"), [(403, AdsError), (429, Throttled), (500, Unavailable)])
async def test_the_platforms_verdict_is_raised_with_its_name(wire: Wire, status: int, kind: type[AdsError]) -> None:
    network, asked = answers(status)

    async with wire(network) as client:
        with pytest.raises(kind) as raised:
            await client.post("/campaign/create/")

    assert raised.value.platform == "tiktok"
    assert len(asked) == 1


def test_an_outage_is_waited_out_by_reads(wire: Wire, in_virtual_time: InVirtualTime) -> None:
    async def story() -> None:
        network, asked = answers(503, 502, 429)
        async with wire(network) as client:
            response = await client.get("/campaign/get/")

        assert (response.content, len(asked)) == (REPLY, 4)

    in_virtual_time(story())


def test_a_token_may_end_in_the_middle_of_an_outage(wire: Wire, clock: Clock, in_virtual_time: InVirtualTime) -> None:
    async def story() -> None:
        numbers = iter(range(1, 9))

        async def fetch() -> tuple[str, datetime]:
            return f"token-{next(numbers)}", clock() + timedelta(hours=1)

        network, asked = answers(503, 401, 503, 503)
        async with wire(network, token=RenewingToken(fetch, clock)) as client:
            response = await client.get("/campaign/get/")

        assert response.status_code == 200
        assert [request.headers["Access-Token"] for request in asked] == ["token-2"] * 5

    in_virtual_time(story())


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_no_redirect_is_followed(wire: Wire, status: int, method: str) -> None:
    network, asked = answers(status, headers={"Location": "http://169.254.169.254/latest/"})

    async with wire(network) as client:
        with pytest.raises(Rejected) as refused:
            await client.request(method, "/campaign/get/", follow_redirects=True)

    assert refused.value.message == "The platform answered with a redirect, which is never followed."
    assert [request.url.host for request in asked] == ["platform.test"]


async def test_cookies_are_not_taken(wire: Wire) -> None:
    network, asked = answers(headers={"Set-Cookie": "session=of-another-account; Path=/"})

    async with wire(network) as client:
        await client.get("/campaign/get/")
        await client.get("/campaign/get/")

    assert [request.headers.get("Cookie") for request in asked] == [None, None]


async def test_only_encodings_that_can_be_read_are_asked_for(wire: Wire) -> None:
    network, asked = answers()

    async with wire(network) as client:
        await client.get("/campaign/get/")

    assert (asked[0].headers["Accept-Encoding"], asked[0].headers["Accept"]) == ("gzip", "application/json")


@pytest.mark.parametrize("level", [logging.INFO, logging.DEBUG])
async def test_no_address_and_no_header_reaches_a_log(
    wire: Wire,
    network: httpx2.AsyncBaseTransport,
    serving: Serving,
    caplog: pytest.LogCaptureFixture,
    level: int,
) -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nset-cookie: s3cr3t\r\n\r\n{}")

    caplog.set_level(level)
    async with serving(script) as url, wire(network, base_url=url) as client:
        await client.get("/me", params={"access_token": "s3cr3t"})

    assert [record.name for record in caplog.records if record.name.startswith("http")] == []
    assert "s3cr3t" not in caplog.text


async def test_the_network_stays_open_for_others(wire: Wire) -> None:
    class Network(httpx2.AsyncBaseTransport):
        closed = False

        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            return httpx2.Response(200, content=REPLY)

        async def aclose(self) -> None:
            self.closed = True

    network = Network()
    async with wire(network) as client:
        await client.get("/campaign/get/")

    assert not network.closed


async def test_a_write_whose_answer_was_lost_in_process_is_not_repeated(wire: Wire) -> None:
    done: list[str] = []

    async def app(scope: MutableMapping[str, object], receive: Receive, send: Send) -> None:
        done.append(str(scope["path"]))
        raise ConnectionResetError("the answer was lost on purpose")

    async with wire(httpx2.ASGITransport(app=app)) as client:
        with pytest.raises(Unavailable) as raised:
            await client.post("/campaign/create/", json={"campaign_name": "Spring"})

    assert (raised.value.platform, raised.value.message) == ("tiktok", "The platform broke off the connection.")
    assert done == ["/api/campaign/create/"]


async def test_the_deadline_ends_a_call_that_hangs(
    wire: Wire, network: httpx2.AsyncBaseTransport, serving: Serving
) -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(-1)

    async with serving(hang) as url, wire(network, base_url=url) as client:
        with pytest.raises(TimeoutError):
            with anyio.fail_after(0.05):
                await client.get("/campaign/get/")


async def test_many_calls_at_once_get_their_own_answers(
    wire: Wire, network: httpx2.AsyncBaseTransport, serving: Serving
) -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            asked = (await reader.readuntil(b"\r\n\r\n")).split()[1]
            writer.write(b'HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n"%s"' % (len(asked) + 2, asked))

    got: dict[int, str] = {}
    async with serving(echo) as url, wire(network, base_url=url) as client:

        async def ask(number: int) -> None:
            got[number] = (await client.get(f"/{number}")).json()

        async with anyio.create_task_group() as tasks:
            for number in range(100):
                tasks.start_soon(ask, number)

    assert got == {number: f"/{number}" for number in range(100)}


_values = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
_documents = st.dictionaries(st.text(max_size=5), _values | st.lists(_values, max_size=3), max_size=4)


@settings(deadline=None)
@given(_documents, st.floats(0, 1, exclude_max=True))
async def test_a_reply_cut_anywhere_never_passes_as_good(wire: Wire, document: object, share: float) -> None:
    whole = msgspec.json.encode(document)
    cut = whole[: int(len(whole) * share)]
    network = httpx2.MockTransport(lambda _: httpx2.Response(200, content=cut))

    async with wire(network) as client:
        with pytest.raises(Garbled):
            await client.post("/campaign/get/")


@pytest.mark.parametrize(
    ("framing", "expected"),
    [
        (b"content-length: %d\r\n\r\n" % len(REPLY), Unavailable),
        (b"transfer-encoding: chunked\r\n\r\n%x\r\n" % len(REPLY), Unavailable),
        (b"\r\n", Garbled),
    ],
    ids=["with length", "chunked", "until closed"],
)
async def test_a_recorded_reply_cut_at_every_byte_never_passes_as_good(
    wire: Wire,
    network: httpx2.AsyncBaseTransport,
    serving: Serving,
    framing: bytes,
    expected: type[AdsError],
) -> None:
    lengths = iter(range(len(REPLY)))
    failures: list[type[AdsError]] = []

    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n" + framing + REPLY[: next(lengths)])

    async with serving(cut) as url, wire(network, base_url=url) as client:
        for _ in REPLY:
            with pytest.raises(AdsError) as raised:
                await client.post("/campaign/create/")
            failures.append(type(raised.value))

    assert failures == [expected] * len(REPLY)


def test_a_quota_that_is_used_up_fails_fast(wire: Wire, clock: Clock, in_virtual_time: InVirtualTime) -> None:
    async def story() -> None:
        network, asked = answers(429, 429, headers={"X-Wait": "250"})
        limits = Limits(per_second=1, pressure=lambda headers: float(headers["x-wait"]))
        async with wire(network, limits=limits) as client:
            for _ in range(5):
                with anyio.fail_after(30), pytest.raises(Throttled):
                    await client.get("/campaign/get/")

        assert (len(asked), anyio.current_time() < 1) == (1, True)

    in_virtual_time(story())
