"""Opens the one HTTP client through which a platform is reached."""

import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx2

from ..ads.errors import AdsError
from ..contract import Connection
from .bounded import Bounded
from .flows import Flow
from .limits import Limits, Pace, Paced
from .retries import Retried
from .tokens import Sign, Signed, Token
from .verdicts import Fault, Judged

# Only a net below the deadline of the whole call, for callers that set none.
_TIMEOUT = httpx2.Timeout(60, connect=10)

# "gzip" in the user agent is Google's condition for compressed answers (Google APIs, performance tips).
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "xylo-mcp (gzip)"}


@asynccontextmanager
async def open_client(
    connection: Connection,
    *,
    platform: str,
    base_url: str,
    token: Token,
    sign: Sign,
    fault: Fault,
    limits: Limits,
) -> AsyncGenerator[httpx2.AsyncClient]:
    """A client whose requests either get a good, whole answer or raise an `AdsError`.

    Whoever marks one with `FLOWING` gets the parts of a good answer as they come, and judges them.

    Requests are signed with `token`, kept within `limits`, repeated if they are reads, and judged by
    `fault`. They reach `base_url` and no other host; redirects and cookies are not taken. The network
    belongs to whoever made the connection and stays open.
    """
    _keep_addresses_out_of_logs()
    if connection.per_second:
        limits = limits.at(connection.per_second)
    pace = Pace(limits, platform=platform, clock=connection.clock)

    def verdict(response: httpx2.Response) -> AdsError | None:
        pace.hold(limits.pressure(response.headers))
        return None if isinstance(response.stream, Flow) else fault(response)

    judged = Judged(Bounded(connection.network, platform=platform), verdict)
    retried = Retried(Paced(judged, pace), clock=connection.clock)
    signed = Signed(retried, token=token, sign=sign, home=httpx2.URL(base_url))
    async with httpx2.AsyncClient(
        base_url=base_url,
        transport=_Placed(signed, platform),
        headers=_HEADERS,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        timeout=_TIMEOUT,
        follow_redirects=False,
        trust_env=False,
    ) as client:
        yield client


class _Placed(httpx2.AsyncBaseTransport):
    """Lets no error pass that does not say whose it is."""

    def __init__(self, below: httpx2.AsyncBaseTransport, platform: str) -> None:
        self._below, self._platform = below, platform

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        try:
            return await self._below.handle_async_request(request)
        except AdsError as error:
            error.platform = error.platform or self._platform
            raise


def _keep_addresses_out_of_logs() -> None:
    """Addresses can carry secrets; the client logs each at INFO, its connections log headers at DEBUG."""
    for name in ("httpx2", "httpcore2"):
        logging.getLogger(name).setLevel(logging.WARNING)
