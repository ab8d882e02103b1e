"""How fast a platform is asked, measured in time that is not waited for."""

import random
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager, suppress
from datetime import timedelta

import anyio
import httpx2
import pytest

from xylo_mcp.ads.errors import AdsError, Throttled
from xylo_mcp.contract import Clock
from xylo_mcp.transport import Limits
from xylo_mcp.transport.limits import Pace, Paced

InVirtualTime = Callable[[Coroutine[object, object, None]], None]
Wire = Callable[..., AbstractAsyncContextManager[httpx2.AsyncClient]]


class Platform(httpx2.AsyncBaseTransport):
    """Admits `admitted` requests in any second, counted as they arrive after a journey of their own."""

    def __init__(self, admitted: int, *, journey: float = 0.0, jitter: float = 0.0, seconds: float = 1.0) -> None:
        self._admitted, self._journey, self._jitter, self._seconds = admitted, journey, jitter, seconds
        self._random = random.Random(7)
        self.accepted: list[float] = []
        self.refused = 0
        self.under_way = self.most_under_way = 0

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await anyio.sleep(self._journey + self._random.uniform(0, self._jitter))
            return httpx2.Response(self._status(anyio.current_time()), content=b"{}")
        finally:
            self.under_way -= 1

    def _status(self, now: float) -> int:
        if sum(now - self._seconds < moment for moment in self.accepted) >= self._admitted:
            self.refused += 1
            return 429
        self.accepted.append(now)
        return 200


async def ask(client: httpx2.AsyncClient, times: int, answers: list[int] | None = None) -> None:
    async def once() -> None:
        response = await client.get("/campaign/get/")
        if answers is not None:
            answers.append(response.status_code)

    async with anyio.create_task_group() as tasks:
        for _ in range(times):
            tasks.start_soon(once)


@pytest.mark.parametrize("jitter", [0.0, 0.03])
def test_a_storm_of_reads_is_never_refused_and_loses_little_time(
    wire: Wire, in_virtual_time: InVirtualTime, jitter: float
) -> None:
    async def story() -> None:
        platform, answers = Platform(10, jitter=jitter), list[int]()
        async with wire(platform, limits=Limits(per_second=10)) as client:
            await ask(client, 200, answers)

        assert (answers, platform.refused) == ([200] * 200, 0)
        assert 19 <= platform.accepted[-1] <= 19 / 0.95

    in_virtual_time(story())


def test_a_limit_set_too_high_does_not_become_a_storm(wire: Wire, in_virtual_time: InVirtualTime) -> None:
    async def story() -> None:
        platform, answers = Platform(5, journey=0.01, jitter=0.03), list[int]()
        async with wire(platform, limits=Limits(per_second=10)) as client:
            await ask(client, 200, answers)

        assert answers == [200] * 200
        assert platform.refused + len(platform.accepted) <= 1.2 * len(platform.accepted)

    in_virtual_time(story())


def test_a_minutes_limit_holds_beside_the_seconds(wire: Wire, in_virtual_time: InVirtualTime) -> None:
    async def story() -> None:
        platform = Platform(30, jitter=0.02, seconds=60)
        async with wire(platform, limits=Limits(per_second=10, per_minute=30)) as client:
            await ask(client, 90)

        assert (len(platform.accepted), platform.refused) == (90, 0)
        assert platform.accepted[29] < 3
        assert 120 < platform.accepted[89] < 125

    in_virtual_time(story())


def test_no_more_requests_than_allowed_are_under_way(wire: Wire, in_virtual_time: InVirtualTime) -> None:
    async def story() -> None:
        platform = Platform(1000, journey=2)
        async with wire(platform, limits=Limits(per_second=0, at_once=4)) as client:
            await ask(client, 12)

        assert (platform.most_under_way, anyio.current_time()) == (4, pytest.approx(6))

    in_virtual_time(story())


def test_zero_means_no_limit(wire: Wire, in_virtual_time: InVirtualTime) -> None:
    async def story() -> None:
        platform = Platform(1000, journey=2)
        async with wire(platform, limits=Limits(per_second=0, at_once=0, per_minute=0)) as client:
            await ask(client, 300)

        assert (platform.most_under_way, anyio.current_time()) == (300, 2)

    in_virtual_time(story())


async def hang(request: httpx2.Request) -> httpx2.Response:
    await anyio.sleep_forever()
    raise AssertionError


async def lose(request: httpx2.Request) -> httpx2.Response:
    raise ConnectionResetError


async def garble(request: httpx2.Request) -> httpx2.Response:
    return httpx2.Response(200, content=b"<html>")


@pytest.mark.parametrize("end", [hang, lose, garble])
def test_a_permit_is_given_back_whatever_becomes_of_its_request(
    wire: Wire, in_virtual_time: InVirtualTime, end: Callable[[httpx2.Request], Coroutine[None, None, httpx2.Response]]
) -> None:
    async def story() -> None:
        async with wire(httpx2.MockTransport(end), limits=Limits(per_second=1, at_once=1, per_minute=9)) as client:
            for _ in range(5):
                with anyio.move_on_after(2), suppress(AdsError):
                    await client.post("/campaign/create/")

        assert anyio.current_time() <= 10  # a lost permit would have ended this in a wait for ever

    in_virtual_time(story())


def test_a_request_cancelled_while_waiting_costs_no_permit(wire: Wire, in_virtual_time: InVirtualTime) -> None:
    async def story() -> None:
        platform = Platform(1)
        async with wire(platform, limits=Limits(per_second=1)) as client:
            await client.get("/campaign/get/")
            async with anyio.create_task_group() as tasks:
                for _ in range(5):
                    tasks.start_soon(client.get, "/campaign/get/")
                await anyio.sleep(0.5)
                tasks.cancel_scope.cancel()
            await client.get("/campaign/get/")

        assert platform.accepted == [0, pytest.approx(1)]

    in_virtual_time(story())


