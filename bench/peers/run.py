#!/usr/bin/env python3
"""The same events and the same transform in aslx and in what one would take instead, side by side in one run.

usage: run.py [--only PEER]... [--compression NAME]... [--runs N] [--events N]

Each run of a peer stands beside a run of ours: run n is divided by run n, and the median of these is the row.
Rows go to build/reports/peers.json; what a run with --only leaves out stays there as an earlier run measured it. Fewer
--events than a peer's own number (peers.py) make rows with "steady": false, and no verdict on their goals.
Exit status: 0 when all that was asked for was measured.
"""
import argparse
import collections
import dataclasses
import os
import signal
import statistics
import subprocess
import sys
import time

import processes  # puts tests/kafka on the path

sys.path.insert(0, os.path.join(processes.ROOT, "bench"))
import cluster
import command_line
import executions
import measure
import peers
import report

PROGRAMS = ("aslx", os.path.join("bench", "peers", "topic_tool"), os.path.join("bench", "peers", "execution_loop"))
POOL_EVENTS = 100_000
STOPPED = 143  # the exit status of who was ended by SIGTERM
INTERPRETED = ("executions", "none")  # in the place of a way of delivery and a compression


def say(text):
    print(f"peers: {time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def make_pool():
    """A file of events, which the topics repeat."""
    path = os.path.join(peers.BUILD, "events.ndjson")
    os.makedirs(peers.BUILD, exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        subprocess.run([sys.executable, os.path.join(processes.ROOT, "bench", "workloads", "events.py"), "iot", "--size", "300B",
                        "--count", str(POOL_EVENTS)], stdout=file, check=True)
    return path


class Comparison:
    """What was measured, by program and variant (a way of delivery and a compression); and what failed."""

    def __init__(self, options):
        self.options = options
        self.measured = collections.defaultdict(list)
        self.failed = []
        self.steady = True
        self.versions = {}

    def build(self, peer):
        say(f"{peer.name}: install and build")
        try:
            self.versions[peer.name] = " ".join("=".join(pair) for pair in peer.build().items())
            return True
        except RuntimeError as error:
            self.fail(peer, error)
            return False

    def fail(self, peer, error):
        self.failed.append(peer.name)
        say(f"{peer.name}: {error}")

    def side_by_side(self, ours, theirs, variant, run):
        """Runs of ours, each beside one of each peer: before them and behind them in turns."""
        for number in range(1, self.runs_of(variant) + 1):
            for peer in [ours, *theirs] if number % 2 else [*theirs, ours]:
                if peer.name in self.failed:
                    continue
                try:
                    result = run(peer, number)
                except (RuntimeError, OSError, subprocess.SubprocessError) as error:
                    self.fail(peer, error)
                    continue
                self.measured[peer.name, variant].append(result)
                for compared in theirs:
                    self.hand_over(ours, compared, variant)
                say(f"{peer.name} {' '.join(variant)}: {result.per_cpu_second:,.0f} per CPU-second, "
                    f"{result.memory_mib:,.0f} MiB")

    def runs_of(self, variant):
        """What is compressed has no goal and gets a third of the runs, one at least."""
        return max(1, self.options.runs // 3) if variant[1] == "lz4" else self.options.runs

    def hand_over(self, ours, peer, variant):
        """The rows of a peer, after each of its runs: what was measured is not lost when the rest is cut off."""
        name = row_name(peer, variant)
        mine, its = self.measured[ours.name, variant], self.measured[peer.name, variant]
        if not mine or len(mine) != len(its):
            return
        rates = lambda results: [result.per_cpu_second for result in results]
        memory = lambda results: statistics.median(result.memory_mib for result in results)
        what = "executions" if variant == INTERPRETED else "events"
        steady = ours.steady and peer.steady
        self.steady = self.steady and steady
        rows = [report.ratio(name, ("aslx", rates(mine)), (peer.name, rates(its)), f"{what} per CPU-second",
                             judged=steady, steady=steady, delivery=variant[0], compression=variant[1], events=peer.events,
                             commit=report.versions_here()["aslx"], load_1_minute=os.getloadavg()[0]),
                report.row(f"{name}-memory", [result.memory_mib for result in its], "MiB", ours=memory(mine))]
        report.write_part(part_of(name), rows, {peer.name: self.versions[peer.name]}, shown=False)


def row_name(peer, variant):
    delivery, compression = variant
    return (peer.name + ("-eos" if delivery == peers.EXACTLY_ONCE else "")
            + ("" if compression == "none" else f"-{compression}"))


def part_of(name):
    """Each row is a part of the report, which a run hands over or leaves as it was."""
    return f"peers-{name}"


def measure_kafka(comparison, pool, ours, theirs):
    theirs = [peer for peer in theirs if comparison.build(peer)]
    with cluster.Broker() as broker:
        for compression in comparison.options.compression or peers.COMPRESSIONS:
            topics = {events: measure.Topic(broker, pool, compression, events)
                      for events in sorted({peer.events for peer in [ours, *theirs]})}
            say(f"events produced, compression {compression}")
            for delivery in peers.BOTH:
                able = [peer for peer in theirs if peer.takes(delivery, compression)]
                variant = (delivery, compression)
                if able:
                    comparison.side_by_side(ours, able, variant, lambda peer, number: measure.run(
                        broker, pool, topics[peer.events], peer, delivery, number))
            broker.delete(*(topic.name for topic in topics.values()))


def measure_interpreters(comparison, pool, ours, theirs):
    theirs = [peer for peer in theirs if comparison.build(peer)]
    comparison.side_by_side(ours, theirs, INTERPRETED, lambda peer, _: executions.run(peer, pool))


def all_rows(options=None):
    """The names of the rows that are asked for, or of all, in the order of the report."""
    wanted = lambda peer: not options or not options.only or peer.name in options.only
    for compression in options and options.compression or peers.COMPRESSIONS:
        for delivery in peers.BOTH:
            for peer in filter(wanted, peers.KAFKA_PEERS):
                if peer.takes(delivery, compression):
                    yield row_name(peer, (delivery, compression))
    for peer in filter(wanted, peers.INTERPRETERS):
        yield row_name(peer, INTERPRETED)


def resized(peer, events):
    """Interpreters have no start to speak of, and keep their number."""
    kafka = peer in (peers.OURS, *peers.KAFKA_PEERS)
    return dataclasses.replace(peer, events=events, steady=events >= peer.events) if events and kafka else peer


def measure_all(comparison):
    options = comparison.options
    os.sched_setaffinity(0, {processes.BROKER_CORE})  # the peers' core is theirs alone
    pool = make_pool()
    for ours, theirs, how in ((peers.OURS, peers.KAFKA_PEERS, measure_kafka),
                              (peers.OUR_EXECUTIONS, peers.INTERPRETERS, measure_interpreters)):
        theirs = [resized(peer, options.events) for peer in theirs if not options.only or peer.name in options.only]
        ours = resized(ours, options.events)
        if theirs and comparison.build(ours):
            how(comparison, pool, ours, theirs)


def collect(options):
    """What was asked for, and what earlier runs left. Returns what of the first is missing, in sentences."""
    asked = [part_of(name) for name in all_rows(options)]
    return report.collect("peers", asked, kept=[part for name in all_rows() if (part := part_of(name)) not in asked])


def main():
    names = [peer.name for peer in (*peers.KAFKA_PEERS, *peers.INTERPRETERS)]
    parser = argparse.ArgumentParser(description="aslx beside other programs that do the same.")
    parser.add_argument("--only", action="append", choices=names, metavar="PEER",
                        help=f"measure this one alone; may be repeated; one of {', '.join(names)}")
    parser.add_argument("--compression", action="append", choices=peers.COMPRESSIONS, help="of the topics; default: both")
    parser.add_argument("--runs", type=command_line.count, default=3, help="of each; the median counts")
    parser.add_argument("--events", type=command_line.count, help="for each between topics, instead of what suits it: quick, and not steady")
    options = parser.parse_args()
    for name in PROGRAMS:
        command_line.require_built("aslx topic_tool execution_loop", name)

    for name in all_rows(options):
        report.drop_part(part_of(name))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(STOPPED))  # so that the broker ends with us
    comparison = Comparison(options)
    try:
        measure_all(comparison)
    finally:
        missing = collect(options)
    for sentence in [*missing, *(f"not measured: {name}" for name in comparison.failed)]:
        say(sentence)
    if not comparison.steady:
        say("fewer events than a peer's own number: rows that are not steady, and no goal is judged by them")
    return 1 if missing or comparison.failed else 0


if __name__ == "__main__":
    sys.exit(main())
