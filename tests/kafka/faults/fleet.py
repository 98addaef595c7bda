"""Several processes of one pipeline, and whoever supervises them: what ends with 75 or 69 is started again.

Not here: when what is killed (scenarios.py). Each process has a name of its own (`instance_id`) and lives
several lives; outputs carry both as the header `life`, so that a reader knows who made them.
"""
import json
import os
import signal
import sys
import threading
import time

import children

WORKERS = 2
RECORDS_MAX = 1000  # window.records_max: of one worker's pipeline
IN_FLIGHT_WINDOW = WORKERS * 1 * RECORDS_MAX  # what one process may hold, over its workers and pipelines
SESSION_TIMEOUT_MS = 6000  # the least that a broker allows by default
SESSION_LOST = ": SESSTMOUT: "  # librdkafka's word for it
START_AGAIN = (75, 69)
MISTAKES_MAX = 10  # then nothing is started any more
LOOK_S = 0.02

FOLDER = os.path.dirname(os.path.abspath(__file__))
IN_PROCESS = 'in_process: "*"'

CONFIGURATION = """
state_dir: {state}
workers: {workers}
pin_threads: false
cluster:
  brokers: {brokers}
  name: faults
  instance_id: {name}
  static_membership: {static}
  session_timeout_ms: {session_timeout_ms}
  librdkafka:
    reconnect.backoff.max.ms: "500"
{properties}
functions:
  - match: "*"
    {functions}
pipelines:
  - name: faults
    delivery: {delivery}
    source:
      topics: [{source}]
      group: {group}
    machine:
      definition: {machine}
      substitutions:
        Out: {out}
        Side: {side}
    routes:
      - name: dropped
        states: [Drop]
        action: drop
      - name: split
        states: [Split]
        split: $.parts
        topic_path: $.topic
        topics_allowed: [{out}, {side}]
        headers: [{{name: life, value: "${{ASLX_LIFE}}"}}]
    output:
      topic: {out}
      headers: [{{name: life, value: "${{ASLX_LIFE}}"}}]
    dead_letters:
      topic: {dead}
    window:
      records_max: {records_max}
    commit_interval_ms: 100
"""


class Member:
    """One process, by name, through all of its lives."""

    def __init__(self, name, configuration, folder, environment):
        self.name = name
        self.static = "static_membership: true" in configuration
        self.life_count = 0
        self.process = None
        self.wanted = False  # whether the supervisor keeps it alive
        self.started_at = {}  # of each life
        self.log_path = os.path.join(folder, f"{name}.log")
        self._environment = environment
        self._path = os.path.join(folder, f"{name}.yaml")
        with open(self._path, "w", encoding="utf-8") as file:
            file.write(configuration)

    @property
    def life(self):
        return f"{self.name}.{self.life_count}"

    def start(self):
        self.life_count += 1
        environment = {**os.environ, **self._environment, "ASLX_LIFE": self.life}
        with open(self.log_path, "ab") as log:
            log.write(f"--- {self.life}\n".encode())
            log.flush()
            self.started_at[self.life] = time.monotonic()
            self.process = children.start([os.environ["ASLX_UNDER_TEST"], "run", self._path],
                                          stdout=log, stderr=log, env=environment)

    def log(self, size=3000):
        with open(self.log_path, "rb") as file:
            return file.read()[-size:].decode(errors="replace")


class Fleet:
    """The processes of one row; a thread looks after those that are wanted."""

    def __init__(self, folder):
        self.folder = folder
        self.members = []
        self.mistakes = []  # ends that no process of ours may have
        self.restarts = {status: 0 for status in START_AGAIN}
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._supervise, daemon=True)
        self._thread.start()

    def add(self, name, values, properties=(), static=True, functions=IN_PROCESS, environment=None):
        lines = "\n".join(f"    {key}: {json.dumps(str(value))}" for key, value in dict(properties).items())
        configuration = CONFIGURATION.format(
            workers=WORKERS, name=name, static=str(static).lower(), records_max=RECORDS_MAX,
            session_timeout_ms=SESSION_TIMEOUT_MS, properties=lines, functions=functions,
            state=self.folder, machine=os.path.join(FOLDER, "machine.asl.json"), **values)
        member = Member(name, configuration, self.folder, environment or {})
        self.members.append(member)
        return member

    def start(self, member):
        with self._lock:
            member.wanted = True
            member.start()

    def kill(self, member):
        """SIGKILL, and the supervisor starts it again at once."""
        with self._lock:
            children.kill(member.process)
            member.start()

    def leave(self, member, cleanly):
        """It goes and stays away."""
        with self._lock:
            member.wanted = False
            if cleanly:
                member.process.send_signal(signal.SIGTERM)
            else:
                children.kill(member.process)
        if cleanly:
            self.expect_end(member)

    def expect_end(self, member):
        try:
            status = member.process.wait(timeout=60)
        except Exception:
            self.mistakes.append(f"{member.life} did not end within 60 s of SIGTERM: {member.log()}")
            children.kill(member.process)
            return
        if status != 0:
            self.mistakes.append(f"{member.life} ended with {status} after SIGTERM, expected 0: {member.log()}")

    def signal(self, member, number):
        member.process.send_signal(number)

    def drain(self):
        with self._lock:
            running = [member for member in self.members if member.wanted]
            for member in running:
                member.wanted = False
                member.process.send_signal(signal.SIGTERM)
        for member in running:
            self.expect_end(member)

    def lost_session_count(self):
        """How often the client of a worker has said that the group gave it up."""
        return sum(member.log(os.path.getsize(member.log_path)).count(SESSION_LOST)
                   for member in self.members if os.path.exists(member.log_path))

    def hopeless(self):
        return len(self.mistakes) >= MISTAKES_MAX

    def close(self):
        self._ended.set()
        self._thread.join()
        for member in self.members:
            if member.process is not None:
                children.kill(member.process)

    def _supervise(self):
        while not self._ended.wait(LOOK_S):
            with self._lock:
                for member in self.members:
                    if not member.wanted or member.process.poll() is None:
                        continue
                    status = member.process.returncode
                    if status in START_AGAIN:
                        self.restarts[status] += 1
                    else:
                        self.mistakes.append(f"{member.life} ended with {status}: {member.log()}")
                        print(f"faults: {self.mistakes[-1]}", file=sys.stderr)
                    if self.hopeless():
                        member.wanted = False
                    else:
                        member.start()
