"""Who may call what: users see what they may use, and what they may not does not get to the server. Both protocol eras."""

import json
from collections import Counter

from driver import inspector, servers, wire
from driver.places import LAB, NODE, VENV
from driver.processes import Process, wait_until

GATEWAY = "http://localhost:9000"
SCOPE = "echo:call"
MODERN = "2026-07-28"
PYTHON = [VENV / "bin" / "python", LAB / "python" / "access_client.py"]
CLIENTS = {
    "TypeScript SDK 1": ["node", NODE / "access-v1.mjs"],
    "TypeScript SDK 2, initialize": ["node", NODE / "access-v2.mjs", "legacy"],
    f"TypeScript SDK 2, {MODERN}": ["node", NODE / "access-v2.mjs", MODERN],
    "Python SDK, initialize": [*PYTHON, "legacy"],
    f"Python SDK, {MODERN}": [*PYTHON, MODERN],
}

SLOW = "trigger-long-running-operation"
TRIGGERS = {SLOW, "trigger-sampling-request", "trigger-elicitation-request"}
TOOLS = {"echo", "get-headers", "get-roots-list", "reconnect"} | TRIGGERS
PROMPTS = {"greeting", "farewell"}
NEWS, DIARY = "lab://public/news", "lab://private/diary"
NEWS_OF, DIARY_OF = "lab://public/{day}/news", "lab://private/{day}/diary"
TODAY = "lab://public/today/news"
METHODS = {"tools": "tools/call", "prompts": "prompts/get", "resources": "resources/read"}
TRIED = {
    "tools": ["echo", "get-headers", SLOW, "no-such-tool"],
    "prompts": ["greeting", "farewell"],
    "resources": [NEWS, DIARY, TODAY],
}

PERMITTED = {
    ("rules", "eitan"): {"echo", "get-headers", "greeting", "farewell", NEWS, NEWS_OF, TODAY} | TRIGGERS - {SLOW},
    ("rules", "noa"): {"echo", "greeting", NEWS, NEWS_OF, TODAY, DIARY} | TRIGGERS - {SLOW},
    ("lists", "eitan"): {"echo", "get-headers", "get-roots-list", "greeting", NEWS, NEWS_OF, TODAY, DIARY, DIARY_OF},
    ("lists", "noa"): {"echo", "greeting", NEWS, NEWS_OF, TODAY} | TRIGGERS,
    ("forbidden", "eitan"): {"echo", "get-headers", "greeting"},
    ("forbidden", "noa"): {"echo", "greeting"},
}


def play(lab, checks):
    lab.keycloak.offer_scope(SCOPE)
    callers = {user: lab.keycloak.token(user=user, scope=f"openid {SCOPE}") for user in ("eitan", "noa")}
    with servers.features("http") as fastmcp, lab.gateway(checks, "authorization.yaml"):
        urls = [f"{GATEWAY}/{route}/mcp" for route in dict.fromkeys(route for route, _ in PERMITTED)]
        running = {
            client: Process(f"access-{client.lower().replace(' ', '-')}", [*command, *urls],
                            {"LAB_TOKENS": json.dumps(callers)}, cwd=NODE)
            for client, command in CLIENTS.items()
        }
        for client, process in running.items():
            wait_until(f"{client} ends", process.ended, 60)
            process.stop()
            _seen(checks, client, process)
        checks.equal("FastMCP got the permitted calls, and no denied one", _asked(fastmcp), _permitted(len(CLIENTS)))
        _forbidden(checks, callers["noa"])
        checks.equal("FastMCP got no token of a caller", fastmcp.got_tokens(), [])
        _inspector(checks, callers)


def _seen(checks, client, process):
    lines = [json.loads(line) for line in process.log().splitlines() if line.startswith("{")]
    checks.equal(f"{client} runs to its end", len(lines), len(PERMITTED))
    for line in lines:
        route, user = line["url"].removeprefix(f"{GATEWAY}/").removesuffix("/mcp"), line["caller"]
        permitted = PERMITTED[route, user]
        checks.equal(f"{client}, {route}: the lists show {user} what is permitted",
                     {kind: set(names) for kind, names in line["listed"].items()},
                     {kind: names & permitted for kind, names in {
                         "tools": TOOLS, "prompts": PROMPTS, "resources": {NEWS, DIARY}, "templates": {NEWS_OF, DIARY_OF},
                     }.items()})
        got = {name: how for name, how in line["got"].items() if name in permitted}
        checks.equal(f"{client}, {route}: {user} gets what is permitted", set(got.values()), {"ok"})
        wrong = {name: how for name, how in line["got"].items() if name not in permitted and not _denied(route, name, how)}
        checks.equal(f"{client}, {route}: {user} is told of the rest what {route} says", wrong, {})


def _denied(route: str, name: str, how: str) -> bool:
    """The SDKs tell a 403 by its status, by the JSON-RPC error in it, or by the scope that the challenge asks for."""
    if route == "forbidden" and name == "get-headers":
        return how.startswith(("403 ", f'InsufficientScopeError Insufficient scope: required "{SCOPE}"', "-32603 "))
    if route == "forbidden":
        return how.startswith(("403 ", "-32600 not allowed: ")) and name in how
    return how.startswith("-32602 ") and "Unknown" in how and name in how


def _forbidden(checks, token):
    """What is behind the errors of the SDKs."""
    lacks_scope, never = (wire.call(f"{GATEWAY}/forbidden/mcp", name, token) for name in ("get-headers", SLOW))
    checks.equal("forbidden: a scope would help: 403, and the challenge names it",
                 (lacks_scope.status, lacks_scope.challenge().get("error"), lacks_scope.challenge().get("scope")),
                 (403, "insufficient_scope", SCOPE))
    checks.equal("forbidden: nothing would help: 403 without challenge",
                 (never.status, never.header("WWW-Authenticate"), never.json()["error"]["code"]), (403, "", -32600))


def _asked(fastmcp) -> Counter:
    asked = (tuple(request["asks"]) for request in fastmcp.seen())
    return Counter(what for what in asked if {*what[:1]} & {*METHODS.values()})


def _permitted(clients: int) -> Counter:
    return Counter(
        (METHODS[kind], name)
        for permitted in PERMITTED.values() for kind, names in TRIED.items() for name in names if name in permitted
        for _ in range(clients)
    )


def _inspector(checks, callers):
    for route in ("rules", "lists"):
        for user, token in callers.items():
            for name, cli in {"1": inspector.cli_1, "2": inspector.cli_2}.items():
                listed = cli(f"{GATEWAY}/{route}/mcp", *inspector.LIST, token=token)
                checks.equal(f"Inspector {name} CLI, {route}: tools/list shows {user} what is permitted",
                             set(inspector.tools(listed)), TOOLS & PERMITTED[route, user])
