"""A tool that asks for a scope: the TypeScript SDK logs in again for it, and gets it where Keycloak grants it."""

from driver import inspector, wire
from driver.places import NODE
from driver.processes import run

URL = "http://localhost:9000/mcp"
SCOPE = "echo:call"


def play(lab, checks):
    lab.keycloak.offer_scope(SCOPE)
    with lab.gateway(checks, "step-up.yaml"):
        _refused(lab, checks)
        for mode in ("legacy", "2026-07-28"):
            _steps_up(checks, mode)


def _refused(lab, checks):
    narrow, wide = lab.keycloak.token(), lab.keycloak.token(scope=f"openid {SCOPE}")
    checks.equal("initialize with the narrow token", wire.initialize(URL, narrow).status, 200)
    listed = inspector.cli_1(URL, *inspector.LIST, token=narrow)
    checks.that("the narrow token lists the tool", inspector.lists_echo(listed), listed.log())
    answer = wire.call_echo(URL, narrow)
    challenge = answer.challenge()
    checks.equal("a call with the narrow token", (answer.status, challenge.get("error")), (403, "insufficient_scope"))
    checks.equal("the challenge names all scopes of the call", set(challenge.get("scope", "").split()), {"openid", SCOPE})
    called = inspector.cli_1(URL, *inspector.CALL, token=wide)
    checks.that("the wide token calls the tool", inspector.echoes_hello(called), called.log())


def _steps_up(checks, mode):
    allowed, denied = (
        run("typescript-sdk-2-step-up", ["node", NODE / "step-up.mjs", URL, mode, user], cwd=NODE).log().splitlines()
        for user in ("eitan", "noa")
    )
    asked, granted = ([set(line.split()[len(prefix.split()):]) for line in allowed if line.startswith(prefix)]
                      for prefix in ("asked for:", "granted:"))
    checks.equal(f"{mode}: asked for the scope only when the tool did", [SCOPE in scopes for scopes in asked], [False, True])
    checks.equal(f"{mode}: granted", [SCOPE in scopes for scopes in granted], [False, True])
    checks.that(f"{mode}: the call is made with the wider token", "echo: hello" in allowed, allowed)
    checks.that(f"{mode}: who does not get the scope does not call", "refused" in denied, denied)
