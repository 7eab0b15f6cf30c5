"""An agentgateway file with authentication, unchanged: names from the environment, Keycloak behind TLS."""

import os
import subprocess

from driver import install, keycloak, tokens, wire
from driver.gateway import command, environment
from driver.hosts import Hosts
from driver.lab import CONFIGS
from driver.places import WORK
from driver.processes import run

URL = "http://localhost:9000/mcp"
RESOURCE = "https://server.lab.example.io:9001/mcp"
METADATA = "https://server.lab.example.io:9001/.well-known/oauth-protected-resource/mcp"
SANDBOX = {"_SANDBOX_ID": "lab"}


def play(lab, checks):
    original = CONFIGS / "agentgateway-auth.yaml"
    substituted = _envsubst(original)
    with Hosts("server.lab.example.io"):
        for config in (*sorted(CONFIGS.glob("*.yaml")), substituted):
            validated = run("validate", [*command(), "-f", config, "--validate-only"], environment() | SANDBOX)
            checks.equal(f"--validate-only accepts {config.name}", validated.popen.returncode, 0)
        _walk(lab, checks, original, SANDBOX)
        _walk(lab, checks, substituted, {})


def _walk(lab, checks, config, env):
    with lab.gateway(checks, config, env):
        answer = wire.initialize(URL)
        checks.equal(f"{config.name}: no token: 401", answer.status, 401)
        checks.equal(f"{config.name}: the challenge names the metadata",
                     answer.challenge().get("resource_metadata"), METADATA)

        metadata = wire.request("GET", "http://localhost:9000/.well-known/oauth-protected-resource/mcp").json()
        checks.equal(f"{config.name}: the resource", metadata.get("resource"), RESOURCE)
        checks.equal(f"{config.name}: the authorization server",
                     metadata.get("authorization_servers"), [keycloak.NAMED + keycloak.REALM])

        token = lab.keycloak.token(base=keycloak.NAMED)
        checks.equal(f"{config.name}: the issuer of the token", tokens.claims(token)["iss"], keycloak.NAMED + keycloak.REALM)
        checks.equal(f"{config.name}: a token of Keycloak passes", wire.initialize(URL, token).status, 200)
        checks.equal(f"{config.name}: a token of another issuer is refused",
                     wire.initialize(URL, lab.keycloak.token()).status, 401)


def _envsubst(config):
    """The file as a shell would prepare it."""
    install.envsubst()
    result = WORK / "agentgateway-auth-substituted.yaml"
    with open(config) as source, open(result, "w") as target:
        subprocess.run(["envsubst"], stdin=source, stdout=target, env=os.environ | SANDBOX, check=True)
    return result
