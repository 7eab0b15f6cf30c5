"""FastMCP that is called often and listened to for long: what is lost, doubled or out of order shows in the numbers."""

import asyncio

import record
import uvicorn
from fastmcp import Context, FastMCP
from fastmcp.server.event_store import EventStore

mcp = FastMCP("numbers")


@mcp.tool
def echo(message: str) -> str:
    return message


@mcp.tool
async def count(to: int, pause: float, ctx: Context) -> str:
    """Says the numbers on the session's listening stream, one after the other."""
    for number in range(1, to + 1):
        await ctx.session.send_log_message("info", number)
        await asyncio.sleep(pause)
    return f"counted to {to}"


if __name__ == "__main__":
    store = EventStore(max_events_per_stream=10_000)
    app = mcp.http_app(middleware=record.middleware(), event_store=store, retry_interval=100)
    uvicorn.run(app, host="127.0.0.1", port=8024, log_level="warning", timeout_graceful_shutdown=2)
