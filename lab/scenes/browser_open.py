"""The web UI of Inspector 1 without authentication, through its proxy and directly from the browser."""

from driver import inspector


def play(lab, checks):
    with lab.gateway(checks, "agentgateway-open.yaml"), inspector.web_1() as ui:
        for connection_type in ("Via Proxy", "Direct"):
            lab.browse(checks, "v1-open.mjs", ui, "http://localhost:9000/mcp", connection_type)
