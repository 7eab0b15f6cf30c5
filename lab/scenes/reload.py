"""The configuration changes while clients call and listen: in all the ways that files are replaced, for good and for bad."""

import os
import re
import shutil
import signal
import ssl

from driver import certificates, servers, wire
from driver.lab import CONFIGS
from driver.places import WORK
from driver.processes import listens, soon, wait_until
from driver.steady import Listener, Session, SteadyCalls

URL = "http://localhost:9000/mcp"
TLS_URL = "https://localhost:9001/mcp"
ADDED_URL = "http://localhost:9002/mcp"
ELSEWHERE = {"Origin": "https://app.example.com"}
PLACE = WORK / "reload"
FILE = PLACE / "gateway.yaml"
CERTIFICATE, KEY = PLACE / "server.pem", PLACE / "server.key"
RELOADS = 10

PLAIN = (CONFIGS / "reload.yaml").read_text()
WITH_POLICY = PLAIN.replace("    - name: mcp\n", """    - name: mcp
      policies:
        allowedOrigins: ["https://app.example.com"]
""")
WITH_MISTAKE = PLAIN.replace("- port: 9001", "- prot: 9001")
ENDING_STREAMS = PLAIN.replace("config:\n", "config:\n  reload: {streams: end}\n")


def play(lab, checks):
    shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.mkdir()
    FILE.write_text(PLAIN)
    _new_certificate()
    files = {"LAB_CERTIFICATE": str(CERTIFICATE), "LAB_KEY": str(KEY)}
    with servers.numbers() as fastmcp, lab.gateway(checks, FILE, files) as gateway:
        wait_until("its health can be asked for", lambda: listens(gateway.health_port), 30, gateway)
        listeners = {url: Listener(Session(url)) for url in (URL, TLS_URL)}
        wait_until("both streams are open", lambda: all(each.openings for each in listeners.values()), 10)
        with SteadyCalls(Session(URL), 1) as calls, SteadyCalls(Session(TLS_URL), 1) as tls_calls:
            _files(checks)
            _refusals(checks, gateway)
            _certificates(checks)
            _signals(checks, gateway)
            for url, listener in listeners.items():
                _still_open(checks, url, listener)
            _streams_end(checks, listeners)
        for kind, steady in (("", calls), (" over TLS", tls_calls)):
            checks.equal(f"none of {steady.made} calls{kind} failed", steady.failures, [])
        echoes = sum(request["asks"] == ["tools/call", "echo"] for request in fastmcp.seen())
        checks.equal("FastMCP got each call once", echoes, calls.made + tls_calls.made + 1)
        for listener in listeners.values():
            listener.come_back_no_more()


def _listener_on(port: int) -> str:
    """A bind more, for the same backend."""
    first = PLAIN[PLAIN.index("- port: 9000"):PLAIN.index("- port: 9001")]
    return first.replace("9000", str(port))


def _files(checks):
    """Written anew, replaced, and made a link as Kubernetes mounts files."""
    FILE.write_text(PLAIN + _listener_on(9002))
    checks.that("the file is written anew: the port it adds is opened", soon(lambda: listens(9002), 10))
    checks.equal("the port answers: 200", Session(ADDED_URL).call("echo", message="hello").status, 200)
    _replace(PLAIN)
    checks.that("another file takes its name: the port it leaves out is closed", soon(lambda: not listens(9002), 10))

    checks.equal("a page of another origin: 403", _initialize_elsewhere(), 403)
    _replace(WITH_POLICY)
    checks.that("a policy is added: it is let in", soon(lambda: _initialize_elsewhere() == 200, 10))
    _link(WITH_POLICY, "1")
    _link(PLAIN, "2")
    checks.that("a link leads to another folder: 403 again", soon(lambda: _initialize_elsewhere() == 403, 10))


def _initialize_elsewhere() -> int:
    return wire.initialize(URL, headers=ELSEWHERE).status


