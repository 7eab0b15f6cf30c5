"""The record of the requests that reached a server: it answers what the gateway let through.

It holds names of headers, never their values.
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
            with open(self.file, "a", encoding="utf-8") as out:
                out.write(json.dumps(line) + "\n")
        await self.app(scope, receive, send)


def middleware() -> list[Middleware]:
    """Records to the file that LAB_RECORD names."""
    return [Middleware(RecordRequests, file=os.environ["LAB_RECORD"])]
