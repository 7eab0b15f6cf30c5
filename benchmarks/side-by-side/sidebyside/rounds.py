"""The measurements themselves. All figures of a gateway end up in one dictionary."""

import os
import threading
import time

from .load import calls, calls_over_http2
from .processes import Failure, wait_until

CONNECTIONS = (1, 16, 64)
IDLE_STREAMS = (1000, 5000)


class Plan:
    """How long everything takes: for a table, or for a glance."""

    def __init__(self, short):
        self.starts = 1 if short else 3
        self.warm_up = 4 if short else 9
        self.warm_up_most = 4 if short else 42
        self.warm_up_native = 1
        self.rounds = 3 if short else 4
        self.seconds = 1 if short else 2
        self.streams = 100 if short else 1000
        self.stream_seconds = 2 if short else 8
        self.idle = () if short else IDLE_STREAMS
        self.bodies = (10 << 20,) if short else (10 << 20, 1 << 30)
        self.small_only = short


def load_average():
    return round(os.getloadavg()[0], 2)


def start(gateway, plan, figures):
    """Starts it a few times; the last one stays."""
    took = []
    for attempt in range(plan.starts if gateway.name != "direct" else 1):
        gateway.stop()
        took.append(gateway.start())
    if took[0] is not None:
        figures["start_ms"] = took
        time.sleep(1)
        figures["rss_idle_mb"] = gateway.process.rss_mb()


def warm_up(gateway, plan, figures):
    """A JVM until it gets no faster: how long its compilers take depends on the machine."""
    if not gateway.jvm:
        calls(gateway.target, 64, plan.warm_up_native, timeout="20s")
        return
    took, best, slower = 0, 0, 0
    while took < plan.warm_up_most and not (took >= plan.warm_up and slower >= 2):
        rate = calls(gateway.target, 64, min(3, plan.warm_up_most - took), timeout="20s")["rate"]
        slower = 0 if rate > best * 1.05 else slower + 1
        best = max(best, rate)
        took += 3
    figures["warm_up_s"] = min(took, plan.warm_up_most)


def call_rounds(gateways, plan, results, fail, say):
    """Interleaved: A B C A B C, for each number of connections."""
    for number in range(plan.rounds):
        say(f"round {number + 1} of {plan.rounds}")
        for connections in CONNECTIONS:
            for gateway in list(gateways):
                if gateway.failure:
                    continue
                with fail(gateway):
                    before = gateway.process.cpu_seconds() if gateway.process else 0
                    load = load_average()
                    result = calls(gateway.target, connections, plan.seconds)
                    if gateway.process:
                        spent = gateway.process.cpu_seconds() - before
                        result["cpu_per_10k"] = spent * 10_000 / max(1, result["requests"])
                        result["rss_mb"] = gateway.process.rss_mb()
                    result["load"] = load
                    result["round"] = number
                    results[gateway.name].setdefault("calls", {}).setdefault(str(connections), []).append(result)
    if not plan.small_only:
        for number in range(2):
            for gateway in gateways:
                if gateway.http2 and not gateway.failure:
                    try:
                        rate = calls_over_http2(gateway.target, gateway.kit.work, plan.seconds)
                        results[gateway.name].setdefault("http2_rate", []).append(rate)
                    except Failure as problem:
                        results[gateway.name]["http2_problem"] = str(problem)


class Part:
    """A measurement that may fail alone: its reason stands where its figure would."""

    def __init__(self, figures, name, say, gateway):
        self.figures, self.name, self.say, self.gateway = figures, name, say, gateway

    def __enter__(self):
        return self

    def __exit__(self, _, problem, __):
        if isinstance(problem, (Failure, OSError, ValueError, KeyError)):
            self.figures.setdefault("problems", {})[self.name] = str(problem) or type(problem).__name__
            self.say(f"{self.gateway.name}: {self.name}: {problem}")
            return True
        return False


def streams_and_bodies(gateway, plan, peer, backend, figures, say, in_time):
    """On a process of its own, so that memory says what streams need and not what went before."""
    gateway.stop()
    gateway.start()
    calls(gateway.target, 16, 2 if gateway.jvm else 1, timeout="20s")
    figures["load_streams"] = load_average()
    for name, measure in (
        ("idle", idle_streams),
        ("events", events),
        ("leave", leaving),
        ("drip", drip),
        ("stall", stalled),
        ("bodies", bodies),
    ):
        if not in_time():
            figures.setdefault("problems", {})[name] = "left out: no time left"
            continue
        with Part(figures, name, say, gateway):
            if not (gateway.target and gateway.target.answers()):
                raise Failure("answers no more")
            measure(gateway, plan, peer, backend, figures)
    if gateway.process:
        figures["rss_after_streams_mb"] = gateway.process.rss_mb()


