"""Calls echo with the Python MCP SDK within a span of its own: traced_client.py URL MODE

MODE is the SDK's `mode`: "legacy" (initialize and a session) or a revision like "2026-07-28".
Prints the id of the trace.
"""

import asyncio
import sys

import traces
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from opentelemetry import trace


async def main(url: str, mode: str) -> None:
    with trace.get_tracer("lab").start_as_current_span("agent") as span:
        async with Client(streamable_http_client(url), mode=mode) as client:
            result = await client.call_tool("echo", {"message": "hello"})
    print("echo:", result.content[0].text)
    print("trace:", format(span.get_span_context().trace_id, "032x"))


traces.send()
asyncio.run(main(*sys.argv[1:]))
