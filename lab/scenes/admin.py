"""The page for operators in Chromium: real calls behind it, a refused one, and no secret."""

from driver import inspector, wire

GATEWAY = "http://localhost:9000"
CALL = b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"<b>echo</b>","arguments":{}}}'


def play(lab, checks):
    with lab.gateway(checks, "admin.yaml"):
        called = inspector.cli_1(f"{GATEWAY}/mcp", *inspector.CALL)
        checks.that("Inspector 1 CLI: echo returns hello", inspector.echoes_hello(called), called.log())
        refused = wire.request("POST", f"{GATEWAY}/closed", {
            "Content-Type": "application/json", "Accept": "application/json, text/event-stream",
            "Authorization": "Bearer wrong-key",
        }, CALL)
        checks.equal("a call with a wrong key is refused", refused.status, 401)
        lab.browse(checks, "admin.mjs", "http://127.0.0.1:9015/", f"{GATEWAY}/mcp")
