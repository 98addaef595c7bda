#!/usr/bin/env python3
"""Counts the instructions of an execution of `iot` and judges them against the kept figure.

usage: run.py [--renew]

As a part of tests/run.sh its last line on standard output is a count of tests: the figure, and the tests of the
comparison. --renew keeps the figure of now in baseline.json instead.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(HERE), HERE]
import command_line
import report
import verdict
import verdict_test

BASELINE = os.path.join(HERE, "baseline.json")
EXECUTIONS = 2_000


def versions():
    """What the count depends on beside our code."""
    package = lambda name: report.output_of("dpkg-query", "-W", "-f=${Version}", name)
    return {"compiler": report.output_of("g++", "-dumpfullversion"), "libc": package("libc6"),
            "simdjson": package("libsimdjson-dev"), "valgrind": report.output_of("valgrind", "--version")}


def counted():
    program = command_line.require_built("executions", os.path.join("bench", "instructions", "executions"))
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", "--collect-atstart=no", "--toggle-collect=ExecuteCounted",
             f"--callgrind-out-file={folder}/out", program, str(EXECUTIONS)],
            capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"valgrind ended with {done.returncode}:\n{done.stderr}")
    found = re.search(r"Collected : (\d+)", done.stderr)
    if not found or int(found.group(1)) == 0:
        raise RuntimeError(f"callgrind counted nothing:\n{done.stderr}")
    return {"instructions": int(found.group(1)) / EXECUTIONS, "counted_with": versions()}


def main():
    parser = argparse.ArgumentParser(description="Count the instructions of an execution.")
    parser.add_argument("--renew", action="store_true", help="keep the figure of now")
    options = parser.parse_args()
    now = counted()
    if options.renew:
        with open(BASELINE, "w", encoding="utf-8") as file:
            json.dump(now, file, indent=1)
            file.write("\n")
        print(f"instructions: {now['instructions']:.1f} an event kept", file=sys.stderr)
        return 0
    with open(BASELINE, encoding="utf-8") as file:
        judged = verdict.judge(now, json.load(file))
    print(f"instructions: {judged.says}", file=sys.stderr)
    tests = unittest.TextTestRunner(stream=sys.stderr).run(
        unittest.defaultTestLoader.loadTestsFromModule(verdict_test))
    failed = len(tests.failures) + len(tests.errors) + (not judged.holds)
    print(f"tests: {tests.testsRun + 1 - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
