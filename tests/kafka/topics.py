"""The two requests of Kafka's protocol that the tests need and kcat has not: create topics, ask who leads them.

A request is a size, a header (API key, version, correlation id, client id) and a body; integers are
big-endian, a text is its length in 16 bits and its bytes, an array its count in 32 bits and its items.
"""
import collections
import socket
import struct
import time

METADATA = 3
CREATE_TOPICS = 19
TOPIC_ALREADY_EXISTS = 36
TIMEOUT_S = 30

# `leader` is a broker's number or below 0; `replicas` and `in_sync` are lists of numbers.
Partition = collections.namedtuple("Partition", "error leader replicas in_sync")


def _text(value):
    data = value.encode()
    return struct.pack(">h", len(data)) + data


class _Reader:
    def __init__(self, data):
        self.data = data
        self.at = 0

    def number(self, format_):
        value, = struct.unpack_from(">" + format_, self.data, self.at)
        self.at += struct.calcsize(">" + format_)
        return value

    def text(self):
        size = self.number("h")
        if size < 0:
            return None
        self.at += size
        return self.data[self.at - size:self.at].decode()


def _receive(connection, size):
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise ConnectionError("the broker closed the connection")
        data += part
    return data


def _call(port, api_key, version, body):
    request = struct.pack(">hhi", api_key, version, 1) + _text("aslx-tests") + body
    with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_S) as connection:
        connection.sendall(struct.pack(">i", len(request)) + request)
        size, = struct.unpack(">i", _receive(connection, 4))
        reader = _Reader(_receive(connection, size))
    reader.number("i")  # the correlation id: one request a connection
    return reader


def count_brokers(port):
    """How many brokers the one at this port knows; 0 while it does not answer."""
    try:
        reader = _call(port, METADATA, 1, struct.pack(">i", 0))
        return reader.number("i")
    except OSError:
        return 0


def create(port, names, partitions, replication):
    body = struct.pack(">i", len(names))
    for name in names:
        body += _text(name) + struct.pack(">ihii", partitions, replication, 0, 0)
    body += struct.pack(">i?", TIMEOUT_S * 1000, False)
    reader = _call(port, CREATE_TOPICS, 2, body)
    reader.number("i")  # how long the broker held us back
    for _ in range(reader.number("i")):
        name, code, message = reader.text(), reader.number("h"), reader.text()
        if code not in (0, TOPIC_ALREADY_EXISTS):
            raise RuntimeError(f"topic {name} was not created: error {code}: {message}")
    deadline = time.monotonic() + TIMEOUT_S
    while not all(known(port, name) for name in names):  # the broker learns of them a moment later
        if time.monotonic() > deadline:
            raise RuntimeError(f"the broker does not know {names} after {TIMEOUT_S} s")


def known(port, name):
    """Whether every partition of the topic has a leader."""
    partitions = describe(port, [name])[name]
    return bool(partitions) and all(one.error == 0 and one.leader >= 0 for one in partitions)


def describe(port, names=None):
    """The partitions of each topic, of all topics without names, as the broker at this port sees them."""
    body = struct.pack(">i", -1 if names is None else len(names)) + b"".join(_text(name) for name in names or ())
    reader = _call(port, METADATA, 1, body)
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
