"""h2spec plays its cases of HTTP/2 and HPACK on both ports of the launcher: by ALPN, and in clear by prior knowledge."""

from xml.etree import ElementTree

from driver import install
from driver.places import H2SPEC, LOGS
from driver.processes import run

CASES = 145

# What h2spec wants otherwise than Jetty does, by the number of the case in h2spec.
#
# RFC 9113, 8.1.1: a server may answer a malformed request before it resets the stream. Jetty answers 400, which ends the
# stream; that nothing of it reaches the server behind is proved by Http2Attacks in the test kit.
MALFORMED = {
    "http2/8.1.2/1", "http2/8.1.2.1/1", "http2/8.1.2.1/2", "http2/8.1.2.2/1", "http2/8.1.2.2/2",
    "http2/8.1.2.3/1", "http2/8.1.2.3/2", "http2/8.1.2.3/3", "http2/8.1.2.3/4", "http2/8.1.2.3/5",
    "http2/8.1.2.3/6", "http2/8.1.2.3/7",
}
# Data for a stream that is over, and forgotten: Jetty drops it without a word, and counts it for the window. When the answer
# was quicker than the data, h2spec sees its last frame where it waits for an error (5).
OVER = {"http2/5.1/5", "http2/5.1/8", "http2/5.1/11"}
# The port in clear speaks HTTP/1.1, too: what is no preface is answered 400 before the connection is closed.
NO_PREFACE = {"http2/3.5/2"}


def play(lab, checks):
    install.h2spec()
    with lab.gateway(checks, "h2spec.yaml"):
        _cases(checks, "in clear", 9000, MALFORMED | OVER | NO_PREFACE)
        _cases(checks, "by ALPN", 9001, MALFORMED | OVER, "--tls", "--insecure")


def _cases(checks, how, port, known, *options):
    cases = _outcomes(port, *options)
    failed = {case: outcome for case, outcome in cases.items() if outcome}
    checks.equal(f"{how}: h2spec has played all its cases", len(cases), CASES)
    # A machine that is slow for a moment fails some: those are played once more.
    unknown = {
        case: next(iter(_outcomes(port, *options, case).values()), "not played")
        for case in sorted(failed.keys() - known)
    }
    again = f" (played twice: {', '.join(unknown)})" if unknown else ""
    checks.that(f"{how}: no case fails but those that are known{again}", not any(unknown.values()), unknown)
    checks.that(f"{how}: a malformed request is answered, and ends its stream",
                all("DATA Frame" in failed.get(case, "DATA Frame") for case in MALFORMED), failed)


def _outcomes(port, *arguments):
    """What h2spec wanted and saw, by the number of the case; nothing for one that passed."""
    report = LOGS / f"h2spec-{port}.xml"
    run(f"h2spec-{port}", [
        H2SPEC, "--port", port, "--path", "/mcp", "--timeout", 3, "--junit-report", report, *arguments,
    ], seconds=300)
    outcomes = {}
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        for number, case in enumerate(suite.iter("testcase"), 1):
            wrong = [child.text or child.tag for child in case if child.tag in ("failure", "error")]
            outcomes[f"{case.get('package')}/{number}"] = " ".join(wrong)
    return outcomes
