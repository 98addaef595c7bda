"""Runs a Google Benchmark program and gives the figures of its repetitions."""
import collections
import json
import os
import subprocess
import sys
import tempfile

import command_line

NANOSECONDS = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}


def run(program, repetitions, min_time_s, only="", figures=("cpu_time",)):
    """{row: {figure: [of repetition 1, of 2, ...]}}, times in nanoseconds. All rows of a repetition are run before
    the next begins, in an order that changes: a disturbance of the machine meets no row alone."""
    path = built(program)
    rows = collections.defaultdict(lambda: collections.defaultdict(list))
    for repetition in range(repetitions):
        print(f"{program}: repetition {repetition + 1} of {repetitions}", file=sys.stderr, flush=True)
        for made in repeat_once(path, min_time_s, only):
            if made.get("error_occurred"):
                raise RuntimeError(f"{program}: {made['run_name']}: {made['error_message']}")
            for figure in figures:
                scale = NANOSECONDS[made["time_unit"]] if figure.endswith("time") else 1
                rows[made["run_name"]][figure].append(made[figure] * scale)
    return rows


def built(program):
    """Its path; without it the command ends here."""
    return command_line.require_built("aslx_benches", os.path.join("bench", "inprocess", program))


def repeat_once(path, min_time_s, only):
    """A process for each repetition: where code and data come to lie is another chance each time."""
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        subprocess.run([path, f"--benchmark_filter={only or '.'}",
                        f"--benchmark_min_time={min_time_s}", "--benchmark_enable_random_interleaving=true",
                        f"--benchmark_out={out.name}", "--benchmark_out_format=json"], stdout=subprocess.DEVNULL,
                       check=True)
        return json.load(out)["benchmarks"]


def cpu_ns(program, repetitions, min_time_s, only=""):
    """{row: [nanoseconds of CPU an iteration in repetition 1, in 2, ...]}"""
    return {row: figures["cpu_time"] for row, figures in run(program, repetitions, min_time_s, only).items()}
