"""Lists and calls through the gateway with the Python MCP SDK: sdk_client.py URL MODE

MODE is the SDK's `mode`: "legacy" (initialize and a session) or a revision like "2026-07-28".
The token comes from LAB_TOKEN.
"""

import asyncio
import os
import sys

from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client


async def main(url: str, mode: str) -> None:
    headers = {"Authorization": "Bearer " + os.environ["LAB_TOKEN"]}
    async with create_mcp_http_client(headers=headers) as http:
        async with Client(streamable_http_client(url, http_client=http), mode=mode) as client:
            tools = await client.list_tools()
            result = await client.call_tool("echo", {"message": "hello"})
    print("tools:", *(tool.name for tool in tools.tools))
    print("echo:", result.content[0].text)


asyncio.run(main(*sys.argv[1:]))
