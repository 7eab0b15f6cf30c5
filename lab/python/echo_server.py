"""The MCP server behind the gateway: one tool, and a record of every request that reached it."""

import record
from fastmcp import FastMCP

mcp = FastMCP("echo")


@mcp.tool
def echo(message: str) -> str:
    """Return the message."""
    return message


if __name__ == "__main__":
    mcp.run(
        transport="http",
        host="127.0.0.1",
        port=8000,
        path="/mcp",
        middleware=record.middleware(),
    )
