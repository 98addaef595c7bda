"""One run of a program between two topics: events per CPU-second in its steady state, every output compared.

Not here: who it is and how it is set up (peers.py), what rows are made of it (run.py).
"""
import json
import time
from dataclasses import dataclass

import peers
import processes

STEADY = (0.5, 0.9)  # of the events: from here to there is measured
LOOK_S = 0.02
STANDSTILL_S = 90  # a JVM's start and a group's first assignment included


@dataclass(frozen=True)
class Measured:
    per_cpu_second: float
    per_second: float
    memory_mib: float


@dataclass(frozen=True)
class Point:
    events: int
    cpu_s: float
    at_s: float


class Topic:
    """The events of one comparison: as many as a peer gets, produced once for all that read them."""

    def __init__(self, cluster, pool, compression, events):
        self.name = f"events-{compression}-{events}"
        self.compression = compression
        self.events = events
        cluster.create(self.name)
        done = cluster.tool("produce", "--pool", pool, "--topic", self.name, "--events", events,
                            "--compression", compression)
        if done.returncode != 0:
            raise RuntimeError(f"{self.name}: {done.stderr}")


def watch(process, count, events):
    """Looks at how far the outputs have come; the points where the steady state was entered and left."""
    points = []
    seen, changed = 0, time.monotonic()
    while len(points) < len(STEADY):
        process.check_running()
        point = Point(count(), processes.cpu_seconds(process.pid), time.monotonic())
        if point.events >= STEADY[len(points)] * events:
            points.append(point)
        if point.events != seen:
            seen, changed = point.events, point.at_s
        if point.at_s - changed > STANDSTILL_S:
            raise RuntimeError(f"nothing new after {seen} of {events} events: {process.log_tail()}")
        time.sleep(LOOK_S)
    return points


def compare(cluster, pool, topic, sink, peer):
    loose = [] if peer.timestamps else ["--any-timestamp"]
    done = cluster.tool("compare", "--pool", pool, "--topic", sink, "--events", topic.events, *loose)
    if done.returncode != 0:
        raise RuntimeError(f"the outputs are not those of the events: {done.stdout}{done.stderr}")
    return json.loads(done.stdout)


def wait_for_commit(cluster, process, topic, group):
    """Until the group has committed every event: a program that does not is no equal."""
    deadline = time.monotonic() + STANDSTILL_S
    while True:
        done = cluster.tool("committed", "--group", group, "--source", topic.name)
        if done.returncode == 0 and int(done.stdout) == topic.events:
            return
        process.check_running()
        if time.monotonic() > deadline:
            raise RuntimeError(f"{topic.events} events, of which are committed: {done.stdout}{done.stderr}")
        time.sleep(LOOK_S)


def run(cluster, pool, topic, peer, delivery, number):
    group = sink = f"{peer.name}-{delivery}-{topic.compression}-{number}"
    cluster.create(sink)
    environment = {"BOOTSTRAP": cluster.bootstrap_servers, "SOURCE": topic.name, "SINK": sink, "GROUP": group,
                   "COMPRESSION": topic.compression, "DELIVERY": delivery}
    with peer.start(environment) as process:
        first, last = watch(process, lambda: cluster.count(sink), topic.events)
        compare(cluster, pool, topic, sink, peer)
        wait_for_commit(cluster, process, topic, group)
        memory_mib = processes.peak_memory_mib(process.pid)
        process.stop()
    cluster.delete(sink)
    events, cpu_s = last.events - first.events, last.cpu_s - first.cpu_s
    if events == 0 or cpu_s == 0:
        raise RuntimeError(f"{topic.events} events are too few: {events} events and {cpu_s} s of CPU time to measure")
    return Measured(events / cpu_s, events / (last.at_s - first.at_s), memory_mib)
