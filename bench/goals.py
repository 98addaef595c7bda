"""The ratios to reach: every row that bench.json and peers.json must have, each with its bar.

A row is better where its sign points: "<=" the smaller, ">=" the larger. `must` decides whether it holds, `aim`
is what to work towards. What a row is made of is said in README.md, and for the peers in peers/README.md.
"""
from typing import NamedTuple


class Goal(NamedTuple):
    sign: str
    must: float
    aim: float

    def holds(self, value):
        return value <= self.must if self.sign == "<=" else value >= self.must


BENCH = {
    "iot-300B/dom": Goal("<=", 1.0, 0.8),
    "iot-10KB/dom": Goal("<=", 0.8, 0.6),
    "bytecode/hand": Goal("<=", 1.10, 1.0),
    "pipeline/iot": Goal("<=", 2.0, 1.3),
    "router-1000/10": Goal("<=", 1.5, 1.1),
    "e2e/hand": Goal(">=", 0.83, 1.0),
    "slow-consumer": Goal(">=", 0.8, 1.0),
    "workers-2/1-inprocess": Goal(">=", 1.9, 2.0),
    "workers-2/1-e2e": Goal(">=", 0.95, 1.0),
    "eos/alo": Goal(">=", 0.9, 0.98),
    "latency-p50": Goal("<=", 1.2, 1.0),
    "latency-p99": Goal("<=", 1.2, 1.0),
    "eos-latency-p99": Goal("<=", 2.0, 1.3),
    "http-tasks/libcurl": Goal(">=", 0.8, 0.95),
    "wait-bytes": Goal("<=", 512, 256),
    "mallocs": Goal("<=", 0, 0),
    "locks": Goal("<=", 0, 0),
}
PEERS = {
    "benthos": Goal(">=", 20, 30),
    "kafka-streams": Goal(">=", 4, 5),
    "flink": Goal(">=", 3.5, 4.5),
    "java-streaming": Goal(">=", 2.5, 3),
    "python": Goal(">=", 3.5, 4.5),
    "kafka-streams-eos": Goal(">=", 4, 5),
    "flink-eos": Goal(">=", 3.2, 4.5),
    "aws-local-stepfunctions": Goal(">=", 150, 200),
    "ministack": Goal(">=", 300, 400),
    "asl-crate": Goal(">=", 8, 12),
}
REPORTS = {"bench": BENCH, "peers": PEERS}