def _replace(text: str) -> None:
    written = PLACE / "next.yaml"
    written.write_text(text)
    os.replace(written, FILE)


def _link(text: str, folder: str) -> None:
    """The file is a link into the folder `..data`, which is a link to a folder that changes."""
    (PLACE / folder).mkdir()
    (PLACE / folder / FILE.name).write_text(text)
    for link, target in ((PLACE / "..data", folder), (FILE, f"..data/{FILE.name}")):
        written = PLACE / "next"
        written.symlink_to(target)
        os.replace(written, link)


def _refusals(checks, gateway):
    line = WITH_MISTAKE.splitlines().index("- prot: 9001") + 1
    place = re.compile(rf"gateway\.yaml:{line}:\d+: \S*prot")
    _link(WITH_MISTAKE, "3")
    checks.that("a mistake is refused, and told with its place", soon(lambda: place.search(gateway.log()), 10), gateway.tail())
    status, report = gateway.health()
    checks.equal("a mistake: readiness stays 200", status, 200)
    checks.that("a mistake: readiness notes it", place.search(str(report["notes"])), report)
    checks.equal("a mistake: the configuration before runs on", wire.initialize(URL).status, 200)

    _link(PLAIN + _listener_on(8000), "4")
    checks.that("a port that is taken is refused, and named",
                soon(lambda: re.search(r"the change is refused.*8000", gateway.log()), 10), gateway.tail())
    checks.equal("a port that is taken: the configuration before runs on", wire.initialize(URL).status, 200)
    _link(PLAIN, "5")
    checks.that("it is corrected: nothing is noted any more", soon(lambda: gateway.health()[1]["notes"] == [], 10), gateway.health())


def _certificates(checks):
    before = _shown()
    checks.equal("port 9001 shows its certificate", before, CERTIFICATE.read_text())
    _new_certificate()
    after = CERTIFICATE.read_text()
    checks.that("certificate and key are replaced: new connections see them", after != before and soon(lambda: _shown() == after, 10))


def _new_certificate() -> None:
    certificates.issue(PLACE / "next.pem", PLACE / "next.key")
    os.replace(PLACE / "next.pem", CERTIFICATE)
    os.replace(PLACE / "next.key", KEY)


def _shown() -> str:
    return ssl.get_server_certificate(("localhost", 9001))


def _signals(checks, gateway):
    done = _reloads(gateway)
    for count in range(done + 1, max(done, RELOADS - 1) + 2):
        gateway.signal(signal.SIGHUP)
        if not soon(lambda: _reloads(gateway) == count):
            break
    checks.that("SIGHUP has the file read again at once", _reloads(gateway) == count, gateway.tail())
    checks.that(f"it was read again {RELOADS} times and more", _reloads(gateway) >= RELOADS, _reloads(gateway))


def _reloads(gateway) -> int:
    return gateway.log().count("the configuration was read again")


def _still_open(checks, url, listener):
    checks.equal(f"{url}: the stream is still the one from the beginning", (listener.openings, listener.ends), ([200], []))
    listener.session.call("count", to=3, pause=0.01)
    soon(lambda: len(listener.numbers()) == 3)
    checks.equal(f"{url}: it still gets events", listener.numbers(), [1, 2, 3])


def _streams_end(checks, listeners):
    _link(ENDING_STREAMS, "6")
    for url, listener in listeners.items():
        again = soon(lambda: len(listener.openings) == 2, 10)
        checks.that(f"{url}: with `streams: end` the stream ends, and is opened again", again, listener.ends)
        checks.equal(f"{url}: it ended between two events", listener.ends, [Listener.BETWEEN_EVENTS])
        listener.session.call("count", to=3, pause=0.01)
        soon(lambda: len(listener.numbers()) == 6)
        checks.equal(f"{url}: the next one gets the next events", listener.numbers(), [1, 2, 3, 1, 2, 3])
