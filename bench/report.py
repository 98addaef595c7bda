#!/usr/bin/env python3
"""The reports build/reports/bench.json and peers.json: rows, the machine, versions, a table to read.

usage: report.py bench|peers PART...

Every part of the benches is a process of its own, in whatever language, and hands over its rows in a file:
`write_part` makes build/reports/parts/PART.json, and this program collects the named parts into the report
and shows the table on standard error. Rows are made by `row` and `ratio`, so that all look alike.
Exit status: 0 when every named part was measured, 1 when one is missing, or a row with a goal that it makes (goals.py).
"""
import argparse
import contextlib
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


def row(name, values, unit, judged=True, **explained):
    """A row of the report from the values of its runs. What explains it stands beside it, as JSON. One that was measured
    in another way than its goal asks for is not judged by it."""
    value = statistics.median(values)
    made = {"name": name, "value": rounded(value), "min": rounded(min(values)), "max": rounded(max(values)),
            "runs": len(values), "unit": unit}
    goal = GOALS.get(name)
    if goal:
        made.update(goal=f"{goal.sign} {goal.must}", aim=f"{goal.sign} {goal.aim}")
        if judged:
            made["holds"] = goal.holds(value)
    return made | explained


def ratio(name, above, below, unit, **explained):
    """A row that divides: `above` and `below` are (what it is, [value of run 1, of run 2, ...]) in the same
    unit. Run n is divided by run n, which was made beside it, and the median of these is the row's value."""
    pairs = list(zip(above[1], below[1], strict=True))
    figure = lambda side: {"what": side[0], "value": rounded(statistics.median(side[1])), "unit": unit}
    return row(name, [over / under for over, under in pairs], "ratio", numerator=figure(above),
               denominator=figure(below), **explained)


def part_path(part):
    return os.path.join(PARTS, f"{part}.json")


def drop_part(part):
    """Before it is measured: what an earlier run left is not this one's."""
    with contextlib.suppress(FileNotFoundError):
        os.remove(part_path(part))


def write_part(part, rows, versions=None, shown=True):
    """Hands the rows of a part over; `versions` are of what it measured beside aslx."""
    os.makedirs(PARTS, exist_ok=True)
    with open(part_path(part), "w", encoding="utf-8") as file:
        json.dump({"rows": rows, "versions": versions or {}}, file, indent=1)
        file.write("\n")
    if shown:
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


def read_parts(parts):
    """The rows of these parts, the versions beside them, and the parts that left nothing behind."""
    rows, versions, absent = [], {}, []
    for part in parts:
        try:
            with open(part_path(part), encoding="utf-8") as file:
                handed = json.load(file)
        except FileNotFoundError:
            absent.append(part)
            continue
        rows += handed["rows"]
        versions.update(handed["versions"])
    return rows, versions, absent


def collect(report, parts, kept=()):
    """Writes the report of these parts and of those `kept` from earlier runs, and shows the rows of the first. Returns a
    sentence for each of them that left nothing behind, and for the rows with a goal that they had to make and did not."""
    earlier, earlier_versions, _ = read_parts(kept)
    rows, versions, absent = read_parts(parts)
    # The rows of the table come first, in its order.
    table = goals.REPORTS[report]
    order = {name: place for place, name in enumerate(table)}
    in_order = lambda made: order.get(made["name"], len(order))
    path = os.path.join(REPORTS, f"{report}.json")
    os.makedirs(REPORTS, exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"machine": machine(), "versions": versions_here() | earlier_versions | versions,
                   "rows": sorted(earlier + rows, key=in_order)}, file, indent=1)
        file.write("\n")
    print_table(sorted(rows, key=in_order))
    of_earlier = f" of this run, {len(earlier)} of earlier ones" if earlier else ""
    print(f"{os.path.relpath(path, ROOT)}: {len(rows)} rows{of_earlier}", file=sys.stderr)
    missing = [f"part '{part}' left no {os.path.relpath(part_path(part), ROOT)}" for part in absent]
    made = {row["name"] for row in rows}
    if unmade := [name for name, goal in table.items() if goal.part in parts and name not in made]:
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
