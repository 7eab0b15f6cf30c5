"""Usage: benchmarks/side-by-side/run [--short] [--only a,b] [--agentgateway PATH]"""

import argparse
import contextlib
import datetime
import json
import os
import signal
import sys
import time
from unittest import mock

from . import gateways as known
from . import report, rounds, setup
from .load import Backend, Peer, calls
from .processes import Failure, prepare_limits, stop_all

RESULTS = setup.ROOT / "benchmarks" / "results" / "side-by-side.json"
DOCUMENT = setup.ROOT / "docs" / "performance.md"
ROUTES = (1, 100, 10_000)


def options():
    names = ", ".join(kind.name for kind in known.ALL)
    parser = argparse.ArgumentParser(
        prog="benchmarks/side-by-side/run",
        description="Gateways side by side under the same load; see benchmarks/README.md.",
        epilog=f"gateways: {names}",
    )
    parser.add_argument("--short", action="store_true", help="direct, ours, Jetty, nginx in about 90 s; for a glance")
    parser.add_argument("--only", metavar="A,B", help="these gateways; direct and ours-jwt are always there")
    parser.add_argument("--agentgateway", metavar="PATH", help="its binary; the row is left out without it")
    parser.add_argument("--jdk", metavar="HOME", action="append", default=[], help="first answers with this one, too")
    parser.add_argument("--build", action="store_true", help="build the launcher even where its jar is there")
    parser.add_argument("--cpus", type=int, default=2, help="processors for all together (default 2)")
    parser.add_argument("--budget", type=int, default=1140, help="seconds after which parts are left out (1140)")
    parser.add_argument("--rounds", type=int, help="instead of 4")
    parser.add_argument("--seconds", type=int, help="of a round, instead of 2")
    parser.add_argument("--write", action="store_true", help="into the document also after --short or --only")
    given = parser.parse_args()
    if given.only:
        wanted = set(given.only.split(","))
        unknown = wanted - {kind.name for kind in known.ALL}
        if unknown:
            parser.error(f"no gateway {', '.join(sorted(unknown))} (expected: {names})")
    return given


def chosen(given):
    if given.only:
        wanted = {"direct", "ours-jwt", *given.only.split(",")}
    elif given.short:
        wanted = set(known.SHORT)
    else:
        wanted = {kind.name for kind in known.ALL}
    return [kind for kind in known.ALL if kind.name in wanted]


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


def main():
    given = options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGHUP, lambda *_: sys.exit(129))
    try:
        return measure(given)
    except Failure as problem:
        say(f"failed: {problem}")
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        stop_all()


def measure(given):
    began = time.monotonic()

    def in_time(reserve=0):
        return time.monotonic() - began < given.budget - reserve

    files, cpus = prepare_limits(given.cpus)
    kinds = chosen(given)
    plan = rounds.Plan(given.short)
    plan.rounds = given.rounds or plan.rounds
    plan.seconds = given.seconds or plan.seconds
    say("preparing")
    kit = setup.kit(given, [kind.name for kind in kinds])
    backend = Backend(kit.peer, kit.work)
    peer = Peer(kit.peer, kit.work)
    all_gateways = [kind(kit, backend) for kind in kinds]
    results = {gateway.name: {} for gateway in all_gateways}

    @contextlib.contextmanager
    def fail(gateway):
        try:
            yield
        except (Failure, OSError, ValueError) as problem:
            gateway.failure = str(problem) or type(problem).__name__
            results[gateway.name]["failure"] = gateway.failure
            say(f"{gateway.name}: {gateway.failure}")
            gateway.stop()

    for gateway in all_gateways:
        say(f"starting {gateway.name}")
        with fail(gateway):
            rounds.start(gateway, plan, results[gateway.name])
    for gateway in all_gateways:
        if not gateway.failure:
            say(f"warming up {gateway.name}")
            with fail(gateway):
                rounds.warm_up(gateway, plan, results[gateway.name])
    rounds.call_rounds(all_gateways, plan, results, fail, say)
    for gateway in all_gateways:
        gateway.stop()

    for gateway in all_gateways:
        if not gateway.failure:
            say(f"streams and bodies: {gateway.name}")
            with fail(gateway):
                rounds.streams_and_bodies(
                    gateway, plan, peer, backend, results[gateway.name], say, lambda: in_time(60)
                )
            gateway.stop()

    starts = {}
    for home in given.jdk:
        say(f"starting with another JDK: {home}")
        starts[setup.version([f"{home}/bin/java", "--version"])] = first_answers(home, kit, backend)

    extra = {}
    if not given.short:
        for name, measured in (("reload", reload_cost), ("routes", cost_of_routes)):
            try:
                if not in_time(30):
                    raise Failure("left out: no time left")
                say(name)
                extra[name] = measured(kit, backend, plan)
            except (Failure, OSError) as problem:
                extra[name] = {"problem": str(problem)}
                say(f"{name}: {problem}")

    data = {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d"),
        "machine": {**setup.machine(), "processors_used": cpus, "open_files": files},
        "rounds": plan.rounds,
        "seconds_per_round": plan.seconds,
        "streams": plan.streams,
        "took_seconds": round(time.monotonic() - began),
        "gateways": results,
        "starts": starts,
        "ours": extra,
    }
    titles = {gateway.name: gateway.title for gateway in all_gateways}
    text = report.markdown(data, titles)
    complete = not given.short and not given.only
    raw = RESULTS if complete or given.write else kit.work / "results.json"
    raw.parent.mkdir(parents=True, exist_ok=True)
    raw.write_text(json.dumps(data, indent=1) + "\n")
    if complete or given.write:
        report.into(DOCUMENT, text)
        say(f"written to {DOCUMENT.relative_to(setup.ROOT)} and {RESULTS.relative_to(setup.ROOT)}")
    print("\n" + text)
    missed = [name for name, figures in results.items() if "failure" in figures and name in known.ESSENTIAL]
    say(f"took {time.monotonic() - began:.0f} s" + (f"; failed: {', '.join(missed)}" if missed else ""))
    return 1 if missed else 0


