"""Requests of Kafka's protocol, by hand: what the tests ask of a broker and kcat cannot.

A request is a size, a header (API key, version, correlation id, client id) and a body; integers are
big-endian, a text is its length in 16 bits and its bytes, an array its count in 32 bits and its items.
A connection to a secured listener begins with SASL/PLAIN.
"""
import socket
import struct

SASL_HANDSHAKE = 17
SASL_AUTHENTICATE = 36
TIMEOUT_S = 30


def text(value):
    if value is None:
        return struct.pack(">h", -1)
    data = value.encode()
    return struct.pack(">h", len(data)) + data


class Reader:
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


def _ask(connection, api_key, version, body):
    request = struct.pack(">hhi", api_key, version, 1) + text("aslx-tests") + body
    connection.sendall(struct.pack(">i", len(request)) + request)
    size, = struct.unpack(">i", _receive(connection, 4))
    reader = Reader(_receive(connection, size))
    reader.number("i")  # the correlation id: one request at a time
    return reader


def _log_in(connection, name, password):
    code = _ask(connection, SASL_HANDSHAKE, 1, text("PLAIN")).number("h")
    if code != 0:
        raise RuntimeError(f"the broker does not take SASL/PLAIN: error {code}")
    token = f"\0{name}\0{password}".encode()
    reader = _ask(connection, SASL_AUTHENTICATE, 0, struct.pack(">i", len(token)) + token)
    code, message = reader.number("h"), reader.text()
    if code != 0:
        raise RuntimeError(f"the broker does not know {name}: error {code}: {message}")


def call(port, api_key, version, body, credentials=None):
    """A reader of the answer's body. `credentials`: name and password, where the listener wants them."""
    with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_S) as connection:
        if credentials is not None:
            _log_in(connection, *credentials)
        return _ask(connection, api_key, version, body)
