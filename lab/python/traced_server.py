"""The echo server, with its spans sent to a collector."""

import sys

import record
import traces
from echo_server import mcp

traces.send()
mcp.run(
    transport="http",
    host="127.0.0.1",
    port=int(sys.argv[1]),
    path="/mcp",
    middleware=record.middleware(),
)
