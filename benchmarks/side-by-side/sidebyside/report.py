"""The tables, in Markdown, between two markers of a document that others write."""

import statistics

BEGIN = "<!-- side-by-side: written by benchmarks/side-by-side/run -->"
END = "<!-- side-by-side: end -->"
OURS = "ours-jwt"
NONE = "–"


def into(document, text):
    """Replaces what stands between the markers; the rest is not touched."""
    block = f"{BEGIN}\n{text}{END}"
    before = document.read_text() if document.exists() else f"# Performance\n\n{block}\n"
    if BEGIN in before and END in before:
        head, _, rest = before.partition(BEGIN)
        block = head + block + rest.partition(END)[2]
    else:
        block = before.rstrip() + f"\n\n{block}\n"
    document.write_text(block)


def markdown(data, titles):
    machine = data["machine"]
    parts = [
        f"Taken {data['date']} on {machine['processor']}, {machine['processors_used']} processors for generator, "
        f"gateway and backend together, {machine['memory_gb']} GB, Linux {machine['kernel']}, JDK {machine['java']}, "
        f"nginx {machine['nginx']}, HAProxy {machine['haproxy']}; "
        f"{data['rounds']} interleaved rounds of {data['seconds_per_round']:g} s, medians. "
        "A ratio is this gateway's launcher with JWT to that row, in the same round: median (least to most).\n",
        "### Calls\n",
        calls(data, titles),
        "\n### Streams\n",
        streams(data, titles),
        "\n### Bodies\n",
        bodies(data, titles),
    ]
    if data["starts"]:
        parts += ["\n### First answer by JDK\n", starts(data["starts"])]
    if data["ours"]:
        parts += ["\n### Changes and routes\n", ours(data["ours"])]
    return "\n".join(parts) + "\n"


def table(heads, rows):
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def calls(data, titles):
    heads = ["gateway", "1 conn: req/s, p50, p99 ms", "added p50 ms", "16 conn: req/s, p50, p99", "64 conn: req/s, p50, p99"]
    heads += ["ours ÷ it (64)", "CPU s / 10k", "RSS MB idle / load", "first answer ms", "warm-up s", "load avg"]
    gateways = data["gateways"]
    rows = []
    for name, title in titles.items():
        figures = gateways[name]
        measured = figures.get("calls", {})
        if "failure" in figures:
            rows.append([title, f"did not take part: {figures['failure']}"] + [NONE] * (len(heads) - 2))
            continue
        row = [title, rate(measured, "1"), added(gateways, name), rate(measured, "16"), rate(measured, "64")]
        row.append(ratio(gateways, name))
        row.append(number(median(measured, "64", "cpu_per_10k"), 2))
        loads = [result["rss_mb"] for results in measured.values() for result in results if "rss_mb" in result]
        row.append(
            f"{figures['rss_idle_mb']:.0f} / {max(loads):.0f}" if loads and "rss_idle_mb" in figures else NONE
        )
        row.append(number(statistics.median(figures["start_ms"]), 0) if "start_ms" in figures else NONE)
        row.append(number(figures.get("warm_up_s"), 0))
        row.append(number(median(measured, "64", "load"), 1))
        rows.append(row)
    text = table(heads, rows)
    for name, title in titles.items():
        rates = gateways[name].get("http2_rate")
        if rates:
            text += f"\n{title}, HTTP/2 (h2c, 16 connections of 4 streams): {statistics.median(rates):,.0f} req/s.\n"
    failed = sum(result["failed"] for g in gateways.values() for rs in g.get("calls", {}).values() for result in rs)
    if failed:
        text += f"\n{failed} calls failed or took longer than 4 s; see the raw figures.\n"
    return text


def median(measured, connections, figure):
    values = [result[figure] for result in measured.get(connections, []) if figure in result]
    return statistics.median(values) if values else None


def number(value, digits):
    return NONE if value is None else f"{value:,.{digits}f}"


def rate(measured, connections):
    if connections not in measured:
        return NONE
    values = [median(measured, connections, figure) for figure in ("rate", "p50", "p99")]
    return f"{values[0]:,.0f}, {values[1]:.2f}, {values[2]:.2f}"


def added(gateways, name):
    here = median(gateways[name].get("calls", {}), "1", "p50")
    direct = median(gateways.get("direct", {}).get("calls", {}), "1", "p50")
    return NONE if name == "direct" or here is None or direct is None else f"{here - direct:.3f}"