def first_answers(home, kit, backend):
    """Interleaved, as above. What the launcher's first run writes is there for the next ones."""
    told = {}
    with mock.patch.dict(os.environ, JAVA_HOME=home, PATH=f"{home}/bin{os.pathsep}{os.environ['PATH']}"):
        for attempt in range(6):
            for kind in (known.OursJwt, known.Jetty):
                gateway = kind(kit, backend)
                try:
                    took = gateway.start()
                    time.sleep(1)
                    if attempt:
                        figures = told.setdefault(kind.title, {"start_ms": [], "rss_idle_mb": []})
                        figures["start_ms"].append(took)
                        figures["rss_idle_mb"].append(gateway.process.rss_mb())
                except Failure as problem:
                    return {"problem": str(problem)}
                finally:
                    gateway.stop()
    return told


def reload_cost(kit, backend, plan):
    gateway = known.OursJwt(kit, backend)
    gateway.start()
    try:
        file = gateway.dir / "config.yaml"
        written = file.read_text()

        def rewrite(number):
            # As deployments do it: another file, renamed into place. It says something else each time.
            changed = file.with_name("changed.yaml")
            changed.write_text(written.replace("streamsPerCaller: 10000", f"streamsPerCaller: {9000 + number}"))
            os.replace(changed, file)

        return rounds.reload_cost(gateway, 8, rewrite)
    finally:
        gateway.stop()


class Routes(known.OursTomcatJwt):
    """The filter with many routes: more than one YAML file may hold."""

    name = "routes"
    jwt = False

    def __init__(self, kit, backend, routes):
        self.routes = routes
        super().__init__(kit, backend)

    def command(self, port):
        return known.java(self.kit, "TomcatFilter", port, f"http://{self.backend.address}/mcp", self.routes)


def cost_of_routes(kit, backend, plan):
    """Interleaved, as above: calls to the last of so many routes."""
    running = [Routes(kit, backend, count) for count in ROUTES]
    told = {str(count): [] for count in ROUTES}
    try:
        for gateway in running:
            gateway.start()
            calls(gateway.target, 64, 40, timeout="20s")  # or who was warmed up first is the fastest
        for _ in range(3):
            for gateway in running:
                before = gateway.process.cpu_seconds()
                result = calls(gateway.target, 64, plan.seconds)
                spent = gateway.process.cpu_seconds() - before
                result["cpu_per_10k"] = spent * 10_000 / max(1, result["requests"])
                result["rss_mb"] = gateway.process.rss_mb()
                told[str(gateway.routes)].append(result)
        return told
    finally:
        for gateway in running:
            gateway.stop()


if __name__ == "__main__":
    sys.exit(main())
