"""The ratios to reach: every row that bench.json and peers.json must have, each with its bar.

A row is better where its sign points: "<=" the smaller, ">=" the larger. `must` decides whether it holds, `aim`
is what to work towards, and `part` is who measures it: a report of that part without the row is not complete. What
a row is made of is said in README.md, and for the peers in peers/README.md.
"""
from typing import NamedTuple


class Goal(NamedTuple):
    sign: str
    must: float
    aim: float
    part: str

    def holds(self, value):
        return value <= self.must if self.sign == "<=" else value >= self.must


BENCH = {
    "iot-300B/dom": Goal("<=", 1.0, 0.8, "workloads"),
    "iot-10KB/dom": Goal("<=", 0.8, 0.6, "workloads"),
    "bytecode/hand": Goal("<=", 1.10, 1.0, "workloads"),
    "pipeline/iot": Goal("<=", 2.0, 1.3, "workloads"),
    "router-1000/10": Goal("<=", 1.5, 1.1, "workloads"),
    "e2e/hand": Goal(">=", 0.83, 1.0, "e2e"),
    "slow-consumer": Goal(">=", 0.8, 1.0, "e2e"),
    "workers-2/1-inprocess": Goal(">=", 1.9, 2.0, "workers"),
    "workers-2/1-e2e": Goal(">=", 0.95, 1.0, "e2e"),
    "eos/alo": Goal(">=", 0.9, 0.98, "e2e"),
    "latency-p50": Goal("<=", 1.2, 1.0, "e2e"),
    "latency-p99": Goal("<=", 1.2, 1.0, "e2e"),
    "eos-latency-p99": Goal("<=", 2.0, 1.3, "e2e"),
    "http-tasks/libcurl": Goal(">=", 0.8, 0.95, "e2e"),
    "wait-bytes": Goal("<=", 512, 256, "in_flight"),
    "mallocs": Goal("<=", 0, 0, "record_path"),
    "locks": Goal("<=", 0, 0, "record_path"),
}
PEERS = {
    "benthos": Goal(">=", 20, 30, "peers-benthos"),
    "kafka-streams": Goal(">=", 4, 5, "peers-kafka-streams"),
    "flink": Goal(">=", 3.5, 4.5, "peers-flink"),
    "java-streaming": Goal(">=", 2.5, 3, "peers-java-streaming"),
    "python": Goal(">=", 3.5, 4.5, "peers-python"),
    "kafka-streams-eos": Goal(">=", 4, 5, "peers-kafka-streams-eos"),
    "flink-eos": Goal(">=", 3.2, 4.5, "peers-flink-eos"),
    "aws-local-stepfunctions": Goal(">=", 150, 200, "peers-aws-local-stepfunctions"),
    "ministack": Goal(">=", 300, 400, "peers-ministack"),
    "asl-crate": Goal(">=", 8, 12, "peers-asl-crate"),
}
REPORTS = {"bench": BENCH, "peers": PEERS}
