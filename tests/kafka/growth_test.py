"""Partitions that are added to a source topic while a pipeline reads it: they are read from their beginning."""
import json
import signal

from admin_client import Admin
from kafka_case import KafkaCase
from restart_test import MACHINE

BEFORE = 2
AFTER = 5
EVENTS = 60  # a step
# librdkafka looks for new partitions every five minutes.
OFTEN = "  librdkafka_consumer: {topic.metadata.refresh.interval.ms: 500}\n"


class GrowthTest(KafkaCase):
    PARTITIONS = BEFORE
    DELIVERY = "at_least_once"

    def grow(self, start_offset):
        text = self.configuration(self.definition_file(MACHINE), extra=f"    delivery: {self.DELIVERY}\n")
        text = text.replace("cluster:\n", f"cluster:\n  start_offset: {start_offset}\n{OFTEN}")
        self.running = self.run_pipeline('workers: 2\nadmin: {listen: "127.0.0.1:0"}\n' + text)
        admin = Admin(self.running.log)
        admin.until_metric("aslx_assigned_partitions", lambda count: count == BEFORE)
        self.sent = 0
        self.send_to(range(BEFORE))
        # It sleeps, so that it cannot know of them when they have events already.
        self.running.signal(signal.SIGSTOP)
        self.broker.add_partitions(AFTER, self.source)
        self.send_to(range(AFTER))
        self.running.signal(signal.SIGCONT)
        admin.until_metric("aslx_assigned_partitions", lambda count: count == AFTER)
        self.send_to(range(AFTER))

    def send_to(self, partitions):
        """As many events to each; some of them wait for a second, whatever happens meanwhile."""
        for partition in partitions:
            self.send(*({"n": n, "wait": 1 if n % 3 == 0 else 0} for n in range(self.sent, self.sent + EVENTS)),
                      partition=partition)
            self.sent += EVENTS

    def answered(self, count):
        return sorted(json.loads(record.value)["n"] for record in self.outputs(count, self.running))

    def check(self):
        numbers = self.answered(self.sent)
        while set(numbers) != set(range(self.sent)):  # some came twice
            numbers = self.answered(len(numbers) + 1)
        self.assertEqual(self.running.drain(), 0, self.running.log())

    def test_from_the_earliest(self):
        self.grow("earliest")
        self.check()

    def test_from_the_latest(self):
        self.grow("latest")
        self.check()


class ExactlyOnceGrowthTest(GrowthTest):
    DELIVERY = "exactly_once"

    def check(self):
        super().check()
        self.assertEqual(self.answered(self.sent), list(range(self.sent)))
