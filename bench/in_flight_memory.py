#!/usr/bin/env python3
"""Resident memory of a record in flight: how much the process grows while records wait, a record.

usage: in_flight_memory.py --aslx PROGRAM

Each record waits in a Wait state, after it came in on standard input. Prints a line for each size.
Leaves out: what librdkafka holds of a record, which is given back once it waits.
"""
import argparse
import os
import re
import subprocess
import tempfile
import time

MACHINE = '{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":200,"End":true}}}'
PIPELINE = """
workers: 1
pin_threads: false
pipelines:
  - name: memory
    source: {files: ["-"]}
    machine: {definition: machine.asl.json}
    output: {action: drop}
    window: {records_max: 1000000, partition_records_max: 1000000, bytes_max: 8000000000}
"""
SIZES = {100: 100_000, 300: 100_000, 1_000: 100_000, 3_000: 50_000, 10_000: 20_000}
STEP_S = 0.5


def resident(process):
    with open(f"/proc/{process.pid}/status", encoding="utf-8") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1)) * 1024


def settled(process):
    """Resident memory, once it no longer changes."""
    last, now = -1, resident(process)
    while now != last:
        time.sleep(STEP_S)
        last, now = now, resident(process)
    return now


def measure(program, folder, size, count):
    begin = '{"pad":"'
    event = begin + "x" * (size - len(begin) - 2) + '"}'
    assert len(event) == size
    with subprocess.Popen([program, "run", os.path.join(folder, "pipeline.yaml"), "--quiet"],
                          stdin=subprocess.PIPE) as process:
        before = settled(process)
        for _ in range(count // 1_000):
            process.stdin.write((event + "\n").encode() * 1_000)
        process.stdin.flush()
        after = settled(process)
        process.kill()
    print(f"{size} bytes: {(after - before) / count:.0f} resident a record ({count} records)")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--aslx", required=True, help="the program")
    program = os.path.abspath(parser.parse_args().aslx)
    with tempfile.TemporaryDirectory() as folder:
        for name, text in {"machine.asl.json": MACHINE, "pipeline.yaml": PIPELINE}.items():
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        for size, count in SIZES.items():
            measure(program, folder, size, count)


if __name__ == "__main__":
    main()
