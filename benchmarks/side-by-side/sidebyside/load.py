"""The clients: wrk for calls, peer for streams and bodies, h2load for HTTP/2."""

import http.client
import json
import os
import re
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit

from .processes import Failure, Process, run

HERE = Path(__file__).resolve().parent.parent
CALL = (
    '{"jsonrpc":"2.0","id":7,"method":"tools/call",'
    '"params":{"name":"echo","arguments":{"text":"It is what it is."}}}'
)


class Backend:
    """The MCP server behind all of them, and what it tells about itself."""

    def __init__(self, peer, work):
        self.process = Process([peer, "backend", "-dir", work / "keys"], work / "backend.log", stdout=subprocess.PIPE)
        line = self.process.popen.stdout.readline()
        if not line:
            raise Failure(f"backend: {self.process.complaint()}")
        told = json.loads(line)
        self.address = told["mcp"]
        self.control = told["control"]

    def state(self, query=""):
        connection = http.client.HTTPConnection(self.control, timeout=10)
        try:
            connection.request("GET", "/?" + query)
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()


class Target:
    """Where a gateway (or the backend) is, and what its callers have to show."""

    def __init__(self, url, token):
        self.url = url
        self.token = token
        self.session = ""

    def headers(self):
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream",
            "MCP-Protocol-Version": "2025-06-18",
        }
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if self.session:
            headers["Mcp-Session-Id"] = self.session
        return headers

    def post(self, message, timeout=5):
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(parts.netloc, timeout=timeout)
        try:
            connection.request("POST", parts.path, message, self.headers())
            answer = connection.getresponse()
            return answer.status, answer.getheader("Mcp-Session-Id") or "", answer.read()
        finally:
            connection.close()

    def hello(self):
        """MCP's beginning, for gateways that keep sessions of their own."""
        status, self.session, body = self.post(
            '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18",'
            '"capabilities":{},"clientInfo":{"name":"side-by-side","version":"1"}}}'
        )
        if status != 200:
            raise Failure(f"initialize is answered {status}: {body[:100]!r}")
        self.post('{"jsonrpc":"2.0","method":"notifications/initialized"}')

    def answers(self):
        """True for a right answer; nobody there yet is no failure."""
        try:
            status, _, body = self.post(CALL)
        except (OSError, http.client.HTTPException):
            return False
        if status in (404, 502, 503, 504):
            return False
        if status != 200 or b"small tool" not in body:
            raise Failure(f"tools/call is answered {status}: {body[:100]!r}")
        return True

    def refuses_strangers(self):
        """Whether a call without the token is refused: else what is measured would not be the same work."""
        stranger = Target(self.url, "")
        stranger.session = self.session
        forger = Target(self.url, self.token[:-8] + "AAAAAAAA")
        forger.session = self.session
        # Spring takes a POST without a token for a forged form: 403.
        return all(other.post(CALL)[0] in (401, 403) for other in (stranger, forger))


def calls(target, connections, seconds, timeout="4s"):
    """wrk: requests, latencies in milliseconds, and what was not answered 200."""
    threads = min(connections, 2)
    output = run(
        ["wrk", "-t", threads, "-c", connections, "-d", f"{seconds}s", "--timeout", timeout, "--latency"]
        + ["-s", HERE / "calls.lua", target.url, "--", target.token, target.session],
        seconds + 20,
    )
    found = re.search(r"^RESULT (.*)$", output, re.MULTILINE)
    if not found:
        raise Failure("wrk said nothing")
    result = json.loads(found.group(1))
    result["rate"] = result["requests"] / (result["micros"] / 1e6)
    if result["refused"]:
        raise Failure(f"{result['refused']} of {result['requests']} calls were not answered 200")
    return result


def calls_over_http2(target, work, seconds):
    """h2load with prior knowledge: 16 connections of 4 streams each."""
    body = work / "call.json"
    body.write_text(CALL)
    headers = [part for name, value in target.headers().items() for part in ("-H", f"{name}: {value}")]
    output = run(
        ["h2load", "-t", 2, "-c", 16, "-m", 4, "-D", seconds, "-d", body, *headers, target.url],
        seconds + 30,
    )
    rate = re.search(r"finished in .*?, ([\d.]+) req/s", output)
    codes = re.search(r"status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx", output)
    if not rate or not codes or int(codes.group(1)) == 0 or any(int(codes.group(n)) for n in (2, 3, 4)):
        raise Failure("not answered 200 over HTTP/2")
    return float(rate.group(1))


class Peer:
    """A client of a gateway, in Go."""

    def __init__(self, binary, work):
        self.binary = binary
        self.work = work

    def command(self, what, target, options):
        command = [self.binary, what, "-url", target.url, "-token", target.token, "-session", target.session]
        for name, value in options.items():
            command += [f"-{name}", value]
        return command

    def run(self, what, target, timeout=60, **options):
        return json.loads(run(self.command(what, target, options), timeout))

    def hold(self, what, target, **options):
        return Held(self.command(what, target, options), self.work / f"{what}.log")


class Held:
    """A client that keeps open what it opened until it is closed."""

    def __init__(self, command, log):
        self.process = Process(command, log, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def result(self, timeout):
        os.set_blocking(self.process.popen.stdout.fileno(), False)
        end = time.monotonic() + timeout
        said = b""
        while not said.endswith(b"\n"):
            said += self.process.popen.stdout.read() or b""
            if not said and not self.process.alive():
                raise Failure(self.process.complaint())
            if time.monotonic() > end:
                raise Failure(f"the client took longer than {timeout:.0f} s")
            time.sleep(0.02)
        return json.loads(said)

    def close(self):
        if self.process.alive():
            self.process.popen.stdin.close()
            try:
                self.process.popen.wait(10)
            except subprocess.TimeoutExpired:
                pass
        self.process.stop()
        self.process.popen.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
