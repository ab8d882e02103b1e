"""The innermost layer: sends one request and reads its whole answer, within bounds."""

import zlib
from collections.abc import AsyncGenerator, Generator
from contextlib import contextmanager
from typing import Protocol

import httpx2

from ..ads.errors import AdsError, Garbled, Misconfigured, Rejected, Unavailable
from .flows import FLOWING, Flow

LARGEST_BODY = 64 * 1024 * 1024
"""Bytes of an answer, decoded; the largest documented pages of the three platforms stay far below."""

_GZIP_ONLY = 16 + zlib.MAX_WBITS
_LATER = "Ask again in a moment."


class Oversized(Garbled):
    """An answer larger than any documented one: asking again would not make it smaller."""

    safe_to_retry = False


class Bounded(httpx2.AsyncBaseTransport):
    """Gives whole answers: decoded, not larger than `largest`, never a redirect.

    What goes wrong on the way is raised in our words, with `platform` as its place.
    """

    def __init__(self, network: httpx2.AsyncBaseTransport, *, platform: str, largest: int = LARGEST_BODY) -> None:
        self._network, self._platform, self._largest = network, platform, largest

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The whole answer to `request`; of a good one to a request marked with `FLOWING`, the parts as they come."""
        with self._in_our_words():
            response = await self._network.handle_async_request(request)
            stream = response.stream
            assert isinstance(stream, httpx2.AsyncByteStream)
            flows = response.is_success and request.extensions.get(FLOWING)
            body = Flow(self._parts(response, stream), stream) if flows else await self._body(response, stream)
        return httpx2.Response(
            response.status_code,
            headers=[(name, value) for name, value in response.headers.raw if name.lower() not in _OF_THE_JOURNEY],
            content=None if isinstance(body, Flow) else body,
            stream=body if isinstance(body, Flow) else None,
            request=request,
            extensions=response.extensions,
        )

    async def _body(self, response: httpx2.Response, stream: httpx2.AsyncByteStream) -> bytes:
        parts = aiter(stream)
        try:
            reading = self._reading(response)
            read: list[bytes] = []
            raw_room = room = self._largest
            async for part in parts:
                plain = reading.read(part, room + 1)
                raw_room -= len(part)
                room -= len(plain)
                if room < 0 or raw_room < 0:
                    raise self._oversized()
                read.append(plain)
            reading.end()
            return b"".join(read)
        finally:
            if isinstance(parts, AsyncGenerator):
                await parts.aclose()
            await stream.aclose()

    async def _parts(self, response: httpx2.Response, stream: httpx2.AsyncByteStream) -> AsyncGenerator[bytes]:
        """The decoded parts, each within the bound by itself: what they make together is for their reader to bound."""
        with self._in_our_words():
            reading = self._reading(response)
            async for part in stream:
                plain = reading.read(part, self._largest + 1)
                if len(plain) > self._largest:
                    raise self._oversized()
                yield plain
            reading.end()

    @contextmanager
    def _in_our_words(self) -> Generator[None]:
        try:
            yield
        except (httpx2.LocalProtocolError, httpx2.UnsupportedProtocol):
            # Not chained: what these say can quote a header, and with it the token.
            raise self._unsendable() from None
        except (httpx2.TransportError, OSError) as failure:
            raise self._unavailable(failure) from failure
        except zlib.error as failure:
            raise self._garbled() from failure

    def _reading(self, response: httpx2.Response) -> "_Reading":
        if response.is_redirect:
            raise self._redirected()
        match response.headers.get("content-encoding", "identity").strip().lower():
            case "identity" | "":
                return _Plain()
            case "gzip":
                return _Gzip()
            case _:
                raise self._garbled()

    def _unavailable(self, failure: httpx2.TransportError | OSError) -> AdsError:
        if isinstance(
            failure, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.ProxyError | ConnectionRefusedError
        ):
            refusal = Unavailable(
                "The platform could not be reached.",
                "Ask again in a moment; if it stays so, check the network.",
                platform=self._platform,
            )
            refusal.nothing_done = True  # no connection, so not a byte of the request left
            return refusal
        if isinstance(failure, httpx2.TimeoutException | TimeoutError):
            what, fix = "did not answer in time", _LATER
        else:
            what, fix = "broke off the connection", _LATER
        return Unavailable(f"The platform {what}.", fix, platform=self._platform)

    def _unsendable(self) -> AdsError:
        return Misconfigured(
            "The request cannot be sent as HTTP.",
            "Check the platform's base URL and credentials for characters that do not belong there.",
            platform=self._platform,
        )

    def _garbled(self) -> AdsError:
        return Garbled("The platform's answer cannot be decoded.", _LATER, platform=self._platform)

    def _oversized(self) -> AdsError:
        return Oversized(
            f"The platform's answer is larger than {self._largest} bytes.",
            "Ask for less at once.",
            platform=self._platform,
        )

    def _redirected(self) -> AdsError:
        error = Rejected(
            "The platform answered with a redirect, which is never followed.",
            "Check the platform's base URL.",
            platform=self._platform,
        )
        error.nothing_done = False  # who redirects has read the request
        return error


_OF_THE_JOURNEY = frozenset({b"content-encoding", b"transfer-encoding", b"content-length"})


class _Reading(Protocol):
    """Decodes a body as it arrives."""

    def read(self, part: bytes, at_most: int) -> bytes:
        """What `part` decodes to. Beyond `at_most` bytes it may stop: such an answer is given up."""
        ...

    def end(self) -> None:
        """The body ended; an incomplete one is a `zlib.error`."""
        ...


class _Plain:
    def read(self, part: bytes, at_most: int) -> bytes:
        return part

    def end(self) -> None:
        """A plain body may end anywhere; its length was the connection's business."""


class _Gzip:
    """Strict, unlike the client's own decoder, which lets a body pass that was cut short."""

    def __init__(self) -> None:
        self._inflating = zlib.decompressobj(_GZIP_ONLY)
        self._begun = False

    def read(self, part: bytes, at_most: int) -> bytes:
        self._begun = self._begun or bool(part)
        plain = self._inflating.decompress(part, at_most)
        if self._inflating.unused_data:
            raise zlib.error("more after the end")
        return plain

    def end(self) -> None:
        if self._begun and not self._inflating.eof:
            raise zlib.error("cut short")
