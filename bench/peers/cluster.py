"""The broker of the comparisons: Apache Kafka on a core of its own, its topics and how far they have come.

Not here: how it is fetched and started (tests/kafka). Topics keep their records for ever, since the events bear
a time of their own.
"""
import os
import struct
import subprocess

import processes  # puts tests/kafka on the path
import broker
import protocol
import topics

LIST_OFFSETS, DELETE_TOPICS = 2, 20
END = -1
PARTITIONS = 4
TOOL = os.path.join(processes.ROOT, "build", "release", "bench", "peers", "topic_tool")


class Broker(broker.KafkaBroker):
    """One node, pinned, so that what it costs is never taken from a peer."""

    def __init__(self):
        super().__init__(properties={
            "log.retention.ms": -1, "log.segment.delete.delay.ms": 1_000,
            # A machine that others keep busy is no reason to take the only broker for dead.
            "broker.session.timeout.ms": 60_000})

    def java_command(self):
        command = super().java_command()
        return processes.on_core(processes.BROKER_CORE, command[0], "-Xms1g", "-Xmx1g", *command[2:])

    @property
    def port(self):
        return self.nodes[0].port

    def create(self, *names):
        self.create_topics(PARTITIONS, *names)
        self._wait(lambda: all(self._leads(name) for name in names), f"did not lead {names}")

    def _leads(self, topic):
        """A topic is known a moment before its leader takes requests."""
        try:
            return self.count(topic) == 0
        except RuntimeError:
            return False

    def delete(self, *names):
        body = struct.pack(">i", len(names)) + b"".join(map(protocol.text, names)) + struct.pack(">i", 30_000)
        reader = protocol.call(self.port, DELETE_TOPICS, 1, body)
        reader.number("i")  # how long the broker held us back
        for _ in range(reader.number("i")):
            name, error = reader.text(), reader.number("h")
            if error != 0:
                raise RuntimeError(f"topic {name} was not deleted: error {error}")

    def count(self, topic):
        """How many records were written to the topic, markers of transactions included."""
        partitions = b"".join(struct.pack(">iq", index, END) for index in range(PARTITIONS))
        body = struct.pack(">ibi", -1, 0, 1) + protocol.text(topic) + struct.pack(">i", PARTITIONS) + partitions
        reader = protocol.call(self.port, LIST_OFFSETS, 2, body)
        reader.number("i")  # how long the broker held us back
        reader.number("i"), reader.text()  # one topic, this one
        total = 0
        for _ in range(reader.number("i")):
            partition, error, _, offset = (reader.number(kind) for kind in "ihqq")
            if error != 0:
                raise RuntimeError(f"{topic}[{partition}]: no end offset: error {error}")
            total += offset
        return total

    def tool(self, command, *arguments):
        return subprocess.run([TOOL, command, "--brokers", self.bootstrap_servers, *map(str, arguments)],
                              capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
