"""What runs, what it costs, and that none of it stays behind."""

import ctypes
import os
import resource
import signal
import socket
import subprocess
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)

_running = []


class Failure(Exception):
    """Something did not come up or did not work; its text goes into the table."""


def prepare_limits(cpus):
    """As many files as the system lets us have, and the same processors for all."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    usable = sorted(os.sched_getaffinity(0))[:cpus]
    os.sched_setaffinity(0, usable)
    return hard, len(usable)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _ends_with_parent():
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Process:
    """A process and its children, with their output in a file."""

    def __init__(self, command, log, cwd=None, stdin=None, stdout=None):
        self.log = Path(log)
        self.output = open(self.log, "wb")
        self.popen = subprocess.Popen(
            [str(part) for part in command],
            cwd=cwd,
            stdin=stdin or subprocess.DEVNULL,
            stdout=stdout or self.output,
            stderr=self.output if stdout else subprocess.STDOUT,
            preexec_fn=_ends_with_parent,
        )
        _running.append(self)

    def alive(self):
        return self.popen.poll() is None

    def complaint(self):
        """The last words, without paths of this machine."""
        lines = [line for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        said = next((line for line in lines if "rror" in line or "xception" in line), lines[-1] if lines else "")
        return tidy(said) or f"ended with {self.popen.poll()}"

    def stop(self):
        if self.alive():
            self.popen.terminate()
            try:
                self.popen.wait(12)
            except subprocess.TimeoutExpired:
                for pid in reversed(self.pids()):
                    _kill(pid)
                self.popen.wait(5)
        self.output.close()
        if self in _running:
            _running.remove(self)

    def pids(self):
        return family(self.popen.pid)

    def cpu_seconds(self):
        return sum(_cpu_seconds(pid) for pid in self.pids())

    def rss_mb(self):
        return sum(_rss_kb(pid) for pid in self.pids()) / 1024

    def threads(self):
        return sum(len(_list(f"/proc/{pid}/task")) for pid in self.pids())


def stop_all():
    for process in list(reversed(_running)):
        try:
            process.stop()
        except Exception as problem:  # the others have to go, too
            print(f"side-by-side: {problem}", flush=True)


def family(pid):
    """A process and all below it."""
    pids = [pid]
    for parent in pids:
        for task in _list(f"/proc/{parent}/task"):
            children = _read(f"/proc/{parent}/task/{task}/children").split()
            pids.extend(int(child) for child in children)
    return pids


def _cpu_seconds(pid):
    after_name = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    # utime, stime, cutime, cstime: what children that ended have used counts as well.
    return sum(int(ticks) for ticks in after_name[11:15]) / TICKS if after_name else 0.0


def _rss_kb(pid):
    for line in _read(f"/proc/{pid}/status").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


def _read(path):
    try:
        return Path(path).read_text()
    except OSError:
        return ""


def _list(path):
    try:
        return os.listdir(path)
    except OSError:
        return []


def _kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def tidy(text, length=160):
    """One line for a table: no colours, no bars, no home of anybody."""
    clean = "".join(character for character in text if character.isprintable())
    for place in (str(Path.cwd()), os.path.expanduser("~")):
        clean = clean.replace(place, "")
    return clean.replace("|", "/").strip()[:length]


def run(command, timeout, cwd=None, env=None):
    """Output of a command that ends by itself."""
    command = [str(part) for part in command]
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            timeout=timeout,
            preexec_fn=_ends_with_parent,
        )
    except FileNotFoundError:
        raise Failure(f"{command[0]} is missing") from None
    except subprocess.TimeoutExpired:
        raise Failure(f"{Path(command[0]).name} took longer than {timeout:.0f} s") from None
    if done.returncode != 0:
        said = (done.stderr + done.stdout).decode(errors="replace").strip().splitlines()
        lines = [line for line in said if "ERROR" in line or "rror:" in line] or said[-1:] or ["no word"]
        raise Failure(tidy(f"{Path(command[0]).name}: {lines[0]}"))
    return done.stdout.decode(errors="replace")


def wait_until(true, seconds, what):
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise Failure(f"{what} took longer than {seconds} s")
        time.sleep(0.02)
