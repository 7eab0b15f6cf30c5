"""The gateway under test, started with a YAML file of lab/gateway."""

import os
import re
import secrets
import shlex
from pathlib import Path
from string import Template

from driver import certificates, wire
from driver.places import GATEWAY_JAR
from driver.processes import Process, listens, wait_until


# What the gateways of a run have in common.
SESSION_KEY = secrets.token_hex(32)


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
        "LAB_PORT": "9000",
        "LAB_HEALTH_PORT": "9012",
        "LAB_SESSION_KEY": SESSION_KEY,
    }


class Gateway(Process):
    def __init__(self, config: Path, env: dict[str, str], script: Path | None = None):
        variables = environment() | env
        text = Template(config.read_text()).safe_substitute(variables)
        self.ports = [int(port) for port in re.findall(r"^- port: (\d+)", text, re.MULTILINE)]
        self.health_port = int(variables["LAB_HEALTH_PORT"])
        name = "-".join(["gateway", config.stem, *([env["LAB_PORT"]] if "LAB_PORT" in env else [])])
        super().__init__(name, [*([script] if script else command()), "-f", config], variables)

    def health(self) -> tuple[int, dict]:
        """Status and report of its readiness, where LAB_HEALTH_PORT says that it is."""
        answer = wire.request("GET", f"http://127.0.0.1:{self.health_port}/healthz/ready")
        return answer.status, answer.json()

    def wait_until_ready(self) -> None:
        wait_until("the gateway listens", lambda: all(map(listens, self.ports)), 60, self)
