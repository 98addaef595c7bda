#!/usr/bin/env python3
"""Apache Kafka for tests: `with KafkaBroker() as broker:` starts it, in KRaft mode, on loopback.

usage: broker.py [--port 9092] [--topic NAME]...

Not here: a fake. It is the broker that people run, with one node or three, on free ports and a
folder that goes away with it. Nothing outlives the `with`, nor the process that it stands in.
As a program: one to try things out with, until Ctrl-C or SIGTERM; what it holds goes with it.
"""
import argparse
import base64
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid

import children
import jars
import topics

START_TIMEOUT_S = 180  # a machine may be busy
PORT_MIN = 10_000
STOP_TIMEOUT_S = 90
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def free_ports(count):
    """Ports that were free a moment ago, each a different one, and none that the system gives to connections that
    go out: a broker that is away comes back to the same port."""
    with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as file:
        taken_from, taken_to = (int(word) for word in file.read().split())
    sockets = []
    try:
        while len(sockets) < count:
            port = random.randrange(PORT_MIN, 1 << 16)
            if taken_from <= port <= taken_to:
                continue
            held = socket.socket()
            try:
                held.bind(("127.0.0.1", port))
                sockets.append(held)
            except OSError:  # somebody has it
                held.close()
        return [held.getsockname()[1] for held in sockets]
    finally:
        for held in sockets:
            held.close()


class Node:
    """One broker and controller; it may be killed and started again on the same folder."""

    def __init__(self, cluster, number, port, controller_port, further_ports):
        self.cluster = cluster
        self.number = number
        self.port = port
        self.controller_port = controller_port
        self.listeners = {cluster.internal: port, **further_ports}
        self.folder = os.path.join(cluster.folder, f"node-{number}")
        self.data_folder = os.path.join(self.folder, "data")
        self.process = None

    def prepare(self, voters, cluster_id):
        os.makedirs(self.folder, exist_ok=True)
        replicas = min(3, len(self.cluster.nodes))
        security = self.cluster.security
        advertised = ",".join(f"{name}://127.0.0.1:{port}" for name, port in self.listeners.items())
        properties = {
            "process.roles": "broker,controller",
            "node.id": self.number,
            "controller.quorum.voters": voters,
            "listeners": f"{advertised},CONTROLLER://127.0.0.1:{self.controller_port}",
            "advertised.listeners": advertised,
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": self.cluster.internal,
            "log.dirs": self.data_folder,
            "auto.create.topics.enable": "false",
            "default.replication.factor": replicas,
            "min.insync.replicas": max(1, replicas - 1),
            "offsets.topic.replication.factor": replicas,
            "offsets.topic.num.partitions": 8,
            "transaction.state.log.replication.factor": replicas,
            "transaction.state.log.num.partitions": 8,
            "transaction.state.log.min.isr": max(1, replicas - 1),
            "group.initial.rebalance.delay.ms": 0,
            "message.max.bytes": 4 * 1024 * 1024,
            **self.cluster.properties,
            **(security.properties() if security else {}),
        }
        self.properties = os.path.join(self.folder, "server.properties")
        with open(self.properties, "w", encoding="utf-8") as file:
            file.writelines(f"{key}={value}\n" for key, value in properties.items())
        self.cluster.java("kafka.tools.StorageTool", "format", "-t", cluster_id, "-c", self.properties,
                          *(security.format_arguments() if security else []))

    def start(self):
        log = open(os.path.join(self.folder, "output.log"), "ab")
        with log:
            self.process = children.start(
                [*self.cluster.java_command(), "-XX:+ExitOnOutOfMemoryError", "kafka.Kafka", self.properties],
                stdout=log, stderr=log)

    def kill(self):
        if self.process is not None:
            children.kill(self.process)
            self.process = None

    def stop(self):
        """SIGTERM: it hands its partitions over and ends."""
        self.process.terminate()
        self.process.wait(timeout=STOP_TIMEOUT_S)
        self.process = None

    def check_alive(self):
        if self.process is not None and self.process.poll() is not None:
            with open(os.path.join(self.folder, "output.log"), errors="replace") as log:
                said = log.read()[-4000:]
            raise RuntimeError(f"broker {self.number} ended with {self.process.returncode}: {said}")


