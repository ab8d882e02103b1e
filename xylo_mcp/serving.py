"""Runs servers until they are told to stop: MCP over stdio or HTTP, and the sandbox on a port."""

import gc
import signal
import socket
import sys
from contextlib import suppress

import anyio
from starlette.types import ASGIApp

from . import logs
from .app import Door, now
from .connecting import open_house
from .settings import Settings

_GRACE = 3  # seconds that calls in the middle have when the server is told to end


def over_stdio(settings: Settings) -> None:
    """Serve one MCP client on standard input and output until it hangs up."""
    from mcp.server.stdio import stdio_server  # noqa: PLC0415  # heavy, and the sandbox needs none of it

    from .complaints import Readable  # noqa: PLC0415  # likewise
    from .server import build_server  # noqa: PLC0415  # likewise

    logs.configure()

    async def run() -> None:
        server = build_server(Door(settings), settings.mode)
        async with stdio_server() as (incoming, outgoing):
            gc.freeze()  # what is loaded by now stays: no need to look at it again
            gc.enable()
            await server.run(Readable(incoming, outgoing), outgoing, server.create_initialization_options())

    # The SDK's reading thread cannot be cancelled: an interrupt would wait for the client to hang up.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    anyio.run(run)


def over_http(settings: Settings, host: str, port: int) -> None:
    """Serve MCP at `/mcp` until interrupted. The SDK checks Host and Origin for addresses of this machine."""
    from .server import build_server  # noqa: PLC0415  # heavy, and the sandbox needs none of it

    app = build_server(Door(settings), settings.mode).streamable_http_app(host=host)
    _serve(app, host, port, f"MCP ({settings.mode}) at http://{{address}}/mcp")


def sandbox_over_http(settings: Settings, host: str, port: int) -> None:
    """Serve the sandbox's platforms, its truth and its faults until interrupted.

    Raises:
        Unset: its file cannot be used.
    """
    house = open_house(settings, now)
    paths = " ".join(f"/{name}" for name in (*house.platforms, "_world", "_faults"))
    try:
        _serve(house.port(), host, port, f"the sandbox at http://{{address}} with {paths}")
    finally:
        house.close()


def _serve(app: ASGIApp, host: str, port: int, what: str) -> None:
    """Serve `app`, and say on standard error where: the port may be one that was free."""
    import uvicorn  # noqa: PLC0415  # not needed over stdio

    logs.configure()
    gc.enable()
    config = uvicorn.Config(
        app, host=host, port=port, log_config=None, access_log=False, timeout_graceful_shutdown=_GRACE
    )
    listening = config.bind_socket()
    # Head and body leave apart: without this, the body waits until the client has acknowledged the head, 40 ms.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    shown = f"[{host}]" if ":" in host else host
    sys.stderr.write(f"xylo-mcp: {what.format(address=f'{shown}:{listening.getsockname()[1]}')}\n")
    with suppress(KeyboardInterrupt):  # raised again by uvicorn when it has ended
        uvicorn.Server(config).run(sockets=[listening])
