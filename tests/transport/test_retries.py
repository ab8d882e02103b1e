"""What is asked again, when, and what never is."""

from collections.abc import Callable, Coroutine
from datetime import timedelta

import anyio
import httpx2
import pytest

from xylo_mcp.ads.errors import (
    AdsError,
    Forbidden,
    Garbled,
    Invalid,
    Misconfigured,
    NotFound,
    Rejected,
    Throttled,
    TokenExpired,
    Unauthorized,
    Unavailable,
    Unsupported,
)
from xylo_mcp.contract import Clock
from xylo_mcp.transport.bounded import Oversized
from xylo_mcp.transport.retries import Retried

InVirtualTime = Callable[[Coroutine[object, object, None]], None]
GET = httpx2.Request("GET", "http://platform.test/campaign/get/")
WRITE = httpx2.Request("POST", "http://platform.test/campaign/create/")
READ_BY_POST = httpx2.Request("POST", "http://platform.test/search", content=b"SELECT", extensions={"read": True})


class Failing(httpx2.AsyncBaseTransport):
    """Raises the given failures one after the other, then answers; remembers when it was asked."""

    def __init__(self, *failures: BaseException) -> None:
        self._failures = list(failures)
        self.asked: list[float] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(anyio.current_time())
        if self._failures:
            raise self._failures.pop(0)
        return httpx2.Response(200, content=b"{}")


