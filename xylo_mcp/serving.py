"""Runs servers until they are told to stop: MCP over stdio or HTTP, and the sandbox on a port."""

import gc

import anyio
from mcp.server.stdio import stdio_server

from .app import Door, now
from .server import build_server
from .settings import Settings


def over_stdio(settings: Settings) -> None:
    """Serve one MCP client on standard input and output until it hangs up."""

    async def run() -> None:
        server = build_server(Door(settings), settings.mode)
        async with stdio_server() as (incoming, outgoing):
            gc.freeze()  # what is loaded by now stays: no need to look at it again
            gc.enable()
            await server.run(incoming, outgoing, server.create_initialization_options())

    anyio.run(run)


def over_http(settings: Settings, host: str, port: int) -> None:
    """Serve MCP at `/mcp` until interrupted. The SDK checks Host and Origin for addresses of this machine."""
    import uvicorn  # noqa: PLC0415  # not needed over stdio

    gc.enable()
    app = build_server(Door(settings), settings.mode).streamable_http_app(host=host)
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False)


def sandbox_over_http(settings: Settings, host: str, port: int) -> None:
    """Serve the sandbox's platforms, its truth and its faults until interrupted."""
    import uvicorn  # noqa: PLC0415  # not needed over stdio

    from .sandbox.house import House  # noqa: PLC0415  # the server opens it through the app

    gc.enable()
    house = House(settings.state_dir / f"sandbox-{settings.seed}.sqlite3", settings.seed, now)
    try:
        uvicorn.run(house.port(), host=host, port=port, log_level="warning", access_log=False)
    finally:
        house.close()
