#!/usr/bin/env python3
"""The part `workers`: two pinned workers in one process beside one, events a second of real time.

usage: workers.py [--repetitions N] [--min-time SECONDS]

Row with a goal: workers-2/1-inprocess. It needs two cores that do nothing else; where something else runs, the
same ratio from CPU time, which stands beside it as `by_cpu_time`, says what the workers cost each other.
"""
import argparse
import os
import statistics
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import command_line
import report
from inprocess import google_benchmark

ONE, TWO = "iot/real_time/threads:1", "iot/real_time/threads:2"


def main():
    parser = argparse.ArgumentParser(description="One worker and two.")
    parser.add_argument("--repetitions", type=command_line.count, default=9)
    parser.add_argument("--min-time", type=float, default=0.3, help="seconds a row and repetition")
    options = parser.parse_args()
    timed = google_benchmark.run("bench_workers", options.repetitions, options.min_time,
                                 figures=("items_per_second", "cpu_time"))
    rate = {row: figures["items_per_second"] for row, figures in timed.items()}
    cpu_ns = {row: statistics.median(figures["cpu_time"]) for row, figures in timed.items()}
    report.write_part("workers", [
        report.ratio("workers-2/1-inprocess", ("two workers", rate[TWO]), ("one worker", rate[ONE]), "events/s",
                     by_cpu_time=report.rounded(2 * cpu_ns[ONE] / cpu_ns[TWO]))])


if __name__ == "__main__":
    main()
