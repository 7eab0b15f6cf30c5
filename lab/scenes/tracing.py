"""One trace from the Python SDK through the gateway to FastMCP, as a collector gets it."""

import re

from driver import servers
from driver.places import LAB, VENV
from driver.processes import run, soon

URL = "http://localhost:9000/mcp"
MODERN = "2026-07-28"


def play(lab, checks):
    with servers.collector() as collector, servers.traced(), lab.gateway(checks, "tracing.yaml") as gateway:
        for mode in ("legacy", MODERN):
            command = [VENV / "bin" / "python", LAB / "python" / "traced_client.py", URL, mode]
            output = run("traced-client", command, servers.tracing("client")).log()
            checks.that(f"Python SDK, {mode}: calls echo", "echo: hello\n" in output, output)
            trace = re.search(r"trace: (\w+)", output)[1]
            _one_trace(checks, mode, collector, trace)
            checks.that(f"Python SDK, {mode}: the gateway's log has the trace",
                        soon(lambda: f"trace_id={trace} " in gateway.log()), gateway.log()[-500:])


def _one_trace(checks, mode, collector, trace):
    def spans():
        return {(span["service"], span["kind"]): span for span in collector.spans()
                if span["trace"] == trace and span["name"].endswith("tools/call echo")}

    soon(lambda: len(spans()) == 4, 10)
    told = spans()
    client, server = told.get(("client", "client")), told.get(("mcp-gateway", "server"))
    onward, fastmcp = told.get(("mcp-gateway", "client")), told.get(("server", "server"))
    if not all((client, server, onward, fastmcp)):
        checks.that(f"Python SDK, {mode}: four spans of the call", False, str(collector.spans()))
        return
    checks.equal(f"Python SDK, {mode}: its span is the parent of the gateway's", server["parent"], client["id"])
    checks.equal(f"Python SDK, {mode}: the gateway's server span is that of its client span",
                 onward["parent"], server["id"])
    # What the message says goes before the header fields for FastMCP, too.
    checks.equal(f"Python SDK, {mode}: FastMCP's span is in the same trace, by the message",
                 fastmcp["parent"], client["id"])
    checks.equal(f"Python SDK, {mode}: jsonrpc.request.id as the client has it",
                 server["attributes"].get("jsonrpc.request.id"), client["attributes"].get("jsonrpc.request.id"))
    for key in ("mcp.method.name", "gen_ai.tool.name", "mcp.protocol.version"):
        checks.equal(f"Python SDK, {mode}: {key} as FastMCP has it",
                     server["attributes"].get(key), fastmcp["attributes"].get(key))
