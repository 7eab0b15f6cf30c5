"""The official SDK clients, TypeScript and Python, in both eras of the protocol, with a token."""

from driver import certificates, keycloak
from driver.places import LAB, NODE, VENV
from driver.processes import run

HTTP_URL = "http://localhost:9000/mcp"
TLS_URL = "https://localhost:9001/mcp"
MODERN = "2026-07-28"


def play(lab, checks):
    python = [VENV / "bin" / "python", LAB / "python" / "sdk_client.py"]
    with lab.gateway(checks, "auth.yaml"):
        for base, url in {keycloak.HTTP: HTTP_URL, keycloak.HTTPS: TLS_URL}.items():
            env = {
                "LAB_TOKEN": lab.keycloak.token(base=base),
                "NODE_EXTRA_CA_CERTS": str(certificates.NODE_BUNDLE),
                "SSL_CERT_FILE": str(certificates.CA),
            }
            for client, command in {
                "TypeScript SDK 1": ["node", NODE / "sdk-v1.mjs", url],
                "TypeScript SDK 2, initialize": ["node", NODE / "sdk-v2.mjs", url, "legacy"],
                f"TypeScript SDK 2, {MODERN}": ["node", NODE / "sdk-v2.mjs", url, MODERN],
                "Python SDK, initialize": [*python, url, "legacy"],
                f"Python SDK, {MODERN}": [*python, url, MODERN],
            }.items():
                output = run("sdk-client", command, env).log()
                checks.that(f"{client}, {url}: lists echo", "tools: echo\n" in output, output)
                checks.that(f"{client}, {url}: calls echo", "echo: hello\n" in output, output)
