"""Three platforms in very small that take lists of people as fast as they can: they count rows and add up digests.

Meta Marketing API docs, "Customer File Custom Audiences"; Google Ads API reference, v26, `OfflineUserDataJobService`;
TikTok API for Business docs, v1.3, "Upload an audience file". `GET /told` says what came. Nothing else is checked.
"""

import socket
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec
import uvicorn
from starlette.types import Receive, Scope, Send

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.people_told import CUSTOMER, META, TIKTOK, Sums

_CLIENT = {"id": CUSTOMER, "currencyCode": "EUR", "timeZone": "Europe/Berlin", "status": "ENABLED"}
_ADVERTISER = {"advertiser_id": TIKTOK, "currency": "EUR", "timezone": "Europe/Berlin", "status": "STATUS_ENABLE"}
_META = {"id": f"act_{META}", "currency": "EUR", "timezone_name": "Europe/Berlin", "account_status": 1}


class _Payload(msgspec.Struct):
    schema: list[str]
    data: list[list[str]]


class _Session(msgspec.Struct):
    session_id: int


class _Users(msgspec.Struct):
    payload: _Payload
    session: _Session


class _Identifier(msgspec.Struct, rename="camel"):
    hashed_email: str = ""
    hashed_phone_number: str = ""


class _Person(msgspec.Struct, rename="camel"):
    user_identifiers: list[_Identifier]


class _Operation(msgspec.Struct):
    create: _Person


class _Operations(msgspec.Struct):
    operations: list[_Operation]


_USERS, _OPERATIONS = msgspec.json.Decoder(_Users), msgspec.json.Decoder(_Operations)
_told = {"meta": Sums(), "google": Sums(), "tiktok": Sums()}


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] != "http":
        return
    answer = msgspec.json.encode(_answer(scope["path"].rstrip("/"), await _body(receive)))
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})


async def _body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _answer(path: str, body: bytes) -> object:
    if path == "/told":
        return _told
    if path == "/token":
        return {"access_token": "bench", "expires_in": 3600, "token_type": "Bearer"}
    if path.startswith("/open_api"):
        return {"code": 0, "message": "OK", "request_id": "1", "data": _tiktok(path, body)}
    return _google(path, body) if "/customers" in path else _meta(path, body)


def _meta(path: str, body: bytes) -> Mapping[str, object]:
    if path.endswith("/adaccounts"):
        return {"data": [_META]}
    if path.endswith("/customaudiences"):
        return {"id": "9001"}
    request = _USERS.decode(body)
    rows, columns = request.payload.data, request.payload.schema
    email, phone = columns.index("EMAIL"), columns.index("PHONE")
    _add("meta", len(rows), ((row[email], row[phone]) for row in rows))
    told = {"session_id": str(request.session.session_id), "num_received": _told["meta"].rows}
    return {"audience_id": "9001", **told, "num_invalid_entries": 0}


def _google(path: str, body: bytes) -> Mapping[str, object]:
    ours = f"customers/{CUSTOMER}"
    match path.rpartition("/")[2].rpartition(":"):
        case _, _, "listAccessibleCustomers":
            return {"resourceNames": [ours]}
        case _, _, "search":
            return {"results": [{"customerClient": _CLIENT}], "fieldMask": "customerClient.id"}
        case _, _, "mutate":
            return {"results": [{"resourceName": f"{ours}/userLists/9002"}]}
        case _, _, "create":
            return {"resourceName": f"{ours}/offlineUserDataJobs/9003"}
        case _, _, "addOperations":
            people = [one.create.user_identifiers for one in _OPERATIONS.decode(body).operations]
            pairs = ((one.hashed_email, one.hashed_phone_number) for each in people for one in each)
            _add("google", len(people), pairs)
            return {}
        case _:
            return {"name": f"{ours}/operations/1"}


def _tiktok(path: str, body: bytes) -> Mapping[str, object]:
    if path.endswith("oauth2/advertiser/get"):
        return {"list": [{"advertiser_id": TIKTOK}]}
    if path.endswith("advertiser/info"):
        return {"list": [_ADVERTISER]}
    if path.endswith("custom_audience/create"):
        return {"custom_audience_id": "9004"}
    file = body.partition(b"email_SHA256,")[2].partition(b"\r\n--")[0].decode()
    rows = file.splitlines()[1:]
    _add("tiktok", len(rows), (row.split(",", 2)[:2] for row in rows))
    return {"file_path": f"{_told['tiktok'].requests:016}"}


def _add(platform: str, rows: int, people: Iterable[Iterable[str]]) -> None:
    sums = _told[platform]
    sums.requests += 1
    sums.rows += rows
    for email, phone in people:
        sums.add(email, phone)


def opens(address: str) -> Mapping[str, Mapping[str, str]]:
    """The settings of the three platforms at `address`; as many requests a second as there are."""
    of_google = {"DATA_MANAGER_URL": address, "TOKEN_URL": f"{address}/token"}
    of_an_app = {"CLIENT_ID": "bench", "CLIENT_SECRET": "bench", "REFRESH_TOKEN": "bench"}
    of_tiktok = {"ACCESS_TOKEN": "bench", "APP_ID": "1", "APP_SECRET": "bench"}
    fast = {"BASE_URL": address, "REQUESTS_PER_SECOND": "1000"}
    return {
        "meta": {**fast, "ACCESS_TOKEN": "bench"},
        "google": {**fast, **of_google, **of_an_app},
        "tiktok": {**fast, **of_tiktok},
    }


if __name__ == "__main__":
    # Named as TCP, so that asyncio turns Nagle's algorithm off: else each answer waits 40 ms for an acknowledgement.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        print(listening.getsockname()[1], flush=True)
        config = uvicorn.Config(application, log_level="error", access_log=False, lifespan="off")
        uvicorn.Server(config).run(sockets=[listening])
