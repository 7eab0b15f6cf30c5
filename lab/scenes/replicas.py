"""Two gateways behind HAProxy: one is restarted, and nobody but those who listen notices, who come back."""

import signal
import time
from contextlib import ExitStack

from driver import install, servers, wire
from driver.places import GUIDE, SAMPLES
from driver.processes import Process, listens, soon, wait_until
from driver.steady import Listener, Session, SteadyCalls

URL = "http://localhost:9000/mcp"
HAPROXY = SAMPLES / "haproxy.cfg"
A = {"LAB_PORT": "9002", "LAB_HEALTH_PORT": "9012"}
B = {"LAB_PORT": "9003", "LAB_HEALTH_PORT": "9013"}
NUMBERS = 120


def play(lab, checks):
    install.haproxy()
    checks.that("the guide shows this configuration of HAProxy", HAPROXY.read_text() in GUIDE.read_text())
    token = lab.keycloak.token()
    with ExitStack() as running:
        fastmcp = running.enter_context(servers.numbers())
        a, b = (_replica(lab, checks, running, env) for env in (A, B))
        haproxy = running.enter_context(Process("haproxy", [install.haproxy_command(), "-db", "-f", HAPROXY]))
        wait_until("HAProxy listens", lambda: listens(9000), 10, haproxy)

        challenge = wire.initialize(URL).challenge()
        checks.equal("the challenge names the metadata at HAProxy", challenge.get("resource_metadata"),
                     "http://localhost:9000/.well-known/oauth-protected-resource/mcp")
        session = Session(URL.replace("9000", A["LAB_PORT"]), token)
        session.url = URL.replace("9000", B["LAB_PORT"])
        checks.equal("a session of replica A goes on at B: 200", session.call("echo", message="hello").status, 200)

        # One at each replica: that with the fewest requests gets the next.
        listened = [Session(URL, token) for _ in range(2)]
        listeners = [Listener(each) for each in listened]
        wait_until("two streams are open", lambda: [listener.openings for listener in listeners] == [[200]] * 2, 10)
        checks.equal("one listening stream at each replica", [_open(a, "Streams"), _open(b, "Streams")], [1, 1])
        counting = [Listener(each, each.calling("count", to=NUMBERS, pause=0.2)) for each in listened]
        checks.that("one long call at each replica",
                    soon(lambda: [_open(a, "Requests"), _open(b, "Requests")] == [2, 2]), [a.health(), b.health()])

        with SteadyCalls(Session(URL, token)) as calls:
            spread = soon(lambda: min(_echoes(a), _echoes(b)) > 20, 20)
            checks.that("requests go to both replicas", spread, [_echoes(a), _echoes(b)])
            _end(checks, a)
            a = _replica(lab, checks, running, A)
            before = calls.made
            back = soon(lambda: _echoes(a) > 20, 20)
            checks.that("A comes back and is called again", back, f"{_echoes(a)} of {calls.made - before} calls")
        checks.equal(f"none of {calls.made} calls failed", calls.failures, [])
        echoes = sum(request["asks"] == ["tools/call", "echo"] for request in fastmcp.seen())
        checks.equal("FastMCP got each call once", echoes, calls.made + 1)

        _what_the_clients_saw(checks, fastmcp, listeners, counting)
        for listener in listeners:
            listener.come_back_no_more()
        _end_at_once(checks, b)
        checks.equal("FastMCP got no token", fastmcp.got_tokens(), [])


def _replica(lab, checks, running, env):
    gateway = running.enter_context(lab.gateway(checks, "replicas.yaml", env))
    wait_until("its health can be asked for", lambda: listens(gateway.health_port), 30, gateway)
    wait_until("the replica is ready", lambda: gateway.health()[0] == 200, 30, gateway)
    return gateway


def _open(gateway, what: str) -> int:
    return gateway.health()[1][f"open{what}"]


def _echoes(gateway) -> int:
    """How many calls of echo it has answered."""
    return gateway.log().count("mcp.name=echo")


def _end(checks, a):
    """A ends, in order."""
    port, listening = a.ports[0], _open(a, "Streams")
    a.signal(signal.SIGTERM)
    begin = time.monotonic()
    checks.that("A gets SIGTERM: readiness is 503", soon(lambda: a.health()[0] == 503, 1))
    checks.equal("A says why", a.health()[1]["missing"], ["the process is about to end"])
    checks.that("HAProxy takes A out", soon(lambda: _is_quiet(a), 4), f"{_echoes(a)} calls")
    checks.that("meanwhile A accepts connections, and its stream stays open",
                listens(port) and _open(a, "Streams") == listening, a.health())
    wait_until("A ends", a.ended, 20)
    checks.equal("A ends with exit code 0", a.popen.returncode, 0)
    seconds = time.monotonic() - begin
    checks.that("A ends within the two deadlines", 5 < seconds < 11.5, f"{seconds:.1f} s")


def _is_quiet(gateway) -> bool:
    before = _echoes(gateway)
    time.sleep(0.5)
    return _echoes(gateway) == before


def _what_the_clients_saw(checks, fastmcp, listeners, counting):
    wait_until("both have counted", lambda: all(call.answer() for call in counting), 60)
    for call in counting:
        checks.that("a long call has its answer", f"counted to {NUMBERS}" in str(call.answer()), call.answer())
    for kind, clients in (("listening stream", listeners), ("long call's stream", counting)):
        at_a = [client for client in clients if len(client.openings) > 1]
        checks.equal(f"one {kind} ended with A", len(at_a), 1)
        for client in at_a:
            checks.equal(f"the {kind} ended between two events", client.ends[0], Listener.BETWEEN_EVENTS)
            checks.equal(f"the {kind} was opened again at once", client.openings[1], 200)
    expected = list(range(1, NUMBERS + 1))
    for listener in listeners:
        soon(lambda numbers=listener.numbers: len(numbers()) >= NUMBERS)
        checks.equal("no event is lost, doubled or out of order", listener.numbers(), expected)
    resumed = sum("last-event-id" in request["headers"] for request in fastmcp.seen())
    checks.that("FastMCP was asked with Last-Event-ID", resumed >= 2, resumed)


def _end_at_once(checks, b):
    b.signal(signal.SIGTERM)
    wait_until("B is about to end", lambda: b.health()[0] == 503, 5)
    begin = time.monotonic()
    b.signal(signal.SIGTERM)
    ended = soon(b.ended, 2)
    seconds = time.monotonic() - begin
    checks.that("a second SIGTERM ends B at once", ended and seconds < 1, f"{seconds:.1f} s")
    checks.equal("a second SIGTERM: exit code 143", b.popen.poll(), 143)
