"""Authentication on the wire: challenge, metadata, good tokens, and every kind of bad one."""

import time
from urllib.parse import urlsplit

from driver import inspector, keycloak, tokens, wire
from driver.processes import wait_until

URL = "http://localhost:9000/mcp"
TLS_URL = "https://localhost:9001/mcp"
METADATA = "http://localhost:9000/.well-known/oauth-protected-resource/mcp"
ORIGIN = {"Origin": "http://localhost:6274"}


def play(lab, checks):
    with lab.gateway(checks, "auth.yaml"):
        _discovery(lab, checks)
        _preflight(checks)
        _accepted(lab, checks)
        _refused(lab, checks, {
            "another audience": lab.keycloak.token("other-client"),
            "another issuer of the same keys": lab.keycloak.token(base=keycloak.HTTPS),
            "another realm": lab.keycloak.admin_token(),
            "claims changed": tokens.with_other_claims(lab.keycloak.token(), sub="admin"),
            "a broken signature": tokens.with_broken_signature(lab.keycloak.token()),
            "alg: none": tokens.unsigned(lab.keycloak.token()),
            "no JWT at all": "not-a-token",
        })
    with lab.gateway(checks, "no-skew.yaml"):
        short_lived = lab.keycloak.token("short-lived")
        expiry = tokens.claims(short_lived)["exp"]
        wait_until("the token expires", lambda: time.time() > expiry + 1, 30)
        _refused(lab, checks, {"an expired token": short_lived})


def _discovery(lab, checks):
    """From the 401 to the authorization server, as a client finds its way."""
    before = len(lab.echo.seen())
    answer = wire.initialize(URL, headers=ORIGIN)
    challenge = answer.challenge()
    checks.equal("no token: 401", answer.status, 401)
    checks.equal("the challenge names the metadata", challenge.get("resource_metadata"), METADATA)
    checks.that("the challenge of a request without token has no error", "error" not in challenge, challenge)
    checks.that("a browser may read the 401", answer.header("Access-Control-Allow-Origin"), answer.headers.items())

    for place, url in {"its own": METADATA, "the root": METADATA.removesuffix("/mcp")}.items():
        answer = wire.request("GET", url, ORIGIN)
        checks.equal(f"metadata at {place} URL: 200", answer.status, 200)
        metadata = answer.json() if answer.status == 200 else {}
        checks.equal(f"metadata at {place} URL: the resource", metadata.get("resource"), URL)
        checks.equal(f"metadata at {place} URL: the authorization server",
                     metadata.get("authorization_servers"), [keycloak.HTTP + keycloak.REALM])
        checks.equal(f"metadata at {place} URL: scopes and bearer methods",
                     (metadata.get("scopes_supported"), metadata.get("bearer_methods_supported")),
                     (["openid"], ["header"]))
        checks.that(f"metadata at {place} URL: readable for a browser",
                    answer.header("Access-Control-Allow-Origin"), answer.headers.items())
    checks.equal("FastMCP saw nothing of it", len(lab.echo.seen()), before)

    issuer = urlsplit(metadata["authorization_servers"][0])
    answer = wire.request("GET", f"{issuer.scheme}://{issuer.netloc}/.well-known/oauth-authorization-server{issuer.path}")
    checks.equal("metadata of that authorization server: its issuer", answer.json().get("issuer"), issuer.geturl())


def _preflight(checks):
    """A preflight carries no token; what it asks for is what Inspector's Direct mode needs."""
    asked = {"authorization", "content-type", "mcp-protocol-version", "mcp-session-id"}
    for method in ("POST", "GET", "DELETE"):
        answer = wire.request("OPTIONS", URL, ORIGIN | {
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": ",".join(sorted(asked)),
        })
        checks.that(f"preflight for {method}: ok", answer.status in (200, 204), answer.status)
        allowed = {name.strip().lower() for name in answer.header("Access-Control-Allow-Headers").split(",")}
        # The Fetch standard does not let `*` stand for Authorization.
        checks.that(f"preflight for {method}: allows the headers by name", asked <= allowed, sorted(allowed))
        methods = {name.strip() for name in answer.header("Access-Control-Allow-Methods").split(",")}
        checks.that(f"preflight for {method}: allows the method", method in methods, sorted(methods))


def _accepted(lab, checks):
    token = lab.keycloak.token()
    for name, cli in {"Inspector 1 CLI": inspector.cli_1, "Inspector 2 CLI": inspector.cli_2}.items():
        listed = cli(URL, *inspector.LIST, token=token)
        checks.that(f"{name} with a token: tools/list shows echo", inspector.lists_echo(listed), listed.log())
        called = cli(URL, *inspector.CALL, token=token)
        checks.that(f"{name} with a token: echo returns hello", inspector.echoes_hello(called), called.log())
    modern = inspector.cli_2(URL, "--protocol-era", "modern", *inspector.CALL, token=token)
    checks.that("Inspector 2 CLI with a token, modern era: echo returns hello", inspector.echoes_hello(modern), modern.log())
    listed = inspector.cli_1(TLS_URL, *inspector.LIST, token=lab.keycloak.token(base=keycloak.HTTPS))
    checks.that("Inspector 1 CLI with a token over TLS: tools/list shows echo", inspector.lists_echo(listed), listed.log())
    checks.equal("a service's token passes", wire.initialize(URL, lab.keycloak.service_token()).status, 200)
    anonymous = inspector.cli_1(URL, *inspector.LIST)
    checks.that("Inspector 1 CLI without a token fails", anonymous.popen.returncode != 0, anonymous.log())


def _refused(lab, checks, spoiled: dict[str, str]):
    before = len(lab.echo.seen())
    for kind, token in spoiled.items():
        answer = wire.initialize(URL, token)
        checks.equal(f"{kind}: 401", answer.status, 401)
        checks.equal(f"{kind}: invalid_token and the metadata",
                     (answer.challenge().get("error"), answer.challenge().get("resource_metadata")),
                     ("invalid_token", METADATA))
    checks.equal(f"FastMCP saw none of the refused requests ({', '.join(spoiled)})", len(lab.echo.seen()), before)
