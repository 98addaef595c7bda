#!/usr/bin/env python3
"""The part `workloads`: every workload at every size, aslx beside what one would write instead.

usage: workloads.py [--repetitions N] [--min-time SECONDS] [--only REGEX]

Rows with a goal: iot-300B/dom, iot-10KB/dom, bytecode/hand, pipeline/iot, router-1000/10. Then, as
nanoseconds an event, WAY/WORKLOAD-SIZE for each way (aslx, dom, ondemand, hand, tree), and the machines that
grow: aslx/states_N, aslx/rules_N, aslx/items_N.
"""
import argparse
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import command_line
import report
from inprocess import google_benchmark

# Row: what is divided by what, both of one run.
RATIOS = {
    "iot-300B/dom": ("aslx/iot-300B", "dom/iot-300B"),
    "iot-10KB/dom": ("aslx/iot-10KB", "dom/iot-10KB"),
    "bytecode/hand": ("aslx/iot-300B", "hand/iot-300B"),
    "pipeline/iot": ("aslx/pipeline-300B", "aslx/iot-300B"),
    "router-1000/10": ("aslx/rules_1000-300B", "aslx/rules_10-300B"),
}


def main():
    parser = argparse.ArgumentParser(description="Time every workload in every way.")
    parser.add_argument("--repetitions", type=command_line.count, default=7)
    parser.add_argument("--min-time", type=float, default=0.05, help="seconds a row and repetition")
    parser.add_argument("--only", default="", help="a regular expression of rows, such as /iot-")
    options = parser.parse_args()
    timed = google_benchmark.cpu_ns("bench_workloads", options.repetitions, options.min_time, options.only)
    rows = [report.ratio(name, (above, timed[above]), (below, timed[below]), "ns/event")
            for name, (above, below) in RATIOS.items() if above in timed and below in timed]
    rows += [report.row(name, values, "ns/event") for name, values in sorted(timed.items())]
    report.write_part("workloads", rows)


if __name__ == "__main__":
    main()
