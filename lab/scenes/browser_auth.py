"""The web UIs of Inspector 1 (guided OAuth flow) and Inspector 2 (its own flow), over TLS."""

from driver import inspector
from driver.processes import soon

URL = "https://localhost:9001/mcp"


def play(lab, checks):
    with lab.gateway(checks, "auth.yaml"):
        with inspector.web_1() as ui:
            for connection_type in ("Via Proxy", "Direct"):
                ended = _ended_sessions(lab)
                lab.browse(checks, "v1-guided.mjs", ui, URL, connection_type, "mcp-client")
                checks.that(f"{connection_type}: Disconnect ends the session at FastMCP",
                            soon(lambda: _ended_sessions(lab) == ended + 1), f"{_ended_sessions(lab) - ended} ended")
        with inspector.web_2() as ui:
            lab.browse(checks, "v2-login.mjs", ui)


def _ended_sessions(lab) -> int:
    return sum(request["method"] == "DELETE" for request in lab.echo.seen())
