"""Events to tell, where they go, and what the platforms know of them."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import httpx2

from tests.conftest import StandingClock
from tests.gate.conftest import Server
from xylo_mcp.app import Caller, Wrappers
from xylo_mcp.questions import Asked, Nobody
from xylo_mcp.sandbox.google.cast import conversion_action_id
from xylo_mcp.sandbox.house import House
from xylo_mcp.sandbox.people import Event
from xylo_mcp.tools import TOOLS

Json = dict[str, Any]

DESTINATIONS: Mapping[str, Mapping[str, str]] = {
    "meta": {"account": "act_123456789", "id": "1700000123456789"},
    "google": {"account": "customers/1234567890", "id": conversion_action_id("1234567890")},
    "tiktok": {"account": "tiktok_7123456789012345678", "id": "C7123456789012345678"},
}
NEWCOMER = {"account": "customers/1112223334", "id": conversion_action_id("1112223334")}
"""Of an account of Google's that has to use the Data Manager API."""

PATHS = {"meta": "/events", "google": ":uploadClickConversions", "tiktok": "/event/track"}
"""What the addresses have in them that events are sent to."""

POLICY = """version = 1
currency = "USD"
[accounts]
"*" = "live"
[caps]
campaign = 1000
account = 5000
[people]
destinations = { "*" = ["*"] }
consent = "not_denied"
"""
_TELL = next(tool for tool in TOOLS if tool.name == "send_conversion")


def purchase(number: int = 1, **other: object) -> Json:
    """An event that every platform takes."""
    return {
        "name": "purchase",
        "id": f"order-{number}",
        "time": "2026-03-18T10:00:00+00:00",
        "value": 49.99,
        "currency": "USD",
        "person": {"email": f"customer{number}@example.com"},
        "url": "https://shop.example/thanks",
        "user_agent": "Mozilla/5.0",
    } | other


def purchases(count: int, first: int = 1) -> list[Json]:
    """So many events."""
    return [purchase(number) for number in range(first, first + count)]


async def tell(
    server: Server,
    events: Sequence[Json],
    *platforms: str,
    person: Asked | None = None,
    **more: object,
) -> Mapping[str, Json]:
    """What send_conversion says of each platform, by default of all three.

    Raises:
        AdsError: as the tool does.
    """
    to = [dict(DESTINATIONS[name]) for name in platforms or DESTINATIONS]
    asked = {"destinations": to, **({"events": list(events)} if events else {}), **more}
    answer = await _TELL.run(asked, Caller("agent", server.app, person=person or Nobody()))
    content: Any = answer.content
    return {part["platform"]: part for part in content["parts"]}


def outcome(part: Json) -> Json:
    """How a part ended, and all its counts that are not zero."""
    counts = ("sent", "already", "later", "doubtful", "left_out")
    return {"state": part["state"]} | {name: part[name] for name in counts if part[name]}


def outcomes(parts: Mapping[str, Json]) -> Mapping[str, Json]:
    """The same of every part."""
    return {platform: outcome(part) for platform, part in parts.items()}


def on_all(**said: object) -> Mapping[str, Json]:
    """Every platform's part ended like this."""
    return dict.fromkeys(DESTINATIONS, said)


class Heard:
    """What platforms know of events."""

    def __init__(self, house: House) -> None:
        self._house = house

    def counted(self, platform: str) -> Counter[str]:
        """How often each event counts there, by the id it was told with."""
        return Counter(_id(one) for one in self._events(platform) if one.counted)

    def received(self, platform: str) -> Counter[str]:
        """How often each came, whether it counted or not."""
        return Counter(_id(one) for one in self._events(platform))

    def _events(self, platform: str) -> list[Event]:
        return list(self._house.world.people.events(platform, DESTINATIONS[platform]["id"]))


def _id(event: Event) -> str:
    return event.id.removeprefix("order ")


def once(events: Sequence[Json]) -> Counter[str]:
    """Each of these is there once."""
    return Counter({str(one["id"]): 1 for one in events})


class Wire(httpx2.AsyncBaseTransport):
    """A network that calls `before` each request with events, and `after` it."""

    def __init__(self, before: Callable[[], None], after: Callable[[], None] = lambda: None) -> None:
        self._before, self._after = before, after
        self._below: httpx2.AsyncBaseTransport | None = None
        self.requests = 0

    def wrappers(self, platform: str) -> Wrappers:
        """What puts it around one platform's."""

        def around(name: str, network: httpx2.AsyncBaseTransport) -> httpx2.AsyncBaseTransport:
            if name != platform:
                return network
            self._below = network
            return self

        return Wrappers(network=around)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Pass it on."""
        assert self._below is not None
        if not any(path in request.url.path for path in PATHS.values()):
            return await self._below.handle_async_request(request)
        self.requests += 1
        self._before()
        response = await self._below.handle_async_request(request)
        self._after()
        return response


def moving(clock: StandingClock, **by: float) -> Callable[[], None]:
    """Lets time pass."""

    def move() -> None:
        clock.now += timedelta(**by)

    return move
