"""TikTok in very small, for its speed: two advertisers with 10 and 1,000 campaigns, every answer made beforehand.

TikTok API for Business docs, v1.3, "Get authorized ad accounts", "Get ad account info", "Get campaigns".
`PUT /latency?ms=50` delays all answers that follow.
"""

import socket
from collections.abc import Mapping
from functools import cache
from urllib.parse import parse_qsl

import anyio
import msgspec
import uvicorn
from starlette.types import Receive, Scope, Send

COUNTS = {"7000000000000000010": 10, "7000000000000001000": 1000}
_OBJECTIVES = ("TRAFFIC", "WEB_CONVERSIONS", "REACH", "LEAD_GENERATION", "VIDEO_VIEWS")


class Stub:
    """The server."""

    def __init__(self) -> None:
        self._latency = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        asked = dict(parse_qsl(scope["query_string"].decode()))
        if scope["path"] == "/latency":
            self._latency = float(asked["ms"]) / 1000
            body = b"{}"
        else:
            body = _answer(scope["path"].rstrip("/").rpartition("/open_api/v1.3/")[2], asked)
        if self._latency:
            await anyio.sleep(self._latency)
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _answer(path: str, asked: Mapping[str, str]) -> bytes:
    match path:
        case "oauth2/advertiser/get":
            return _enveloped({"list": [{"advertiser_id": one, "advertiser_name": one} for one in COUNTS]})
        case "advertiser/info":
            return _enveloped({"list": [_advertiser(one) for one in msgspec.json.decode(asked["advertiser_ids"])]})
        case "campaign/get":
            return _campaigns(asked["advertiser_id"], int(asked.get("page", "1")), int(asked.get("page_size", "10")))
        case _:
            return msgspec.json.encode({"code": 40002, "message": "not here", "request_id": "1", "data": {}})


@cache
def _campaigns(advertiser: str, page: int, size: int) -> bytes:
    count = COUNTS[advertiser]
    shown = range((page - 1) * size, min(page * size, count))
    info = {"page": page, "page_size": size, "total_number": count, "total_page": -(-count // size)}
    return _enveloped({"list": [_campaign(number) for number in shown], "page_info": info})


def _campaign(number: int) -> Mapping[str, object]:
    return {
        "campaign_id": str(1_800_000_000_100_000 - number),
        "campaign_name": f"Prospecting | DE | broad audience {number:04}",
        "objective_type": _OBJECTIVES[number % len(_OBJECTIVES)],
        "virtual_objective_type": None,
        "budget": 50.5 + number,
        "budget_mode": "BUDGET_MODE_DAY",
        "operation_status": "ENABLE" if number % 3 else "DISABLE",
        "secondary_status": "CAMPAIGN_STATUS_ENABLE" if number % 3 else "CAMPAIGN_STATUS_DISABLE",
    }


def _advertiser(advertiser_id: str) -> Mapping[str, object]:
    return {
        "advertiser_id": advertiser_id,
        "name": f"Advertiser {advertiser_id}",
        "status": "STATUS_ENABLE",
        "currency": "EUR",
        "timezone": "Europe/Berlin",
        "display_timezone": "Europe/Berlin",
    }


def _enveloped(data: Mapping[str, object]) -> bytes:
    return msgspec.json.encode({"code": 0, "message": "OK", "request_id": "20260101000000000001", "data": data})


if __name__ == "__main__":
    # Named as TCP, so that asyncio turns Nagle's algorithm off: else each answer waits 40 ms for an acknowledgement.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        print(listening.getsockname()[1], flush=True)
        config = uvicorn.Config(Stub(), log_level="error", access_log=False, lifespan="off")
        uvicorn.Server(config).run(sockets=[listening])
