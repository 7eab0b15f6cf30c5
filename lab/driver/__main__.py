"""Runs the scenes named on the command line, or all of them."""

import importlib
import shutil
import signal
import sys
import time
import traceback

from driver import gateway, processes
from driver.lab import Lab
from driver.places import LOGS, PORTS
from driver.report import Checks, Report

# The first ones need no Keycloak, which has the time to start meanwhile.
SCENES = [
    "open", "start", "admin", "browser_open", "keep_alive", "reload", "tracing", "h2spec", "auth", "sdk", "revisions", "legacy_sse",
    "mcp_remote", "sessions", "replicas", "conformance", "browser_auth", "providers", "step_up", "authorization", "credentials",
    "unchanged_files", "keys",
]
WITHOUT_KEYCLOAK = {"open", "start", "admin", "browser_open", "keep_alive", "reload", "tracing", "h2spec"}
WITH_BROWSER = {"admin", "browser_open", "browser_auth", "providers"}


def main(names: list[str]) -> int:
    unknown = set(names) - set(SCENES)
    if unknown:
        print(f"lab: no scene {', '.join(sorted(unknown))}; there are: {' '.join(SCENES)}", file=sys.stderr)
        return 2
    taken = [f"{port} ({what})" for port, what in PORTS.items() if processes.listens(port)]
    if taken:
        print(f"lab: these ports are taken: {', '.join(taken)}", file=sys.stderr)
        return 2

    if gateway.missing():
        print(f"lab: build the gateway first, there is no {gateway.GATEWAY_JAR}", file=sys.stderr)
        return 2

    chosen = [scene for scene in SCENES if not names or scene in names]
    shutil.rmtree(LOGS, ignore_errors=True)
    LOGS.mkdir(parents=True)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    report = Report()
    try:
        _play(chosen, report)
    except KeyboardInterrupt:
        report.line("lab", "runs to its end", False, "interrupted")
    finally:
        # From here on nothing may interrupt the cleaning up.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        processes.stop_all()
        report.summary()
    return 1 if report.failed else 0


def _play(chosen: list[str], report: Report) -> None:
    lab = Lab()
    needs_keycloak = bool(set(chosen) - WITHOUT_KEYCLOAK)
    set_up = Checks(report, "set up")
    with _Scene(set_up):
        lab.set_up(needs_keycloak, bool(set(chosen) & WITH_BROWSER))
    if set_up.failed:
        return
    for name in chosen:
        checks = Checks(report, name)
        with _Scene(checks):
            if name not in WITHOUT_KEYCLOAK:
                lab.keycloak.wait_until_ready()
            importlib.import_module(f"scenes.{name}").play(lab, checks)


class _Scene:
    """Turns an exception into a FAIL, and shows the logs of a scene that failed."""

    def __init__(self, checks: Checks):
        self.checks = checks

    def __enter__(self) -> None:
        self.begin = time.time()

    def __exit__(self, kind, error, trace) -> bool:
        if kind and not issubclass(kind, Exception):
            return False
        if error:
            traceback.print_exception(error)
            self.checks.that("runs to its end", False, str(error))
        if self.checks.failed:
            self._show_logs()
        print(f"     {self.checks.scene}: {time.time() - self.begin:.0f} s", flush=True)
        return True

    def _show_logs(self) -> None:
        for log in sorted(LOGS.glob("*.log")):
            if log.stat().st_mtime >= self.begin:
                print(f"--- end of {log.name}")
                for line in log.read_text("utf-8", "replace").splitlines()[-20:]:
                    print(f"  | {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
