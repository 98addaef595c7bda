"""Slow and failing tasks all the while, and in turn a full disk and too little memory at a broker.

Not here: faults that come from outside a process (scenarios.py). The disk is a small file system in memory,
which takes the right to mount one (faults.sh gives the run a mount name space of its own, in which it has it).
"""
import contextlib
import errno
import os
import socket
import struct
import subprocess
import time

import broker as broker_module
import function_endpoint

import scenarios

DISK_MIB = {"short": 512, "long": 2048}
# Just below socket.request.max.bytes: a broker makes room for a request when it has read its size.
REQUEST_BYTES = 100 * 1000 * 1000
OUT_OF_MEMORY_STATUS = 3  # of a Java machine that is told to exit then
END_TIMEOUT_S = 60
# A function's call goes wrong so often for each event before it succeeds; the machine allows for eight.
BAD_CALLS = 3


@contextlib.contextmanager
def brokers_with_a_small_disk(version, form):
    """Three brokers, the last of them on a disk of its own."""
    cluster = broker_module.KafkaBroker(nodes=3, version=version)
    disk = os.path.join(cluster.nodes[-1].folder, "disk")
    os.makedirs(disk)
    size = f"size={DISK_MIB[form]}m"
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", disk],
                             capture_output=True, text=True, check=False)
    if mounted.returncode != 0:
        raise RuntimeError(f"a small disk needs the right to mount: {mounted.stderr.strip()}; "
                           "tests/kafka/faults.sh, run by root, has it")
    try:
        cluster.nodes[-1].data_folder = os.path.join(disk, "data")
        with cluster, function_endpoint.FunctionEndpoint() as cluster.endpoint:
            yield cluster
    finally:
        subprocess.run(["umount", disk], check=True)
        os.removedirs(disk)


class BadCalls:
    """The behaviour of `delay` and `flaky` behind HTTP: it hangs, closes, refuses, fails, and then succeeds."""

    def __init__(self):
        self.count = 0
        self._seen = {}  # calls by event

    def __call__(self, payload):
        number = payload["n"]
        attempt = self._seen.get(number, 0)
        self._seen[number] = attempt + 1
        if attempt >= BAD_CALLS:
            return function_endpoint.succeed({"n": number})(payload)
        self.count += 1
        if attempt == 0:  # what hangs keeps a thread of the endpoint
            return (function_endpoint.hang() if number % 8 == 0 else function_endpoint.close_connection())(payload)
        if attempt == 1:
            return function_endpoint.service_error(503, "ServiceException", "overloaded")(payload)
        return function_endpoint.function_error("Busy", "try again")(payload)


def tasks_disk_memory(row):
    endpoint = row.cluster.endpoint
    calls = BadCalls()
    endpoint.behave("delay", calls)
    endpoint.behave("flaky", calls)
    endpoint.behave("fail", function_endpoint.function_error("AlwaysFails", "as asked"))
    scenarios.fleet_of(row, 2, functions=f"http: {{url: {endpoint.url}}}")
    node = row.cluster.nodes[-1]
    row.notes["broker_exits"] = []
    while row.fault_count < row.size.faults:
        row.phase(scenarios.SLOW_HALF_S)
        if row.fault_count % 3 == 0:
            before = calls.count
            row.wait(lambda: calls.count >= before + 10, "calls that go wrong")
        else:
            status = (fill_disk if row.fault_count % 3 == 1 else exhaust_memory)(node)
            row.notes["broker_exits"].append(status)
            seen = row.watch.whole
            row.wait(lambda: row.watch.whole > seen, "an outcome while a broker is away")
            node.start()
            row.cluster.wait_until_whole()
        row.fault_count += 1
    row.notes["bad_calls"] = calls.count


def fill_disk(node):
    """Fills the broker's disk until it gives up, then frees it; its exit status."""
    path = os.path.join(os.path.dirname(node.data_folder), "fill")
    zeros = bytes(1 << 20)
    deadline = time.monotonic() + END_TIMEOUT_S
    with open(path, "wb", buffering=0) as file:
        while node.process.poll() is None:  # what it frees meanwhile is filled, too
            try:
                file.write(zeros)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
                time.sleep(0.05)
            if time.monotonic() > deadline:
                raise RuntimeError(f"broker {node.number} still runs {END_TIMEOUT_S} s after its disk was filled")
    os.unlink(path)
    return ended(node, "its disk was full")


def exhaust_memory(node):
    """Requests that only say how large they are: the broker makes room for each, until it has no more."""
    with contextlib.ExitStack() as connections:
        deadline = time.monotonic() + END_TIMEOUT_S
        while node.process.poll() is None:
            with contextlib.suppress(OSError):  # it may be gone by now
                connection = connections.enter_context(socket.create_connection(("127.0.0.1", node.port), timeout=5))
                connection.sendall(struct.pack(">i", REQUEST_BYTES))
            time.sleep(0.05)
            if time.monotonic() > deadline:
                raise RuntimeError(f"broker {node.number} still runs after {END_TIMEOUT_S} s of large requests")
    status = ended(node, "its memory was exhausted")
    if status != OUT_OF_MEMORY_STATUS:
        raise RuntimeError(f"broker {node.number} ended with {status}, expected {OUT_OF_MEMORY_STATUS} (out of memory)")
    return status


def ended(node, why):
    status = node.process.returncode
    if status == 0:
        raise RuntimeError(f"broker {node.number} ended with 0 though {why}")
    node.process = None
    return status