def by_usage(headers: Mapping[str, str]) -> float:
    return float(headers.get("x-usage", "0"))


def usage(*seconds: str, status: int = 200) -> httpx2.MockTransport:
    """Answers with these usage headers one after the other, then without any."""
    left = iter(seconds)

    def answer(request: httpx2.Request) -> httpx2.Response:
        told = next(left, "")
        return httpx2.Response(status if told else 200, headers={"X-Usage": told} if told else {}, content=b"{}")

    return httpx2.MockTransport(answer)


@pytest.mark.parametrize(
    ("told", "resumes"),
    [("7", 7), ("0", 0), ("-5", 0), ("nan", 0), ("300", 300), ("1e9", 300), ("inf", 300)],
)
def test_usage_headers_hold_all_further_requests(
    wire: Wire, in_virtual_time: InVirtualTime, told: str, resumes: float
) -> None:
    async def story() -> None:
        limits = Limits(per_second=0, pressure=by_usage)
        async with wire(usage(told), limits=limits) as client:
            await client.get("/insights")
            await ask(client, 3)

        assert anyio.current_time() == pytest.approx(resumes)

    in_virtual_time(story())


def test_of_several_holds_the_longest_counts(clock: Clock, in_virtual_time: InVirtualTime) -> None:
    async def story() -> None:
        pace = Pace(Limits(), platform="meta", clock=clock)
        for seconds in (3, 9, 2):
            pace.hold(seconds)
        await Paced(usage(), pace).handle_async_request(httpx2.Request("GET", "http://platform.test/"))

        assert anyio.current_time() == pytest.approx(9)

    in_virtual_time(story())


def test_refusals_tell_their_usage_too(wire: Wire, in_virtual_time: InVirtualTime) -> None:
    async def story() -> None:
        limits = Limits(per_second=0, pressure=by_usage)
        async with wire(usage("40", status=403), limits=limits) as client:
            with pytest.raises(AdsError):
                await client.get("/insights")
            await client.get("/insights")

        assert anyio.current_time() == pytest.approx(40)

    in_virtual_time(story())


def test_a_hold_that_begins_while_waiting_for_a_permit_holds(clock: Clock, in_virtual_time: InVirtualTime) -> None:
    async def story() -> None:
        platform = Platform(10)
        pace = Pace(Limits(per_second=1), platform="meta", clock=clock)
        paced, request = Paced(platform, pace), httpx2.Request("GET", "http://platform.test/")
        await paced.handle_async_request(request)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(paced.handle_async_request, request)
            await anyio.sleep(0.5)
            pace.hold(20)

        assert platform.accepted == [0, pytest.approx(20.5)]

    in_virtual_time(story())


def test_a_hold_beyond_the_deadline_is_said_at_once_and_nothing_is_sent(
    wire: Wire, clock: Clock, in_virtual_time: InVirtualTime
) -> None:
    async def story() -> None:
        asked_at = clock()
        async with wire(usage("120"), limits=Limits(pressure=by_usage)) as client:
            await client.get("/insights")
            with anyio.fail_after(30), pytest.raises(Throttled) as refusal:
                await client.get("/insights")

        error = refusal.value
        assert (error.platform, error.retry_at) == ("tiktok", asked_at + timedelta(seconds=120))
        assert error.message == "The platform's rate limit leaves no room before the deadline; nothing was sent."
        assert anyio.current_time() == 0

    in_virtual_time(story())


def test_a_permit_due_after_the_deadline_is_not_waited_for(wire: Wire, in_virtual_time: InVirtualTime) -> None:
    async def story() -> None:
        platform = Platform(1, seconds=60)
        async with wire(platform, limits=Limits(per_minute=1)) as client:
            await client.get("/insights")
            with anyio.fail_after(30), pytest.raises(Throttled):
                await client.get("/insights")
            assert anyio.current_time() == 0
            await client.get("/insights")

        assert platform.accepted == [0, pytest.approx(60)]

    in_virtual_time(story())


def test_each_try_takes_a_permit_of_its_own(wire: Wire, in_virtual_time: InVirtualTime) -> None:
    arrivals: list[float] = []

    def fail(request: httpx2.Request) -> httpx2.Response:
        arrivals.append(anyio.current_time())
        return httpx2.Response(503)

    async def story() -> None:
        async with wire(httpx2.MockTransport(fail), limits=Limits(per_second=1)) as client:
            with pytest.raises(AdsError):
                await client.get("/insights")

        assert arrivals == [pytest.approx(second) for second in (0, 1, 2, 3)]

    in_virtual_time(story())


def test_waiting_between_tries_occupies_no_permit(wire: Wire, in_virtual_time: InVirtualTime) -> None:
    served: list[tuple[str, float]] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        served.append((request.url.path, anyio.current_time()))
        return httpx2.Response(503 if len(served) == 1 else 200, content=b"{}")

    async def story() -> None:
        limits = Limits(per_second=0, at_once=1)
        async with wire(httpx2.MockTransport(answer), limits=limits) as client, anyio.create_task_group() as tasks:
            tasks.start_soon(client.get, "/failing")
            tasks.start_soon(client.get, "/patient")

        assert [path for path, _ in served] == ["/api/failing", "/api/patient", "/api/failing"]
        assert served[1][1] == 0

    in_virtual_time(story())
