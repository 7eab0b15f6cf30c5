"""The public MCP conformance suite, directly and through the gateway: every check has to end alike."""

from collections.abc import Callable
from dataclasses import dataclass

from driver import conformance
from driver.conformance import WIRES, Outcome

GATEWAY_PORT = 9000
HOP_PORT = 8012


@dataclass(frozen=True, eq=False)
class Fixture:
    """A server, the gateway's port in front of it, and how many checks it is known to pass and to fail at each wire."""

    name: str
    port: int
    gateway_port: int
    known: dict[str, tuple[int, int]]


# Both fail tasks-*, an extension they do not have. The plain server fails also what it leaves unchecked on purpose.
SDK = Fixture("sdk-server", 8010, GATEWAY_PORT,
              {"2025-03-26": (3, 0), "2025-06-18": (56, 0), "2025-11-25": (84, 0), "2026-07-28": (164, 30)})
PLAIN = Fixture("plain-server", 8011, 9001,
                {"2025-03-26": (3, 0), "2025-06-18": (56, 0), "2025-11-25": (83, 1), "2026-07-28": (146, 43)})

# What the gateway checks in place of the plain server, and the file that makes it do so.
RISING = {
    "dns-rebinding-protection": "conformance-loopback.yaml",
    "http-header-validation": "conformance-validation.yaml",
}

CLIENT = "node conformance/client.mjs"
CLIENT_BEHIND_GATEWAY = f"python3 -m driver.behind_gateway {CLIENT}"
CLIENT_SCENARIOS = {
    "2025-11-25": [
        "initialize", "tools_call", "elicitation-sep1034-client-defaults", "sse-retry", "json-schema-2020-12-preservation",
    ],
    "2026-07-28": [
        "tools_call", "request-metadata", "http-standard-headers", "http-custom-headers", "http-invalid-tool-headers",
        "sep-2322-client-request-state", "json-schema-ref-no-deref", "json-schema-2020-12-preservation",
    ],
}


def play(lab, checks):
    with conformance.Server(SDK.name, SDK.port) as sdk_server, conformance.Server(PLAIN.name, PLAIN.port):
        direct = {(fixture, wire): _directly(checks, fixture, wire) for fixture in (SDK, PLAIN) for wire in WIRES}
        with lab.gateway(checks, "conformance.yaml"):
            for fixture, wire in direct:
                _compare(checks, direct, fixture, wire, "through the gateway", fixture.gateway_port)
        with lab.gateway(checks, "conformance-auth.yaml"):
            for wire in ("2025-11-25", "2026-07-28"):
                # A token outlives such a run, but not the scene.
                with conformance.TokenHop(HOP_PORT, GATEWAY_PORT, lab.keycloak.service_token()):
                    _compare(checks, direct, SDK, wire, "with a token", HOP_PORT)
        checks.that("no token reached the server", "A token arrived" not in sdk_server.log())
        for scenario, config in RISING.items():
            validation_rises(lab, checks, direct, scenario, config)
    for wire, scenarios in CLIENT_SCENARIOS.items():
        for scenario in scenarios:
            _compare_client(checks, wire, scenario)


def validation_rises(lab, checks, direct, scenario, config, wire="2026-07-28"):
    """What the plain server lets pass, the gateway refuses."""
    before = direct[PLAIN, wire][scenario]
    with lab.gateway(checks, config):
        after = conformance.server_scenario(f"{scenario} with {config}", _url(GATEWAY_PORT), wire, scenario)
    checks.that(f"{scenario} rises with {config}: {before} -> {after}", after.passed > before.passed and not after.failed)


def _directly(checks, fixture, wire):
    outcomes = conformance.server(f"{fixture.name} {wire} directly", _url(fixture.port), wire)
    total = conformance.total(outcomes)
    checks.equal(f"{fixture.name}, {wire}, directly: {total}", (total.passed, total.failed), fixture.known[wire])
    return outcomes


def _compare(checks, direct, fixture, wire, how, port):
    expected = direct[fixture, wire]
    what = f"{fixture.name} {wire} {how}"
    actual = conformance.server(what, _url(port), wire)

    def again(scenario: str) -> tuple[Outcome, Outcome]:
        return (conformance.server_scenario(f"{what} {scenario} directly", _url(fixture.port), wire, scenario),
                conformance.server_scenario(f"{what} {scenario} again", _url(port), wire, scenario))

    different = [scenario for scenario in sorted(expected.keys() | actual.keys())
                 if expected.get(scenario) != actual.get(scenario)]
    alike = len(expected.keys() - different)
    checks.that(f"{what}: {alike} scenarios as directly; all: {conformance.total(actual)}", alike)
    for scenario in different:
        first = expected.get(scenario, Outcome()), actual.get(scenario, Outcome())
        _second_try(checks, f"{what}: {scenario}", first, lambda: again(scenario))


def _compare_client(checks, wire, scenario):
    def both(attempt: str) -> tuple[Outcome, Outcome]:
        name = f"client {wire} {scenario} {attempt}"
        return (conformance.client_scenario(f"{name} directly", CLIENT, wire, scenario),
                conformance.client_scenario(f"{name} through the gateway", CLIENT_BEHIND_GATEWAY, wire, scenario))

    what = f"client {wire} {scenario}"
    directly, through = both("first")
    if directly == through:
        checks.that(f"{what}: as directly; {directly}", directly.passed and not directly.failed, directly)
    else:
        _second_try(checks, what, (directly, through), lambda: both("second"))


def _second_try(checks, what: str, first: tuple[Outcome, Outcome], again: Callable[[], tuple[Outcome, Outcome]]):
    """Some scenarios measure time: what differs is played once more on both sides, and said to have differed."""
    second = again()
    alike = second[0] == second[1] != Outcome()
    differed = f", at the second try; at the first {conformance.difference(*first)}" if alike else ""
    checks.that(f"{what}: as directly{differed}", alike, f"twice different; {conformance.difference(*second)}")


def _url(port: int) -> str:
    return f"http://localhost:{port}/mcp"
