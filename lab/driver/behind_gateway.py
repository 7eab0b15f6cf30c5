"""Runs a client behind a gateway of its own: python3 -m driver.behind_gateway COMMAND... URL, the URL being the server's."""

import signal
import sys
from urllib.parse import urlsplit

from driver.gateway import Gateway
from driver.lab import CONFIGS
from driver.processes import run

GATEWAY = "http://localhost:9000"


def main(command: list[str], url: str) -> int:
    # Whoever ends this client ends its gateway, too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with Gateway(CONFIGS / "conformance-client.yaml", {"LAB_BACKEND": url}) as gateway:
        gateway.wait_until_ready()
        client = run("conformance-client", [*command, GATEWAY + urlsplit(url).path])
    print(client.log())
    return client.popen.returncode


if __name__ == "__main__":
    *arguments, server = sys.argv[1:]
    sys.exit(main(arguments, server))
