"""The gateway under test, started with a YAML file of lab/gateway."""

import os
import re
import shlex
from pathlib import Path

from driver import certificates
from driver.places import GATEWAY_JAR
from driver.processes import Process, listens, wait_until


def command() -> list:
    """LAB_GATEWAY_COMMAND replaces the jar, to compare with another gateway; it is called with `-f FILE`."""
    if "LAB_GATEWAY_COMMAND" in os.environ:
        return shlex.split(os.environ["LAB_GATEWAY_COMMAND"])
    return [
        "java",
        f"-Djavax.net.ssl.trustStore={certificates.TRUST_STORE}",
        f"-Djavax.net.ssl.trustStorePassword={certificates.TRUST_STORE_PASSWORD}",
        "-jar", GATEWAY_JAR,
    ]


def missing() -> bool:
    return "LAB_GATEWAY_COMMAND" not in os.environ and not GATEWAY_JAR.exists()


def environment() -> dict[str, str]:
    return {
        "LAB_CERTIFICATE": str(certificates.CERTIFICATE),
        "LAB_KEY": str(certificates.KEY),
        # Java has its trust store; this is for a LAB_GATEWAY_COMMAND that is not Java.
        "SSL_CERT_FILE": str(certificates.CA),
        "NODE_EXTRA_CA_CERTS": str(certificates.NODE_BUNDLE),
    }


class Gateway(Process):
    def __init__(self, config: Path, env: dict[str, str] | None = None):
        super().__init__(f"gateway-{config.stem}", [*command(), "-f", config], environment() | (env or {}))
        self.ports = [int(port) for port in re.findall(r"^- port: (\d+)", config.read_text(), re.MULTILINE)]

    def wait_until_ready(self) -> None:
        wait_until("the gateway listens", lambda: all(map(listens, self.ports)), 60, self)
