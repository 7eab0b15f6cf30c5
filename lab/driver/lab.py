"""The lab a scene works in."""

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from driver import certificates, install, servers
from driver.gateway import Gateway
from driver.keycloak import Keycloak
from driver.places import LAB, LOGS, NODE
from driver.processes import run
from driver.report import Checks

CONFIGS = LAB / "gateway"


class Lab:
    def __init__(self):
        self.keycloak = Keycloak()
        self.echo = servers.echo()

    def set_up(self, with_keycloak: bool, with_browser: bool) -> None:
        """Installs everything side by side; Keycloak, the slowest to start, starts as soon as it can."""

        def certificates_and_keycloak() -> None:
            certificates.make()
            if with_keycloak:
                install.keycloak()
                self.keycloak.start()

        def fastmcp() -> None:
            install.python_packages()
            self.echo.start()

        def browser() -> None:
            if with_browser:
                install.browser()

        steps = (certificates_and_keycloak, fastmcp, install.node_packages, browser)
        pool = ThreadPoolExecutor(len(steps))
        try:
            for task in [pool.submit(step) for step in steps]:
                task.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    @contextmanager
    def gateway(
        self, checks: Checks, config: str | Path, env: dict[str, str] | None = None, script: Path | None = None
    ):
        """A running gateway. When the scene leaves it, no token may have gone where it does not belong."""
        before = len(self.echo.got_tokens())
        with Gateway(CONFIGS / config, env or {}, script) as gateway:
            gateway.wait_until_ready()
            yield gateway
            checks.equal(f"FastMCP got no token ({gateway.name})", self.echo.got_tokens()[before:], [])
            leaked = len(re.findall(r"eyJ[\w-]{20,}", gateway.log()))
            checks.equal(f"no part of a token in the log ({gateway.name})", leaked, 0)

    def browse(self, checks: Checks, script: str, *arguments: str) -> None:
        """Lets Chromium walk a script of lab/node and takes over its verdicts."""
        checks.lines_of(run("browser", ["node", NODE / script, *arguments], {
            "LAB_CHROMIUM": install.chromium(), "LAB_LOGS": str(LOGS),
        }, seconds=180))
