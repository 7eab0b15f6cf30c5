"""What callers see and get with the Python SDK, as node/access.mjs: access_client.py MODE URL..."""

import asyncio
import json
import os
import sys

from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client

TRIED = [
    ("tools", "echo"), ("tools", "get-headers"), ("tools", "trigger-long-running-operation"), ("tools", "no-such-tool"),
    ("prompts", "greeting"), ("prompts", "farewell"),
    ("resources", "lab://public/news"), ("resources", "lab://private/diary"), ("resources", "lab://public/today/news"),
]
ARGUMENTS = {"echo": {"message": "hello"}, "trigger-long-running-operation": {"duration": 0, "steps": 1}}


async def try_all(mode: str, url: str, token: str) -> dict:
    async with create_mcp_http_client(headers={"Authorization": f"Bearer {token}"}) as http:
        async with Client(streamable_http_client(url, http_client=http), mode=mode) as client:
            calls = {
                "tools": lambda name: client.call_tool(name, ARGUMENTS.get(name)),
                "prompts": client.get_prompt,
                "resources": client.read_resource,
            }
            listed = {
                "tools": [tool.name for tool in (await client.list_tools()).tools],
                "prompts": [prompt.name for prompt in (await client.list_prompts()).prompts],
                "resources": [str(resource.uri) for resource in (await client.list_resources()).resources],
                "templates": [template.uri_template
                              for template in (await client.list_resource_templates()).resource_templates],
            }
            got = {}
            for kind, name in TRIED:
                try:
                    result = await calls[kind](name)
                    got[name] = "failed" if getattr(result, "is_error", False) else "ok"
                except MCPError as error:
                    got[name] = f"{error.code} {error.message}"
    return {"listed": listed, "got": got}


async def main(mode: str, *urls: str) -> None:
    for url in urls:
        for caller, token in json.loads(os.environ["LAB_TOKENS"]).items():
            print(json.dumps({"url": url, "caller": caller} | await try_all(mode, url, token)), flush=True)


asyncio.run(main(*sys.argv[1:]))
