#!/usr/bin/env python3
"""A pipeline under steady load for long: does its memory stay where it is?

One broker, a producer at a steady rate, one process of aslx; its resident memory and its own gauges are
read from /metrics every few seconds. A line by least squares through the resident memory after the
warm-up is the slope. The pool of blocks that workers keep for reuse is taken off: it grows with the largest
burst there was, up to aslx_arena_kept_bytes_limit; `rss_slope` is that of all. build/reports/soak.json has
every sample and one row; the last line on standard output is
  soak: N events, N minutes, slope N KiB per hour
Exit status: 0 when the slope is within the bound of slope.py, every event has its outcome and the drain
ended with 0; 1 otherwise.
"""
import argparse
import json
import os
import subprocess
import sys
import threading
import time

FOLDER = os.path.dirname(os.path.abspath(__file__))
KAFKA = os.path.dirname(FOLDER)
sys.path[:0] = [KAFKA, os.path.dirname(KAFKA), os.path.join(KAFKA, "faults")]
import broker as broker_module
import children
import jars
import pipeline
import report
import slope
from admin_client import Admin, total

REPORT = os.path.join(broker_module.ROOT, "build", "reports", "soak.json")
SAMPLE_S = 5
BATCHES_PER_SECOND = 20
PARTITIONS = 4
# The disk holds minutes of the load, however long it lasts.
RETENTION = {"retention.bytes": 32 * 2 ** 20, "retention.ms": 600_000, "segment.bytes": 8 * 2 ** 20}
BROKER = {"log.retention.check.interval.ms": 10_000, "offsets.topic.segment.bytes": 8 * 2 ** 20,
          "transaction.state.log.segment.bytes": 8 * 2 ** 20, "log.cleaner.backoff.ms": 5_000}
# What is shown beside the resident memory: if that grows, these say whether what grows is ours.
GAUGES = {"arena": "aslx_arena_bytes", "arena_kept": "aslx_arena_kept_bytes", "in_flight": "aslx_in_flight_records",
          "executions": "aslx_running_executions", "tasks": "aslx_running_tasks", "outbox": "aslx_outbox_bytes",
          "lag": "aslx_lag_records", "events": "aslx_events_received_total", "fds": "process_open_fds",
          "late": "aslx_late_answers_total", "dead_letters": "aslx_dead_letters_total"}


def parse_arguments():
    parser = argparse.ArgumentParser(prog="soak.sh", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog="example: tests/kafka/soak.sh --minutes 5 --delivery exactly_once")
    parser.add_argument("--minutes", type=float, default=60, help="of load (default 60)")
    parser.add_argument("--rate", type=int, default=2000, metavar="N", help="events a second (default 2000)")
    parser.add_argument("--delivery", choices=("at_least_once", "exactly_once"), default="at_least_once")
    return parser.parse_args()


def event(number):
    return json.dumps({"n": number, "kind": number % 20, "seconds": number // 20 % 20, "items": [10, 20, 30],
                       "text": "x" * (number * 7919 % 2000)})


class Load:
    """Events at a steady rate, written by kcat; a second that was missed is made up for."""

    def __init__(self, broker, topic, rate):
        self.sent = 0
        self.failure = None
        self._rate = rate
        self._stop = threading.Event()
        self._kcat = children.start(["kcat", "-q", "-P", "-b", broker.bootstrap_servers, "-t", topic, "-X", "linger.ms=20"],
                                    stdin=subprocess.PIPE)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        begin = time.monotonic()
        try:
            while not self._stop.wait(1 / BATCHES_PER_SECOND):
                due = int((time.monotonic() - begin) * self._rate)
                lines = "".join(event(number) + "\n" if number % 100 else "not json\n" for number in range(self.sent, due))
                self._kcat.stdin.write(lines.encode())
                self._kcat.stdin.flush()
                self.sent = due
        except OSError as error:
            self.failure = error

    def stop(self):
        """All that was written is acknowledged when kcat ends well."""
        self._stop.set()
        self._thread.join()
        self._kcat.stdin.close()
        status = self._kcat.wait(timeout=120)
        if self.failure is not None or status != 0:
            raise RuntimeError(f"the producer failed: {self.failure}, status {status}")


def configuration(broker, delivery):
    return f"""
cluster: {{brokers: ["{broker.bootstrap_servers}"], instance_id: soak}}
admin: {{listen: "127.0.0.1:0"}}
functions: [{{match: "*", in_process: "*"}}]
pipelines:
  - name: soak
    source: {{topics: [soak-in], group: soak}}
    machine: {{definition: {os.path.join(FOLDER, "machine.asl.json")}}}
    output: {{topic: soak-out}}
    dead_letters: {{topic: soak-dead}}
    delivery: {delivery}
"""


