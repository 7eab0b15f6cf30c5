"""One line per assertion, counted."""

import json
import re
import threading


class Report:
    def __init__(self):
        self.passed = 0
        self.failed = 0
        self._lock = threading.Lock()

    def line(self, scene: str, what: str, ok: bool, detail: object = "") -> None:
        with self._lock:
            if ok:
                self.passed += 1
                print(f"PASS {scene}: {what}", flush=True)
            else:
                self.failed += 1
                print(f"FAIL {scene}: {what} ({_one_line(detail)})", flush=True)

    def summary(self) -> None:
        print(f"{self.passed} passed, {self.failed} failed", flush=True)


class Checks:
    """The assertions of one scene."""

    def __init__(self, report: Report, scene: str):
        self._report = report
        self.scene = scene
        self.failed = False

    def that(self, what: str, ok: object, detail: object = "") -> None:
        self.failed |= not ok
        self._report.line(self.scene, what, bool(ok), detail)

    def equal(self, what: str, actual: object, expected: object) -> None:
        self.that(what, actual == expected, f"got {actual!r}, expected {expected!r}")

    def lines_of(self, process) -> None:
        """Takes over the PASS and FAIL lines of a script of ours; a script that dies without one is a FAIL."""
        for what in re.findall(r"^PASS (.*)$", process.log(), re.MULTILINE):
            self.that(what, True)
        failed = re.findall(r"^FAIL (.*) \((.*)\)$", process.log(), re.MULTILINE)
        for what, detail in failed:
            self.that(what, False, detail)
        if process.popen.returncode != 0 and not failed:
            self.that(f"{process.name} runs to its end", False, f"exit code {process.popen.returncode}")


def _one_line(detail: object) -> str:
    text = detail if isinstance(detail, str) else json.dumps(detail, default=repr)
    return " ".join(text.split())[:400]
