"""Who takes part, and what each folder here offers: `build.sh`, which prints versions, and `start.sh`.

Not here: how they are measured (measure.py, executions.py). Why a peer is set up as it is stands in its own README.
"""
import os
import subprocess
from dataclasses import dataclass

import processes
import jars

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.join(processes.ROOT, "build", "peers")
AT_LEAST_ONCE, EXACTLY_ONCE = "at-least-once", "exactly-once"
COMPRESSIONS = ("none", "lz4")


@dataclass(frozen=True)
class Peer:
    name: str
    # How many it is given; the second half counts (measure.STEADY).
    events: int
    deliveries: tuple = (AT_LEAST_ONCE,)
    compressions: tuple = COMPRESSIONS
    # Whether it can write a record with the timestamp of the one that it read.
    timestamps: bool = True
    folder: str = ""
    settings: tuple = ()
    # Whether it is given as many as it takes to be measured in its steady state.
    steady: bool = True

    def takes(self, delivery, compression):
        return delivery in self.deliveries and compression in self.compressions

    @property
    def path(self):
        return os.path.join(HERE, self.folder or self.name)

    @property
    def target(self):
        return os.path.join(BUILD, self.folder or self.name)

    @property
    def environment(self):
        cache = os.path.join(jars.cache_folder(), "peers")
        os.makedirs(cache, exist_ok=True)
        os.makedirs(self.target, exist_ok=True)
        return {"TARGET": self.target, "CACHE": cache, "DEFINITION": DEFINITION, "ASLX": ASLX, **dict(self.settings)}

    def build(self):
        """Its versions, by name."""
        done = subprocess.run([os.path.join(self.path, "build.sh")], env={**os.environ, **self.environment},
                              stdout=subprocess.PIPE, text=True, check=False, stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            raise RuntimeError(f"{self.path}/build.sh ended with {done.returncode}")
        return dict(line.split("=", 1) for line in done.stdout.split("\n") if line)

    def start(self, environment, stdout=None):
        log = os.path.join(BUILD, f"{self.name}.log")
        open(log, "wb").close()
        return processes.Process(processes.PEER_CORE, [os.path.join(self.path, "start.sh")],
                                 {**self.environment, **environment}, log, stdout)


ASLX = os.path.join(processes.ROOT, "build", "release", "aslx")
DEFINITION = os.path.join(processes.ROOT, "bench", "workloads", "iot.asl.json")
BOTH = (AT_LEAST_ONCE, EXACTLY_ONCE)

OURS = Peer("aslx", 4_000_000, BOTH)
# A JVM on one core still speeds up until some four million: from there on it is measured.
JVM_EVENTS = 8_000_000
# Consumers and producers of Kafka.
KAFKA_PEERS = (
    Peer("benthos", 500_000, timestamps=False),
    Peer("kafka-streams", JVM_EVENTS, BOTH),
    Peer("flink", JVM_EVENTS, BOTH),
    Peer("java-streaming", JVM_EVENTS),
    Peer("python", 2_000_000),
    Peer("kafkajs", 500_000, compressions=("none",)),
)
# Interpreters of the Amazon States Language; events are executions here.
OUR_EXECUTIONS = Peer("aslx-executions", 20_000_000)
INTERPRETERS = (
    Peer("aws-local-stepfunctions", 100_000),
    Peer("ministack", 30_000),
    Peer("asl-crate", 2_000_000),
)
