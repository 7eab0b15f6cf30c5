"""Processes that end with the lab, and waiting for a condition."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from driver.places import LOGS

# Every process group the lab started and has not ended yet, newest last.
_running: list["Process"] = []
_closed = False


class Timeout(Exception):
    """A condition did not become true in time."""


def wait_until(what: str, condition: Callable[[], object], seconds: float, process: "Process | None" = None):
    """Polls until the condition is true and returns its value. Gives up early when the process has ended."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if process and process.ended():
            raise Timeout(f"{process.name} ended with {process.popen.returncode} before {what}\n{process.tail()}")
        if time.monotonic() > deadline:
            raise Timeout(f"{what}: not within {seconds:.0f} s" + (f"\n{process.tail()}" if process else ""))
        time.sleep(0.1)


def soon(condition: Callable[[], object], seconds: float = 5) -> bool:
    """Whether the condition becomes true in time."""
    try:
        wait_until("the condition", condition, seconds)
    except Timeout:
        return False
    return True


def listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def open_connections(port: int) -> int:
    """How many connections the server on this port has open, as the kernel sees it."""
    established = "01"
    sockets = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(local.endswith(f":{port:04X}") and state == established for _, local, _, state, *_ in sockets)


class Process:
    """A child with a process group of its own and a log file; `stop` ends the whole group."""

    def __init__(self, name: str, command: list, env: dict | None = None, cwd: Path | None = None):
        if _closed:
            raise RuntimeError(f"{name} is not started: the lab ends")
        self.name = name
        self.log_file = LOGS / f"{name}.log"
        with open(self.log_file, "ab") as log:
            self.start_of_log = log.tell()
            self.popen = subprocess.Popen(
                # Under nohup a JVM inherits that the signal is ignored, and would not read its file again.
                ["env", "--default-signal=HUP", *(str(part) for part in command)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=os.environ | (env or {}),
                cwd=cwd,
                start_new_session=True,
            )
        _running.append(self)

    def ended(self) -> bool:
        return self.popen.poll() is not None

    def log(self) -> str:
        """What this process has written so far."""
        with open(self.log_file, "rb") as log:
            log.seek(self.start_of_log)
            return log.read().decode("utf-8", "replace")

    def tail(self, lines: int = 30) -> str:
        return "\n".join(f"  | {line}" for line in self.log().splitlines()[-lines:])

    def stop(self) -> None:
        """Asks the group to end, and insists after 20 s."""
        self.signal(signal.SIGTERM)
        try:
            wait_until(f"{self.name} ends", self._group_is_gone, 20)
        except Timeout:
            self.signal(signal.SIGKILL)
            self.popen.wait()
        if self in _running:
            _running.remove(self)

    def signal(self, number: int) -> None:
        """Sends it to the group, if that still is."""
        try:
            os.killpg(self.popen.pid, number)
        except ProcessLookupError:
            pass

    def _group_is_gone(self) -> bool:
        self.popen.poll()  # reaps the leader, which would otherwise keep the group alive
        try:
            os.killpg(self.popen.pid, 0)
        except ProcessLookupError:
            return True
        return False

    def __enter__(self) -> "Process":
        return self

    def __exit__(self, *_) -> None:
        self.stop()


def run(name: str, command: list, env: dict | None = None, cwd: Path | None = None, seconds: float = 120) -> Process:
    """Runs a command to its end; its output is in `log()`, its code in `popen.returncode`."""
    process = Process(name, command, env, cwd)
    try:
        wait_until(f"{name} ends", process.ended, seconds)
    finally:
        process.stop()
    return process


def must_run(name: str, command: list, env: dict | None = None, cwd: Path | None = None, seconds: float = 600) -> None:
    """Like `run`, for a command that may not fail."""
    process = run(name, command, env, cwd, seconds)
    if process.popen.returncode != 0:
        raise RuntimeError(f"{name} failed with {process.popen.returncode}\n{process.tail()}")


def stop_all() -> None:
    """Ends everything; from now on nothing starts, also not in a thread that still installs."""
    global _closed
    _closed = True
    for process in reversed(_running.copy()):
        process.stop()
