#!/usr/bin/env python3
"""The reports build/reports/bench.json and peers.json: rows, the machine, versions, a table to read.

usage: report.py bench|peers PART...

Every part of the benches is a process of its own, in whatever language, and hands over its rows in a file:
`write_part` makes build/reports/parts/PART.json, and this program collects the named parts into the report
and shows the table on standard error. Rows are made by `row` and `ratio`, so that all look alike.
Exit status: 0 when every named part was measured, 1 when one is missing, or a row with a goal that it makes (goals.py).
"""
import argparse
import json
import os
import platform
import statistics
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import goals

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
REPORTS = os.path.join(ROOT, "build", "reports")
PARTS = os.path.join(REPORTS, "parts")
GOALS = {name: goal for table in goals.REPORTS.values() for name, goal in table.items()}


def rounded(value):
    """Six digits are more than any measurement here is worth."""
    return float(f"{value:.6g}")


def row(name, values, unit, **explained):
    """A row of the report from the values of its runs. What explains it stands beside it, as JSON."""
    value = statistics.median(values)
    made = {"name": name, "value": rounded(value), "min": rounded(min(values)), "max": rounded(max(values)),
            "runs": len(values), "unit": unit}
    goal = GOALS.get(name)
    if goal:
        made.update(goal=f"{goal.sign} {goal.must}", aim=f"{goal.sign} {goal.aim}", holds=goal.holds(value))
    return made | explained


def ratio(name, above, below, unit, **explained):
    """A row that divides: `above` and `below` are (what it is, [value of run 1, of run 2, ...]) in the same
    unit. Run n is divided by run n, which was made beside it, and the median of these is the row's value."""
    pairs = list(zip(above[1], below[1], strict=True))
    figure = lambda side: {"what": side[0], "value": rounded(statistics.median(side[1])), "unit": unit}
    return row(name, [over / under for over, under in pairs], "ratio", numerator=figure(above),
               denominator=figure(below), **explained)


def write_part(part, rows, versions=None):
    """Hands the rows of a part over; `versions` are of what it measured beside aslx."""
    os.makedirs(PARTS, exist_ok=True)
    with open(os.path.join(PARTS, f"{part}.json"), "w", encoding="utf-8") as file:
        json.dump({"rows": rows, "versions": versions or {}}, file, indent=1)
        file.write("\n")
    print_table(rows)


def output_of(*command):
    """What a command prints, "" where it cannot be had."""
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), "unknown")
    with open("/proc/meminfo", encoding="utf-8") as file:
        memory_kib = int(file.readline().split()[1])
    return {"cpu": model, "cores": os.cpu_count(), "memory_gib": round(memory_kib / 2**20, 1),
            "kernel": platform.release(), "system": platform.freedesktop_os_release()["PRETTY_NAME"],
            "load_1_minute": os.getloadavg()[0]}


def versions_here():
    package = lambda name: output_of("dpkg-query", "-W", "-f=${Version}", name)
    return {"aslx": output_of("git", "rev-parse", "--short", "HEAD"),
            "compiler": output_of("g++", "--version").split("\n")[0],
            "simdjson": package("libsimdjson-dev"), "librdkafka": package("librdkafka-dev"),
            "jemalloc": package("libjemalloc-dev")}


def print_table(rows):
    wide = max([len(made["name"]) for made in rows] + [4])
    number = lambda value: f"{value:,.4g}" if abs(value) < 10_000 else f"{value:,.0f}"
    print(f"{'row':{wide}}  {'median':>10} {'min':>10} {'max':>10} {'runs':>4}  {'goal':9} {'holds':5} unit",
          file=sys.stderr)
    for made in rows:
        holds = {True: "yes", False: "NO", None: ""}[made.get("holds")]
        print(f"{made['name']:{wide}}  {number(made['value']):>10} {number(made['min']):>10} "
              f"{number(made['max']):>10} {made['runs']:>4}  {made.get('goal', ''):9} {holds:5} "
              f"{made.get('unit', '')}", file=sys.stderr)


def collect(report, parts):
    """Writes the report of these parts. Returns a sentence for each part that left nothing behind, and for the rows with
    a goal that the others had to make and did not."""
    rows, versions, missing = [], versions_here(), []
    for part in parts:
        path = os.path.join(PARTS, f"{part}.json")
        try:
            with open(path, encoding="utf-8") as file:
                handed = json.load(file)
        except FileNotFoundError:
            missing.append(f"part '{part}' left no {os.path.relpath(path, ROOT)}")
            continue
        rows += handed["rows"]
        versions.update(handed["versions"])
    # The rows of the table come first, in its order.
    table = goals.REPORTS[report]
    order = {name: place for place, name in enumerate(table)}
    rows.sort(key=lambda made: order.get(made["name"], len(order)))
    path = os.path.join(REPORTS, f"{report}.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"machine": machine(), "versions": versions, "rows": rows}, file, indent=1)
        file.write("\n")
    print_table(rows)
    print(f"{os.path.relpath(path, ROOT)}: {len(rows)} rows", file=sys.stderr)
    absent = [name for name in table if name not in {made["name"] for made in rows}]
    if unasked := [name for name in absent if table[name].part not in parts]:
        print(f"not measured in this run: {', '.join(unasked)}", file=sys.stderr)
    if unmade := [name for name in absent if table[name].part in parts]:
        missing.append(f"rows with a goal that were not measured: {', '.join(unmade)}")
    return missing


def main():
    parser = argparse.ArgumentParser(description="Collect the rows of the parts into a report.")
    parser.add_argument("report", choices=goals.REPORTS)
    parser.add_argument("parts", nargs="+", metavar="PART")
    options = parser.parse_args()
    missing = collect(options.report, options.parts)
    for sentence in missing:
        print(f"report.py: {sentence}", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
