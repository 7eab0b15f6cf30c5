"""HTTP as it is on the wire: no redirects followed, no status turned into an exception."""

import http.client
import json
import re
import ssl
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass

from driver import certificates


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def header(self, name: str) -> str:
        return ", ".join(self.headers.get_all(name, []))

    def json(self):
        return json.loads(self.body)

    def challenge(self) -> dict[str, str]:
        """The parameters of a Bearer challenge; empty when there is none."""
        scheme, _, parameters = self.header("WWW-Authenticate").partition(" ")
        return dict(re.findall(r'(\w+)="([^"]*)"', parameters)) if scheme == "Bearer" else {}


def request(method: str, url: str, headers: dict[str, str] | None = None, body: bytes | None = None) -> Answer:
    parts = urllib.parse.urlsplit(url)
    connection = connection_to(parts)
    try:
        connection.request(method, _target(parts), body, headers or {})
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


def connection_to(parts: urllib.parse.SplitResult) -> http.client.HTTPConnection:
    """A new one, opened by its first request."""
    if parts.scheme == "https":
        trust = ssl.create_default_context(cafile=certificates.CA)
        return http.client.HTTPSConnection(parts.netloc, timeout=30, context=trust)
    return http.client.HTTPConnection(parts.netloc, timeout=30)


def _target(parts: urllib.parse.SplitResult) -> str:
    return parts.path + (f"?{parts.query}" if parts.query else "")


class Stream:
    """An event stream, read line by line: the listening stream, or that of a message."""

    def __init__(self, url: str, headers: dict[str, str] | None = None, message: bytes | None = None):
        parts = urllib.parse.urlsplit(url)
        method = "POST" if message else "GET"
        self._connection = connection_to(parts)
        self._connection.request(method, _target(parts), message, {"Accept": "text/event-stream"} | (headers or {}))
        self._response = self._connection.getresponse()
        self.status = self._response.status

    def __iter__(self) -> Iterator[str]:
        for line in self._response:
            yield line.decode().rstrip("\r\n")

    def data_of(self, event: str) -> str:
        """The data of the next such event."""
        name = ""
        for line in self:
            field, _, value = line.partition(": ")
            if field == "event":
                name = value
            elif field == "data" and name == event:
                return value
        raise EOFError(f"the stream ended without the event {event}")

    def __enter__(self) -> "Stream":
        return self

    def __exit__(self, *_) -> None:
        self._connection.close()


def post_form(url: str, form: dict[str, str]) -> Answer:
    body = urllib.parse.urlencode(form).encode()
    return request("POST", url, {"Content-Type": "application/x-www-form-urlencoded"}, body)


def initialize(url: str, token: str | None = None, headers: dict[str, str] | None = None) -> Answer:
    """The first request of every MCP session."""
    message = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": {"name": "lab", "version": "1"},
        },
    }
    return _send(url, message, token, headers)


def call_echo(url: str, token: str) -> Answer:
    """A call out of any session."""
    return _send(url, {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "echo", "arguments": {"message": "hello"}},
    }, token)


def call(url: str, tool: str, token: str | None = None, headers: dict[str, str] | None = None) -> Answer:
    """A call of 2026-07-28, which has no session."""
    revision, method = "2026-07-28", "tools/call"
    return _send(url, {
        "jsonrpc": "2.0",
        "id": 1,
        "method": method,
        "params": {
            "name": tool,
            "arguments": {},
            "_meta": {
                "io.modelcontextprotocol/protocolVersion": revision,
                "io.modelcontextprotocol/clientInfo": {"name": "lab", "version": "1"},
                "io.modelcontextprotocol/clientCapabilities": {},
            },
        },
    }, token, {"MCP-Protocol-Version": revision, "Mcp-Method": method, "Mcp-Name": tool} | (headers or {}))


def _send(url: str, message: dict, token: str | None, headers: dict[str, str] | None = None) -> Answer:
    all_headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    if token is not None:
        all_headers["Authorization"] = f"Bearer {token}"
    return request("POST", url, all_headers | (headers or {}), json.dumps(message).encode())
