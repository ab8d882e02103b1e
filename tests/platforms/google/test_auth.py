"""Access tokens are fetched with the refresh token, and no failure shows a secret."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs

import anyio
import httpx2
import pytest

from xylo_mcp.ads.errors import AdsError, Garbled, Misconfigured, Rejected, Throttled, Unauthorized, Unavailable
from xylo_mcp.contract import Connection
from xylo_mcp.platforms.google.auth import open_token

pytestmark = pytest.mark.virtual_time

Connect = Callable[..., Connection]
GRANT = {"access_token": "ya29.made-up", "expires_in": 3599, "scope": "x", "token_type": "Bearer"}
SECRETS = ("client-secret-9", "refresh-token-7")


def always(response: Callable[[], httpx2.Response]) -> Callable[[httpx2.Request], httpx2.Response]:
    def answer(request: httpx2.Request) -> httpx2.Response:
        return response()

    return answer


async def refusal(connection: Connection) -> AdsError:
    """What asking for a token comes to, without waiting for a second try."""
    async with open_token(connection) as token:
        with pytest.raises(AdsError) as caught, anyio.fail_after(0.1):
            await token.current()
    return caught.value


async def test_a_token_is_asked_for_with_the_refresh_token_grant(connection: Connect) -> None:
    asked: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(200, json=GRANT)

    async with open_token(connection(answer)) as token:
        given = await token.current()
        again = await token.current()

    assert (given, again) == ("ya29.made-up", "ya29.made-up")
    (request,) = asked
    assert (request.method, str(request.url)) == ("POST", "https://oauth.example/token")
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert "authorization" not in request.headers
    assert parse_qs(request.content.decode(), strict_parsing=True) == {
        "grant_type": ["refresh_token"],
        "client_id": ["client.apps.example"],
        "client_secret": ["client-secret-9"],
        "refresh_token": ["refresh-token-7"],
    }


async def test_a_token_is_fetched_again_before_it_ends(connection: Connect) -> None:
    late, numbers = [timedelta()], iter(range(10))
    made = connection(always(lambda: httpx2.Response(200, json=GRANT | {"access_token": f"t{next(numbers)}"})))
    slow = Connection(settings=made.settings, network=made.network, clock=lambda: made.clock() + late[0])

    async with open_token(slow) as token:
        first = await token.current()
        late[0] = timedelta(seconds=3598)
        second = await token.current()

    assert (first, second) == ("t0", "t1")


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, {"error": "invalid_grant", "error_description": "Token has been revoked."}, Unauthorized),
        (401, {"error": "invalid_client", "error_description": "Unauthorized"}, Misconfigured),
        (401, {"error": "unauthorized_client"}, Misconfigured),
        (401, {"error": "deleted_client"}, Misconfigured),
        (400, {"error": "invalid_scope"}, Rejected),
        (400, {"error": {"code": 400}}, Rejected),
        (404, {}, Misconfigured),
        (429, {"error": "rate_limit_exceeded"}, Throttled),
        (429, {}, Throttled),
        (500, {"error": "internal_failure"}, Unavailable),
        (503, {}, Unavailable),
    ],
)
async def test_a_denial_says_who_can_act(connection: Connect, status: int, body: object, kind: type[AdsError]) -> None:
    error = await refusal(connection(always(lambda: httpx2.Response(status, json=body))))

    assert (type(error), error.platform, bool(error.message), bool(error.fix)) == (kind, "google", True, True)


async def test_an_ended_refresh_token_asks_for_a_new_one(connection: Connect) -> None:
    error = await refusal(connection(always(lambda: httpx2.Response(400, json={"error": "invalid_grant"}))))

    assert isinstance(error, Unauthorized)
    assert not error.renewable
    assert "XYLO_GOOGLE_REFRESH_TOKEN" in error.fix


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"<html>",
        b'{"access_token": "a"}',
        b'{"access_token": "a", "expires_in": 0}',
        b'{"access_token": "a", "expires_in": "soon"}',
        b'{"access_token": "", "expires_in": 9}',
        b'{"access_token": "a\\nb: c", "expires_in": 9}',
        b'{"access_token": 5, "expires_in": 9}',
        b"[" * 99_999,
    ],
)
async def test_what_is_no_grant_is_garbled(connection: Connect, body: bytes) -> None:
    error = await refusal(connection(always(lambda: httpx2.Response(200, content=body))))

    assert type(error) is Garbled


async def test_an_absurdly_long_life_does_not_break_the_clock(connection: Connect) -> None:
    forever = always(lambda: httpx2.Response(200, json=GRANT | {"expires_in": 10**18}))

    async with open_token(connection(forever)) as token:
        assert await token.current() == "ya29.made-up"


async def test_no_answer_is_unavailable(connection: Connect) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused by client-secret-9")

    error = await refusal(connection(answer))

    assert (type(error), error.platform) == (Unavailable, "google")
    assert not any(secret in f"{error.message} {error.fix} {error.vendor}" for secret in SECRETS)


@pytest.mark.parametrize("status", [400, 401, 500])
async def test_secrets_that_are_repeated_to_us_are_shown_to_nobody(
    connection: Connect, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    caplog.set_level("DEBUG")
    said = {"error": "odd", "error_description": "client-secret-9 with refresh-token-7 is not known"}

    error = await refusal(connection(always(lambda: httpx2.Response(status, json=said))))

    shown = f"{error!r} {error} {error.fix} {error.vendor} {caplog.text}"
    assert not any(secret in shown for secret in SECRETS)
