"""Meta in bulk, for the speed of reading: one account with 10,000 campaigns and as many rows of insights.

All answers are made before the first request, for pages of 500 (Graph API docs, "Paginated results").
"""

import socket
import sys
from pathlib import Path
from urllib.parse import parse_qsl

import uvicorn
from starlette.types import Receive, Scope, Send

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import vendor_rows as rows

_EDGES = {
    "campaigns": rows.pages(rows.meta_campaign, 500, rows.meta_page),
    "insights": rows.pages(rows.meta_insight, 500, rows.meta_page),
}


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    del receive
    if scope["type"] != "http":
        return
    asked = dict(parse_qsl(scope["query_string"].decode()))
    assert asked["limit"] == "500", "pages are made beforehand"
    body = _EDGES[scope["path"].rpartition("/")[2]][int(asked.get("after", "0"))]
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


if __name__ == "__main__":
    # Named as TCP, so that asyncio turns Nagle's algorithm off: else each answer waits 40 ms for an acknowledgement.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        print(listening.getsockname()[1], flush=True)
        config = uvicorn.Config(application, log_level="error", access_log=False, lifespan="off")
        uvicorn.Server(config).run(sockets=[listening])
