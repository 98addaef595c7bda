"""A process beside others: on which core it runs, what it has used, and its end.

Not here: what it does (peers.py). Everything is read from /proc, which counts threads that are gone as well.
"""
import os
import signal
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "kafka"))
import children

TICKS = os.sysconf("SC_CLK_TCK")
STOP_TIMEOUT_S = 60
BROKER_CORE, PEER_CORE = 0, 1


class Ended(RuntimeError):
    """A process ended that should have gone on."""


def on_core(core, *command):
    return ["taskset", "--cpu-list", str(core), *command]


def cpu_seconds(pid):
    """User and system time of all threads since the start."""
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def peak_memory_mib(pid):
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
        line = next((line for line in file if line.startswith("VmHWM:")), None)
    if line is None:
        raise Ended(f"process {pid} has ended and has no memory any more")
    return int(line.split()[1]) / 1024


class Process:
    """One that the kernel ends with us, pinned, with its words in a file."""

    def __init__(self, core, command, environment, log_path, stdout=None):
        self.log_path = log_path
        with open(log_path, "ab") as log:
            self._process = children.start(on_core(core, *command), env={**os.environ, **environment},
                                           stdout=stdout or log, stderr=log)
        self.pid = self._process.pid
        self.stdout = self._process.stdout

    def __enter__(self):
        return self

    def __exit__(self, *_):
        children.kill(self._process)

    def check_running(self):
        if self._process.poll() is not None:
            raise Ended(f"ended with {self._process.returncode}: {self.log_tail()}")

    def stop(self):
        """SIGTERM, and the exit status."""
        self._process.send_signal(signal.SIGTERM)
        return self.wait()

    def wait(self):
        try:
            return self._process.wait(timeout=STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired as error:
            raise RuntimeError(f"no end within {STOP_TIMEOUT_S} s: {self.log_tail()}") from error

    def log_tail(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as log:
            return log.read()[-3000:]
