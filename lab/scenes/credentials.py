"""What proves a caller to the gateway, and the gateway to the server: Keycloak is asked about tokens, issues the gateway's own,
exchanges those of callers and binds them to keys."""

import json
import time

from driver import keycloak, tokens, wire
from driver.places import LAB, NODE, VENV
from driver.processes import run, soon
from driver.servers import features

GATEWAY = "http://localhost:9000"
ISSUER = keycloak.HTTP + keycloak.REALM
TOKEN_ENDPOINT = f"{ISSUER}/protocol/openid-connect/token"
NOBODY = "http://localhost:8081/realms/my-realm"


def play(lab, checks):
    with features("http"), lab.gateway(checks, "credentials.yaml"):
        _introspected(lab, checks)
        _own(lab, checks)
        _exchanged(lab, checks)
        _told(lab, checks)
        _bound(lab, checks)
        _issuers(lab, checks)


def _introspected(lab, checks):
    """Keycloak is asked, so a token ends when the session does."""
    url, verified = f"{GATEWAY}/introspected/mcp", f"{GATEWAY}/own/mcp"
    for end in ("logout", "revoke"):
        login = lab.keycloak.login("agent")
        token = login["access_token"]
        checks.equal(f"introspection: a good token passes, before {end}", _initialize(url, token), (200, None))
        ended = {"logout": login["refresh_token"], "revoke": token}[end]
        lab.keycloak.end(end, "agent", ended)
        begin = time.monotonic()
        refused = soon(lambda: _initialize(url, token) == (401, "invalid_token"), 5)
        checks.that(f"introspection: refused after {end}, once the answer is forgotten", refused, time.monotonic() - begin)
        checks.equal(f"introspection: verified as a JWT it would still pass, after {end}",
                     _initialize(verified, token), (200, None))
    for kind, token in {
        "no token of anybody": "not-a-token",
        "a token with a broken signature": tokens.with_broken_signature(lab.keycloak.token("agent")),
        "a token for another server": lab.keycloak.token("another-audience"),
        "a token of another realm": lab.keycloak.admin_token(),
    }.items():
        checks.equal(f"introspection: {kind} is refused", _initialize(url, token), (401, "invalid_token"))
    answer = wire.initialize(f"{GATEWAY}/wrong-secret/mcp", lab.keycloak.token("agent"))
    checks.equal("introspection: 503 when Keycloak does not know the gateway", (answer.status, answer.challenge()), (503, {}))


def _own(lab, checks):
    """The gateway's own token, whoever calls: got by its secret, or by its key."""
    for route, client in {"own": "gateway", "own-with-key": "gateway-with-key"}.items():
        eitans, noas = (
            _seen(checks, f"{route}: {user} calls", route, lab.keycloak.token(user=user)) for user in ("eitan", "noa")
        )
        checks.equal(f"{route}: one token for all callers", eitans.get("authorization"), noas.get("authorization"))
        claims = _claims(eitans)
        checks.equal(f"{route}: it is the gateway's, for the backend",
                     (claims.get("azp"), claims.get("preferred_username"), "mcp-backend" in _audiences(claims)),
                     (client, f"service-account-{client}", True))


def _exchanged(lab, checks):
    """A token for each caller, made of the caller's."""
    for user in ("eitan", "noa"):
        token = lab.keycloak.token("agent", user=user)
        seen = _seen(checks, f"exchanged: {user} calls", "exchanged", token)
        claims = _claims(seen)
        checks.equal(f"exchanged: the backend gets a token of {user}'s, by the gateway, for the backend alone",
                     (claims.get("sub"), claims.get("azp"), _audiences(claims)),
                     (tokens.claims(token)["sub"], "gateway", ["mcp-backend"]))
        checks.that(f"exchanged: not the one that {user} sent", token not in seen.get("authorization", token))
        again = _seen(checks, f"exchanged: {user} calls again", "exchanged", token)
        checks.that(f"exchanged: {user}'s is used again", again.get("authorization") == seen.get("authorization"))
    login = lab.keycloak.login("agent")
    lab.keycloak.end("logout", "agent", login["refresh_token"])
    for kind, token in {
        "a token that is not for the gateway": lab.keycloak.token(),
        "a token whose session has ended": login["access_token"],
    }.items():
        answer = wire.call(f"{GATEWAY}/exchanged/mcp", "get-headers", token)
        checks.equal(f"exchanged: 403 without challenge for {kind}, which Keycloak does not exchange",
                     (answer.status, answer.header("WWW-Authenticate")), (403, ""))