class KafkaBroker:
    """`security` (security.py) adds listeners; the tests' own tools then come with `credentials`."""

    def __init__(self, nodes=1, version=jars.KAFKA_VERSION, properties=None, security=None, port=None):
        """`properties` are the brokers', beside and before those that every test has; `port` is the first node's."""
        self.properties = properties or {}
        self.class_path = os.path.join(jars.fetch(version), "*")
        scratch = os.path.join(ROOT, "build", "kafka-tests")
        os.makedirs(scratch, exist_ok=True)
        self.folder = tempfile.mkdtemp(prefix="broker-", dir=scratch)
        self.security = security
        self.internal = security.INTERNAL if security else "PLAINTEXT"
        self.credentials = security.ADMIN if security else None
        further = security.LISTENERS if security else ()
        ports = free_ports((2 + len(further)) * nodes)
        ports = iter([port or ports[0], *ports[1:]])
        self.nodes = []
        for index in range(nodes):
            self.nodes.append(Node(self, index + 1, next(ports), next(ports), {name: next(ports) for name in further}))
        self.bootstrap_servers = self.servers_at(self.internal)

    def servers_at(self, listener):
        return ",".join(f"127.0.0.1:{node.listeners[listener]}" for node in self.nodes)

    def client_properties(self):
        """What a client of librdkafka needs beside the address, to be the tests' own tool."""
        return self.security.admin_properties() if self.security else {}

    def java_command(self):
        """Java that writes nothing outside the cluster's folder."""
        return ["java", "-Xmx512m", "-XX:-UsePerfData", f"-Djava.io.tmpdir={self.folder}", "-cp", self.class_path]

    def java(self, *arguments):
        """A tool that is over in a moment: not worth the compiler's second thoughts."""
        command = [*self.java_command(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60,
                              check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{arguments} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout.strip()

    def __enter__(self):
        try:
            if self.security:
                self.security.prepare(self.folder)
            voters = ",".join(f"{node.number}@127.0.0.1:{node.controller_port}" for node in self.nodes)
            # Halved, so that its first letter is none that looks like an option.
            number = (uuid.uuid4().int >> 1).to_bytes(16, "big")
            cluster_id = base64.urlsafe_b64encode(number).decode().rstrip("=")
            for node in self.nodes:
                node.prepare(voters, cluster_id)
            for node in self.nodes:
                node.start()
            self.wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def wait_until_ready(self):
        """Until all nodes are registered: a cluster that answers may still lack some."""
        self._wait(lambda: topics.count_brokers(self.nodes[0].port, self.credentials) == len(self.nodes), "did not answer")

    def wait_until_whole(self):
        """Until every node is registered with every other, and every replica of every partition in sync."""
        self._wait(lambda: all(topics.count_brokers(node.port, self.credentials) == len(self.nodes) for node in self.nodes)
                   and all(self.sees_whole(node) for node in self.nodes), "was not whole again")

    @staticmethod
    def sees_whole(node):
        try:
            found = topics.describe(node.port, credentials=node.cluster.credentials)
        except OSError:
            return False
        return all(one.error == 0 and one.leader >= 0 and set(one.in_sync) == set(one.replicas)
                   for partitions in found.values() for one in partitions)

    @staticmethod
    def has_left(node, other):
        """Whether this other broker sees no partition led by, or in sync at, the node."""
        return not any(node.number in (one.leader, *one.in_sync)
                       for partitions in topics.describe(other.port, credentials=other.cluster.credentials).values() for one in partitions)

    def _wait(self, done, what):
        deadline = time.monotonic() + START_TIMEOUT_S
        while not done():
            for node in self.nodes:
                node.check_alive()
            if time.monotonic() > deadline:
                raise RuntimeError(f"Kafka {what} within {START_TIMEOUT_S} s; see {self.folder}")
            time.sleep(0.1)

    def create_topics(self, partitions, *names, replication=None, properties=None):
        topics.create(self.nodes[0].port, names, partitions, replication or min(3, len(self.nodes)), self.credentials,
                      properties)
        self._wait(lambda: all(topics.known(node.port, name, self.credentials) for node in self.nodes for name in names),
                   f"did not know {names} on every node")

    def add_partitions(self, count, name):
        topics.add_partitions(self.nodes[0].port, name, count, self.credentials)
        self._wait(lambda: all(topics.known(node.port, name, self.credentials) and
                               len(topics.describe(node.port, [name], self.credentials)[name]) == count
                               for node in self.nodes), f"did not know {count} partitions of {name} on every node")

    def stop(self):
        for node in self.nodes:
            node.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description="Apache Kafka on loopback, until Ctrl-C or SIGTERM; nothing of it stays.")
    parser.add_argument("--port", type=int, default=9092, help="that it listens on (default 9092)")
    parser.add_argument("--topic", action="append", default=[], metavar="NAME", help="made with 4 partitions; may be repeated")
    options = parser.parse_args()
    with socket.socket() as probe:  # Kafka says so in a log, after seconds
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", options.port))
        except (OSError, OverflowError) as error:
            parser.error(f"--port {options.port}: {error}")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))
    with KafkaBroker(port=options.port) as broker:
        if options.topic:
            broker.create_topics(4, *options.topic)
        print(broker.bootstrap_servers, flush=True)
        print("kafka: Ctrl-C or SIGTERM ends it", file=sys.stderr)
        while True:
            signal.pause()


if __name__ == "__main__":
    main()
