#!/usr/bin/env python3
"""The part `compile_load`: from a definition's text to a program, and from its bytes to one that can run.

usage: compile_load.py [--repetitions N] [--min-time SECONDS]

Rows without a goal, in microseconds: compile/SHAPE and load/SHAPE; many_states from 1 KB to 1 MiB, every other
shape at 1 MiB, the largest definition that the service takes. A shape that costs many times what another of the
same size costs shows a pass or a check that is not linear.
"""
import argparse
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import command_line
import report
from inprocess import google_benchmark


def main():
    parser = argparse.ArgumentParser(description="Compile and load definitions of 1 KB to 1 MiB.")
    parser.add_argument("--repetitions", type=command_line.count, default=5)
    parser.add_argument("--min-time", type=float, default=0.05, help="seconds a row and repetition")
    options = parser.parse_args()
    timed = google_benchmark.cpu_ns("bench_compile", options.repetitions, options.min_time)
    report.write_part("compile_load", [report.row(name, [value / 1e3 for value in values], "us")
                                       for name, values in sorted(timed.items())])


if __name__ == "__main__":
    main()