def sample(admin, begin):
    metrics = admin.metrics()
    now = {"seconds": round(time.monotonic() - begin, 1),
           "rss_kib": total(metrics, "process_resident_memory_bytes") / 1024}
    now.update({name: total(metrics, metric) for name, metric in GAUGES.items()})
    print("  ".join(f"{name} {value:.0f}" for name, value in now.items()), file=sys.stderr, flush=True)
    return now


def outcomes(metrics):
    return sum(total(metrics, "aslx_executions_total", outcome=name) for name in ("succeeded", "failed", "timed_out", "malformed"))


def soak(arguments):
    """The samples and how many are missing, how many events were sent, how many have an outcome, and the exit
    status of the drain."""
    samples, missed = [], 0
    with broker_module.KafkaBroker(properties=BROKER) as broker:
        broker.create_topics(PARTITIONS, "soak-in", "soak-out", "soak-dead", properties=RETENTION)
        with pipeline.Pipeline(configuration(broker, arguments.delivery)) as running:
            admin = Admin(running.log)
            admin.until_ready()
            load = Load(broker, "soak-in", arguments.rate)
            begin = time.monotonic()
            while time.monotonic() - begin < arguments.minutes * 60 and load.failure is None and running.running():
                try:
                    samples.append(sample(admin, begin))
                except OSError as error:  # a machine may be too busy for an answer in time
                    print(f"no sample after {time.monotonic() - begin:.0f} s: {error}", file=sys.stderr, flush=True)
                    missed += 1
                time.sleep(SAMPLE_S)
            load.stop()
            if not running.running():
                raise RuntimeError(f"the process ended with {running.wait()} after {time.monotonic() - begin:.0f} s:\n"
                                   f"{running.log()}")
            admin.until_metric("aslx_lag_records", lambda left: left == 0)
            admin.until_metric("aslx_in_flight_records", lambda left: left == 0)
            found = int(outcomes(admin.metrics()))
            return samples, missed, load.sent, found, running.drain()


def row_of(arguments, samples, missed, sent, found, status):
    warm_up = slope.warm_up_s(arguments.minutes * 60)
    after = [one for one in samples if one["seconds"] >= warm_up]
    line = slope.least_squares([(one["seconds"], one["rss_kib"] - one["arena_kept"] / 1024) for one in after])
    whole = slope.least_squares([(one["seconds"], one["rss_kib"]) for one in after])
    seconds = after[-1]["seconds"] - after[0]["seconds"]
    per_hour = line.slope * slope.SECONDS_PER_HOUR
    values = [one["rss_kib"] for one in after]
    # A session that a busy machine has missed may repeat, at least once.
    all_done = found >= sent if arguments.delivery == "at_least_once" else found == sent
    return {"name": f"soak/{arguments.delivery.replace('_', '-')}", "value": round(per_hour, 1),
            "goal": slope.goal(),
            "holds": slope.holds(per_hour, seconds) and all_done and status == 0,
            "grown_kib": round(line.slope * seconds), "rss_slope": round(whole.slope * slope.SECONDS_PER_HOUR, 1),
            "rss_kib_at_start": round(whole.at_start), "pool_kib_max": round(max(one["arena_kept"] for one in after) / 1024),
            "rss_kib_min": round(min(values)), "rss_kib_max": round(max(values)), "measured_s": round(seconds),
            "warm_up_s": round(warm_up), "samples": len(samples), "samples_missed": missed, "rate": arguments.rate, "events": sent, "outcomes": found,
            "dead_letters": samples[-1]["dead_letters"], "late_answers": samples[-1]["late"], "drain_status": status}


def main():
    arguments = parse_arguments()
    samples, missed, sent, found, status = soak(arguments)
    row = row_of(arguments, samples, missed, sent, found, status)
    os.makedirs(os.path.dirname(REPORT), exist_ok=True)
    with open(REPORT, "w", encoding="utf-8") as file:
        json.dump({"machine": report.machine(), "versions": report.versions(jars.KAFKA_VERSION), "rows": [row], "samples": samples},
                  file, indent=1)
    print(json.dumps(row, indent=1))
    print(f"soak: {sent} events, {arguments.minutes:g} minutes, slope {row['value']:.0f} KiB per hour")
    return 0 if row["holds"] else 1


if __name__ == "__main__":
    sys.exit(main())