def idle_streams(gateway, plan, peer, backend, figures):
    if not plan.idle:
        return
    backend.state("interval=600s")
    before = gateway.process.rss_mb() if gateway.process else None
    opened = 0
    held = []
    try:
        for count in plan.idle:
            client = peer.hold("streams", gateway.target, streams=count - opened, **{"for": "1s"}, interval="600s")
            held.append(client)
            told = client.result(90)
            if told["failed"] or told["broken"]:
                raise Failure(
                    f"{told['failed']} of {count} streams not opened, {told['broken']} broken: {told.get('problem', '')}"
                )
            opened = count
            if gateway.process:
                figures[f"rss_streams_{count}_mb"] = gateway.process.rss_mb()
                figures[f"kb_per_stream_{count}"] = (gateway.process.rss_mb() - before) * 1024 / count
                figures[f"threads_streams_{count}"] = gateway.process.threads()
    finally:
        for client in held:
            client.close()
        backend.state("interval=1s")
        settle(backend)


def settle(backend, seconds=15):
    """Until the backend has no stream any more, or is not going to be told."""
    end = time.monotonic() + seconds
    while backend.state()["open"] and time.monotonic() < end:
        time.sleep(0.1)


def events(gateway, plan, peer, backend, figures):
    backend.state("interval=1s&reset")
    before = gateway.process.cpu_seconds() if gateway.process else 0
    with peer.hold(
        "streams", gateway.target, streams=plan.streams, **{"for": f"{plan.stream_seconds}s"}, interval="1s"
    ) as client:
        told = client.result(plan.stream_seconds + 60)
        if gateway.process:
            told["cpu_seconds"] = gateway.process.cpu_seconds() - before
            told["rss_mb"] = gateway.process.rss_mb()
            told["threads"] = gateway.process.threads()
    settle(backend)
    if not told.get("delay_ms"):
        raise Failure(told.get("problem") or "no event came")
    figures["events"] = told


def leaving(gateway, plan, peer, backend, figures):
    """How many of 40 clients that left the backend hears of, and how soon the last."""
    count = 40
    backend.state("interval=1s")
    base = backend.state("reset")["open"]
    client = peer.hold("streams", gateway.target, streams=count, **{"for": "0.1s"}, interval="1s")
    try:
        client.result(30)
        wait_until(lambda: backend.state()["open"] >= base + count, 5, "opening 40 streams")
    finally:
        client.close()
    left = time.monotonic()
    while backend.state()["gone"] < count and time.monotonic() - left < 5:
        time.sleep(0.005)
    figures["left"] = {
        "told": min(count, backend.state()["gone"]),
        "of": count,
        "ms": (time.monotonic() - left) * 1000,
    }


def drip(gateway, plan, peer, backend, figures):
    figures["drip"] = peer.run("drip", gateway.target, timeout=20)


def stalled(gateway, plan, peer, backend, figures):
    """Bytes that left the backend while the client takes none; sockets' buffers are in it, too."""
    size = 1 << 30
    backend.state("reset")
    before = gateway.process.rss_mb() if gateway.process else 0
    with peer.hold("stall", gateway.target, bytes=size) as client:
        read = client.result(20)["read"]
        last = -1
        end = time.monotonic() + 6
        while time.monotonic() < end:
            time.sleep(0.5)
            written = backend.state()["written"]
            if written == last:
                break
            last = written
        figures["in_flight_mb"] = (backend.state()["written"] - read) / 1e6
        if gateway.process:
            figures["in_flight_rss_mb"] = gateway.process.rss_mb() - before


def bodies(gateway, plan, peer, backend, figures):
    for size in plan.bodies:
        times = 8 if size < 100 << 20 else 1
        for way in ("download", "upload"):
            with Part(figures, f"{way}_{size >> 20}", lambda _: None, gateway):
                told = peer.run(way, gateway.target, timeout=60, bytes=size, times=times)
                figures[f"{way}_{size >> 20}_mb_per_s"] = told["mb_per_s"]


def reload_cost(gateway, seconds, rewrite):
    """The worst latency of calls with and without changes of the configuration under way."""
    calls(gateway.target, 16, 3)
    quiet = calls(gateway.target, 16, seconds)
    changes = 0
    over = threading.Event()

    def change():
        nonlocal changes
        while not over.wait(2):
            changes += 1
            rewrite(changes)

    changer = threading.Thread(target=change, daemon=True)
    changer.start()
    try:
        changed = calls(gateway.target, 16, seconds)
    finally:
        over.set()
        changer.join()
    return {"quiet": quiet, "changed": changed, "changes": changes}
