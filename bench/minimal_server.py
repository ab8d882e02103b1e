"""The least that a tool of the same SDK can do: one request over a kept connection, its text given back as it came."""

import sys

import anyio
import httpx2
import mcp_types as types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

_FETCH = types.Tool(
    name="fetch",
    description="Ask the platform.",
    input_schema={"type": "object", "properties": {"url": {"type": "string"}}},
)


async def _list_tools(
    context: ServerRequestContext, params: types.PaginatedRequestParams | None
) -> types.ListToolsResult:
    return types.ListToolsResult(tools=[_FETCH])


async def _serve(token: str) -> None:
    async with httpx2.AsyncClient(headers={"Access-Token": token}) as http:

        async def call_tool(context: ServerRequestContext, params: types.CallToolRequestParams) -> types.CallToolResult:
            response = await http.get(str((params.arguments or {})["url"]))
            return types.CallToolResult(content=[types.TextContent(type="text", text=response.text)])

        server = Server("minimal", on_list_tools=_list_tools, on_call_tool=call_tool)
        async with stdio_server() as (incoming, outgoing):
            await server.run(incoming, outgoing, server.create_initialization_options())


if __name__ == "__main__":
    anyio.run(_serve, sys.argv[1])
