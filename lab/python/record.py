"""The record of the requests that reached a server: it answers what the gateway let through.

It holds names of headers, never their values, and what a message asks for.
"""

import json
import os

from starlette.middleware import Middleware


class RecordRequests:
    """Writes one JSON line per HTTP request before the server sees it."""

    def __init__(self, app, file):
        self.app = app
        self.file = file

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http":
            headers = scope["headers"]
            line = {
                "method": scope["method"],
                "path": scope["path"],
                "headers": sorted({name.decode("latin-1") for name, _ in headers}),
                # A JWT starts with the base64url of '{"', whichever header or query carries it.
                "token": any(name == b"authorization" or b"eyJ" in value for name, value in headers)
                or b"eyJ" in scope["query_string"],
            }
            first = await receive()
            body = first.get("body", b"")
            while first.get("more_body"):
                first = await receive()
                body += first.get("body", b"")
            line["asks"] = asks(body)
            with open(self.file, "a", encoding="utf-8") as out:
                out.write(json.dumps(line) + "\n")
            receive = after({"type": "http.request", "body": body, "more_body": False}, receive)
        await self.app(scope, receive, send)


def asks(body: bytes) -> list[str]:
    """The method of a JSON-RPC message, and the name or URI of what it is about."""
    try:
        message = json.loads(body)
    except ValueError:
        message = None
    if not isinstance(message, dict):
        return []
    params = message.get("params") or {}
    return [text for text in (message.get("method"), params.get("name"), params.get("uri")) if text]


def after(first: dict, receive):
    """Gives back what was read, then goes on."""
    pending = [first]

    async def next_event():
        return pending.pop() if pending else await receive()

    return next_event


def middleware() -> list[Middleware]:
    """Records to the file that LAB_RECORD names."""
    return [Middleware(RecordRequests, file=os.environ["LAB_RECORD"])]
