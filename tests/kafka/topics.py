"""Topics and brokers, as a cluster knows them: create topics, add partitions, ask who leads them.

Not here: how a request looks on the wire (protocol.py).
"""
import collections
import struct
import time

from protocol import TIMEOUT_S, call, text

LIST_OFFSETS = 2
METADATA = 3
CREATE_TOPICS = 19
CREATE_PARTITIONS = 37
NOT_LEADER = 6
TOPIC_ALREADY_EXISTS = 36

# `leader` is a broker's number or below 0; `replicas` and `in_sync` are lists of numbers.
Partition = collections.namedtuple("Partition", "error leader replicas in_sync")


def count_brokers(port, credentials=None):
    """How many brokers the one at this port knows; 0 while it does not answer."""
    try:
        reader = call(port, METADATA, 1, struct.pack(">i", 0), credentials)
        return reader.number("i")
    except OSError:
        return 0


def create(port, names, partitions, replication, credentials=None, properties=None):
    pairs = properties or {}
    body = struct.pack(">i", len(names))
    for name in names:
        body += text(name) + struct.pack(">ihii", partitions, replication, 0, len(pairs))
        body += b"".join(text(key) + text(str(value)) for key, value in pairs.items())
    body += struct.pack(">i?", TIMEOUT_S * 1000, False)
    reader = call(port, CREATE_TOPICS, 2, body, credentials)
    reader.number("i")  # how long the broker held us back
    for _ in range(reader.number("i")):
        name, code, message = reader.text(), reader.number("h"), reader.text()
        if code not in (0, TOPIC_ALREADY_EXISTS):
            raise RuntimeError(f"topic {name} was not created: error {code}: {message}")
    deadline = time.monotonic() + TIMEOUT_S
    while not all(known(port, name, credentials) for name in names):  # the broker learns of them a moment later
        if time.monotonic() > deadline:
            raise RuntimeError(f"the broker does not know {names} after {TIMEOUT_S} s")


def add_partitions(port, name, count, credentials=None):
    """So that the topic has so many."""
    body = struct.pack(">i", 1) + text(name) + struct.pack(">ii", count, -1) + struct.pack(">i?", TIMEOUT_S * 1000, False)
    reader = call(port, CREATE_PARTITIONS, 0, body, credentials)
    reader.number("i")  # how long the broker held us back
    for _ in range(reader.number("i")):
        name, code, message = reader.text(), reader.number("h"), reader.text()
        if code != 0:
            raise RuntimeError(f"topic {name} did not get {count} partitions: error {code}: {message}")


def known(port, name, credentials=None):
    """Whether every partition of the topic has a leader."""
    partitions = describe(port, [name], credentials)[name]
    return bool(partitions) and all(one.error == 0 and one.leader >= 0 for one in partitions)


def describe(port, names=None, credentials=None):
    """The partitions of each topic, of all topics without names, as the broker at this port sees them."""
    body = struct.pack(">i", -1 if names is None else len(names)) + b"".join(text(name) for name in names or ())
    reader = call(port, METADATA, 1, body, credentials)
    for _ in range(reader.number("i")):
        reader.number("i"), reader.text(), reader.number("i"), reader.text()  # a broker
    reader.number("i")  # the controller
    found = {}
    for _ in range(reader.number("i")):
        topic_error, name, _ = reader.number("h"), reader.text(), reader.number("b")
        found[name] = []
        for _ in range(reader.number("i")):
            error, _, leader = reader.number("h"), reader.number("i"), reader.number("i")
            replicas = [reader.number("i") for _ in range(reader.number("i"))]
            in_sync = [reader.number("i") for _ in range(reader.number("i"))]
            found[name].append(Partition(topic_error or error, leader, replicas, in_sync))
    return found


def ends(port, name, partitions):
    """The offset behind the last record of each partition, as a read_uncommitted reader sees them."""
    body = struct.pack(">ii", -1, 1) + text(name) + struct.pack(">i", partitions)
    body += b"".join(struct.pack(">iq", partition, -1) for partition in range(partitions))
    deadline = time.monotonic() + TIMEOUT_S
    while True:
        reader = call(port, LIST_OFFSETS, 1, body)
        reader.number("i"), reader.text()  # one topic
        found = [tuple(reader.number(kind) for kind in "ihqq") for _ in range(reader.number("i"))]
        errors = {error for _, error, _, _ in found} - {0}
        if not errors:
            return [offset for _, _, _, offset in sorted(found)]
        # A broker leads a new topic a moment after it has said so.
        if errors != {NOT_LEADER} or time.monotonic() > deadline:
            raise RuntimeError(f"where {name} ends: errors {errors}")
