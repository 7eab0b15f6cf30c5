"""Authorization servers as the gateway presents them: as they are, unchanged at its own origin, and Keycloak adapted."""

import json
from urllib.parse import urlsplit

from driver import inspector, keycloak, tokens, wire
from driver.places import NODE
from driver.processes import run

GATEWAY = "http://localhost:9000"
ISSUER = keycloak.HTTP + keycloak.REALM
BROWSER = {"Origin": "http://localhost:6274"}
MODERN = {"MCP-Protocol-Version": "2026-07-28"}
SCOPE = "echo:call"
CLIENT = {"redirect_uris": ["http://localhost:6274/oauth/callback"], "client_name": "lab"}


def play(lab, checks):
    lab.keycloak.open_registration()
    lab.keycloak.offer_scope(SCOPE)
    with lab.gateway(checks, "providers.yaml"):
        for name, servers in {
            "plain": [ISSUER],
            "remote": [ISSUER],
            "keycloak": [f"{GATEWAY}/keycloak/mcp"],
        }.items():
            _readable(checks, name)
            _found(checks, name, servers)
        _callers(lab, checks)
        _proxied(checks)
        _adapted(checks)
        _known_client(checks)
        for mode in ("legacy", "2026-07-28"):
            _registers(checks, mode)
        with inspector.web_1() as ui:
            for connection_type in ("Via Proxy", "Direct"):
                lab.browse(checks, "v1-guided.mjs", ui, f"{GATEWAY}/keycloak/mcp", connection_type)


def _readable(checks, name):
    """What a browser sees before it has a token."""
    url = f"{GATEWAY}/{name}/mcp"
    answer = wire.initialize(url, headers=BROWSER)
    checks.equal(f"{name}: 401 that a browser may read, with the metadata",
                 (answer.status, answer.header("Access-Control-Allow-Origin"),
                  "WWW-Authenticate" in answer.header("Access-Control-Expose-Headers"),
                  answer.challenge().get("resource_metadata")),
                 (401, BROWSER["Origin"], True, f"{GATEWAY}/.well-known/oauth-protected-resource/{name}/mcp"))
    answer = wire.request("OPTIONS", url, BROWSER | {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,mcp-protocol-version",
    })
    allowed = answer.header("Access-Control-Allow-Headers").lower()
    checks.that(f"{name}: preflight", answer.status == 200 and "authorization" in allowed, (answer.status, allowed))


def _found(checks, name, servers):
    """From the resource's metadata to a document whose issuer is the one that led there."""
    url = f"{GATEWAY}/.well-known/oauth-protected-resource/{name}/mcp"
    legacy, modern = (wire.request("GET", url, BROWSER | version) for version in ({}, MODERN))
    checks.equal(f"{name}: the authorization server", legacy.json()["authorization_servers"], servers)
    checks.equal(f"{name}: the authorization server for 2026-07-28", modern.json()["authorization_servers"], [ISSUER])
    checks.equal(f"{name}: the metadata is readable for a browser", legacy.header("Access-Control-Allow-Origin"), "*")
    server = urlsplit(servers[0])
    document = wire.request("GET", f"{server.scheme}://{server.netloc}/.well-known/oauth-authorization-server{server.path}",
                            BROWSER)
    checks.equal(f"{name}: its document is of that issuer", document.json().get("issuer"), servers[0])


def _callers(lab, checks):
    eitan, noa = (lab.keycloak.token(user=user, scope=f"openid {SCOPE}") for user in ("eitan", "noa"))
    granted = [SCOPE in tokens.claims(token)["scope"].split() for token in (eitan, noa)]
    checks.equal("Keycloak grants the scope to one user only", granted, [True, False])
    stranger = lab.keycloak.token("another-audience")
    for name in ("plain", "remote", "keycloak", "registered"):
        url = f"{GATEWAY}/{name}/mcp"
        checks.equal(f"{name}: a token passes", wire.initialize(url, eitan).status, 200)
        refused = wire.initialize(url, stranger)
        checks.equal(f"{name}: a token for another server is refused",
                     (refused.status, refused.challenge().get("error")), (401, "invalid_token"))


def _proxied(checks):
    unchanged = wire.request("GET", f"{GATEWAY}/.well-known/oauth-authorization-server/remote/mcp", BROWSER)
    original = wire.request("GET", f"{ISSUER}/.well-known/openid-configuration")
    checks.equal("remote: Keycloak's document, unchanged", unchanged.json(), original.json())
    checks.equal("remote: readable for a browser", unchanged.header("Access-Control-Allow-Origin"), BROWSER["Origin"])
    none = wire.request("GET", f"{GATEWAY}/.well-known/oauth-authorization-server/plain/mcp", BROWSER)
    checks.equal("plain: no document here", none.status, 404)


def _adapted(checks):
    document = wire.request("GET", f"{GATEWAY}/.well-known/oauth-authorization-server/keycloak/mcp", BROWSER).json()
    endpoint = document["registration_endpoint"]
    checks.that("keycloak: registration is at the gateway", endpoint.startswith(GATEWAY), endpoint)
    checks.equal("keycloak: login and tokens are at Keycloak",
                 (document["authorization_endpoint"], document["token_endpoint"]),
                 (f"{ISSUER}/protocol/openid-connect/auth", f"{ISSUER}/protocol/openid-connect/token"))

    direct = _register(f"{ISSUER}/clients-registrations/openid-connect")
    checks.that("a browser cannot register at Keycloak itself", not direct.header("Access-Control-Allow-Origin"),
                direct.headers.items())
    answer = _register(endpoint)
    checks.equal("keycloak: a browser registers a client", answer.status, 201)
    checks.equal("keycloak: and may read the answer", answer.header("Access-Control-Allow-Origin"), BROWSER["Origin"])
    checks.that("keycloak: the client has an id of its own", answer.json().get("client_id") not in (None, "mcp-client"),
                answer.body)
    checks.equal("keycloak: a client of a foreign host is refused by Keycloak",
                 _register(endpoint, redirect_uris=["https://evil.example/callback"]).status, 403)
    checks.equal("keycloak: what is no JSON is refused",
                 wire.request("POST", endpoint, BROWSER, b"client").status, 400)
    refused = wire.request("GET", endpoint)
    checks.equal("keycloak: GET is refused", (refused.status, refused.header("Allow")), (405, "POST, OPTIONS"))


def _known_client(checks):
    document = wire.request("GET", f"{GATEWAY}/.well-known/oauth-authorization-server/registered/mcp", BROWSER).json()
    answer = _register(document["registration_endpoint"])
    checks.equal("registered: whoever registers gets the known client",
                 (answer.status, answer.json().get("client_id"), answer.json().get("redirect_uris")),
                 (201, "known-client", CLIENT["redirect_uris"]))
    checks.equal("registered: every page may read it, for the route has no cors policy",
                 answer.header("Access-Control-Allow-Origin"), "*")


def _registers(checks, mode):
    """The whole way of a client that knows the URL and nothing else: discovery, registration, login, a call."""
    client = run("typescript-sdk-2-login", ["node", NODE / "login.mjs", f"{GATEWAY}/registered/mcp", mode], cwd=NODE)
    checks.that(f"registered: TypeScript SDK 2, {mode}: registers, logs in and calls",
                {"client: known-client", "echo: hello"} <= set(client.log().splitlines()), client.log())


def _register(endpoint, **changes):
    body = json.dumps(CLIENT | changes).encode()
    return wire.request("POST", endpoint, BROWSER | {"Content-Type": "application/json"}, body)
