"""FastMCP with the echo tool, and the record of the requests that reached it."""

import json

from driver.places import LAB, VENV, WORK
from driver.processes import Process, listens, wait_until

RECORD = WORK / "echo-requests.jsonl"


class EchoServer:
    def start(self) -> None:
        RECORD.unlink(missing_ok=True)
        process = Process("echo", [VENV / "bin" / "python", LAB / "python" / "echo_server.py"], {
            "LAB_ECHO_RECORD": str(RECORD),
            "FASTMCP_CHECK_FOR_UPDATES": "off",
            "FASTMCP_SHOW_SERVER_BANNER": "false",
        })
        wait_until("FastMCP listens", lambda: listens(8000), 60, process)

    def seen(self) -> list[dict]:
        """One entry per request that reached the server: method, path, header names, whether a token came along."""
        return [json.loads(line) for line in RECORD.read_text().splitlines()] if RECORD.exists() else []
