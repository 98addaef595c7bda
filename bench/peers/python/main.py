"""Consume, transform, produce, at least once: offsets are committed after what came of them is acknowledged."""
import os
import signal
import sys
import time

import orjson
from confluent_kafka import Consumer, KafkaException, Producer

THRESHOLD = 70
BATCH = 10_000
POLL_S = 0.1
COMMIT_INTERVAL_S = 1
FLUSH_S = 60


def transform(text):
    event = orjson.loads(text)
    return orjson.dumps({
        "device": event["deviceId"],
        "at": event["timestamp"],
        "site": event["location"]["site"],
        "alarm": "high" if event["temperature"] > THRESHOLD else "none",
    })


class Forwarder:
    def __init__(self, environment):
        self.sink = environment["SINK"]
        self.failure = None
        self.stopping = False
        self.consumer = Consumer({
            "bootstrap.servers": environment["BOOTSTRAP"],
            "group.id": environment["GROUP"],
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "fetch.min.bytes": 100_000,
        })
        self.producer = Producer({
            "bootstrap.servers": environment["BOOTSTRAP"],
            "acks": "all",
            "enable.idempotence": True,
            "partitioner": "murmur2_random",
            "compression.type": environment["COMPRESSION"],
            "linger.ms": 100,
            "queue.buffering.max.messages": 1_000_000,
            # Successes cost a callback each; a failure must be known.
            "delivery.report.only.error": True,
        })

    def on_delivery(self, error, _):
        self.failure = self.failure or error

    def forward(self, message):
        if message.error():
            raise KafkaException(message.error())
        _, timestamp = message.timestamp()
        value = transform(message.value())
        while True:
            try:
                self.producer.produce(self.sink, value, message.key(), timestamp=timestamp, headers=message.headers(),
                                      on_delivery=self.on_delivery)
                return
            except BufferError:  # its queue is full
                self.producer.poll(POLL_S)

    def commit(self):
        left = self.producer.flush(FLUSH_S)
        if self.failure or left:
            raise RuntimeError(f"not all was written: {self.failure or left}")
        try:
            self.consumer.commit(asynchronous=False)
        except KafkaException as error:
            if error.args[0].name() != "_NO_OFFSET":  # nothing was read yet
                raise

    def run(self, topic):
        self.consumer.subscribe([topic])
        committed = time.monotonic()
        while not self.stopping:
            for message in self.consumer.consume(BATCH, POLL_S):
                self.forward(message)
            self.producer.poll(0)
            if time.monotonic() - committed >= COMMIT_INTERVAL_S:
                self.commit()
                committed = time.monotonic()
        self.commit()
        self.consumer.close()


def main():
    forwarder = Forwarder(os.environ)

    def stop(*_):
        forwarder.stopping = True

    signal.signal(signal.SIGTERM, stop)
    forwarder.run(os.environ["SOURCE"])


if __name__ == "__main__":
    sys.exit(main())
