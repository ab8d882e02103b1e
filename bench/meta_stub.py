"""Meta in very small, for the time a write takes: one account, ten campaigns, every answer after 50 ms.

Meta Marketing API docs, "Campaign", "Ad set"; Graph API docs, "Read-after-write".
"""

import itertools
import socket
from collections.abc import Mapping
from urllib.parse import parse_qsl

import anyio
import msgspec
import uvicorn
from starlette.types import Receive, Scope, Send

ACCOUNT = "1000"
LATENCY = 0.05
_CAMPAIGNS = tuple(str(number) for number in range(200, 210))
_PAGE = "data"
_new = itertools.count(900)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] != "http":
        return
    path = scope["path"].split("/", 2)[-1]
    form = dict(parse_qsl((await receive()).get("body", b"").decode()))
    await anyio.sleep(LATENCY)
    body = msgspec.json.encode(_written(path, form) if scope["method"] == "POST" else _read(path))
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _read(path: str) -> Mapping[str, object]:
    match path.split("/"):
        case ["me", "adaccounts"]:
            account = {"id": f"act_{ACCOUNT}", "name": "Bench", "currency": "EUR", "account_status": 1}
            return {_PAGE: [{**account, "timezone_name": "Europe/Berlin"}]}
        case [_, "campaigns"]:
            return {_PAGE: [_campaign(one) for one in _CAMPAIGNS]}
        case [_, "adsets"]:
            return {_PAGE: []}
        case _:
            return {**_campaign(path), "account_id": ACCOUNT}


def _written(path: str, form: Mapping[str, str]) -> Mapping[str, object]:
    changed = {name: form[name] for name in ("name", "objective", "status", "daily_budget") if name in form}
    created = path.endswith("/campaigns")
    return {**_campaign(str(next(_new)) if created else path), **changed}


def _campaign(identity: str) -> Mapping[str, object]:
    return {
        "id": identity,
        "name": f"Prospecting {identity}",
        "objective": "OUTCOME_TRAFFIC",
        "status": "ACTIVE",
        "effective_status": "ACTIVE",
        "daily_budget": "2000",
    }


if __name__ == "__main__":
    # Named as TCP, so that asyncio turns Nagle's algorithm off: else each answer waits 40 ms for an acknowledgement.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        print(listening.getsockname()[1], flush=True)
        config = uvicorn.Config(application, log_level="error", access_log=False, lifespan="off")
        uvicorn.Server(config).run(sockets=[listening])
