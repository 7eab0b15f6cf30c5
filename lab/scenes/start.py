"""The start script: its options start the jar, and its first run leaves an archive of classes to the next one."""

import shutil
import signal

from driver import inspector
from driver.places import GATEWAY_SCRIPT, WORK
from driver.processes import wait_until

URL = "http://localhost:9000/mcp"
PLACE = WORK / "start"
ARCHIVE = PLACE / "mcp-gateway.jsa"


def play(lab, checks):
    shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.mkdir()
    for run in ("first", "second"):
        with lab.gateway(checks, "agentgateway-open.yaml", {"MCP_GATEWAY_ARCHIVE": str(ARCHIVE)}, GATEWAY_SCRIPT) as gateway:
            called = inspector.cli_1(URL, *inspector.CALL)
            checks.that(f"{run} run: echo returns hello", inspector.echoes_hello(called), called.log())
            mapped = str(ARCHIVE) in open(f"/proc/{gateway.popen.pid}/maps").read()
            checks.equal(f"{run} run: classes come from the archive", mapped, run == "second")
            gateway.popen.send_signal(signal.SIGTERM)
            wait_until("the gateway ends", gateway.ended, 30)
            checks.equal(f"{run} run: the exit code of SIGTERM", gateway.popen.returncode, 0)
        checks.that(f"{run} run: there is an archive", ARCHIVE.exists(), gateway.tail())
