#!/usr/bin/env python3
"""Faults against Apache Kafka, row by row. See --help and README.md one folder up."""
import argparse
import collections
import contextlib
import os
import random
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(FOLDER), os.path.join(os.path.dirname(os.path.dirname(FOLDER)), "functions")]

import broker as broker_module
import jars
import report
import scenarios
import tasks_disk_memory
import zombie_commit
from row import AT_LEAST_ONCE, EXACTLY_ONCE, Row, say

Size = collections.namedtuple("Size", "events faults")
# `cluster` names what rows share: those of one name run on one cluster, one after the other.
Fault = collections.namedtuple("Fault", "scenario cluster modes short long")

BOTH = (AT_LEAST_ONCE, EXACTLY_ONCE)
FAULTS = {
    "kill-aslx": Fault(scenarios.kill_aslx, "three", BOTH, Size(200_000, 11), Size(10_000_000, 200)),
    "brokers": Fault(scenarios.brokers, "three", BOTH, Size(20_000, 2), Size(1_000_000, 50)),
    "rebalance": Fault(scenarios.rebalance, "three", BOTH, Size(20_000, 8), Size(1_000_000, 100)),
    "stop": Fault(scenarios.stop, "three", BOTH, Size(20_000, 2), Size(500_000, 12)),
    "tasks-disk-memory": Fault(tasks_disk_memory.tasks_disk_memory, "small-disk", BOTH, Size(20_000, 3),
                               Size(100_000, 12)),
    "zombie-commit": Fault(zombie_commit.zombie_commit, "proxied", (EXACTLY_ONCE,), Size(20_000, 12),
                           Size(100_000, 50)),
}


@contextlib.contextmanager
def three_brokers(version, _):
    with broker_module.KafkaBroker(nodes=3, version=version) as cluster:
        yield cluster


CLUSTERS = {"three": three_brokers, "small-disk": tasks_disk_memory.brokers_with_a_small_disk,
            "proxied": zombie_commit.broker_behind_a_proxy}


def options():
    names = [f"{fault}/{mode}" for fault, what in FAULTS.items() for mode in what.modes]
    parser = argparse.ArgumentParser(
        prog="tests/kafka/faults.sh", formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Faults against Apache Kafka: what is lost, what is duplicated.",
        epilog="rows:\n  " + "\n  ".join(names) + "\n\nThe table goes to standard output, rows to "
        "build/reports/faults.json as they finish.\nExit status: 0 when every row holds, 1 when one does not, "
        "2 for wrong usage.")
    parser.add_argument("--long", action="store_true", help="10 million events, 200 kills and so on")
    parser.add_argument("--only", metavar="ROW", action="append", default=[],
                        help="a row, a fault or a mode; may be given several times")
    parser.add_argument("--kafka-version", default=jars.KAFKA_VERSION, help="default: %(default)s")
    parser.add_argument("--seed", type=int, help="of the random instants and victims; printed")
    parser.add_argument("--events", type=int, help="another number of events a row")
    parser.add_argument("--faults", type=int, help="another number of faults a row")
    chosen = parser.parse_args()
    wanted = [name for name in names
              if not chosen.only or any(one in (name, *name.split("/")) for one in chosen.only)]
    if not wanted:
        parser.error(f"no row is named {' or '.join(chosen.only)}; rows: {', '.join(names)}")
    return chosen, wanted


def form_of(chosen):
    return "long" if chosen.long else "short"


def size_of(fault, chosen):
    size = FAULTS[fault].long if chosen.long else FAULTS[fault].short
    return Size(chosen.events or size.events, chosen.faults or size.faults)


def run_row(name, cluster, chosen, seed):
    fault, mode = name.split("/")
    size = size_of(fault, chosen)
    rng = random.Random(f"{seed} {name}")
    say(f"{name}: {size.events} events, {size.faults} faults")
    with Row(fault, mode, size, cluster, rng, getattr(cluster, "proxied_servers", None)) as row:
        try:
            FAULTS[fault].scenario(row)
        except RuntimeError as error:  # the row does not hold; what became of the events is said all the same
            say(str(error))
            row.fleet.mistakes.append(str(error))
        row.finish()
        cluster.wait_until_whole()
        result = row.verdict()
    if fault == "zombie-commit":
        result["zombie_answers"] = cluster.proxy.answers.copy()
        result["control_failed"] = zombie_commit.control_failed(fault, mode, size, cluster, rng)
        if not result["control_failed"]:
            result["holds"] = False
            result.setdefault("findings", []).append("without the counter-measure nothing was lost or duplicated")
    result.update(form=form_of(chosen), kafka=chosen.kafka_version, seed=seed)
    for finding in result.get("findings", ()):
        say(f"{name}: {finding}")
    return result


def main():
    chosen, wanted = options()
    seed = chosen.seed if chosen.seed is not None else random.randrange(1 << 32)
    say(f"seed {seed}, Apache Kafka {chosen.kafka_version}")
    rows = []
    for kind, make_cluster in CLUSTERS.items():
        names = [name for name in wanted if FAULTS[name.split("/")[0]].cluster == kind]
        if not names:
            continue
        with make_cluster(chosen.kafka_version, form_of(chosen)) as cluster:
            for name in names:
                rows.append(run_row(name, cluster, chosen, seed))
                report.write(rows[-1], chosen.kafka_version)
    print(report.table(rows), flush=True)
    held = sum(row["holds"] for row in rows)
    print(f"tests: {held} passed, {len(rows) - held} failed, 0 skipped", file=sys.stderr)
    total = collections.Counter()
    for row in rows:
        total.update({key: row[key] for key in ("events", "lost", "duplicated")})
    print(f"faults: {total['events']} events, {total['lost']} lost, {total['duplicated']} duplicated")
    return 0 if held == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
