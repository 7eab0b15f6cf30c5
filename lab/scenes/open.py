"""An agentgateway file without authentication, unchanged. Both Inspector command lines list and call."""

from driver import inspector
from driver.processes import soon

URL = "http://localhost:9000/mcp"


def play(lab, checks):
    with lab.gateway(checks, "agentgateway-open.yaml") as gateway:
        listed = inspector.cli_1(URL, *inspector.LIST)
        checks.that("Inspector 1 CLI: tools/list shows echo", inspector.lists_echo(listed), listed.log())
        called = inspector.cli_1(URL, *inspector.CALL)
        checks.that("Inspector 1 CLI: echo returns hello", inspector.echoes_hello(called), called.log())

        checks.that("the gateway's log shows tools/list", _logged(gateway, "tools/list"), gateway.log()[-500:])
        checks.that("the gateway's log shows tools/call of echo",
                    _logged(gateway, "tools/call", "echo"), gateway.log()[-500:])

        for era in ("legacy", "modern"):
            options = ["--protocol-era", era]
            listed = inspector.cli_2(URL, *options, *inspector.LIST)
            checks.that(f"Inspector 2 CLI, {era} era: tools/list shows echo", inspector.lists_echo(listed), listed.log())
            called = inspector.cli_2(URL, *options, *inspector.CALL)
            checks.that(f"Inspector 2 CLI, {era} era: echo returns hello", inspector.echoes_hello(called), called.log())


def _logged(gateway, *words: str) -> bool:
    """Whether one line of the log has all the words."""
    return soon(lambda: any(all(word in line for word in words) for line in gateway.log().splitlines()))
