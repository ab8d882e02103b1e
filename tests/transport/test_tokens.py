"""Which token a request carries, and what happens when it ends."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta

import anyio
import httpx2
import pytest

from xylo_mcp.ads.errors import (
    AdsError,
    Garbled,
    Misconfigured,
    Rejected,
    Throttled,
    TokenExpired,
    Unauthorized,
    Unavailable,
)
from xylo_mcp.contract import Clock
from xylo_mcp.transport import FixedToken, RenewingToken

InVirtualTime = Callable[[Coroutine[object, object, None]], None]
Serving = Callable[
    [Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]], AbstractAsyncContextManager[str]
]
Wire = Callable[..., AbstractAsyncContextManager[httpx2.AsyncClient]]


class Issuer:
    """Gives token-1, token-2, …, each good for `lifetime`; a planned failure takes the place of one."""

    def __init__(self, clock: Clock, *, lifetime: timedelta = timedelta(hours=1), takes: float = 0.0) -> None:
        self._clock, self._lifetime, self._takes = clock, lifetime, takes
        self.asked: list[float] = []
        self.failures: list[Exception] = []

    async def __call__(self) -> tuple[str, datetime]:
        self.asked.append(anyio.current_time())
        number = len(self.asked)
        await anyio.sleep(self._takes)
        if self.failures:
            raise self.failures.pop(0)
        return f"token-{number}", self._clock() + self._lifetime


class Platform(httpx2.AsyncBaseTransport):
    """Accepts only one token; others ran out."""

    def __init__(self, accepted: str, *, otherwise: int = 401) -> None:
        self.accepted, self._otherwise = accepted, otherwise
        self.carried: list[str] = []
        self.bodies: list[bytes] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        token = request.headers["Access-Token"]
        self.carried.append(token)
        self.bodies.append(await request.aread())
        return httpx2.Response(200 if token == self.accepted else self._otherwise, content=b"{}")


def refusal() -> Unauthorized:
    return Unauthorized("The token ended.", "Give another one.", platform="tiktok")


async def taken_by(token: RenewingToken, into: list[str]) -> None:
    into.append(await token.current())


async def test_a_fixed_token_is_what_it_is() -> None:
    assert await FixedToken("a-token", refusal=refusal()).current() == "a-token"


async def test_a_fixed_token_that_ended_is_for_its_operator_to_replace(wire: Wire) -> None:
    platform, given = Platform("another"), refusal()

    async with wire(platform, token=FixedToken("a-token", refusal=given)) as client:
        with pytest.raises(Unauthorized) as raised:
            await client.get("/campaign/get/")

    assert raised.value is given
    assert platform.carried == ["a-token"]


async def test_a_refusal_raised_again_and_again_does_not_grow() -> None:
    given = refusal()
    token = FixedToken("a-token", refusal=given)
    depths: set[int] = set()
    for _ in range(5):
        with pytest.raises(Unauthorized) as raised:
            await token.renew("a-token")
        depths.add(len(raised.traceback))

    assert len(depths) == 1


async def test_every_request_carries_the_token(wire: Wire) -> None:
    platform = Platform("a-token")

    async with wire(platform) as client:
        await client.get("/campaign/get/")
        await client.post("/campaign/create/", json={})

    assert platform.carried == ["a-token", "a-token"]


async def test_a_token_that_ran_out_is_renewed_once_and_the_request_sent_again_whole(wire: Wire, clock: Clock) -> None:
    platform = Platform("token-2")

    async with wire(platform, token=RenewingToken(Issuer(clock), clock)) as client:
        response = await client.post("/campaign/create/", content=b'{"name":"Spring"}')

    assert response.status_code == 200
    assert platform.carried == ["token-1", "token-2"]
    assert platform.bodies == [b'{"name":"Spring"}'] * 2


async def test_a_renewed_token_that_is_refused_too_ends_it(wire: Wire, clock: Clock) -> None:
    platform = Platform("none of them")

    async with wire(platform, token=RenewingToken(Issuer(clock), clock)) as client:
        with pytest.raises(TokenExpired) as raised:
            await client.get("/campaign/get/")

    assert raised.value.platform == "tiktok"
    assert platform.carried == ["token-1", "token-2"]


async def test_a_revoked_token_is_not_renewed(wire: Wire, clock: Clock) -> None:
    platform = Platform("another", otherwise=403)

    async with wire(platform, token=RenewingToken(Issuer(clock), clock)) as client:
        with pytest.raises(Unauthorized):
            await client.get("/campaign/get/")

    assert platform.carried == ["token-1"]


def test_many_requests_whose_token_ran_out_renew_it_once(
    wire: Wire, clock: Clock, in_virtual_time: InVirtualTime
) -> None:
    async def story() -> None:
        platform, issuer = Platform("token-2"), Issuer(clock, takes=0.5)
        async with wire(platform, token=RenewingToken(issuer, clock)) as client, anyio.create_task_group() as tasks:
            for _ in range(12):
                tasks.start_soon(client.get, "/campaign/get/")

        assert len(issuer.asked) == 2
        assert platform.carried == ["token-1"] * 12 + ["token-2"] * 12

    in_virtual_time(story())


def test_the_first_token_is_fetched_once_for_all(clock: Clock, in_virtual_time: InVirtualTime) -> None:
    async def story() -> None:
        issuer, taken = Issuer(clock, takes=0.5), list[str]()
        token = RenewingToken(issuer, clock)
        async with anyio.create_task_group() as tasks:
            for _ in range(12):
                tasks.start_soon(taken_by, token, taken)

        assert (taken, issuer.asked) == (["token-1"] * 12, [0])

    in_virtual_time(story())


@pytest.mark.parametrize(("lifetime", "renewed"), [(3600, 3540), (121, 61), (60, 30), (10, 5)])
def test_a_token_is_renewed_a_minute_before_it_ends_or_at_half_its_life(
    clock: Clock, in_virtual_time: InVirtualTime, lifetime: int, renewed: int
) -> None:
    async def story() -> None:
        issuer = Issuer(clock, lifetime=timedelta(seconds=lifetime))
        token = RenewingToken(issuer, clock)
        await token.current()
        await anyio.sleep(renewed - 0.01)
        before = await token.current()
        await anyio.sleep(0.02)

        assert (before, await token.current()) == ("token-1", "token-2")

    in_virtual_time(story())


async def test_a_stale_token_that_was_renewed_already_is_not_renewed_again(clock: Clock) -> None:
    issuer = Issuer(clock)
    token = RenewingToken(issuer, clock)
    stale = await token.current()

    renewed = [await token.renew(stale), await token.renew(stale), await token.current()]

    assert renewed == ["token-2"] * 3


def test_a_failed_renewal_fails_all_who_waited_and_is_tried_again_by_the_next(
    clock: Clock, in_virtual_time: InVirtualTime
) -> None:
    async def story() -> None:
        issuer, failures = Issuer(clock, takes=0.5), list[AdsError]()
        token = RenewingToken(issuer, clock)
        issuer.failures = [refusal()]

        async def fail() -> None:
            with pytest.raises(Unauthorized) as raised:
                await token.current()
            failures.append(raised.value)

        async with anyio.create_task_group() as tasks:
            for _ in range(12):
                tasks.start_soon(fail)

        assert (len(failures), len(issuer.asked)) == (12, 1)
        assert await token.current() == "token-2"

    in_virtual_time(story())


@pytest.mark.parametrize("kind", [Unavailable, Throttled, Garbled])
def test_a_token_still_good_is_used_while_its_issuer_fails(
    clock: Clock, in_virtual_time: InVirtualTime, kind: type[AdsError]
) -> None:
    async def story() -> None:
        issuer = Issuer(clock)
        token = RenewingToken(issuer, clock)
        await token.current()
        issuer.failures = [kind("Down.", "Wait.") for _ in range(3)]

        await anyio.sleep(3550)
        good = [await token.current() for _ in range(2)]
        await anyio.sleep(60)
        with pytest.raises(kind):
            await token.current()
        good.append(await token.current())

        assert good == ["token-1", "token-1", "token-5"]

    in_virtual_time(story())


def test_a_refused_renewal_is_said_at_once(clock: Clock, in_virtual_time: InVirtualTime) -> None:
    async def story() -> None:
        issuer = Issuer(clock)
        token = RenewingToken(issuer, clock)
        await token.current()
        issuer.failures = [refusal()]

        await anyio.sleep(3550)
        with pytest.raises(Unauthorized):
            await token.current()

    in_virtual_time(story())


def test_a_cancelled_renewal_is_taken_over_by_the_next_in_line(clock: Clock, in_virtual_time: InVirtualTime) -> None:
    async def story() -> None:
        issuer, taken = Issuer(clock, takes=5), list[str]()
        token = RenewingToken(issuer, clock)
        async with anyio.create_task_group() as tasks:
            with anyio.move_on_after(1):
                await token.current()
            tasks.start_soon(taken_by, token, taken)
            tasks.start_soon(taken_by, token, taken)

        assert (taken, issuer.asked) == (["token-2", "token-2"], [0, 1])

    in_virtual_time(story())


def test_waiting_behind_a_cancelled_renewal_is_not_its_end(clock: Clock, in_virtual_time: InVirtualTime) -> None:
    async def story() -> None:
        issuer, taken = Issuer(clock, takes=5), list[str]()
        token = RenewingToken(issuer, clock)

        async def impatient() -> None:
            with anyio.move_on_after(1):
                await token.current()

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(impatient)
            tasks.start_soon(taken_by, token, taken)
            tasks.start_soon(taken_by, token, taken)

        assert (taken, issuer.asked) == (["token-2", "token-2"], [0, 1])

    in_virtual_time(story())


async def test_a_defect_in_fetching_is_not_shared(clock: Clock) -> None:
    issuer = Issuer(clock)
    token = RenewingToken(issuer, clock)
    issuer.failures = [KeyError("a defect")]

    with pytest.raises(KeyError):
        await token.current()

    assert await token.current() == "token-2"


@pytest.mark.parametrize(
    "address",
    [
        "http://elsewhere.test/api/campaign/get/",
        "https://platform.test/api/campaign/get/",
        "http://platform.test:8080/api/campaign/get/",
        "http://platform.test.elsewhere.test/api",
    ],
)
async def test_a_token_never_goes_to_another_address(wire: Wire, address: str) -> None:
    platform = Platform("a-token")

    async with wire(platform) as client:
        with pytest.raises(Rejected) as refused:
            await client.get(address)

    assert refused.value.platform == "tiktok"
    assert platform.carried == []


async def test_an_address_within_the_platforms_own_may_be_whole(wire: Wire) -> None:
    platform = Platform("a-token")

    async with wire(platform) as client:
        await client.get("http://platform.test/other/path")

    assert platform.carried == ["a-token"]


async def test_a_token_that_is_no_header_is_the_operators_to_mend_and_is_not_shown(
    wire: Wire, network: httpx2.AsyncBaseTransport, serving: Serving
) -> None:
    heard: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read())

    token = FixedToken("s3cr3t\n", refusal=refusal())
    async with serving(listen) as url, wire(network, base_url=url, token=token) as client:
        with pytest.raises(Misconfigured) as refused:
            await client.get("/campaign/get/")

    assert b"".join(heard) == b""
    assert "s3cr3t" not in "".join(traceback.format_exception(refused.value))
