"""What the tests against Kafka share: one broker a test file, topics of its own for every test."""
import json
import os
import tempfile
import unittest

import broker as broker_module
import pipeline
import records


# Every event is its own output.
PASS = {"StartAt": "Pass", "States": {"Pass": {"Type": "Pass", "End": True}}}


class KafkaCase(unittest.TestCase):
    NODES = 1
    PARTITIONS = 4

    @classmethod
    def setUpClass(cls):
        cls.broker = broker_module.KafkaBroker(cls.NODES)
        cls.broker.__enter__()
        cls.addClassCleanup(cls.broker.stop)

    def setUp(self):
        name = self.id().split(".")[-1].replace("test_", "").replace("_", "-")[:60]
        self.source, self.sink, self.dead = (f"{name}-{role}" for role in ("in", "out", "dead"))
        self.group = name
        self.broker.create_topics(self.PARTITIONS, self.source, self.sink, self.dead)

    def configuration(self, definition, functions="", extra="", output=None, listener=None, properties=None):
        """One pipeline from this test's source topic to its sink, with its dead letters.

        `listener` and `properties` (of librdkafka): how it comes to a secured broker.
        """
        servers = self.broker.servers_at(listener or self.broker.internal)
        librdkafka = f"  librdkafka: {json.dumps(properties)}" if properties else ""
        output = output if output is not None else f"output:\n      topic: {self.sink}"
        return f"""
cluster:
  brokers: [{', '.join(servers.split(','))}]
  instance_id: {self.group}
{librdkafka}
{functions}
pipelines:
  - name: {self.group}
    source:
      topics: [{self.source}]
      group: {self.group}
    machine:
      definition: {definition}
    {output}
    dead_letters:
      topic: {self.dead}
    commit_interval_ms: 100
{extra}
"""

    @staticmethod
    def functions_at(url):
        """Every function is behind this endpoint, called by its bare name."""
        return f"""
functions:
  - match: "*"
    http:
      url: {url}
"""

    def definition_file(self, machine):
        folder = tempfile.TemporaryDirectory(dir=os.path.join(broker_module.ROOT, "build", "kafka-tests"))
        self.addCleanup(folder.cleanup)
        path = os.path.join(folder.name, "machine.asl.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(machine, file)
        return path

    def run_pipeline(self, configuration):
        running = pipeline.Pipeline(configuration)
        self.addCleanup(running.close)
        return running.start()

    def send(self, *events, key=None, headers=(), partition=None):
        """Events are bytes as they are, None for a tombstone, or anything else as JSON."""
        values = [event if event is None or isinstance(event, bytes) else json.dumps(event).encode()
                  for event in events]
        records.produce(self.broker, self.source, values, key=key, headers=headers, partition=partition)

    def outputs(self, count, running):
        return self._read(self.sink, count, running)

    def dead_letters(self, count, running):
        return self._read(self.dead, count, running)

    def _read(self, topic, count, running):
        try:
            return records.consume(self.broker, topic, count)
        except Exception as error:
            found = records.consume(self.broker, topic)
            raise AssertionError(f"{len(found)} of {count} records in {topic} ({error}); the pipeline said:\n"
                                 f"{running.log()}") from error


def error_header(record, name):
    """A header of a dead letter, by what it says."""
    return dict(record.headers).get(f"__asl.errors.{name}")
