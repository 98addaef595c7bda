"""What a principal may do: Kafka's ACLs, made, taken away and waited for.

Not here: who is who at which listener (security.py).
"""
import collections
import contextlib
import struct
import time

from protocol import TIMEOUT_S, call, text

DESCRIBE_ACLS = 29
CREATE_ACLS = 30
DELETE_ACLS = 31

ALLOW = 3
LITERAL, PREFIXED = 3, 4
KINDS = {"topic": 2, "group": 3, "cluster": 4, "transactional id": 5}
OPERATIONS = {"Read": 3, "Write": 4, "Describe": 8, "IdempotentWrite": 12}

# What an ACL allows: `kind` and `operation` as in the tables above.
Permission = collections.namedtuple("Permission", "kind name operation prefixed", defaults=[False])


def _fields(permission, principal):
    """The fields of an ACL; a filter has the same ones."""
    return (struct.pack(">b", KINDS[permission.kind]) + text(permission.name)
            + struct.pack(">b", PREFIXED if permission.prefixed else LITERAL)
            + text("User:" + principal) + text("*") + struct.pack(">bb", OPERATIONS[permission.operation], ALLOW))


def _check(reader, what):
    code, message = reader.number("h"), reader.text()
    if code != 0:
        raise RuntimeError(f"{what}: error {code}: {message}")


class Access:
    """The ACLs of one cluster, by its super user."""

    def __init__(self, port, credentials):
        self._port = port
        self._credentials = credentials

    def _call(self, api_key, body):
        reader = call(self._port, api_key, 1, body, self._credentials)
        reader.number("i")  # how long the broker held us back
        return reader

    def allow(self, principal, permissions):
        body = struct.pack(">i", len(permissions)) + b"".join(_fields(one, principal) for one in permissions)
        reader = self._call(CREATE_ACLS, body)
        for _ in range(reader.number("i")):
            _check(reader, permissions)
        self._await(principal, permissions, True)

    def forbid(self, principal, permissions):
        """Takes the ACLs away. What is not allowed is forbidden."""
        body = struct.pack(">i", len(permissions)) + b"".join(_fields(one, principal) for one in permissions)
        reader = self._call(DELETE_ACLS, body)
        for _ in range(reader.number("i")):
            _check(reader, permissions)
            found = reader.number("i")
            if found != 1:
                raise RuntimeError(f"{found} ACLs of {principal} fit one of {permissions}, expected 1")
            _check(reader, permissions)
            reader.number("b"), reader.text(), reader.number("b"), reader.text(), reader.text()
            reader.number("b"), reader.number("b")
        self._await(principal, permissions, False)

    @contextlib.contextmanager
    def exchanged(self, principal, permission, others):
        """The one is taken away for a while, and the others are there in its place."""
        self.allow(principal, others)
        self.forbid(principal, [permission])
        try:
            yield
        finally:
            self.allow(principal, [permission])
            self.forbid(principal, others)

    def _await(self, principal, permissions, there):
        """The controller decides; the broker, which is asked, hears of it a moment later."""
        deadline = time.monotonic() + TIMEOUT_S
        while not all(self._known(principal, one) == there for one in permissions):
            if time.monotonic() > deadline:
                raise RuntimeError(f"the broker has not heard of {permissions} after {TIMEOUT_S} s")

    def _known(self, principal, permission):
        reader = self._call(DESCRIBE_ACLS, _fields(permission, principal))
        _check(reader, permission)
        return reader.number("i") > 0
