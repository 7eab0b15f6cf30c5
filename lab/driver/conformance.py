"""The public MCP conformance suite: its runs, and how their checks ended."""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from driver.places import LOGS, NODE, NODE_MODULES
from driver.processes import Process, listens, run, wait_until

# The suite needs Node 22 or later, so it comes with its own.
SUITE = [NODE_MODULES / ".bin" / "node", NODE_MODULES / "@modelcontextprotocol" / "conformance" / "dist" / "index.js"]

# A requirement set is run at its own wire; there is none for the older revisions.
WIRES = {
    "2025-03-26": ["--suite", "all", "--spec-version", "2025-03-26"],
    "2025-06-18": ["--suite", "all", "--spec-version", "2025-06-18"],
    "2025-11-25": ["--requirements", "2025-11-25"],
    "2026-07-28": ["--requirements", "2026-07-28"],
}


@dataclass(frozen=True)
class Outcome:
    """How many checks of an id ended in a status, by (id, status). The suite's notes, status INFO, are no checks."""

    checks: Counter = field(default_factory=Counter)

    @property
    def passed(self) -> int:
        return self._ended("SUCCESS")

    @property
    def failed(self) -> int:
        return self._ended("FAILURE")

    def __str__(self) -> str:
        names = {"SUCCESS": "passed", "FAILURE": "failed", "WARNING": "warnings", "SKIPPED": "skipped"}
        return ", ".join(f"{self._ended(status)} {name}" for status, name in names.items())

    def _ended(self, status: str) -> int:
        return sum(count for (_, ended), count in self.checks.items() if ended == status)


def total(outcomes: dict[str, Outcome]) -> Outcome:
    return Outcome(sum((outcome.checks for outcome in outcomes.values()), Counter()))


def difference(expected: Outcome, actual: Outcome) -> str:
    """Both in numbers, and the checks of which one has more than the other."""
    lost = expected.checks - actual.checks
    won = actual.checks - expected.checks
    return f"{expected} -> {actual}; lost: {_ids(lost)}; won: {_ids(won)}"


class Server(Process):
    """One of the servers of lab/node/conformance."""

    def __init__(self, name: str, port: int):
        super().__init__(name, ["node", NODE / "conformance" / f"{name}.mjs", port])
        wait_until(f"{name} listens", lambda: listens(port), 30, self)


class TokenHop(Process):
    """Adds a token between the suite, which has no option for that, and a gateway."""

    def __init__(self, port: int, target: int, token: str):
        super().__init__("token-hop", ["node", NODE / "conformance" / "token-hop.mjs", port, target], {"LAB_TOKEN": token})
        wait_until("the token hop listens", lambda: listens(port), 30, self)


def server(name: str, url: str, wire: str) -> dict[str, Outcome]:
    """All scenarios of a wire against the server at a URL; a scenario that broke off has no outcome."""
    return _run(name, ["server", "--url", url, *WIRES[wire]])[0]


def server_scenario(name: str, url: str, wire: str, scenario: str) -> Outcome:
    options = ["--scenario", scenario, "--spec-version", wire, "--force"]
    return _run(name, ["server", "--url", url, *options])[0].get(scenario, Outcome())


def client_scenario(name: str, command: str, wire: str, scenario: str) -> Outcome:
    """A scenario against a client, started where the packages are. How the client itself ended is a part of the outcome."""
    options = ["--scenario", scenario, "--spec-version", wire]
    outcomes, code = _run(name, ["client", "--command", command, *options])
    end = Counter([("suite", f"exit code {code}")])
    return Outcome(outcomes[scenario].checks + end) if scenario in outcomes else Outcome()


def _run(name: str, options: list) -> tuple[dict[str, Outcome], int]:
    """The outcomes by scenario, and the suite's exit code."""
    name = name.replace(" ", "-")
    results = LOGS / "conformance" / name
    suite = run(f"conformance-{name}", [*SUITE, *options, "--output-dir", results], cwd=NODE, seconds=300)
    return {_scenario(file): _outcome(file) for file in results.glob("*/checks.json")}, suite.popen.returncode


def _scenario(checks: Path) -> str:
    return re.fullmatch(r"(?:server-)?(.+)-\d{4}-\d\d-\d\dT[\d-]+Z", checks.parent.name).group(1)


def _outcome(checks: Path) -> Outcome:
    ended = [(check["id"], check["status"]) for check in json.loads(checks.read_text())]
    return Outcome(Counter(check for check in ended if check[1] != "INFO"))


def _ids(checks: Counter) -> str:
    return ", ".join(f"{count} {name} {status}" for (name, status), count in sorted(checks.items())) or "none"
