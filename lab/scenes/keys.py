"""Keycloak's keys change and Keycloak goes away; the gateway is not restarted."""

import time

from driver import tokens, wire
from driver.processes import soon

URL = "http://localhost:9000/mcp"
LATE_URL = "http://localhost:9002/mcp"


def play(lab, checks):
    old = lab.keycloak.token()
    with lab.gateway(checks, "auth.yaml"):
        checks.equal("a token passes", wire.initialize(URL, old).status, 200)

        lab.keycloak.rotate_keys()
        lab.keycloak.stop()
        checks.equal("Keycloak stopped: the known key keeps working", wire.initialize(URL, old).status, 200)
        checks.equal("Keycloak stopped: a bad token is still a 401",
                     wire.initialize(URL, tokens.with_broken_signature(old)).status, 401)

        with lab.gateway(checks, "late-keys.yaml"):
            checks.equal("never had a key: 503, for it is not the token's fault", wire.initialize(LATE_URL, old).status, 503)
            checks.equal("never had a key: 401 without token", wire.initialize(LATE_URL).status, 401)

            lab.keycloak.start()
            lab.keycloak.wait_until_ready()
            new = lab.keycloak.token()
            checks.that("Keycloak signs with another key", tokens.key_id(new) != tokens.key_id(old), tokens.key_id(new))
            _soon_passes(checks, "a token of the new key", URL, new)
            _soon_passes(checks, "a token at the gateway that had no key", LATE_URL, new)


def _soon_passes(checks, what, url, token):
    """A gateway may pause between two attempts to fetch keys, but not for a minute."""
    begin = time.monotonic()
    passes = soon(lambda: wire.initialize(url, token).status == 200, 60)
    checks.that(f"{what} passes, after {time.monotonic() - begin:.0f} s", passes)
