"""What the lab needs and does not find is installed below the work folder, once per version."""

import hashlib
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from driver.places import H2SPEC, KEYCLOAK, LAB, NODE, NODE_MODULES, VENV, WORK
from driver.processes import must_run

KEYCLOAK_VERSION = "26.7.3"


def python_packages() -> None:
    requirements = LAB / "python" / "requirements.txt"

    def install() -> None:
        shutil.rmtree(VENV, ignore_errors=True)
        must_run("venv", [sys.executable, "-m", "venv", VENV])
        must_run("pip", [VENV / "bin" / "pip", "install", "--quiet", "-r", requirements])

    _once("python", requirements.read_text(), install)


def node_packages() -> None:
    manifest = LAB / "node" / "package.json"

    def install() -> None:
        shutil.rmtree(NODE_MODULES, ignore_errors=True)
        must_run("npm", ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund"], cwd=NODE)

    # Node resolves packages from the folder of the importing file, so the scripts go where the packages are.
    shutil.copytree(LAB / "node", NODE, dirs_exist_ok=True)
    _once("node", manifest.read_text(), install)


def h2spec() -> None:
    """Built by Go from the versions in lab/go."""
    sums = LAB / "go" / "go.sum"

    def install() -> None:
        if not shutil.which("go"):
            _apt("golang-go")
        must_run("go", ["go", "build", "-o", H2SPEC, "github.com/summerwind/h2spec/cmd/h2spec"], cwd=LAB / "go")

    _once("h2spec", sums.read_text(), install)


def keycloak() -> None:
    def install() -> None:
        shutil.rmtree(KEYCLOAK, ignore_errors=True)
        KEYCLOAK.mkdir()
        must_run("mvn", [
            "mvn", "-B", "-ntp", "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:unpack",
            f"-Dartifact=org.keycloak:keycloak-quarkus-dist:{KEYCLOAK_VERSION}:zip", f"-DoutputDirectory={KEYCLOAK}",
        ], cwd=KEYCLOAK)
        # Without its version in the path, the folder is the same for whoever starts it.
        unpacked = KEYCLOAK / f"keycloak-{KEYCLOAK_VERSION}"
        for entry in unpacked.iterdir():
            entry.rename(KEYCLOAK / entry.name)
        unpacked.rmdir()
        for script in (KEYCLOAK / "bin").glob("*.sh"):
            script.chmod(0o755)

    _once("keycloak", KEYCLOAK_VERSION, install)


def browser() -> None:
    if not chromium():
        _apt("chromium")


def envsubst() -> None:
    if not shutil.which("envsubst"):
        _apt("gettext-base")


def haproxy() -> None:
    if not haproxy_command():
        _apt("haproxy")


def haproxy_command() -> str | None:
    """Debian puts it where only root looks."""
    return shutil.which("haproxy", path=os.pathsep.join([os.environ["PATH"], "/usr/sbin"]))


def chromium() -> str | None:
    names = ("chromium", "google-chrome", "chromium-browser")
    return os.environ.get("LAB_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def as_root(command: list) -> list:
    return command if os.geteuid() == 0 else ["sudo", "-n", *command]


def _apt(package: str) -> None:
    # Another apt may be at work: wait for its lock.
    command = ["apt-get", "-qy", "-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3"]
    environment = {"DEBIAN_FRONTEND": "noninteractive"}
    must_run("apt", as_root([*command, "update"]), environment)
    must_run("apt", as_root([*command, "install", "--no-install-recommends", package]), environment)


def _once(name: str, specification: str, install: Callable[[], None]) -> None:
    """Installs unless a finished installation of the same specification is there."""
    stamp: Path = WORK / f"{name}.installed"
    wanted = hashlib.sha256(specification.encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    stamp.unlink(missing_ok=True)
    install()
    stamp.write_text(wanted)
