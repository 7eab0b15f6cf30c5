"""The MCP servers behind the gateway."""

import json

from driver.places import LAB, NODE, NODE_MODULES, VENV, WORK
from driver.processes import Process, listens, wait_until

# What the two that offer and ask everything listen on, by transport.
FEATURES = {"http": 8020, "sse": 8021}
COLLECTOR = 8026
EVERYTHING = {"streamableHttp": 8022, "sse": 8023}


class FastMcp:
    """A FastMCP server of lab/python, and the record of the requests that reached it."""

    def __init__(self, name: str, port: int, *arguments: object, env: dict | None = None):
        self.name = name
        self.port = port
        self.arguments = arguments
        self.env = env or {}
        self.file = WORK / f"{name}-{port}-requests.jsonl"
        self.process: Process | None = None

    def start(self) -> None:
        self.file.unlink(missing_ok=True)
        script = LAB / "python" / f"{self.name}_server.py"
        self.process = Process(self.name, [VENV / "bin" / "python", script, *self.arguments], {
            "LAB_RECORD": str(self.file),
            "FASTMCP_CHECK_FOR_UPDATES": "off",
            "FASTMCP_SHOW_SERVER_BANNER": "false",
        } | self.env)
        wait_until("FastMCP listens", lambda: listens(self.port), 60, self.process)

    def seen(self) -> list[dict]:
        """One entry per request that reached the server: method, path, header names, whether a token came along."""
        return [json.loads(line) for line in self.file.read_text().splitlines()] if self.file.exists() else []

    def got_tokens(self) -> list[dict]:
        """Those of the requests that brought a token along."""
        return [request for request in self.seen() if request["token"]]

    def __enter__(self) -> "FastMcp":
        self.start()
        return self

    def __exit__(self, *_) -> None:
        self.process.stop()


def echo() -> FastMcp:
    return FastMcp("echo", 8000)


def numbers() -> FastMcp:
    return FastMcp("numbers", 8024)


def tracing(service: str) -> dict[str, str]:
    """What has a process send its spans to the collector."""
    return {"OTEL_SERVICE_NAME": service, "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{COLLECTOR}"}


def traced() -> FastMcp:
    return FastMcp("traced", 8025, 8025, env=tracing("server"))


class Collector(Process):
    """A collector of traces, and the spans that it was sent."""

    def __init__(self):
        self.file = WORK / "spans.jsonl"
        self.file.unlink(missing_ok=True)
        super().__init__("collector", [VENV / "bin" / "python", LAB / "python" / "collector.py", COLLECTOR, self.file])

    def spans(self) -> list[dict]:
        return [json.loads(line) for line in self.file.read_text().splitlines()] if self.file.exists() else []


def collector() -> Collector:
    process = Collector()
    wait_until("the collector listens", lambda: listens(COLLECTOR), 60, process)
    return process


def features(transport: str) -> FastMcp:
    port = FEATURES[transport]
    return FastMcp("features", port, port, transport)


def everything(transport: str) -> Process:
    """@modelcontextprotocol/server-everything."""
    port = EVERYTHING[transport]
    script = NODE_MODULES / "@modelcontextprotocol" / "server-everything" / "dist" / "index.js"
    command = ["node", "--import", NODE / "loopback.mjs", script, transport]
    process = Process(f"everything-{transport}", command, {"PORT": str(port)})
    wait_until("server-everything listens", lambda: listens(port), 60, process)
    return process
