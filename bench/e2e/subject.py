"""A process that is measured: started on its core, and looked at while it works.

CPU time is the kernel's, for each thread (/proc/PID/task/*/schedstat, in ns): threads of librdkafka have names that
begin with `rdk:`. Not here: what the process is told to do (pipelines.py), or what is made of the figures.
"""
import contextlib
import os
import signal
import subprocess
import tempfile
import time

import children
import rig as rig_module

START_LIMIT_S = 60
QUIET_LIMIT_S = 30
END_LIMIT_S = 30
TICK_S = 0.01
LIBRDKAFKA_THREADS = "rdk:"


def turns(names, run):
    """The subjects of a row in the order of run `run`: every other one backwards, so that none always comes first."""
    return list(names)[::-1] if run % 2 else list(names)


class Subject:
    """`with Subject(command, cores) as subject:` it runs until the end of the block, which asks it to stop."""

    def __init__(self, command, cores=(rig_module.SUBJECT_CORE,)):
        self._command = command
        self._cores = ",".join(str(core) for core in cores)
        self._log = tempfile.TemporaryFile()
        self._state = tempfile.TemporaryDirectory(prefix="e2e-state-")
        self._process = None

    def __enter__(self):
        environment = {**os.environ, "XDG_STATE_HOME": self._state.name}
        environment.pop("STATE_DIRECTORY", None)
        self._process = children.start(["taskset", "-c", self._cores, *self._command], stdout=self._log,
                                       stderr=self._log, env=environment)
        return self

    def __exit__(self, kind, *_):
        try:
            if kind is None:
                self._process.send_signal(signal.SIGTERM)
                code = self._process.wait(timeout=END_LIMIT_S)
                if code != 0:
                    raise RuntimeError(f"{self._command[0]} ended with {code}: {self.log()}")
        except subprocess.TimeoutExpired as error:
            raise RuntimeError(f"{self._command[0]} did not stop: {self.log()}") from error
        finally:
            children.kill(self._process)
            self._log.close()
            self._state.cleanup()

    def log(self):
        self._log.seek(0)
        return self._log.read().decode(errors="replace")[-4000:]

    @property
    def pid(self):
        return self._process.pid

    def check_alive(self):
        if self._process.poll() is not None:
            raise RuntimeError(f"{self._command[0]} ended with {self._process.returncode}: {self.log()}")

    def cpu_ns(self):
        """By thread: {(id, name): ns}."""
        used = {}
        folder = f"/proc/{self.pid}/task"
        for thread in os.listdir(folder):
            try:
                with open(f"{folder}/{thread}/comm", encoding="ascii") as file:
                    name = file.read().strip()
                with open(f"{folder}/{thread}/schedstat", encoding="ascii") as file:
                    used[thread, name] = int(file.read().split()[0])
            except OSError:  # it has just ended
                continue
        return used

    def memory_mib(self):
        with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
            peak = next(line for line in file if line.startswith("VmHWM"))
        return int(peak.split()[1]) / 1024


class Window:
    """What a subject used between two instants while its outputs grew from one count to another."""

    def __init__(self, events, seconds, before, after, memory_mib):
        spent = {thread: ns - before.get(thread, 0) for thread, ns in after.items()}
        self.events = events
        self.seconds = seconds
        self.cpu_ns = sum(spent.values())
        self.librdkafka_ns = sum(ns for (_, name), ns in spent.items() if name.startswith(LIBRDKAFKA_THREADS))
        self.memory_mib = memory_mib

    @property
    def per_cpu_second(self):
        return self.events / (self.cpu_ns / 1e9)

    @property
    def per_second(self):
        return self.events / self.seconds

    @property
    def ns_an_event(self):
        return self.cpu_ns / self.events

    @property
    def librdkafka_ns_an_event(self):
        """Its own threads; what it does in calls of the subject's thread is the subject's."""
        return self.librdkafka_ns / self.events


def measure(subject, written, begin, end, around=None):
    """The window in which written() goes from `begin` to `end`; what `around` makes of the subject is entered for as
    long."""
    def wait_for(count, limit_s):
        seen, seen_at = -1, time.monotonic()
        while (now := written()) < count:
            subject.check_alive()
            if now != seen:
                seen, seen_at = now, time.monotonic()
                limit_s = QUIET_LIMIT_S
            elif time.monotonic() - seen_at > limit_s:
                raise RuntimeError(f"{now} of {count} outputs, and no more within {limit_s} s: {subject.log()}")
            time.sleep(TICK_S)
        return now, time.monotonic(), subject.cpu_ns()
    first, began, before = wait_for(begin, START_LIMIT_S)
    with around(subject) if around else contextlib.nullcontext():
        last, ended, after = wait_for(end, START_LIMIT_S)
    return Window(last - first, ended - began, before, after, subject.memory_mib())
