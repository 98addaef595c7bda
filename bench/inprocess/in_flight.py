#!/usr/bin/env python3
"""The part `in_flight`: executions that wait, up to a million at once in one process, and their memory.

usage: in_flight.py [--runs N] [--counts 1000,1000000] [--event-bytes N] [--aslx PROGRAM]

Records come by named pipes; each execution waits in a Wait state or for a slow task, until all are there. A worker
has a bound of tasks under way, so that more of those take several workers; of Waits one has a million.
Rows `wait-bytes` (goal: resident memory an execution beyond its event, at the largest count, the median of the
runs), and for each count, of one run: in-flight/wait/N, in-flight/task/N (bytes an execution beyond its event) and
in-flight-cpu/... (CPU time to read it, begin it and put it aside). Left out: what librdkafka holds of a record,
which is given back once it waits; and the waking, which `order` of the part `workloads` has.
"""
import argparse
import contextlib
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(HERE), os.path.join(os.path.dirname(os.path.dirname(HERE)), "tests")]
import admin_client
import command_line
import report

COUNTS = (1, 1_000, 10_000, 100_000, 1_000_000)
# Nearly as long as an Express execution may take: the process is stopped long before.
STATES = {
    "wait": '{"Type":"Wait","Seconds":290,"End":true}',
    "task": '{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","End":true,'
            '"Parameters":{"FunctionName":"delay","Payload":{"ms":290000}}}',
}
# So many a worker has under way at once; a record above it is not read (runtime/base/limits.h).
TASKS_OF_WORKER_MAX = 262_144
LINES_AT_ONCE = 1_000
MACHINE = '{"StartAt":"S","States":{"S":%s}}'
PIPELINE = """
workers: %(workers)d
pin_threads: false
admin: {listen: "127.0.0.1:0"}
functions: [{match: "*", in_process: "*"}]
pipelines:
  - name: in-flight
    source: {files: %(files)s}
    machine: {definition: machine.asl.json}
    output: {action: drop}
    dead_letters: {action: stop}
    drain_limit_ms: 0
    window: {records_max: 1000000, partition_records_max: 1000000, bytes_max: 8000000000}
"""


class Waiting:
    """One run: `count` records of `event_bytes` each in one process, each of which waits."""

    def __init__(self, program, kind, count, event_bytes):
        self.count = count
        self.workers = -(-count // TASKS_OF_WORKER_MAX) if kind == "task" else 1
        begin = '{"pad":"'
        event = begin + "x" * (event_bytes - len(begin) - 2) + '"}'
        with tempfile.TemporaryDirectory() as folder:
            pipes = [os.path.join(folder, str(number)) for number in range(self.workers)]
            for path in pipes:
                os.mkfifo(path)
            for name, text in {"machine.asl.json": MACHINE % STATES[kind],
                               "pipeline.yaml": PIPELINE % {"workers": self.workers, "files": json.dumps(pipes)}}.items():
                with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                    file.write(text)
            with contextlib.ExitStack() as opened:
                # For both ends: whoever reads only finds nobody to wait for.
                ends = [opened.enter_context(open(os.open(path, os.O_RDWR), "wb", buffering=0)) for path in pipes]
                self._run([program, "run", os.path.join(folder, "pipeline.yaml")], folder, ends, event)
        print(f"in_flight: {self.count:,} at once ({kind}, workers: {self.workers}), {self.bytes_each:,.0f} bytes and "
              f"{self.cpu_ns_each:,.0f} ns of CPU each", file=sys.stderr)

    def _run(self, command, folder, pipes, event):
        log = os.path.join(folder, "log")
        with open(log, "w", encoding="utf-8") as errors, \
                subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors,
                                 env=os.environ | {"XDG_STATE_HOME": folder}) as process:
            try:
                said = lambda: open(log, encoding="utf-8").read()
                admin = admin_client.Admin(said)
                admin.until_metric("aslx_running_executions_limit", lambda limit: limit > 0)  # it runs
                bytes_before, cpu_before = resident_bytes(process.pid), cpu_ns(process.pid)
                left = self.count
                for pipe in itertools.cycle(pipes):
                    lines = min(left, LINES_AT_ONCE)
                    write_all(pipe, (event + "\n").encode() * lines)
                    left -= lines
                    if left == 0:
                        break
                admin.until_metric("aslx_running_executions", lambda running: running == self.count)
                self.cpu_ns_each = (cpu_ns(process.pid) - cpu_before) / self.count
                self.bytes_each = (settled_bytes(process.pid) - bytes_before) / self.count - len(event)
            finally:
                process.terminate()


def write_all(pipe, data):
    while data:
        data = data[pipe.write(data):]


def resident_bytes(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1)) * 1024


def settled_bytes(pid):
    """Once it no longer changes: the allocator gives back what it does not need within seconds."""
    last, now = -1, resident_bytes(pid)
    while now != last:
        time.sleep(1)
        last, now = now, resident_bytes(pid)
    return now


def cpu_ns(pid):
    """Of its threads; none of them ends meanwhile."""
    used = 0
    for thread in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{thread}/schedstat", encoding="ascii") as file:
            used += int(file.read().split()[0])
    return used


def main():
    parser = argparse.ArgumentParser(description="Memory and CPU time of executions that wait.")
    parser.add_argument("--runs", type=command_line.count, default=3, help="of the largest count in Wait")
    parser.add_argument("--counts", type=command_line.counts, default=",".join(map(str, COUNTS)))
    parser.add_argument("--event-bytes", type=command_line.count, default=300)
    parser.add_argument("--aslx", help="the program, instead of the one in build/release")
    options = parser.parse_args()
    aslx = options.aslx or command_line.require_built("aslx", "aslx")
    counts = sorted(options.counts)
    rows, largest = [], []
    for kind in STATES:
        for count in counts:
            runs = options.runs if kind == "wait" and count == counts[-1] else 1
            made = [Waiting(aslx, kind, count, options.event_bytes) for _ in range(runs)]
            rows += [report.row(f"in-flight/{kind}/{count}", [run.bytes_each for run in made], "bytes",
                                workers=made[0].workers),
                     report.row(f"in-flight-cpu/{kind}/{count}", [run.cpu_ns_each for run in made], "ns")]
            if kind == "wait":
                largest = made
    rows.insert(0, report.row("wait-bytes", [run.bytes_each for run in largest], "bytes", executions=counts[-1],
                              event_bytes=options.event_bytes))
    report.write_part("in_flight", rows)


if __name__ == "__main__":
    main()
