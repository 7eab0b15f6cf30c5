"""Clients that go on while something else changes: one that calls without a pause, one that listens and comes back."""

import http.client
import itertools
import json
import threading
import time
import urllib.parse

from driver import wire

REVISION = "2025-11-25"


class Session:
    """An MCP session, its requests and its streams."""

    def __init__(self, url: str, token: str | None = None):
        answer = wire.initialize(url, token)
        if answer.status != 200:
            raise RuntimeError(f"no session at {url}: {answer.status} {answer.body!r}")
        self.url = url
        self._ids = itertools.count(2)
        self.headers = {
            "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream",
            "MCP-Protocol-Version": REVISION,
            "Mcp-Session-Id": answer.header("Mcp-Session-Id"),
        } | ({"Authorization": f"Bearer {token}"} if token else {})
        initialized = {"jsonrpc": "2.0", "method": "notifications/initialized"}
        wire.request("POST", url, self.headers, json.dumps(initialized).encode())

    def calling(self, tool: str, **arguments: object) -> bytes:
        """The message that calls a tool."""
        params = {"name": tool, "arguments": arguments}
        return json.dumps({"jsonrpc": "2.0", "id": next(self._ids), "method": "tools/call", "params": params}).encode()

    def call(self, tool: str, **arguments: object) -> wire.Answer:
        return wire.request("POST", self.url, self.headers, self.calling(tool, **arguments))


class SteadyCalls:
    """Numbered calls, one after the other, most of them on connections that are kept. Every answer has its number."""

    def __init__(self, session: Session, at_once: int = 2):
        self.failures: list[str] = []
        self._session = session
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._made = 0
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._go_on, daemon=True) for _ in range(at_once)]

    @property
    def made(self) -> int:
        return self._made

    def _go_on(self) -> None:
        connection = None
        while not self._over.wait(0.02):
            with self._lock:
                number = next(self._numbers)
                self._made = number
            try:
                if number % 5 == 0 or connection is None:
                    if connection:
                        connection.close()
                    connection = wire.connection_to(urllib.parse.urlsplit(self._session.url))
                failure = self._call(connection, f"<{number}>")
            except (OSError, http.client.HTTPException) as error:
                failure, connection = repr(error), None
            if failure:
                self.failures.append(f"{time.strftime('%H:%M:%S')} call {number}: {failure}")

    def _call(self, connection: http.client.HTTPConnection, text: str) -> str | None:
        path = urllib.parse.urlsplit(self._session.url).path
        connection.request("POST", path, self._session.calling("echo", message=text), self._session.headers)
        answer = connection.getresponse()
        body = answer.read()
        return None if answer.status == 200 and text.encode() in body else f"{answer.status} {body[:200]!r}"

    def __enter__(self) -> "SteadyCalls":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(60)


class Listener:
    """Reads the session's listening stream, or that of a call, and comes back with Last-Event-ID when it ends."""

    BETWEEN_EVENTS = "between two events"

    def __init__(self, session: Session, call: bytes | None = None):
        self.messages: list[dict] = []
        self.ends: list[str] = []
        self.openings: list[int] = []
        self.session = session
        self._call = call
        self._last_event: str | None = None
        self._over = False
        threading.Thread(target=self._listen, daemon=True).start()

    def numbers(self) -> list[int]:
        """What was counted."""
        said = (message for message in list(self.messages) if message.get("method") == "notifications/message")
        return [message["params"]["data"] for message in said]

    def answer(self) -> dict | None:
        """The answer to the call."""
        return next((message for message in list(self.messages) if "result" in message or "error" in message), None)

    def come_back_no_more(self) -> None:
        self._over = True

    def _listen(self) -> None:
        while not self._over and not (self._call and self.answer()):
            try:
                self.ends.append(self._read())
            except (OSError, http.client.HTTPException) as error:
                self.ends.append(repr(error))
            time.sleep(0.1)

    def _read(self) -> str:
        headers, call = self.session.headers, self._call
        if self._last_event is not None:
            headers, call = headers | {"Last-Event-ID": self._last_event}, None
        with wire.Stream(self.session.url, headers, call) as stream:
            self.openings.append(stream.status)
            if stream.status != 200:
                return f"status {stream.status}"
            line, event, data = "", self._last_event, ""
            for line in stream:
                field, _, value = line.partition(": ")
                if field == "id":
                    event = value
                elif field == "data":
                    data += value
                elif not line:
                    self._last_event = event
                    if data:
                        self.messages.append(json.loads(data))
                    data = ""
            return self.BETWEEN_EVENTS if not line else f"in the line {line}"
