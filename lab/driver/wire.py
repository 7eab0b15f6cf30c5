"""HTTP as it is on the wire: no redirects followed, no status turned into an exception."""

import http.client
import json
import re
import ssl
import urllib.parse
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
    if parts.scheme == "https":
        trust = ssl.create_default_context(cafile=certificates.CA)
        connection = http.client.HTTPSConnection(parts.netloc, timeout=30, context=trust)
    else:
        connection = http.client.HTTPConnection(parts.netloc, timeout=30)
    try:
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


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
    all_headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    if token is not None:
        all_headers["Authorization"] = f"Bearer {token}"
    return request("POST", url, all_headers | (headers or {}), json.dumps(message).encode())