def _told(lab, checks):
    """Who is calling, in plain fields and signed."""
    token = lab.keycloak.token()
    caller = tokens.claims(token)
    forged = {"X-Auth-Subject": "admin", "x_auth_email": "admin@example.com", "X-Auth-Assertion": "forged"}
    seen = _seen(checks, "told: eitan calls", "told", token, forged)
    checks.equal("told: the fields name the caller, not whom the client says",
                 (seen.get("x-auth-subject"), seen.get("x-auth-email"), seen.get("x_auth_email"),
                  set(seen.get("x-auth-scopes", "").split())),
                 (caller["sub"], "eitan@example.com", None, set(caller["scope"].split())))
    checks.that("told: no token with it", "authorization" not in seen)
    resource = f"{GATEWAY}/told/mcp"
    claims = _verified(seen["x-auth-assertion"], resource, "http://localhost:8020/mcp")
    checks.equal("told: PyJWT verifies the signed identity with the gateway's JWK set",
                 (claims.get("sub"), claims.get("original_iss"), claims.get("client_id")),
                 (caller["sub"], ISSUER, "mcp-client"))
    checks.that("told: it is good for a minute at the most", 0 < claims.get("exp", 0) - time.time() <= 60, claims)
    checks.equal("told: another server would refuse it",
                 _verified(seen["x-auth-assertion"], resource, "http://localhost:8000/mcp"),
                 {"refused": "InvalidAudienceError"})
    checks.equal("told: the gateway does not take it for a token", _initialize(resource, seen["x-auth-assertion"]),
                 (401, "invalid_token"))


def _bound(lab, checks):
    """Keycloak binds a token to a key (DPoP); without the key it is nobody's."""
    for route in ("bound", "bound-introspected"):
        _bound_at(checks, route)
    plain = lab.keycloak.token()
    checks.equal("bound: a plain token passes too", _initialize(f"{GATEWAY}/bound/mcp", plain), (200, None))
    answer = wire.initialize(f"{GATEWAY}/bound-introspected/mcp", plain)
    checks.that("bound-introspected: a plain token does not, for dpop is required there",
                answer.status == 401 and answer.header("WWW-Authenticate").startswith("DPoP "), answer.status)


def _bound_at(checks, route):
    url = f"{GATEWAY}/{route}/mcp"
    client = run("dpop", ["node", NODE / "dpop.mjs", TOKEN_ENDPOINT, "key-holder", url], cwd=NODE)
    lines = [line for line in client.log().splitlines() if line.startswith("{")]
    answers = json.loads(lines[0]) if lines else {}
    checks.that(f"{route}: the client runs to its end", answers, client.log())
    for what, expected in {
        "token type": "DPoP",
        "with a proof": [200, None],
        "with the same proof again": [401, "invalid_dpop_proof"],
        "without a proof": [401, "invalid_dpop_proof"],
        "as a bearer token": [401, "invalid_token"],
        "as a bearer token with a proof": [401, "invalid_token"],
        "with another key's proof": [401, "invalid_token"],
        "with a proof for another URL": [401, "invalid_dpop_proof"],
        "with a proof for another token": [401, "invalid_dpop_proof"],
        "TypeScript SDK 2, legacy": "Echo: hello",
        "TypeScript SDK 2, 2026-07-28": "Echo: hello",
    }.items():
        checks.equal(f"{route}: {what}: {expected}", answers.get(what), expected)


def _issuers(lab, checks):
    """Three issuers, two of which are one Keycloak, and one is nobody."""
    url = f"{GATEWAY}/issuers/mcp"
    for base in (keycloak.HTTP, keycloak.HTTPS):
        checks.equal(f"issuers: a token of {base} passes", _initialize(url, lab.keycloak.token(base=base)), (200, None))
    down = tokens.with_other_claims(lab.keycloak.token(), iss=NOBODY)
    checks.equal("issuers: 503 for a token of the one that is down", _initialize(url, down), (503, None))
    checks.equal("issuers: the others go on", _initialize(url, lab.keycloak.token(user="noa")), (200, None))
    stranger = tokens.with_other_claims(lab.keycloak.token(), iss=keycloak.NAMED + keycloak.REALM)
    checks.equal("issuers: one that is not named is refused", _initialize(url, stranger), (401, "invalid_token"))
    metadata = wire.request("GET", f"{GATEWAY}/.well-known/oauth-protected-resource/issuers/mcp").json()
    checks.equal("issuers: the metadata names all", metadata["authorization_servers"],
                 [ISSUER, keycloak.HTTPS + keycloak.REALM, NOBODY])


def _initialize(url, token):
    """The status, and the error of the challenge."""
    answer = wire.initialize(url, token)
    return answer.status, answer.challenge().get("error")


def _seen(checks, what, route, token, headers=None) -> dict[str, str]:
    """The header fields that FastMCP got with a call."""
    answer = wire.call(f"{GATEWAY}/{route}/mcp", "get-headers", token, headers)
    checks.equal(f"{what}: 200", answer.status, 200)
    return answer.json()["result"]["structuredContent"] if answer.status == 200 else {}


def _claims(seen) -> dict:
    scheme, _, token = seen.get("authorization", "").partition(" ")
    return tokens.claims(token) if scheme == "Bearer" else {}


def _audiences(claims) -> list[str]:
    audiences = claims.get("aud", [])
    return [audiences] if isinstance(audiences, str) else audiences


def _verified(assertion, issuer, audience) -> dict:
    key_set = f"{GATEWAY}/.well-known/mcp-gateway/jwks.json"
    command = [VENV / "bin" / "python", LAB / "python" / "verify_assertion.py", key_set, issuer, audience]
    log = run("verify-assertion", command, {"LAB_ASSERTION": assertion}).log()
    lines = [line for line in log.splitlines() if line.startswith("{")]
    return json.loads(lines[0]) if lines else {"log": log}
