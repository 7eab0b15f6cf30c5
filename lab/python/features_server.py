"""FastMCP with what an MCP server can ask of its client: features_server.py PORT TRANSPORT

TRANSPORT is "http" (Streamable HTTP at /mcp, both eras of the protocol) or "sse" (HTTP with SSE, /sse). The tools have the
names of @modelcontextprotocol/server-everything, so that one walk fits both servers.
"""

import asyncio
import sys

import record
import uvicorn
from fastmcp import Context, FastMCP
from fastmcp.server.dependencies import get_http_headers
from fastmcp.server.event_store import EventStore
from mcp.types import (
    CreateMessageRequest,
    CreateMessageRequestParams,
    CreateMessageResult,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitResult,
    InputRequiredResult,
    ListRootsRequest,
    ListRootsResult,
    SamplingMessage,
    TextContent,
)
from mcp.shared.message import ServerMessageMetadata

mcp = FastMCP("features")


@mcp.tool
def echo(message: str) -> str:
    return f"Echo: {message}"


@mcp.tool(name="trigger-long-running-operation")
async def trigger_long_running_operation(duration: float, steps: int, ctx: Context) -> str:
    for step in range(1, steps + 1):
        await asyncio.sleep(duration / steps)
        await ctx.report_progress(step, steps)
    return "Long running operation completed."


@mcp.tool(name="trigger-sampling-request")
async def trigger_sampling_request(prompt: str, ctx: Context) -> str | InputRequiredResult:
    message = SamplingMessage(role="user", content=TextContent(type="text", text=prompt))
    request = CreateMessageRequest(params=CreateMessageRequestParams(messages=[message], max_tokens=100))
    return await asked(ctx, request, CreateMessageResult)


@mcp.tool(name="trigger-elicitation-request")
async def trigger_elicitation_request(ctx: Context) -> str | InputRequiredResult:
    schema = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
    request = ElicitRequest(params=ElicitRequestFormParams(message="Your name?", requested_schema=schema))
    return await asked(ctx, request, ElicitResult)


@mcp.tool(name="get-roots-list")
async def get_roots_list(ctx: Context) -> str | InputRequiredResult:
    answer = await asked(ctx, ListRootsRequest(), ListRootsResult)
    if isinstance(answer, str):
        # Context.info makes an object of the text, which the Java SDK does not read.
        await ctx.session.send_log_message("info", "Roots updated: 1 root(s) received from client")
    return answer


async def asked(ctx: Context, request, result_type) -> str | InputRequiredResult:
    """The client's answer: to a request of the server until 2025-11-25, since 2026-07-28 with the next round of the call."""
    if ctx.request_context.protocol_version < "2026":
        related = ServerMessageMetadata(related_request_id=ctx.request_id)
        answer = await ctx.session.send_request(request, result_type, metadata=related)
    elif ctx.input_responses is None:
        return InputRequiredResult(input_requests={"asked": request})
    else:
        answer = ctx.input_responses["asked"]
    return answer.model_dump_json(exclude_none=True)


@mcp.tool
async def reconnect(ctx: Context) -> str:
    """Ends the stream of its own response: the client gets the result only if it comes back with Last-Event-ID."""
    await ctx.close_sse_stream()
    await asyncio.sleep(0.2)
    return "resumed"


@mcp.tool(name="get-headers")
async def get_headers() -> dict[str, str]:
    """What came along with this call."""
    return get_http_headers(include_all=True)


@mcp.prompt
def greeting() -> str:
    return "Say hello."


@mcp.prompt
def farewell() -> str:
    return "Say goodbye."


@mcp.resource("lab://public/news")
def news() -> str:
    return "news"


@mcp.resource("lab://private/diary")
def diary() -> str:
    return "diary"


@mcp.resource("lab://public/{day}/news")
def news_of(day: str) -> str:
    return f"news of {day}"


@mcp.resource("lab://private/{day}/diary")
def diary_of(day: str) -> str:
    return f"diary of {day}"


if __name__ == "__main__":
    port, transport = sys.argv[1:]
    resumable = {"event_store": EventStore(), "retry_interval": 100} if transport == "http" else {}
    app = mcp.http_app(transport=transport, middleware=record.middleware(), **resumable)
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="warning", timeout_graceful_shutdown=2)
