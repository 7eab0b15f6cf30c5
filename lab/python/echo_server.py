"""The MCP server behind the gateway: one tool, and a record of every request that reached it.

The record answers what the gateway let through. It holds names of headers, never their values.
"""

import json
import os

from fastmcp import FastMCP
from starlette.middleware import Middleware

mcp = FastMCP("echo")


@mcp.tool
def echo(message: str) -> str:
    """Return the message."""
    return message


class RecordRequests:
    """Writes one JSON line per HTTP request before the server sees it."""

    def __init__(self, app, file):
        self.app = app
        self.file = file

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http":
            headers = scope["headers"]
            line = {
                "method": scope["method"],
                "path": scope["path"],
                "headers": sorted({name.decode("latin-1") for name, _ in headers}),
                # A JWT starts with the base64url of '{"', whichever header or query carries it.
                "token": any(name == b"authorization" or b"eyJ" in value for name, value in headers)
                or b"eyJ" in scope["query_string"],
            }
            with open(self.file, "a", encoding="utf-8") as out:
                out.write(json.dumps(line) + "\n")
        await self.app(scope, receive, send)


if __name__ == "__main__":
    mcp.run(
        transport="http",
        host="127.0.0.1",
        port=8000,
        path="/mcp",
        middleware=[Middleware(RecordRequests, file=os.environ["LAB_ECHO_RECORD"])],
    )