def ratio(gateways, name, connections="64"):
    """Of rounds that both took part in."""
    ours = {r["round"]: r["rate"] for r in gateways.get(OURS, {}).get("calls", {}).get(connections, [])}
    theirs = {r["round"]: r["rate"] for r in gateways[name].get("calls", {}).get(connections, [])}
    ratios = [ours[n] / theirs[n] for n in ours if theirs.get(n)]
    if name == OURS or not ratios:
        return NONE
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def streams(data, titles):
    gateways = data["gateways"]
    count = data["streams"]
    heads = ["gateway", "events/s of " + f"{count:,}", "lost, reordered, broken", "added delay p50, p99 ms", "head p50 ms"]
    heads += ["CPU s", "RSS MB, 1,000 / 5,000 idle", "KB per stream", "threads"]
    heads += ["dripped JSON, first byte ms", "40 clients gone: told, ms", "in flight to a client that stopped, MB", "load avg"]
    rows = []
    direct = gateways.get("direct", {}).get("events")
    for name, title in titles.items():
        figures = gateways[name]
        if "failure" in figures:
            continue
        problems = figures.get("problems", {})
        told = figures.get("events")
        row = [title]
        if told:
            row.append(f"{told['events'] / told['seconds']:,.0f}")
            row.append(f"{told['lost']}, {told['reordered']}, {told['broken'] + told['failed']}")
            row.append(delay(told, direct, name))
            row.append(f"{told['head_ms'][0]:.1f}")
            row.append(number(told.get("cpu_seconds"), 1))
        else:
            row += [problems.get("events", NONE)] + [NONE] * 4
        idle = [figures.get(f"rss_streams_{n}_mb") for n in (1000, 5000)]
        row.append(" / ".join(number(value, 0) for value in idle) if any(idle) else problems.get("idle", NONE))
        per = [figures.get(f"kb_per_stream_{n}") for n in (1000, 5000)]
        row.append(" / ".join(number(value, 0) for value in per) if any(idle) else NONE)
        row.append(number(figures.get("threads_streams_5000") or (told or {}).get("threads"), 0))
        drip = figures.get("drip")
        row.append(f"{drip['first_ms']:.0f} of {drip['last_ms']:.0f}" if drip else problems.get("drip", NONE))
        left = figures.get("left")
        row.append(f"{left['told']}, {left['ms']:.0f}" if left else problems.get("leave", NONE))
        flight = figures.get("in_flight_mb")
        row.append(problems.get("stall", NONE) if flight is None else f"{flight:.1f}")
        row.append(number(figures.get("load_streams"), 1))
        rows.append(row)
    return table(heads, rows)


def delay(told, direct, name):
    if name == "direct":
        return f"(its own: {told['delay_ms'][0]:.2f}, {told['delay_ms'][1]:.2f})"
    base = direct["delay_ms"] if direct else [0, 0]
    return f"{told['delay_ms'][0] - base[0]:.2f}, {told['delay_ms'][1] - base[1]:.2f}"


def bodies(data, titles):
    sizes = [size for size in (10, 1024) if any(f"download_{size}_mb_per_s" in g for g in data["gateways"].values())]
    names = {10: "10 MB", 1024: "1 GB"}
    heads = ["gateway, MB/s"] + [f"{names[size]} {way}" for size in sizes for way in ("down", "up")]
    rows = []
    for name, title in titles.items():
        figures = data["gateways"][name]
        if "failure" in figures:
            continue
        row = [title]
        for size in sizes:
            for way in ("download", "upload"):
                rates = figures.get(f"{way}_{size}_mb_per_s")
                problems = figures.get("problems", {})
                row.append(f"{statistics.median(rates):,.0f}" if rates else problems.get(f"{way}_{size}", NONE))
        rows.append(row)
    return table(heads, rows)


def starts(by_jdk):
    rows = []
    for version, gateways in by_jdk.items():
        if "problem" in gateways:
            rows.append([version, f"not measured: {gateways['problem']}", NONE, NONE])
            continue
        for title, figures in gateways.items():
            took = figures["start_ms"]
            spread = f"{statistics.median(took):,.0f} ({min(took):,.0f} to {max(took):,.0f})"
            rows.append([version, title, spread, number(statistics.median(figures["rss_idle_mb"]), 0)])
    return table(["JDK", "gateway", "first answer ms", "RSS MB idle"], rows)


def ours(extra):
    text = []
    reload = extra.get("reload", {})
    if "quiet" in reload:
        quiet, changed = reload["quiet"], reload["changed"]
        text.append(
            f"Change of the configuration under load (launcher, JWT, 16 connections, {reload['changes']} changes): worst "
            f"latency {changed['worst']:.0f} ms, p99 {changed['p99']:.1f} ms, {changed['rate']:,.0f} req/s, "
            f"{changed['failed'] + changed['refused']} calls failed; without changes {quiet['worst']:.0f} ms, "
            f"{quiet['p99']:.1f} ms, {quiet['rate']:,.0f} req/s.\n"
        )
    elif reload:
        text.append(f"Change of the configuration under load: {reload['problem']}.\n")
    routes = extra.get("routes", {})
    if "problem" in routes:
        text.append(f"Routes: {routes['problem']}.\n")
    elif routes:
        rows = [
            [f"{int(count):,}"]
            + [
                number(statistics.median(result[figure] for result in results), digits)
                for figure, digits in (("rate", 0), ("p50", 2), ("p99", 2), ("cpu_per_10k", 2), ("rss_mb", 0))
            ]
            for count, results in routes.items()
        ]
        text.append("Calls to the last of so many routes (filter on Tomcat, no policy, 64 connections):\n")
        text.append(table(["routes", "req/s", "p50 ms", "p99 ms", "CPU s / 10k", "RSS MB"], rows))
    return "\n".join(text)
