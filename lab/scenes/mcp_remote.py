"""mcp-remote: a client that knows stdio only reaches the gateway through it."""

from driver import clients, servers
from scenes.revisions import EVERYTHING, FASTMCP

REVISION = "2025-11-25"


def play(lab, checks):
    with servers.features("http") as fastmcp, servers.everything("streamableHttp"), lab.gateway(checks, "revisions.yaml"):
        clients.walk(checks, {"Python SDK": [
            ("mcp-remote --transport http-only", FASTMCP, REVISION),
            ("mcp-remote --transport http-only", EVERYTHING, REVISION),
            # A client with sessions, a server without.
            ("mcp-remote --transport http-only --protocol auto", FASTMCP, REVISION),
        ]}, lab.keycloak.token())
        requests = fastmcp.seen()
        checks.that("FastMCP was spoken to in both eras",
                    any("mcp-session-id" in request["headers"] for request in requests)
                    and any("mcp-method" in request["headers"] for request in requests), requests)
        checks.equal("FastMCP got no token", fastmcp.got_tokens(), [])
