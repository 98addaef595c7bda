#!/usr/bin/env python3
"""The part `record_path`: mallocs and locks of our own between Poll and TryProduce, an event.

usage: record_path.py

Rows `mallocs` and `locks`: the worst of the workloads that do not suspend, each in every
ordering, at least and exactly once; pipeline/kafka is outside of what is counted.
That the counters count is tests/unit/flow/alloc_test.cc.
"""
import argparse
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import report
from inprocess import google_benchmark


def main():
    argparse.ArgumentParser(description="Count mallocs and locks on the path of a record.").parse_args()
    out = subprocess.run([google_benchmark.built("record_path")], capture_output=True, text=True, check=True).stdout
    cases = json.loads(out)
    rows = []
    for counted in ("mallocs", "locks"):
        # The worst case decides: a median would hide one workload that allocates.
        worst = max(cases, key=lambda case: case[counted] / case["events"])
        rows.append(report.row(counted, [worst[counted] / worst["events"]], "per event", cases=[
            {"case": f"{case['workload']}, ordering {case['ordering']}, {case['guarantee']}", "events": case["events"],
             counted: case[counted]} for case in cases]))
    report.write_part("record_path", rows)


if __name__ == "__main__":
    main()
