"""What every row stands on: Apache Kafka on one core, filled topics, the other core for what is measured.

Not here: what is measured (subject.py) and what is made of it (rows_*.py).
"""
import os
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [os.path.join(ROOT, "tests", "kafka"), os.path.join(ROOT, "bench"),
                os.path.join(ROOT, "bench", "workloads")]
import broker as broker_module
import command_line
import events
import jars
import topics

BROKER_CORE, SUBJECT_CORE = CORES = (0, 1)
PARTITIONS = 4
EVENT_LINES = 10_000  # different events, written again and again; fill.cc has as many keys
PROGRAMS = ("aslx", "e2e_fill", "e2e_forwarder", "e2e_http_loop", "e2e_function_server")
WORKLOADS = os.path.join(ROOT, "bench", "workloads")
# Outputs are counted by offset and not kept for long; a file of the log is what can be deleted.
OUTPUT_TOPIC = {"retention.bytes": 64 * 1024 * 1024, "segment.bytes": 32 * 1024 * 1024}
BROKER_PROPERTIES = {"log.retention.check.interval.ms": 10_000}


def say(text):
    print(f"e2e: {time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def program(name):
    """Its path; where it is not built the command ends here."""
    return command_line.require_built("aslx e2e", name if name == "aslx" else os.path.join("bench", "e2e", name))


def versions():
    return {"kafka": jars.KAFKA_VERSION}


class Rig:
    """A broker on its core, with topics that are made and filled when they are first asked for."""

    def __init__(self):
        # What is started from here inherits it; subjects are put on their own.
        os.sched_setaffinity(0, {BROKER_CORE})
        self.broker = broker_module.KafkaBroker(properties=BROKER_PROPERTIES)
        self._folder = tempfile.TemporaryDirectory(prefix="e2e-")
        self._filled = {}
        self._samples = {}
        self._names = 0

    def __enter__(self):
        self.broker.__enter__()
        self.dead_letters = self.new_topic("dead-letters")
        return self

    def __exit__(self, *_):
        self.broker.stop()
        self._folder.cleanup()

    @property
    def bootstrap(self):
        return self.broker.bootstrap_servers

    @property
    def folder(self):
        return self._folder.name

    def path(self, name):
        return os.path.join(self._folder.name, name)

    def unused(self, what):
        """A name for a topic or group that nothing has used."""
        self._names += 1
        return f"{what}-{self._names}"

    def event_file(self, workload):
        path = self.path(f"{workload}.ndjson")
        if not os.path.exists(path):
            with open(path, "w", encoding="utf-8") as file:
                file.writelines(text + "\n" for text in events.events(workload, "300B", EVENT_LINES))
        return path

    def filled(self, workload, count, compression="none"):
        """The name of a topic that has at least so many events of the workload."""
        key = (workload, compression)
        name, there = self._filled.get(key, (None, 0))
        if there < count:
            if name is None:
                name = self.unused(f"{workload}-{compression}")
                self.broker.create_topics(PARTITIONS, name)
            say(f"filling {name} with {count - there:,} events")
            self._fill(name, workload, count - there, compression)
            self._filled[key] = (name, count)
        return name

    def sample(self, workload="iot", compression="none"):
        """The name of a topic that has every event of the workload once, each with a key of its own."""
        key = (workload, compression)
        if key not in self._samples:
            name = self.unused(f"sample-{workload}-{compression}")
            self.broker.create_topics(PARTITIONS, name)
            self._fill(name, workload, EVENT_LINES, compression)
            self._samples[key] = name
        return self._samples[key]

    def _fill(self, topic, workload, count, compression):
        subprocess.run([program("e2e_fill"), "--brokers", self.bootstrap, "--topic", topic, "--events",
                        self.event_file(workload), "--count", str(count), "--compression", compression],
                       check=True, timeout=300)

    def new_topic(self, what):
        name = self.unused(what)
        self.broker.create_topics(PARTITIONS, name, properties=OUTPUT_TOPIC)
        return name

    def written(self, topic):
        """How many offsets the topic has had; exactly once, a few of them are markers of transactions."""
        return sum(topics.ends(self.broker.nodes[0].port, topic, PARTITIONS))

    def check_no_dead_letters(self):
        if count := self.written(self.dead_letters):
            raise RuntimeError(f"{count} events became dead letters: what was measured is not what it says")
