"""What a Python client does with a server: all that is offered, and all that is asked back.

    walk_client.py CLIENT (TRANSPORT URL REVISION)...

CLIENT is "sdk" or "fastmcp". TRANSPORT is "http" or "sse", or "auto" for Streamable HTTP with whatever revision
server/discover leads to, or, for "sdk", mcp-remote with its options. Each connection prints one JSON line. A token comes from
LAB_TOKEN.
"""

import asyncio
import json
import os
import sys

import fastmcp
import mcp.client.session
from fastmcp.client.transports import SSETransport, StreamableHttpTransport
from mcp import Client, StdioServerParameters
from mcp.client.sse import sse_client
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client
from mcp.types import CreateMessageResult, ElicitResult, ListRootsResult, Root, TextContent

TOKEN = os.environ.get("LAB_TOKEN")
HEADERS = {"Authorization": f"Bearer {TOKEN}"} if TOKEN else {}
ROOT = "file:///lab"
SAMPLED = "a sampled answer"
ELICITED = {"name": "eitan"}
LOGGED = "Roots updated: 1 root"
# Since 2026-07-28 a request says for itself whether it wants log messages.
META = {"io.modelcontextprotocol/logLevel": "info"}


def sdk(transport: str, url: str, mode: str, logs: list) -> Client:
    async def sample(context, params):
        return CreateMessageResult(role="assistant", model="lab", content=TextContent(type="text", text=SAMPLED))

    async def elicit(context, params):
        return ElicitResult(action="accept", content=ELICITED)

    async def roots(context):
        return ListRootsResult(roots=[Root(uri=ROOT)])

    async def log(params):
        logs.append(params.data)

    if transport.startswith("mcp-remote"):
        streams = stdio_client(mcp_remote(url, *transport.split()[1:]))
    elif transport == "sse":
        streams = sse_client(url, headers=HEADERS)
    else:
        streams = streamable_http_client(url, http_client=create_mcp_http_client(headers=HEADERS))
    return Client(streams, mode=mode, sampling_callback=sample, elicitation_callback=elicit, list_roots_callback=roots,
                  logging_callback=log)


def mcp_remote(url: str, *options: str) -> StdioServerParameters:
    headers = [word for name, value in HEADERS.items() for word in ("--header", f"{name}: {value}")]
    return StdioServerParameters(
        command="npx",
        args=["--no-install", "mcp-remote", url, "--allow-http", *options, *headers],
        env={"MCP_REMOTE_CONFIG_DIR": os.environ["LAB_MCP_REMOTE"]},
    )


def fastmcp_client(transport: str, url: str, mode: str, logs: list) -> fastmcp.Client:
    async def sample(messages, params, context):
        return SAMPLED

    async def elicit(message, response_type, params, context):
        return ELICITED

    async def log(message):
        logs.append(message.data)

    kind = SSETransport if transport == "sse" else StreamableHttpTransport
    return fastmcp.Client(kind(url, headers=HEADERS), mode=mode, roots=[ROOT], sampling_handler=sample,
                          elicitation_handler=elicit, log_handler=log)


async def walk(make, transport: str, url: str, revision: str) -> dict:
    logs, steps = [], []
    mode = revision
    if revision < "2026":
        mode = "legacy"
        # The SDK offers its newest revision only; here is where it could be told another one.
        mcp.client.session.LATEST_HANDSHAKE_VERSION = revision
    if transport == "auto":
        mode = "auto"

    async with make(transport, url, mode, logs) as client:
        async def text(name: str, *arguments) -> str:
            return (await client.call_tool(name, *(arguments or [{}]), meta=META)).content[0].text

        async def step(progress, total, message):
            steps.append(progress)

        listed = await client.list_tools()
        tools = [tool.name for tool in getattr(listed, "tools", listed)]
        seen = {"negotiated": client.protocol_version, "listed": "echo" in tools}
        seen["echo"] = await text("echo", {"message": "hello"})
        work = {"duration": 0.3, "steps": 3}
        follow = "progress_callback" if make is sdk else "progress_handler"
        await client.call_tool("trigger-long-running-operation", work, meta=META, **{follow: step})
        seen["progress"] = steps[:2]  # the third may come with the result
        seen["sampling"] = SAMPLED in await text("trigger-sampling-request", {"prompt": "say"})
        if client.protocol_version >= "2025-06-18":
            elicited = await client.call_tool("trigger-elicitation-request", {}, meta=META)
            seen["elicitation"] = "eitan" in str(elicited.content)
        seen["roots"] = ROOT in await text("get-roots-list")
        for _ in range(100):
            seen["log"] = LOGGED in str(logs)
            if seen["log"]:
                break
            await asyncio.sleep(0.05)
        if "reconnect" in tools and client.protocol_version == "2025-11-25":
            await text("reconnect")
    return seen


async def main(client: str, *words: str) -> None:
    make = {"sdk": sdk, "fastmcp": fastmcp_client}[client]
    for transport, url, revision in zip(words[::3], words[1::3], words[2::3], strict=True):
        try:
            seen = await asyncio.wait_for(walk(make, transport, url, revision), 60)
        except Exception as error:
            seen = {"error": repr(error)}
        print(json.dumps({"transport": transport, "url": url, "revision": revision} | seen), flush=True)


asyncio.run(main(*sys.argv[1:]))