class Naps:
    """Takes note of each sleep instead of sleeping."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)


def failure(kind: type[AdsError]) -> AdsError:
    return kind("It failed.", "Wait.")


@pytest.mark.parametrize("kind", [Throttled, Unavailable, Garbled])
@pytest.mark.parametrize("request_", [GET, READ_BY_POST], ids=["GET", "POST that reads"])
async def test_a_read_is_repeated_after_a_passing_failure(
    clock: Clock, kind: type[AdsError], request_: httpx2.Request
) -> None:
    naps, below = Naps(), Failing(failure(kind), failure(kind))

    response = await Retried(below, clock=clock, sleep=naps).handle_async_request(request_)

    assert (response.status_code, len(below.asked), len(naps.taken)) == (200, 3, 2)


@pytest.mark.parametrize("kind", [Throttled, Unavailable, Garbled, TokenExpired])
@pytest.mark.parametrize(
    "request_",
    [WRITE, *(httpx2.Request(method, WRITE.url) for method in ("PUT", "PATCH", "DELETE"))],
    ids=lambda request: request.method,
)
async def test_a_write_is_never_repeated(clock: Clock, kind: type[AdsError], request_: httpx2.Request) -> None:
    naps, below, only = Naps(), Failing(failure(kind)), pytest.raises(kind)

    with only:
        await Retried(below, clock=clock, sleep=naps).handle_async_request(request_)

    assert (len(below.asked), naps.taken) == (1, [])


async def test_a_post_that_denies_being_a_read_is_a_write(clock: Clock) -> None:
    naps, below = Naps(), Failing(failure(Unavailable))
    request = httpx2.Request("POST", WRITE.url, extensions={"read": False})

    with pytest.raises(Unavailable):
        await Retried(below, clock=clock, sleep=naps).handle_async_request(request)

    assert len(below.asked) == 1


@pytest.mark.parametrize(
    "lasting",
    [
        *(
            failure(kind)
            for kind in (
                Invalid,
                NotFound,
                Unsupported,
                Unauthorized,
                TokenExpired,
                Forbidden,
                Misconfigured,
                Rejected,
                Oversized,
            )
        ),
        KeyError("a defect"),
        BaseExceptionGroup("of the event loop's making", [KeyboardInterrupt()]),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_a_lasting_failure_is_not_repeated(clock: Clock, lasting: BaseException) -> None:
    naps, below = Naps(), Failing(lasting)

    with pytest.raises(type(lasting)) as raised:
        await Retried(below, clock=clock, sleep=naps).handle_async_request(GET)

    assert raised.value is lasting
    assert (len(below.asked), naps.taken) == (1, [])


async def test_after_four_tries_the_last_failure_is_raised(clock: Clock) -> None:
    failures = [failure(kind) for kind in (Throttled, Garbled, Unavailable, Unavailable, Throttled)]
    naps, below = Naps(), Failing(*failures)

    with pytest.raises(Unavailable) as raised:
        await Retried(below, clock=clock, sleep=naps).handle_async_request(GET)

    assert raised.value is failures[3]
    assert len(below.asked) == 4


async def test_the_waits_grow_and_differ(clock: Clock) -> None:
    waits: list[tuple[float, ...]] = []
    for _ in range(20):
        naps = Naps()
        with pytest.raises(Unavailable):
            await Retried(
                Failing(*(failure(Unavailable) for _ in range(4))), clock=clock, sleep=naps
            ).handle_async_request(GET)
        waits.append(tuple(naps.taken))

    assert len(set(waits)) == 20
    assert all(0.2 <= first <= 0.4 and 0.4 <= second <= 0.6 and 0.8 <= third <= 1.0 for first, second, third in waits)


def test_the_platforms_own_moment_is_waited_for(clock: Clock, in_virtual_time: InVirtualTime) -> None:
    async def story() -> None:
        below = Failing(Throttled("Slow down.", "Wait.", retry_at=clock() + timedelta(seconds=17)))

        await Retried(below, clock=clock).handle_async_request(GET)

        assert below.asked == [pytest.approx(0), pytest.approx(17)]

    in_virtual_time(story())


@pytest.mark.parametrize("ago", [timedelta(0), timedelta(seconds=1), timedelta(days=30_000)])
async def test_a_moment_in_the_past_does_not_shorten_the_wait(clock: Clock, ago: timedelta) -> None:
    naps, below = Naps(), Failing(Throttled("Slow down.", "Wait.", retry_at=clock() - ago))

    await Retried(below, clock=clock, sleep=naps).handle_async_request(GET)

    assert naps.taken == [pytest.approx(0.3, abs=0.1)]


@pytest.mark.parametrize("wait", [timedelta(seconds=31), timedelta(days=30_000)])
async def test_a_wait_beyond_the_deadline_is_given_up_at_once(clock: Clock, wait: timedelta) -> None:
    naps, throttled = Naps(), Throttled("Slow down.", "Wait.", retry_at=clock() + wait)
    below = Failing(throttled)

    with anyio.fail_after(30), pytest.raises(Throttled) as raised:
        await Retried(below, clock=clock, sleep=naps).handle_async_request(GET)

    assert raised.value is throttled
    assert (len(below.asked), naps.taken) == (1, [])


def test_the_deadline_counts_what_earlier_tries_took(clock: Clock, in_virtual_time: InVirtualTime) -> None:
    async def story() -> None:
        below = Failing(*(Unavailable("Down.", "Wait.", retry_at=clock() + timedelta(seconds=8 * n)) for n in (1, 2)))
        with anyio.fail_after(10), pytest.raises(Unavailable):
            await Retried(below, clock=clock).handle_async_request(GET)

        assert below.asked == [0, pytest.approx(8)]
        assert anyio.current_time() == pytest.approx(8)

    in_virtual_time(story())


async def test_without_a_deadline_no_wait_is_longer_than_a_minute(clock: Clock) -> None:
    naps, below = Naps(), Failing(Throttled("Slow down.", "Wait.", retry_at=clock() + timedelta(seconds=90)))

    with pytest.raises(Throttled):
        await Retried(below, clock=clock, sleep=naps).handle_async_request(GET)

    assert naps.taken == []


def test_cancelling_ends_a_wait_between_tries(clock: Clock, in_virtual_time: InVirtualTime) -> None:
    async def story() -> None:
        below = Failing(Throttled("Slow down.", "Wait.", retry_at=clock() + timedelta(seconds=20)))
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(Retried(below, clock=clock).handle_async_request, GET)
            await anyio.sleep(5)
            tasks.cancel_scope.cancel()

        assert anyio.current_time() == pytest.approx(5)
        assert below.asked == [0]

    in_virtual_time(story())


def test_cancelling_ends_a_try(clock: Clock, in_virtual_time: InVirtualTime) -> None:
    tries: list[float] = []

    async def hang(request: httpx2.Request) -> httpx2.Response:
        tries.append(anyio.current_time())
        await anyio.sleep_forever()
        raise AssertionError

    async def story() -> None:
        with anyio.move_on_after(3) as scope:
            await Retried(httpx2.MockTransport(hang), clock=clock).handle_async_request(GET)

        assert (scope.cancelled_caught, tries, anyio.current_time()) == (True, [0], 3)

    in_virtual_time(story())


async def test_the_body_of_a_read_is_sent_again_whole(clock: Clock) -> None:
    bodies: list[bytes] = []

    async def fail_once(request: httpx2.Request) -> httpx2.Response:
        bodies.append(await request.aread())
        if len(bodies) == 1:
            raise failure(Unavailable)
        return httpx2.Response(200)

    await Retried(httpx2.MockTransport(fail_once), clock=clock, sleep=Naps()).handle_async_request(READ_BY_POST)

    assert bodies == [b"SELECT", b"SELECT"]
