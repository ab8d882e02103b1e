"""What comes of whole, broken, endless and hostile answers, over real connections."""

import asyncio
import gzip
import socket
import struct
import tracemalloc
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress

import anyio
import httpx2
import pytest

from xylo_mcp.ads.errors import AdsError, Garbled, Misconfigured, Rejected, Unavailable
from xylo_mcp.transport.bounded import Bounded, Oversized

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Serving = Callable[[Script], AbstractAsyncContextManager[str]]

PAGE = b'{"data":{"list":[{"campaign_id":"17","budget":"20.50"}]},"code":0}'


def answering(*parts: bytes, headers: bytes = b"", status: bytes = b"200 OK") -> Script:
    """Takes one request, sends `parts` as the body and closes."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 " + status + b"\r\nconnection: close\r\n" + headers + b"\r\n")
        for part in parts:
            writer.write(part)
            await writer.drain()

    return script


def endless(part: bytes, *, first: bytes = b"", headers: bytes = b"") -> Script:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n" + headers + b"\r\n" + first)
        while True:
            writer.write(part)
            await writer.drain()

    return script


def resetting(*, after_reading: bool, sent: bytes = b"") -> Script:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if after_reading:
            await reader.readuntil(b"\r\n\r\n")
        writer.write(sent)
        await writer.drain()
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    return script


async def hanging(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(-1)


async def loris(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await anyio.sleep(0.005)


def summary(error: AdsError) -> tuple[type[AdsError], str, str, bool]:
    return type(error), error.message, error.platform, error.safe_to_retry


async def asked(network: httpx2.AsyncBaseTransport, url: str, largest: int = 100_000) -> httpx2.Response:
    bounded = Bounded(network, platform="tiktok", largest=largest)
    return await bounded.handle_async_request(httpx2.Request("GET", url))


BROKEN_OFF = (Unavailable, "The platform broke off the connection.", "tiktok", True)
UNREADABLE = (Garbled, "The platform's answer cannot be decoded.", "tiktok", True)
TOO_LARGE = (Oversized, "The platform's answer is larger than 100000 bytes.", "tiktok", False)
REDIRECTED = (Rejected, "The platform answered with a redirect, which is never followed.", "tiktok", False)

PACKED = gzip.compress(PAGE)
GZIP = b"content-encoding: gzip\r\n"


@pytest.mark.parametrize(
    "script",
    [
        answering(PAGE),
        answering(PAGE, headers=b"content-length: %d\r\n" % len(PAGE)),
        answering(PAGE[:9], PAGE[9:]),
        answering(b"%x\r\n" % len(PAGE), PAGE, b"\r\n0\r\n\r\n", headers=b"transfer-encoding: chunked\r\n"),
        answering(PACKED, headers=GZIP),
        answering(PACKED[:13], PACKED[13:], headers=b"Content-Encoding: GZIP\r\n"),
        answering(PAGE, headers=b"content-encoding: identity\r\n"),
    ],
    ids=["until closed", "with length", "in parts", "chunked", "gzip", "gzip in parts", "identity"],
)
async def test_a_whole_answer_is_given_decoded(
    network: httpx2.AsyncBaseTransport, serving: Serving, script: Script
) -> None:
    async with serving(script) as url:
        response = await asked(network, url)

    assert (response.status_code, response.content, response.json()["code"]) == (200, PAGE, 0)


async def test_bad_answers_are_whole_answers_too(network: httpx2.AsyncBaseTransport, serving: Serving) -> None:
    async with serving(answering(b"upstream\n", status=b"503 Gone Fishing", headers=b"x-usage: 97\r\n")) as url:
        response = await asked(network, url)

    assert (response.status_code, response.text, response.headers["X-Usage"]) == (503, "upstream\n", "97")
    assert response.request.url == url


@pytest.mark.parametrize("body", [b"", gzip.compress(b"")], ids=["nothing", "nothing, packed"])
async def test_an_empty_answer_may_call_itself_compressed(
    network: httpx2.AsyncBaseTransport, serving: Serving, body: bytes
) -> None:
    async with serving(answering(body, headers=GZIP)) as url:
        response = await asked(network, url)

    assert response.content == b""


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (resetting(after_reading=False), BROKEN_OFF),
        (resetting(after_reading=True), BROKEN_OFF),
        (resetting(after_reading=True, sent=b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"), BROKEN_OFF),
        (answering(PAGE[:20], headers=b"content-length: %d\r\n" % len(PAGE)), BROKEN_OFF),
        (answering(b"ff\r\n", PAGE[:20], headers=b"transfer-encoding: chunked\r\n"), BROKEN_OFF),
        (answering(PAGE, status=b"what?"), BROKEN_OFF),
        (answering(PACKED[:-1], headers=GZIP), UNREADABLE),
        (answering(PACKED, b"and more", headers=GZIP), UNREADABLE),
        (answering(PAGE, headers=GZIP), UNREADABLE),
        (answering(PACKED[:-8] + b"\0" * 8, headers=GZIP), UNREADABLE),
        (answering(PAGE, headers=b"content-encoding: br\r\n"), UNREADABLE),
        (answering(PACKED, headers=b"content-encoding: gzip, gzip\r\n"), UNREADABLE),
        (endless(b" " * 65_536), TOO_LARGE),
        (endless(b"10000\r\n" + b" " * 65_536 + b"\r\n", headers=b"transfer-encoding: chunked\r\n"), TOO_LARGE),
        (endless(b"\0\0\0\xff\xff" * 9_000, first=PACKED[:10], headers=GZIP), TOO_LARGE),
        (answering(gzip.compress(bytes(100_001)), headers=GZIP), TOO_LARGE),
        (answering(status=b"302 Found", headers=b"location: http://169.254.169.254/latest/\r\n"), REDIRECTED),
        (answering(status=b"307 Temporary Redirect", headers=b"location: file:///etc/passwd\r\n"), REDIRECTED),
        (answering(status=b"301 Moved Permanently"), REDIRECTED),
    ],
    ids=[
        "reset before reading",
        "reset after reading",
        "reset within the body",
        "shorter than its length",
        "cut chunk",
        "no HTTP",
        "gzip cut short",
        "gzip with more after its end",
        "gzip garbage",
        "gzip with a wrong checksum",
        "unknown encoding",
        "encoded twice",
        "endless",
        "endless in chunks",
        "endless gzip of nothing",
        "gzip one byte too large",
        "redirect to another host",
        "redirect to a file",
        "redirect to nowhere",
    ],
)
async def test_a_broken_answer_is_an_error_in_our_words(
    network: httpx2.AsyncBaseTransport,
    serving: Serving,
    script: Script,
    expected: tuple[type[AdsError], str, str, bool],
) -> None:
    async with serving(script) as url:
        with pytest.raises(AdsError) as failure:
            await asked(network, url)

    assert summary(failure.value) == expected


@pytest.mark.parametrize("body", [bytes(100_000), b" " * 100_000])
@pytest.mark.parametrize("packed", [False, True])
async def test_an_answer_may_be_as_large_as_the_bound(
    network: httpx2.AsyncBaseTransport, serving: Serving, body: bytes, *, packed: bool
) -> None:
    script = answering(gzip.compress(body), headers=GZIP) if packed else answering(body)
    async with serving(script) as url:
        response = await asked(network, url)

    assert response.content == body


async def test_a_gzip_bomb_takes_no_memory(network: httpx2.AsyncBaseTransport, serving: Serving) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    async with serving(answering(bomb, headers=GZIP)) as url:
        tracemalloc.start()
        with pytest.raises(Oversized):
            await asked(network, url, largest=1_000_000)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert peak < 8_000_000


async def test_a_refused_connection_means_unreachable(network: httpx2.AsyncBaseTransport, serving: Serving) -> None:
    async with serving(hanging) as url:
        pass
    with pytest.raises(AdsError) as failure:
        await asked(network, url)

    assert summary(failure.value) == (Unavailable, "The platform could not be reached.", "tiktok", True)


async def test_a_server_without_tls_where_tls_is_due_means_unreachable(
    network: httpx2.AsyncBaseTransport, serving: Serving
) -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    async with serving(plain) as url:
        with pytest.raises(AdsError) as failure:
            await asked(network, url.replace("http:", "https:"))

    assert summary(failure.value) == (Unavailable, "The platform could not be reached.", "tiktok", True)


async def test_the_connections_own_timeout_is_an_error_in_our_words(
    network: httpx2.AsyncBaseTransport, serving: Serving
) -> None:
    async with serving(hanging) as url:
        request = httpx2.Request("GET", url, extensions={"timeout": {"read": 0.02}})
        with pytest.raises(AdsError) as failure:
            await Bounded(network, platform="tiktok").handle_async_request(request)

    assert summary(failure.value) == (Unavailable, "The platform did not answer in time.", "tiktok", True)


@pytest.mark.parametrize("script", [hanging, loris], ids=["never answers", "a byte at a time"])
async def test_the_deadline_ends_a_request_that_goes_on_and_on(
    network: httpx2.AsyncBaseTransport, serving: Serving, script: Script
) -> None:
    async with serving(script) as url:
        with anyio.move_on_after(0.05) as scope:
            await asked(network, url)

    assert scope.cancelled_caught


async def test_a_connection_is_used_again_after_a_whole_answer(
    network: httpx2.AsyncBaseTransport, serving: Serving
) -> None:
    connections: list[int] = []

    async def keeping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(1)
        while True:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")

    async with serving(keeping) as url:
        for _ in range(3):
            await asked(network, url)

    assert len(connections) == 1


async def test_a_pool_works_on_after_broken_answers(serving: Serving) -> None:
    begun = anyio.Event()

    async def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        begun.set()
        await loris(reader, writer)

    scripts = iter([endless(b" " * 65_536), resetting(after_reading=True), begin, answering(PAGE)])

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await next(scripts)(reader, writer)

    one = httpx2.AsyncHTTPTransport(verify=False, limits=httpx2.Limits(max_connections=1))
    async with serving(script) as url, one as network:
        for _ in range(2):
            with pytest.raises(AdsError):
                await asked(network, url)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(asked, network, url)
            await begun.wait()
            tasks.cancel_scope.cancel()
        response = await asked(network, url)

    assert response.content == PAGE


@pytest.mark.parametrize(
    "failure",
    [
        httpx2.LocalProtocolError("Illegal header value b'Bearer s3cr3t\\n'"),
        httpx2.UnsupportedProtocol("Request URL is missing an 'http://' or 'https://' protocol."),
    ],
)
async def test_what_is_no_http_is_the_operators_to_mend_and_shows_no_header(failure: httpx2.TransportError) -> None:
    def fail(request: httpx2.Request) -> httpx2.Response:
        raise failure

    with pytest.raises(Misconfigured) as refusal:
        await asked(httpx2.MockTransport(fail), "http://platform.test/")

    assert summary(refusal.value) == (Misconfigured, "The request cannot be sent as HTTP.", "tiktok", False)
    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__


@pytest.mark.parametrize(
    ("failure", "message"),
    [
        (ConnectionResetError("the app lost it"), "The platform broke off the connection."),
        (BrokenPipeError(), "The platform broke off the connection."),
        (httpx2.ConnectError("Name or service not known"), "The platform could not be reached."),
        (httpx2.ConnectTimeout(""), "The platform could not be reached."),
        (ConnectionRefusedError(), "The platform could not be reached."),
        (TimeoutError(), "The platform did not answer in time."),
        (httpx2.PoolTimeout(""), "The platform did not answer in time."),
        (httpx2.WriteError(""), "The platform broke off the connection."),
        (httpx2.ProxyError(""), "The platform could not be reached."),
    ],
    ids=lambda given: type(given).__name__,
)
async def test_failures_of_any_network_mean_unavailable(failure: Exception, message: str) -> None:
    def fail(request: httpx2.Request) -> httpx2.Response:
        raise failure

    with pytest.raises(AdsError) as raised:
        await asked(httpx2.MockTransport(fail), "http://platform.test/")

    assert summary(raised.value) == (Unavailable, message, "tiktok", True)


class Slices(httpx2.AsyncByteStream):
    """A body from an iterator that cannot be closed."""

    def __init__(self, body: bytes) -> None:
        self._left = body
        self.closed = False

    def __aiter__(self) -> "Slices":
        return self

    async def __anext__(self) -> bytes:
        part, self._left = self._left[:8], self._left[8:]
        if not part:
            raise StopAsyncIteration
        return part

    async def aclose(self) -> None:
        self.closed = True


@pytest.mark.parametrize(("largest", "content"), [(100_000, PAGE), (10, None)], ids=["whole", "too large"])
async def test_any_networks_body_is_read_and_closed(largest: int, content: bytes | None) -> None:
    body, read = Slices(PAGE), None
    with suppress(Oversized):
        network = httpx2.MockTransport(lambda _: httpx2.Response(200, stream=body))
        read = (await asked(network, "http://platform.test/", largest)).content

    assert (read, body.closed) == (content, True)


async def test_a_defect_is_not_taken_for_a_failing_platform() -> None:
    def fail(request: httpx2.Request) -> httpx2.Response:
        raise KeyError("a defect")

    with pytest.raises(KeyError):
        await asked(httpx2.MockTransport(fail), "http://platform.test/")
