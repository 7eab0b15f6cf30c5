"""The start script: its options start the jar, and its first run leaves an archive of classes to the next one, on each JDK."""

import os
import shutil
import signal

from driver import inspector
from driver.places import GATEWAY_SCRIPT, WORK
from driver.processes import wait_until

URL = "http://localhost:9000/mcp"
PLACE = WORK / "start"
# JDKs besides the one of everything else, each with a cache of its own kind.
JDKS = [None] + [home for home in os.environ.get("LAB_MORE_JDKS", "").split(":") if home]


def play(lab, checks):
    for number, home in enumerate(JDKS):
        place = PLACE / str(number)
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        walk(lab, checks, place / "mcp-gateway.archive", home)


def walk(lab, checks, archive, home):
    env = {"MCP_GATEWAY_ARCHIVE": str(archive)} | ({"JAVA_HOME": home} if home else {})
    jdk = "the other JDK" if home else "the JDK"
    for run in ("first", "second"):
        with lab.gateway(checks, "agentgateway-open.yaml", env, GATEWAY_SCRIPT) as gateway:
            called = inspector.cli_1(URL, *inspector.CALL)
            checks.that(f"{jdk}, {run} run: echo returns hello", inspector.echoes_hello(called), called.log())
            mapped = str(archive) in open(f"/proc/{gateway.popen.pid}/maps").read()
            checks.equal(f"{jdk}, {run} run: classes come from the archive", mapped, run == "second")
            gateway.popen.send_signal(signal.SIGTERM)
            wait_until("the gateway ends", gateway.ended, 60)
            checks.equal(f"{jdk}, {run} run: the exit code of SIGTERM", gateway.popen.returncode, 0)
        checks.that(f"{jdk}, {run} run: there is an archive", archive.exists(), gateway.tail())
