"""A quiet stream gets comments, which no client minds; a client that dies takes its stream to the server along."""

import time
from itertools import islice

from driver import servers, wire
from driver.places import LAB, NODE, VENV
from driver.processes import Process, open_connections, soon, wait_until

URL = "http://localhost:9000/mcp"
SSE_URL = "http://localhost:9000/sse"
PYTHON = VENV / "bin" / "python"


def play(lab, checks):
    with servers.features("sse") as legacy, lab.gateway(checks, "keep-alive.yaml"):
        session = wire.initialize(URL).header("Mcp-Session-Id")
        with wire.Stream(URL, {"Mcp-Session-Id": session, "MCP-Protocol-Version": "2025-11-25"}) as stream:
            _comments(checks, "GET stream", stream)
        with wire.Stream(SSE_URL) as stream:
            stream.data_of("endpoint")
            _comments(checks, "stream of HTTP with SSE", stream)

        typescript = ["node", NODE / "patient.mjs"]
        _patient(checks, "TypeScript SDK 1", [*typescript, "http", URL], lab.echo.port)
        _patient(checks, "TypeScript SDK 1, HTTP with SSE", [*typescript, "sse", SSE_URL], legacy.port)
        _patient(checks, "Python SDK", [PYTHON, LAB / "python" / "patient_client.py", URL], lab.echo.port)


def _comments(checks, what, stream):
    begin = time.monotonic()
    lines = list(islice(filter(None, stream), 3))
    seconds = time.monotonic() - begin
    checks.equal(f"FastMCP's {what} says nothing but comments", lines, [": keep-alive"] * 3)
    checks.that(f"FastMCP's {what} gets one each second", 2.5 < seconds < 6, f"three in {seconds:.1f} s")


def _patient(checks, client, command, port):
    with Process("patient", command) as patient:
        said = wait_until(f"{client} ends its wait", lambda: _said(patient), 60, patient)
        checks.that(f"{client}: calls echo after 3 s of comments, without an error",
                    "hello" in said and said.endswith("errors: 0"), said)

        # Those that the gateway keeps for the next request close by themselves.
        wait_until("FastMCP has the connection of the stream only", lambda: open_connections(port) == 1, 20)
        patient.popen.kill()
        begin = time.monotonic()
        soon(lambda: open_connections(port) == 0)
        seconds = time.monotonic() - begin
        checks.that(f"{client} is killed: FastMCP's connection closes within a second", seconds < 1, f"{seconds:.1f} s")


def _said(patient: Process) -> str | None:
    return next((line for line in patient.log().splitlines() if line.startswith("echo: ")), None)
