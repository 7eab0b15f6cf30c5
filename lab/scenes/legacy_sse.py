"""Revision 2024-11-05, HTTP with SSE: the server says where it wants messages, and the gateway says where it is itself."""

import json

from driver import clients, servers, wire

GATEWAY = "http://localhost:9000"
REVISION = "2024-11-05"
ROUTES = ["/sse", "/a/b/sse", "/secured/sse", "/detected/sse"]
SECURED = "/secured/sse"


def play(lab, checks):
    with servers.features("sse") as fastmcp, servers.everything("sse"), lab.gateway(checks, "legacy-sse.yaml"):
        token, refreshed = lab.keycloak.token_and_refreshed()
        for path in ROUTES:
            with _stream(path, token) as stream:
                endpoint = stream.data_of("endpoint")
                checks.that(f"{path}: the endpoint is the gateway's own", endpoint.startswith(f"{path}?"), endpoint)
        _belongs_to_eitan(lab, checks, fastmcp, token, refreshed)

        streams = [("sse", GATEWAY + path, REVISION) for path in ROUTES]
        falls_back = [("either", GATEWAY + path, REVISION) for path in ROUTES]
        remote = [(f"mcp-remote --transport {kind}", f"{GATEWAY}/secured/sse", REVISION) for kind in ("sse-only", "http-first")]
        clients.walk(checks, {
            "TypeScript SDK 1": streams + falls_back,
            "TypeScript SDK 2": streams,
            "Python SDK": streams + remote,
            "FastMCP client": streams,
            "Java SDK": streams,
        }, token)
        checks.equal("FastMCP got no token", fastmcp.got_tokens(), [])


def _belongs_to_eitan(lab, checks, fastmcp, token, refreshed):
    checks.equal("no token, no stream: 401", wire.request("GET", GATEWAY + SECURED).status, 401)
    with _stream(SECURED, token) as stream:
        endpoint = GATEWAY + stream.data_of("endpoint")
        before = _messages(fastmcp)
        checks.equal("his endpoint without a token: 401", wire.initialize(endpoint).status, 401)
        checks.equal("his endpoint with another's token: 404",
                     wire.initialize(endpoint, lab.keycloak.service_token()).status, 404)
        checks.equal("his endpoint, changed: 404", wire.initialize(f"{endpoint}A", token).status, 404)
        checks.equal("FastMCP saw none of them", _messages(fastmcp), before)
        checks.equal("his endpoint with his token: 202", wire.initialize(endpoint, token).status, 202)
        checks.equal("the answer is on his stream", json.loads(stream.data_of("message"))["id"], 1)
        checks.equal("his endpoint with his refreshed token: 202", wire.initialize(endpoint, refreshed).status, 202)


def _stream(path: str, token: str) -> wire.Stream:
    return wire.Stream(GATEWAY + path, {"Authorization": f"Bearer {token}"})


def _messages(fastmcp) -> int:
    return sum(request["method"] == "POST" for request in fastmcp.seen())
