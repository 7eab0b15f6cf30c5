"""The walks of the real clients: what each of them saw on its connections."""

import json

from driver.places import GATEWAY_JAR, LAB, NODE, VENV, WORK
from driver.processes import Process, wait_until
from driver.report import Checks

WALK = [VENV / "bin" / "python", LAB / "python" / "walk_client.py"]
CLIENTS = {
    "TypeScript SDK 1": ["node", NODE / "walk-v1.mjs"],
    "TypeScript SDK 2": ["node", NODE / "walk-v2.mjs"],
    "Python SDK": [*WALK, "sdk"],
    "FastMCP client": [*WALK, "fastmcp"],
    "Java SDK": ["java", "-cp", GATEWAY_JAR, LAB / "java" / "WalkClient.java"],
}


def walk(checks: Checks, connections: dict[str, list[tuple[str, str, str]]], token: str) -> None:
    """Lets clients walk side by side. A connection is transport, URL, and the revision that is to come of it."""
    env = {"LAB_TOKEN": token, "LAB_MCP_REMOTE": str(WORK / "mcp-remote")}
    walkers = {
        client: Process(client.lower().replace(" ", "-"), [*CLIENTS[client], *sum(chosen, ())], env, cwd=NODE)
        for client, chosen in connections.items()
    }
    for client, walker in walkers.items():
        wait_until(f"{client} ends", walker.ended, 180)
        walker.stop()
        lines = [json.loads(line) for line in walker.log().splitlines() if line.startswith('{"transport"')]
        checks.equal(f"{client} runs to its end", len(lines), len(connections[client]))
        for line in lines:
            transport, url, revision = (line.pop(key) for key in ("transport", "url", "revision"))
            checks.equal(f"{client}, {transport} {url}, {revision}: {', '.join(_expected(revision))}",
                         line, _expected(revision))


def _expected(revision: str) -> dict:
    seen = {"negotiated": revision, "listed": True, "echo": "Echo: hello", "progress": [1, 2]}
    asked = ["sampling", "roots", "log", *(["elicitation"] if revision >= "2025-06-18" else [])]
    return seen | dict.fromkeys(asked, True)
