"""Over HTTP the server answers friends and refuses everybody else."""

from collections.abc import Generator, Iterable, Mapping
from typing import NamedTuple

import httpx2
import pytest

LATEST = "2026-07-28"
HEADERS = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
LISTING = {
    "handshake": b'{"jsonrpc":"2.0","id":7,"method":"tools/list"}',
    LATEST: b'{"jsonrpc":"2.0","id":7,"method":"tools/list","params":{"_meta":{'
    b'"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}',
}
INITIALIZE = (
    b'{"jsonrpc":"2.0","id":"hello","method":"initialize","params":{"protocolVersion":"2025-11-25",'
    b'"capabilities":{},"clientInfo":{"name":"outside","version":"1"}}}'
)
MOST = 4 * 1024 * 1024


class Friend(NamedTuple):
    """A client of one era, and what it sends along with each of its messages."""

    era: str
    http: httpx2.Client
    url: str
    headers: Mapping[str, str]

    def send(
        self,
        content: bytes | Iterable[bytes] | None = None,
        *,
        method: str = "POST",
        changed: Mapping[str, str] | None = None,
    ) -> httpx2.Response:
        """A message (if none is given: a tools/list) with some headers changed."""
        headers = {**self.headers, **(changed or {})}
        body = content if content is not None or method != "POST" else LISTING[self.era]
        return self.http.request(method, self.url, headers=headers, content=body)


@pytest.fixture(scope="module")
def http() -> Generator[httpx2.Client]:
    with httpx2.Client(verify=False, timeout=20) as http:
        yield http


@pytest.fixture(scope="module", params=LISTING)
def introduced(request: pytest.FixtureRequest, http: httpx2.Client, over_http: str) -> Friend:
    if request.param == LATEST:
        return Friend(LATEST, http, over_http, {**HEADERS, "mcp-protocol-version": LATEST, "mcp-method": "tools/list"})
    hello = http.post(over_http, headers=HEADERS, content=INITIALIZE)
    session = {"mcp-session-id": hello.headers["mcp-session-id"], "mcp-protocol-version": "2025-11-25"}
    friend = Friend(request.param, http, over_http, HEADERS | session)
    friend.send(b'{"jsonrpc":"2.0","method":"notifications/initialized"}')
    return friend


@pytest.fixture
def friend(introduced: Friend) -> Generator[Friend]:
    """Whatever a test does to the server, it serves its friends afterwards."""
    yield introduced
    answer = introduced.send()
    assert answer.status_code == 200
    assert '"name":"list_accounts"' in answer.text


@pytest.mark.parametrize(
    ("strange", "status", "text"),
    [
        ({"host": "evil.example"}, 421, "Invalid Host header"),
        ({"host": "127.0.0.1.evil.example:80"}, 421, "Invalid Host header"),
        ({"origin": "https://evil.example"}, 403, "Invalid Origin header"),
        ({"origin": "http://localhost.evil.example:80"}, 403, "Invalid Origin header"),
        ({"origin": "null"}, 403, "Invalid Origin header"),
        ({"content-type": "text/plain"}, 400, "Invalid Content-Type header"),
        ({"content-type": "application/x-www-form-urlencoded"}, 400, "Invalid Content-Type header"),
    ],
    ids=str,
)
def test_a_stranger_is_refused(friend: Friend, strange: Mapping[str, str], status: int, text: str) -> None:
    answer = friend.send(changed=strange)

    assert (answer.status_code, answer.text) == (status, text)


def test_a_page_of_this_machine_is_welcome(friend: Friend) -> None:
    answer = friend.send(changed={"origin": "http://localhost:5173"})

    assert answer.status_code == 200


def test_a_client_that_takes_no_json_is_refused(friend: Friend) -> None:
    answer = friend.send(changed={"accept": "text/html"})

    assert answer.status_code == 406


def test_a_body_may_have_4_mebibytes_and_no_more(friend: Friend) -> None:
    whole = LISTING[friend.era].ljust(MOST)

    just_right = friend.send(whole)
    too_long = friend.send(whole + b" ")
    too_long_in_parts = friend.send(part for part in (whole, b" "))

    assert [just_right.status_code, too_long.status_code, too_long_in_parts.status_code] == [200, 413, 413]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b'{"jsonrpc":"2.0","id":7,',
        b'{"jsonrpc":"2.0","id":7,"method":"tools/list","params":{"\xff":1}}',
        b"[" * 100_000,
        b'{"jsonrpc":"2.0","id":7,"method":"ping","params":{"a":%b}}' % (b"9" * 5_000),
    ],
    ids=["nothing", "a word", "half a message", "no UTF-8", "deep nesting", "5,000 digits"],
)
def test_a_body_that_is_no_json_is_a_parse_error(friend: Friend, body: bytes) -> None:
    answer = friend.send(body)

    said = answer.json()
    assert (answer.status_code, said["id"], said["error"]["code"]) == (400, None, -32700)


def test_a_batch_is_refused(friend: Friend) -> None:
    answer = friend.send(b"[%b,%b]" % (LISTING[friend.era], LISTING[friend.era]))

    assert (answer.status_code, answer.json()["id"]) == (400, None)
    assert answer.json()["error"]["code"] in {-32600, -32602}


@pytest.mark.parametrize("version", ["1999-01-01", "2026-07-29", "x" * 3_000], ids=["old", "new", "long"])
def test_a_protocol_that_nobody_speaks_is_refused(friend: Friend, version: str) -> None:
    answer = friend.send(changed={"mcp-protocol-version": version})

    assert (answer.status_code, answer.json()["id"]) == (400, 7)
    assert answer.json()["error"]["code"] in {-32602, -32020, -32022}


@pytest.mark.parametrize("method", ["HEAD", "PUT", "PATCH", "OPTIONS"])
def test_only_the_methods_of_the_protocol_are_allowed(friend: Friend, method: str) -> None:
    answer = friend.send(method=method)

    allowed = {"handshake": "GET, POST, DELETE", LATEST: "POST"}
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed[friend.era])


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_what_belongs_to_sessions_needs_one(http: httpx2.Client, over_http: str, method: str) -> None:
    without = http.request(method, over_http, headers=HEADERS)
    unknown = http.request(method, over_http, headers={**HEADERS, "mcp-session-id": "nobody"})
    stateless = http.request(method, over_http, headers={**HEADERS, "mcp-protocol-version": LATEST})

    assert [without.status_code, unknown.status_code, stateless.status_code] == [400, 404, 405]


def test_a_session_that_was_ended_is_gone(http: httpx2.Client, over_http: str) -> None:
    hello = http.post(over_http, headers=HEADERS, content=INITIALIZE)
    session = {**HEADERS, "mcp-session-id": hello.headers["mcp-session-id"]}

    ended = http.delete(over_http, headers=session)
    afterwards = http.post(over_http, headers=session, content=LISTING["handshake"])

    assert [hello.status_code, ended.status_code, afterwards.status_code] == [200, 200, 404]


def test_nothing_else_is_served(http: httpx2.Client, over_http: str) -> None:
    root = over_http.removesuffix("mcp")

    assert [http.get(root + path).status_code for path in ("", "docs", "_world", "sse")] == [404] * 4
