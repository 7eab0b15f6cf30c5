"""Where things lie, and which ports they use."""

from pathlib import Path

LAB = Path(__file__).resolve().parent.parent
WORK = LAB / ".work"
LOGS = WORK / "logs"
CERTIFICATES = WORK / "certificates"
NODE = WORK / "node"
NODE_MODULES = NODE / "node_modules"
VENV = WORK / "venv"
KEYCLOAK = WORK / "keycloak"
H2SPEC = WORK / "h2spec"

GATEWAY = LAB.parent / "jetty-example"
GATEWAY_JAR = GATEWAY / "target" / "mcp-gateway.jar"
GATEWAY_SCRIPT = GATEWAY / "mcp-gateway"
SAMPLES = GATEWAY / "samples"
GUIDE = LAB.parent / "docs" / "guide.md"

PORTS = {
    8000: "FastMCP",
    8010: "the suite's server on the SDK",
    8011: "the suite's plain server",
    8012: "the token hop",
    8020: "FastMCP with all features",
    8021: "FastMCP with all features (HTTP with SSE)",
    8022: "server-everything",
    8023: "server-everything (HTTP with SSE)",
    8024: "FastMCP that counts",
    8025: "FastMCP that is traced",
    8026: "the collector of traces",
    8080: "Keycloak",
    8081: "nobody: an issuer that is down",
    8443: "Keycloak (TLS)",
    9000: "the gateway, or HAProxy in front of it",
    9001: "the gateway (TLS)",
    9002: "the gateway (late keys, a replica)",
    9003: "the gateway (another session key, the other replica)",
    9012: "the gateway's health",
    9013: "the other replica's health",
    9015: "the gateway's port for operators",
    6274: "Inspector 1",
    6277: "Inspector 1 proxy",
    6284: "Inspector 2",
}
