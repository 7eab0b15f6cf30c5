"""A session belongs to whoever began it, at every gateway that has the key."""

import json
import secrets

from driver import servers, wire
from driver.places import NODE
from driver.processes import run

URL = "http://localhost:9000/mcp"
REPLICA_URL = "http://localhost:9002/mcp"
STRANGER_URL = "http://localhost:9003/mcp"


def play(lab, checks):
    eitan, refreshed = lab.keycloak.token_and_refreshed()
    service = lab.keycloak.service_token()
    replica = {"LAB_PORT": "9002"}
    stranger = {"LAB_PORT": "9003", "LAB_SESSION_KEY": secrets.token_hex(32)}
    with (
        servers.features("http") as fastmcp,
        lab.gateway(checks, "sessions.yaml"),
        lab.gateway(checks, "sessions.yaml", replica),
        lab.gateway(checks, "sessions.yaml", stranger),
    ):
        session = wire.initialize(URL, eitan).header("Mcp-Session-Id")
        checks.equal("his session with his token: 200", _list_tools(URL, session, eitan), 200)
        checks.that("his refreshed token is another one", refreshed != eitan)
        checks.equal("his session with his refreshed token: 200", _list_tools(URL, session, refreshed), 200)

        before = len(fastmcp.seen())
        checks.equal("his session with another's token: 404", _list_tools(URL, session, service), 404)
        checks.equal("his session without a token: 401", _list_tools(URL, session), 401)
        checks.equal("his stream with another's token: 404", _request("GET", URL, session, service), 404)
        checks.equal("DELETE with another's token: 404", _request("DELETE", URL, session, service), 404)
        checks.equal("the server's own id without the gateway's tag: 404",
                     _list_tools(URL, session.rpartition(".")[0], eitan), 404)
        checks.equal("a gateway with another key: 404", _list_tools(STRANGER_URL, session, eitan), 404)
        checks.equal("FastMCP saw none of them", len(fastmcp.seen()), before)
        checks.equal("his session lives on: 200", _list_tools(URL, session, eitan), 200)

        checks.equal("a replica with the same key: 200", _list_tools(REPLICA_URL, session, eitan), 200)
        checks.equal("a replica with the same key, another's token: 404", _list_tools(REPLICA_URL, session, service), 404)
        output = run("resume", ["node", NODE / "resume.mjs", URL, REPLICA_URL], {"LAB_TOKEN": eitan}).log()
        checks.that("TypeScript SDK 1: a call that was cut off here ends at the replica",
                    f"resumed: {REPLICA_URL} Long running operation completed" in output, output)
        checks.equal("DELETE at the replica: 200", _request("DELETE", REPLICA_URL, session, eitan), 200)
        checks.equal("his session has ended: 404", _list_tools(URL, session, eitan), 404)
        checks.equal("FastMCP got no token", fastmcp.got_tokens(), [])


def _list_tools(url: str, session: str, token: str | None = None) -> int:
    return _request("POST", url, session, token, {"jsonrpc": "2.0", "id": 2, "method": "tools/list"})


def _request(method: str, url: str, session: str, token: str | None = None, message: dict | None = None) -> int:
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": "2025-11-25",
        "Mcp-Session-Id": session,
    }
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return wire.request(method, url, headers, json.dumps(message).encode() if message else None).status
