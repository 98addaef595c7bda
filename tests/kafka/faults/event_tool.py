"""event_tool (CMakeLists.txt here) as Python sees it: the events' producer, the watch, the audit.

Not here: what an event is and what must come of it (event.h).
"""
import json
import os
import subprocess
import threading
import time

import children

TICK_S = 0.05


def command(name, values, *more):
    return [os.environ["EVENT_TOOL"], name, "--brokers", values["brokers_text"], "--source", values["source"],
            "--events", str(values["events"]), *more]


def sinks(values):
    return ["--sinks", values["out"], values["side"], values["dead"]]


class Producer:
    """Writes the events at a pace that does not reach the end of a phase before the phase is over.

    A fault's share of the events is written ever more slowly: half of it in `half_s`, two thirds in twice that
    time, three quarters in three times. So there is work however long the fault takes, for each partition, and
    all is written soon after the last one.
    """

    def __init__(self, values):
        self._events = values["events"]
        self._process = children.start(command("produce", values), stdin=subprocess.PIPE)
        self._lock = threading.Lock()
        self._begin = self._end = 0.0  # of the phase, in events
        self._began_at = time.monotonic()
        self._half_s = 1.0
        self._closed = False
        self._thread = threading.Thread(target=self._pace, daemon=True)
        self._thread.start()

    def approach(self, share, half_s):
        """From here on towards this share of all events."""
        with self._lock:
            self._begin, self._end = self._written(), self._events * share
            self._began_at, self._half_s = time.monotonic(), half_s

    def finish(self):
        """All that is left, at once."""
        with self._lock:
            self._closed = True
            self._process.stdin.close()

    def check(self):
        status = self._process.poll()
        if status not in (None, 0):
            raise RuntimeError(f"the events' producer ended with {status}")

    def done(self):
        return self._process.poll() == 0

    def close(self):
        with self._lock:
            self._closed = True
        self._thread.join()
        children.kill(self._process)

    def _written(self):
        left = 1 / (1 + (time.monotonic() - self._began_at) / self._half_s)
        return self._end - (self._end - self._begin) * left

    def _pace(self):
        while True:
            time.sleep(TICK_S)
            with self._lock:
                if self._closed or self._process.poll() is not None:
                    return
                self._process.stdin.write(f"{int(self._written())}\n".encode())
                self._process.stdin.flush()


class Watch:
    """What a read_committed reader has seen so far."""

    def __init__(self, values):
        self.whole = 0
        self.visible = None  # how many outcomes there will be to see
        self.owners = {}  # partition of the source: the life that its last outcomes came from
        self.first_seen = {}  # life: when its first outcome was seen
        self.moved_at = time.monotonic()  # when there was an outcome last
        self._process = children.start(command("watch", values, *sinks(values)),
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def check(self):
        if self._process.poll() is not None:
            raise RuntimeError(f"the watch ended with {self._process.returncode}")

    def complete(self):
        return self.whole == self.visible

    def owned_by(self, life):
        return [partition for partition, owner in list(self.owners.items()) if owner == life]

    def close(self):
        children.kill(self._process)
        self._thread.join()

    def _read(self):
        for line in self._process.stdout:
            words = line.decode().split()
            now = time.monotonic()
            if words[0] == "owner":
                self.owners[int(words[1])] = words[2]
                self.first_seen.setdefault(words[2], now)
            else:
                self.visible = int(words[2])
                self.whole = int(words[1])
                self.moved_at = now


def audit(values, log_folder):
    done = subprocess.run(command("audit", values, *sinks(values), "--group", values["group"],
                                  "--log-folder", log_folder),
                          stdout=subprocess.PIPE, timeout=1800, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"the audit ended with {done.returncode}")
    return json.loads(done.stdout)
