"""One execution waits at the head of a partition: what does it cost those behind it, and what does a crash repeat?

For each mode, two runs of the same events at the same rate through one partition: alone, and behind an event that
waits. Both are written at a pace, so the quotient of their rates of outcomes shows only that the pipeline keeps up; what
the waiting one costs shows in the CPU time an event, behind it and alone. Then the process is killed and started again:
what was done behind the waiting one must not be done again. Not a part of CI: it takes minutes (--seconds).
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time

import broker as broker_module
import children
import pipeline

MODES = ("at_least_once", "exactly_once")
MACHINE = {
    "StartAt": "Wait?",
    "States": {
        "Wait?": {"Type": "Choice", "Choices": [{"Variable": "$.wait", "NumericGreaterThan": 0, "Next": "Wait"}],
                  "Default": "Answer"},
        "Wait": {"Type": "Wait", "SecondsPath": "$.wait", "Next": "Answer"},
        "Answer": {"Type": "Pass", "Parameters": {"n.$": "$.n", "sensor.$": "$.sensor", "value.$": "$.value"},
                   "End": True},
    },
}
TICK_S = 0.02
PADDING = "x" * 180  # an event of about 300 bytes
QUIET_S = 3  # without an outcome for so long: there are no more
GOAL = 0.9
CPU_RATIO_MAX = 1 / GOAL  # where the CPU is what bounds the rate, this is the same bound
WRITTEN_MIN = 0.95  # of the wanted rate: a producer that fell behind would make both runs equally slow
REPEATED_MAX = {"at_least_once": 100_000, "exactly_once": 0}  # window.records_max, as it is by default
REPORT = os.path.join(broker_module.ROOT, "build", "reports", "waiting_head.json")


def say(text):
    print(f"waiting head: {text}", file=sys.stderr, flush=True)


class Counter:
    """How many records a read_committed reader has seen, and when the last one came."""

    def __init__(self, broker, topic):
        self.count = 0
        self.last_at = time.monotonic()
        self._process = children.start(
            ["kcat", "-q", "-b", broker.bootstrap_servers, "-C", "-t", topic, "-o", "beginning", "-u", "-f", "\n",
             "-X", "isolation.level=read_committed", "-X", "fetch.wait.max.ms=20"], stdout=subprocess.PIPE)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        while chunk := os.read(self._process.stdout.fileno(), 1 << 16):
            self.count += len(chunk)  # a byte a record
            self.last_at = time.monotonic()

    def close(self):
        children.kill(self._process)
        self._thread.join()


def pace(broker, topic, rate, seconds):
    """Writes at `rate` events a second; those that are late are made up for."""
    process = children.start(["kcat", "-q", "-b", broker.bootstrap_servers, "-P", "-t", topic, "-X", "linger.ms=5",
                              "-X", "queue.buffering.max.messages=1000000"], stdin=subprocess.PIPE)
    began = time.monotonic()
    written, total = 0, rate * seconds
    while written < total:
        due = min(int((time.monotonic() - began) * rate), total)
        process.stdin.write("".join(
            f'{{"n":{n},"sensor":"s{n % 1000}","value":{n % 97},"wait":0,"note":"{PADDING}"}}\n'
            for n in range(written, due)).encode())
        process.stdin.flush()
        written = due
        time.sleep(TICK_S)
    process.stdin.close()
    if process.wait() != 0:
        raise RuntimeError(f"kcat ended with {process.returncode}")
    return time.monotonic() - began


def configuration(broker, name, mode, definition):
    return f"""
workers: 1
cluster:
  brokers: [{broker.bootstrap_servers}]
  instance_id: {name}
pipelines:
  - name: {name}
    source: {{topics: [{name}-in], group: {name}}}
    machine: {{definition: {definition}}}
    output: {{topic: {name}-out}}
    dead_letters: {{topic: {name}-dead}}
    delivery: {mode}
