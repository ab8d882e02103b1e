"""One MCP server for advertising on several platforms."""

__version__ = "0.1.0"
