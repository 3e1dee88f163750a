"""table: one line a figure, the same as bench.c prints. A row never fails the run."""
import sys

counts = {"ok": 0, "SHORT": 0, "-": 0}


def _number(value):
    return f"{value:.3f}" if abs(value) < 1 else f"{value:.2f}" if abs(value) < 10000 else f"{value:.0f}"


def row(key, what, value, unit, must, more=False):
    """@must is the limit; less is better unless @more. None: no peer to compare with."""
    if must is None:
        counts["-"] += 1
        print(f"{key:<4} {what:<56} {_number(value):>8} {unit:<10} no peer", flush=True)
        return
    ratio = (value / must if more else must / value if value else float("inf")) if must else float(value <= 0)
    verdict = "ok" if ratio >= 1 else "SHORT"
    counts[verdict] += 1
    sign = ">=" if more else "<="
    print(f"{key:<4} {what:<56} {_number(value):>8} {unit:<10} must {sign} {_number(must):<10} ratio {ratio:6.2f}  {verdict}", flush=True)


def against(key, what, value, unit, name, peer, factor, more=False):
    """@factor times what the peer @name reached in this run; @peer None: it is not installed."""
    share = f"1/{round(1 / factor)} of" if factor < 1 and abs(1 / factor - round(1 / factor)) < 1e-6 else f"{factor:g} x"
    row(key, f"{what}, {share} {name}", value, unit, peer * factor if peer is not None else None, more)
    if peer:
        note(f"{name}: {_number(peer)} {unit}; ours is {value / peer:.3f} x that")


def note(text):
    print(f"     ({text})", flush=True)


def missing(key, what, package):
    counts["-"] += 1
    print(f"{key:<4} {what:<56} {'-':>8} needs {package}: contrib/install-packages bench", flush=True)


def pass_on(line):
    """A line of a bench program."""
    for verdict in ("ok", "SHORT"):
        if line.endswith("  " + verdict):
            counts[verdict] += 1
    print(line, flush=True)


def end():
    print(f"{counts['ok']} ok, {counts['SHORT']} SHORT, {counts['-']} without a peer", flush=True)
    sys.stdout.flush()


def median(values):
    return sorted(values)[len(values) // 2]


def p99(values):
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.99))]
