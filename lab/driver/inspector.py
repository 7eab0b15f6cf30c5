"""MCP Inspector 1.x and 2.x: the command lines and the web servers."""

import json
import secrets
import shutil
from contextlib import contextmanager

from driver import certificates
from driver.places import NODE, NODE_MODULES, WORK
from driver.processes import Process, listens, run, wait_until

TRUST = {"NODE_EXTRA_CA_CERTS": str(certificates.NODE_BUNDLE)}
STORAGE = WORK / "inspector-2"
PRIVATE = {"MCP_STORAGE_DIR": str(STORAGE), "MCP_INSPECTOR_SECRET_STORE": "memory"}

LAUNCHER_2 = "inspector-v2/clients/launcher/build/index.js"

LIST = ["--method", "tools/list"]
CALL = ["--method", "tools/call", "--tool-name", "echo", "--tool-arg", "message=hello"]


def cli_1(url: str, *options: str, token: str | None = None) -> Process:
    return _cli("inspector-1-cli", "inspector-v1/cli/build/cli.js", url, options, token)


def cli_2(url: str, *options: str, token: str | None = None) -> Process:
    return _cli("inspector-2-cli", LAUNCHER_2, url, options, token)


def tools(cli: Process) -> list[str]:
    """The names that a listing shows."""
    return [tool["name"] for tool in _result(cli).get("tools", [])]


def lists_echo(cli: Process) -> bool:
    return tools(cli) == ["echo"]


def echoes_hello(cli: Process, said: str = "hello") -> bool:
    return [content.get("text") for content in _result(cli).get("content", [])] == [said]


def _cli(name: str, script: str, url: str, options: tuple, token: str | None) -> Process:
    header = ["--header", f"Authorization: Bearer {token}"] if token else []
    command = ["node", NODE_MODULES / script, "--cli", url, "--transport", "http", *options, *header]
    return run(name, command, TRUST | PRIVATE, cwd=NODE)


def _result(cli: Process) -> dict:
    """The JSON after whatever notice comes first; empty when there is none."""
    log = "\n" + cli.log()
    start = log.find("\n{")
    try:
        return json.JSONDecoder().raw_decode(log, start + 1)[0] if start >= 0 else {}
    except json.JSONDecodeError:
        return {}


@contextmanager
def web_1():
    """The web UI of Inspector 1.x: its two servers, started without the launcher, which leaves orphans. Yields its URL."""
    token = secrets.token_hex(16)
    env = TRUST | {
        "HOST": "127.0.0.1", "CLIENT_PORT": "6274", "SERVER_PORT": "6277",
        "MCP_PROXY_AUTH_TOKEN": token, "MCP_AUTO_OPEN_ENABLED": "false",
    }
    package = NODE_MODULES / "inspector-v1"
    with (
        Process("inspector-1-proxy", ["node", package / "server" / "build" / "index.js"], env) as proxy,
        Process("inspector-1-web", ["node", package / "client" / "bin" / "client.js"], env) as web,
    ):
        wait_until("the proxy listens", lambda: listens(6277), 30, proxy)
        wait_until("the web server listens", lambda: listens(6274), 30, web)
        yield f"http://localhost:6274/?MCP_PROXY_PORT=6277&MCP_PROXY_AUTH_TOKEN={token}"


@contextmanager
def web_2():
    """The web UI of Inspector 2.x, knowing no earlier login. Yields its URL."""
    shutil.rmtree(STORAGE, ignore_errors=True)
    token = secrets.token_hex(16)
    env = TRUST | PRIVATE | {
        "CLIENT_PORT": "6284", "MCP_INSPECTOR_API_TOKEN": token, "MCP_AUTO_OPEN_ENABLED": "false",
    }
    command = ["node", NODE_MODULES / LAUNCHER_2, "--web", "--config", "inspector-v2.json"]
    with Process("inspector-2-web", command, env, cwd=NODE) as web:
        wait_until("the web server listens", lambda: listens(6284), 30, web)
        yield f"http://localhost:6284/?MCP_INSPECTOR_API_TOKEN={token}"
