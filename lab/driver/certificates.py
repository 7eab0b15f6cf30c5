"""A CA of the lab and a server certificate for every name the lab uses, made by openssl and keytool."""

import os
import shutil
from pathlib import Path

from driver.places import CERTIFICATES
from driver.processes import must_run

CA = CERTIFICATES / "ca.pem"
CERTIFICATE = CERTIFICATES / "server.pem"
KEY = CERTIFICATES / "server.key"
TRUST_STORE = CERTIFICATES / "trust.p12"
TRUST_STORE_PASSWORD = "trustlab"
NODE_BUNDLE = CERTIFICATES / "node-bundle.pem"

NAMES = "DNS:localhost,IP:127.0.0.1,DNS:server.lab.example.io"


def make() -> None:
    """Makes everything anew: nothing of an earlier run can have expired."""
    shutil.rmtree(CERTIFICATES, ignore_errors=True)
    CERTIFICATES.mkdir(parents=True)

    _tool("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "7", "-subj", "/CN=lab CA",
          "-addext", "keyUsage=critical,keyCertSign", "-keyout", "ca.key", "-out", CA)
    issue(CERTIFICATE, KEY)
    _tool("keytool", "-importcert", "-noprompt", "-alias", "lab", "-file", CA,
          "-storetype", "PKCS12", "-keystore", TRUST_STORE, "-storepass", TRUST_STORE_PASSWORD)

    # Node knows one extra file only, and the machine may already need it for another CA.
    inherited = os.environ.get("NODE_EXTRA_CA_CERTS")
    NODE_BUNDLE.write_text((Path(inherited).read_text() if inherited else "") + CA.read_text())


def issue(certificate: Path, key: Path) -> None:
    """Makes a key, and a certificate for it with the names of the lab."""
    _tool("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost",
          "-addext", f"subjectAltName={NAMES}", "-keyout", key, "-out", "server.csr")
    _tool("openssl", "x509", "-req", "-in", "server.csr", "-days", "7", "-CA", CA, "-CAkey", "ca.key",
          "-CAcreateserial", "-copy_extensions", "copyall", "-out", certificate)


def _tool(*command: object) -> None:
    must_run("certificates", [*command], cwd=CERTIFICATES)
