"""A server of two that share a ledger: it can be killed at any point, or held up while the world goes on."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Literal

import httpx2

from tests.conftest import StandingClock
from xylo_mcp.ads.errors import AdsError
from xylo_mcp.app import App, Caller, Wrappers, open_app
from xylo_mcp.guarded import Guarded
from xylo_mcp.ledger.store import Moment
from xylo_mcp.questions import Asked
from xylo_mcp.sandbox.house import House
from xylo_mcp.settings import Settings
from xylo_mcp.tools import TOOLS
from xylo_mcp.tools.failures import failed, failed_text

_TOOLS = {tool.name: tool for tool in TOOLS}
Point = Literal["looked", "leaving", "arrived"]
"""Where a call is held up: after an answer to a look, before a request for a change leaves, after it arrived."""


_TURNED_AWAY = 401


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Errand:
    """What a replica is about: whether that may change anything, and what happens in the middle of it.

    Attributes:
        last: the number of commits and requests, beginnings and ends alike, that it survives; None: all.
        point, after: where it is held up, and how many such points it passes before.
        meanwhile: what happens then.
    """

    may_write: bool = False
    last: int | None = None
    point: Point | None = None
    after: int = 0
    meanwhile: Callable[[], Awaitable[None]] | None = None

    def burn(self) -> None:
        """Get one step further, or die."""
        if self.last is None:
            return
        if self.last <= 0:
            raise Killed
        self.last -= 1

    async def reach(self, point: Point) -> None:
        """Be at `point`: if it is the one, let happen what happens meanwhile, once."""
        if point != self.point or self.meanwhile is None:
            return
        if self.after > 0:
            self.after -= 1
            return
        meanwhile, self.meanwhile = self.meanwhile, None
        await meanwhile()


_IDLE = Errand()
Arrived = Callable[[str, Errand, bool], None]
"""Is told of each request for a change right after it was at its platform, and whether that let nobody in."""
ERRAND: ContextVar[Errand] = ContextVar("ERRAND")


@dataclass(frozen=True)
class Said:
    """What a tool answered."""

    text: str = ""
    content: Mapping[str, object] = field(default_factory=dict[str, object])
    is_error: bool = False


class Replica:
    """One server."""

    def __init__(self, house: House, clock: StandingClock, arrived: Arrived) -> None:
        self._house, self._clock, self._arrived = house, clock, arrived
        self._stack = AsyncExitStack()
        self._app: App | None = None

    @property
    def app(self) -> App:
        """Its app."""
        assert self._app is not None
        return self._app

    @property
    def runs(self) -> bool:
        """Whether it was started."""
        return self._app is not None

    async def start(self, settings: Settings) -> None:
        """Run with these settings from now on."""
        await self.stop()
        wrappers = Wrappers(lambda platform, network: _Wire(platform, network, self._arrived), _commit)
        self._app = await self._stack.enter_async_context(open_app(settings, self._clock, self._house, wrappers))
        await self._app.guarded.get()

    async def stop(self) -> None:
        """Be gone."""
        await self._stack.aclose()
        self._app = None

    async def guarded(self) -> Guarded:
        """Its gate, and what belongs to it."""
        return await self.app.guarded.get()

    async def call(self, tool: str, arguments: Mapping[str, object], who: str, person: Asked) -> Said:
        """What `tool` answers, in the words that the protocol carries."""
        try:
            answer = await _TOOLS[tool].run(arguments, Caller(who, self.app, self.app.directory.until(), person))
        except AdsError as error:
            shown = failed(error, self.app.mode)
            return Said(failed_text(shown), dict(shown), is_error=True)
        return Said(answer.text, answer.content)


def _commit(moment: Moment) -> None:
    ERRAND.get(_IDLE).burn()


class _Wire(httpx2.AsyncBaseTransport):
    """The network of one platform."""

    def __init__(self, platform: str, below: httpx2.AsyncBaseTransport, arrived: Arrived) -> None:
        self._platform, self._below, self._arrived = platform, below, arrived

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Pass it on, with all that happens on the way."""
        errand, changes = ERRAND.get(_IDLE), _changes(request)
        errand.burn()
        if changes:
            await errand.reach("leaving")
        turned_away = False
        try:
            response = await self._below.handle_async_request(request)
            turned_away = response.status_code == _TURNED_AWAY
        finally:
            if changes:
                self._arrived(self._platform, errand, turned_away)
        await errand.reach("arrived" if changes else "looked")
        errand.burn()
        return response


def _changes(request: httpx2.Request) -> bool:
    """Whether it asks for a change."""
    if request.method == "GET" or request.extensions.get("read") or request.url.path.endswith("/token"):
        return False
    return b"validate_only" not in request.content and b'"validateOnly":true' not in request.content
