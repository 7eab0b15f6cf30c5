"""Brings up what is needed, by the package managers' ordinary clients."""

import json
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from .load import HERE
from .processes import Failure, run

ROOT = HERE.parent.parent
PACKAGES = {
    "wrk": "wrk",
    "h2load": "nghttp2-client",
    "nginx": "nginx-light",
    "haproxy": "haproxy",
    "go": "golang-go",
}


@dataclass
class Kit:
    """What the gateways and clients are made of; what could not be had is in `missing`, with the reason."""

    work: Path
    peer: Path
    token: str
    issuer: str
    audience: str
    jwks: Path
    key: Path
    launcher: Path
    missing: dict
    agentgateway: Path = None


def maven():
    return os.environ.get("MVN", "mvn").split()


def system_packages(needed):
    """Installs what is missing where that is allowed; who lacks it in the end says so itself."""
    lacking = [PACKAGES[tool] for tool in needed if not shutil.which(tool)]
    if not lacking or not shutil.which("apt-get"):
        return
    become = [] if os.geteuid() == 0 else ["sudo", "-n"]
    for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-qy", "--no-install-recommends", *lacking]):
        try:
            # Debian would start nginx and haproxy as services: not here.
            run([*become, "env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1", *command], 240)
        except Failure as problem:
            print(f"side-by-side: {problem}", flush=True)


def kit(options, names):
    work = HERE / "target"
    work.mkdir(exist_ok=True)
    (work / "tmp").mkdir(exist_ok=True)
    missing = {}
    tools = ["wrk", "go"] + [tool for tool in ("nginx", "haproxy") if any(tool in name for name in names)]
    if not options.short:
        tools.append("h2load")
    system_packages(tools)
    for tool in ("wrk", "go", "java"):
        if not shutil.which(tool):
            raise Failure(f"{tool} is missing")
    peer = work / "peer"
    run(["go", "build", "-o", peer, "."], 180, cwd=HERE / "peer", env={**os.environ, "CGO_ENABLED": "0"})
    keys = work / "keys"
    keys.mkdir(exist_ok=True)
    told = json.loads(run([peer, "keys", "-dir", keys], 30))
    launcher = ROOT / "jetty-example" / "target" / "mcp-gateway.jar"
    if any("ours" in name for name in names):
        _launcher(launcher, options.build, missing)
    if any(name in ("jetty", "ours-tomcat-jwt") for name in names):
        _attempt(missing, "java", lambda: _java(work, names, missing))
    if any(name == "scg-jwt" for name in names):
        _attempt(missing, "spring", lambda: _spring())
    return Kit(
        work,
        peer,
        (keys / "token").read_text(),
        told["issuer"],
        told["audience"],
        keys / "jwks.json",
        keys / "key.pem",
        launcher,
        missing,
        Path(options.agentgateway).resolve() if options.agentgateway else None,
    )


def _attempt(missing, what, step):
    try:
        step()
    except Failure as problem:
        missing[what] = str(problem)


def _launcher(jar, build, missing):
    if build or not jar.exists():
        _attempt(
            missing,
            "launcher",
            lambda: run([*maven(), "-B", "-q", "-DskipTests", "-pl", "jetty-example", "-am", "package"], 600, cwd=ROOT),
        )


def _java(work, names, missing):
    versions = {
        name: re.search(rf"<{name}.version>([^<]+)<", (ROOT / "pom.xml").read_text()).group(1)
        for name in ("jetty", "tomcat")
    }
    libraries = work / "lib"
    shutil.rmtree(libraries, ignore_errors=True)
    run(
        [*maven(), "-B", "-q", "-f", HERE / "java" / "pom.xml", "dependency:copy-dependencies"]
        + [f"-DoutputDirectory={libraries}"]
        + [f"-D{name}.version={version}" for name, version in versions.items()],
        300,
    )
    _compile(work, "JettyProxy", [libraries])
    if "ours-tomcat-jwt" in names:
        _attempt(missing, "tomcat", lambda: _tomcat(work, libraries))


def _tomcat(work, libraries):
    gateway = work / "gateway-lib"
    shutil.rmtree(gateway, ignore_errors=True)
    run(
        [*maven(), "-B", "-q", "-DskipTests", "-pl", "servlet", "-am", "package", "dependency:copy-dependencies"]
        + ["-DincludeScope=runtime", f"-DoutputDirectory={gateway}"],
        600,
        cwd=ROOT,
    )
    for jar in (ROOT / "servlet" / "target").glob("mcp-gateway-servlet-*.jar"):
        if not re.search(r"-(tests|sources|javadoc)\.jar$", jar.name):
            shutil.copy(jar, gateway)
    _compile(work, "TomcatFilter", [libraries, gateway])


def _compile(work, program, libraries):
    run(
        ["javac", "-nowarn", "-d", work / "classes", "-cp", class_path(libraries)]
        + [HERE / "java" / f"{program}.java"],
        120,
    )


def class_path(places):
    return os.pathsep.join(f"{place}/*" for place in places)


def _spring():
    run([*maven(), "-B", "-q", "-f", HERE / "spring" / "pom.xml", "-DskipTests", "package"], 600)


def machine():
    """What the figures were taken on; no names, no places."""
    information = Path("/proc/cpuinfo").read_text()
    processor = re.search(r"model name\s*:\s*(.*)", information)
    memory = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())
    described = {
        "processor": processor.group(1) if processor else os.uname().machine,
        "processors": os.cpu_count(),
        "memory_gb": round(int(memory.group(1)) / 1024 / 1024),
        "kernel": os.uname().release,
    }
    for name, command in {
        "java": ["java", "--version"],
        "go": ["go", "version"],
        "nginx": ["nginx", "-v"],
        "haproxy": ["haproxy", "-v"],
        "wrk": ["wrk", "-v"],
    }.items():
        described[name] = version(command)
    return described


def version(command):
    import subprocess

    try:
        said = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return "none"
    found = re.search(r"\d+\.\d+[\w.+-]*", said.stdout.decode(errors="replace"))
    return found.group(0) if found else "unknown"
