"""Every revision with Streamable HTTP, by every client that speaks it, with all that a server can ask of its client."""

from driver import clients, inspector, servers
from driver.places import NODE
from driver.processes import run

FASTMCP = "http://localhost:9000/fastmcp"
EVERYTHING = "http://localhost:9000/everything"
ECHO = "http://localhost:9000/echo"
WITH_SESSIONS = ["2025-03-26", "2025-06-18", "2025-11-25"]
MODERN = "2026-07-28"


def play(lab, checks):
    with servers.features("http") as fastmcp, servers.everything("streamableHttp"), lab.gateway(checks, "revisions.yaml"):
        token = lab.keycloak.token()
        sessions = [("http", url, revision) for url in (FASTMCP, EVERYTHING) for revision in WITH_SESSIONS]
        both_eras = sessions + [("http", FASTMCP, MODERN), ("auto", FASTMCP, MODERN), ("auto", EVERYTHING, "2025-11-25")]
        clients.walk(checks, {
            "TypeScript SDK 1": sessions,
            "TypeScript SDK 2": both_eras,
            "Python SDK": both_eras,
            "FastMCP client": both_eras,
            "Java SDK": sessions,
        }, token)
        # The Java SDK does not resume the stream of a response.
        checks.equal("four clients, their stream ended at 2025-11-25, came back with Last-Event-ID", _resumed(fastmcp), 4)

        output = run("resume", ["node", NODE / "resume.mjs", FASTMCP, FASTMCP, EVERYTHING, EVERYTHING], {"LAB_TOKEN": token}).log()
        for url in (FASTMCP, EVERYTHING):
            checks.that(f"TypeScript SDK 1, {url}: a call that was cut off ends on another connection",
                        f"resumed: {url} Long running operation completed" in output, output)
        checks.equal("FastMCP got no token", fastmcp.got_tokens(), [])
        _inspector(lab, checks)


def _resumed(fastmcp) -> int:
    return sum("last-event-id" in request["headers"] for request in fastmcp.seen())


def _inspector(lab, checks):
    for era, header in {"legacy": "mcp-session-id", "auto": "mcp-method", "modern": "mcp-method"}.items():
        before = len(lab.echo.seen())
        called = inspector.cli_2(ECHO, "--protocol-era", era, *inspector.CALL)
        checks.that(f"Inspector 2 CLI, {era} era: echo returns hello", inspector.echoes_hello(called), called.log())
        last = lab.echo.seen()[before:][-1]
        checks.that(f"Inspector 2 CLI, {era} era: FastMCP got {header}", header in last["headers"], last)
    called = inspector.cli_2(EVERYTHING, "--protocol-era", "auto", *inspector.CALL)
    checks.that("Inspector 2 CLI, auto era, a server with sessions only: echo returns hello",
                inspector.echoes_hello(called, "Echo: hello"), called.log())
