#!/usr/bin/env python3
"""The rows of bench.json that go through Apache Kafka: build/reports/parts/e2e.json, and a table on standard error.

usage: run.py [--only ROW]... [--events N] [--runs N]

Needs two cores: the broker has one, what is measured the other. README.md has the method and what each row is.
Exit status: 0 when all was measured, whatever came of it; 1 when a group of rows could not be, and the others could;
2 for wrong usage, or where what is measured is not built (bench/run.sh does it).
"""
import argparse
import sys
import traceback

import rig as rig_module
import command_line
import report
import rows_http
import rows_latency
import rows_throughput

# Which function measures a row; one function may make several. In order of what is missed most when time is short.
GROUPS = {
    ("e2e/hand", "e2e/bare", "e2e/hand-on-demand"): rows_throughput.hand,
    ("latency-p50", "latency-p99", "latency-p99.9", "latency-ms/aslx/saturation", "latency-ms/bare/saturation"):
        rows_latency.beside_bare,
    ("eos/alo", "eos/alo-cpu", "e2e/hand-eos"): rows_throughput.exactly_once,
    ("eos-latency-p99", "latency-ms/exactly-once/saturation"): rows_latency.exactly_once,
    ("workers-2/1-e2e",): rows_throughput.workers,
    ("slow-consumer",): rows_throughput.slow_consumer,
    ("http-tasks/libcurl",): rows_http.http_tasks,
    ("e2e/hand/lz4", "e2e/bare/lz4", "e2e/hand-on-demand/lz4"): rows_throughput.lz4,
    ("e2e/unstamped",): rows_throughput.unstamped,
    ("latency-ms",): rows_latency.at_rates,
}


def main():
    names = [name for group in GROUPS for name in group]
    parser = argparse.ArgumentParser(description="Measure aslx end to end through Apache Kafka.")
    parser.add_argument("--only", action="append", choices=names, metavar="ROW", help=", ".join(names))
    parser.add_argument("--events", type=command_line.count, default=2_000_000, help="of a run (default 2,000,000)")
    parser.add_argument("--runs", type=command_line.count, default=5, help="of each subject (default 5)")
    options = parser.parse_args()
    for name in rig_module.PROGRAMS:
        rig_module.program(name)
    report.drop_part("e2e")
    rows, failed = [], []
    with rig_module.Rig() as rig:
        for group, measure in GROUPS.items():
            if options.only and not set(group) & set(options.only):
                continue
            try:
                rows += measure(rig, options.events, options.runs)
            except Exception:  # one that cannot be measured takes nothing away from the others
                traceback.print_exc()
                failed += group
    report.write_part("e2e", rows, rig_module.versions())
    if failed:
        rig_module.say(f"could not be measured: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
