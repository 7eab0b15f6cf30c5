"""The Python SDK on a quiet stream: patient_client.py URL. Calls echo after a while, and waits for its end."""

import asyncio
import sys

from mcp import Client


async def main(url: str) -> None:
    errors = []

    async def handle(message) -> None:
        if isinstance(message, Exception):
            errors.append(message)

    async with Client(url, mode="legacy", message_handler=handle) as client:
        await asyncio.sleep(3.5)
        result = await client.call_tool("echo", {"message": "hello"})
        print(f"echo: {result.content[0].text}, errors: {len(errors)}", flush=True)
        await asyncio.sleep(60)


asyncio.run(main(sys.argv[1]))