"""


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wait_until(done, what, limit_s=120):
    deadline = time.monotonic() + limit_s
    while not done():
        if time.monotonic() > deadline:
            raise RuntimeError(f"not within {limit_s} s: {what}")
        time.sleep(TICK_S)


def send_one(broker, topic, event):
    subprocess.run(["kcat", "-q", "-b", broker.bootstrap_servers, "-P", "-t", topic], check=True,
                   input=json.dumps(event).encode(), timeout=60)


def measure(broker, mode, definition, rate, seconds, wait_s):
    """The rate of outcomes, CPU time an event, and (with a waiting event) what a crash repeats."""
    name = f"{mode.replace('_', '-')}-{'waiting' if wait_s else 'alone'}"
    broker.create_topics(1, *(f"{name}-{role}" for role in ("in", "out", "dead")))
    counter = Counter(broker, f"{name}-out")
    with pipeline.Pipeline(configuration(broker, name, mode, definition)) as running:
        try:
            if wait_s:
                send_one(broker, f"{name}-in", {"n": -1, "sensor": "head", "value": 0, "wait": wait_s})
            send_one(broker, f"{name}-in", {"n": -2, "sensor": "first", "value": 0, "wait": 0})
            wait_until(lambda: counter.count == 1, "the first outcome\n" + running.log())
            cpu_before = cpu_seconds(running.pid)
            began = time.monotonic()
            wrote_s = pace(broker, f"{name}-in", rate, seconds)
            total = rate * seconds + 1
            wait_until(lambda: counter.count >= total or time.monotonic() - counter.last_at > QUIET_S * 10,
                       "the outcomes")
            result = {
                "events": rate * seconds, "written_a_second": round(rate * seconds / wrote_s),
                "outcomes": counter.count - 1, "rate": round((counter.count - 1) / (counter.last_at - began)),
                "cpu_us_an_event": round((cpu_seconds(running.pid) - cpu_before) / (rate * seconds) * 1e6, 3),
            }
            if wait_s:
                # Two commits' time, so that all but the head is committed as done.
                time.sleep(2.5)
                before = counter.count
                running.kill()
                running.start()
                send_one(broker, f"{name}-in", {"n": -3, "sensor": "last", "value": 0, "wait": 0})
                wait_until(lambda: counter.count > before, "an outcome after the restart\n" + running.log())
                time.sleep(QUIET_S)
                result["repeated_after_a_kill"] = counter.count - before - 1
            return result
        finally:
            counter.close()


def cpu_ratio(alone, waiting):
    return waiting["cpu_us_an_event"] / alone["cpu_us_an_event"]


def holds(mode, rate, value, alone, waiting):
    """Whether the waiting one cost no more than it may, and the runs were what they claim to be."""
    return (value >= GOAL and cpu_ratio(alone, waiting) <= CPU_RATIO_MAX and waiting["outcomes"] == waiting["events"]
            and all(run["written_a_second"] >= WRITTEN_MIN * rate for run in (alone, waiting))
            and waiting["repeated_after_a_kill"] <= REPEATED_MAX[mode])


def main():
    parser = argparse.ArgumentParser(prog="tests/kafka/waiting_head.sh", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=int, default=50_000, help="events a second (default 50,000)")
    parser.add_argument("--seconds", type=int, default=60, help="how long events are written (default 60)")
    parser.add_argument("--wait", type=int, default=300, help="seconds that the head waits (default and most: 300)")
    parser.epilog = "example: tests/kafka/waiting_head.sh --seconds 280"
    options = parser.parse_args()
    if options.wait <= options.seconds:
        parser.error("the head must wait longer than events are written")
    rows = []
    with broker_module.KafkaBroker() as broker, tempfile.TemporaryDirectory() as folder:
        definition = os.path.join(folder, "machine.asl.json")
        with open(definition, "w", encoding="utf-8") as file:
            json.dump(MACHINE, file)
        for mode in MODES:
            alone = measure(broker, mode, definition, options.rate, options.seconds, 0)
            say(f"{mode}, alone: {alone}")
            waiting = measure(broker, mode, definition, options.rate, options.seconds, options.wait)
            say(f"{mode}, behind the waiting one: {waiting}")
            value = round(waiting["rate"] / alone["rate"], 3)
            rows.append({"name": f"waiting-head/{mode.replace('_', '-')}", "value": value, "goal": f">= {GOAL}",
                         "cpu_ratio": round(cpu_ratio(alone, waiting), 3), "cpu_ratio_max": round(CPU_RATIO_MAX, 3),
                         "holds": holds(mode, options.rate, value, alone, waiting),
                         "alone": alone, "waiting": waiting})
    os.makedirs(os.path.dirname(REPORT), exist_ok=True)
    with open(REPORT, "w", encoding="utf-8") as file:
        json.dump({"rows": rows}, file, indent=1)
    print("waiting head: " + ", ".join(f"{mode} {row['value']} (CPU an event × {row['cpu_ratio']})"
                                       for mode, row in zip(MODES, rows)))
    return 0 if all(row["holds"] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
