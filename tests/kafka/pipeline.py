"""A pipeline of the program under test: `aslx run` on a configuration file of its own.

Not here: the broker (broker.py) and records (records.py). What runs is ended with the test.
"""
import os
import signal
import subprocess
import tempfile

import broker as broker_module
import children

DRAIN_TIMEOUT_S = 60
EXAMPLES = os.path.join(broker_module.ROOT, "configs", "examples")


def example(name):
    return os.path.join(EXAMPLES, name)


class Pipeline:
    """Started by `start` or by `with`; may be killed and started again on the same configuration."""

    def __init__(self, configuration):
        scratch = os.path.join(broker_module.ROOT, "build", "kafka-tests")
        os.makedirs(scratch, exist_ok=True)
        self._folder = tempfile.TemporaryDirectory(prefix="pipeline-", dir=scratch)
        self.log_path = os.path.join(self._folder.name, "log.txt")
        self._path = os.path.join(self._folder.name, "pipeline.yaml")
        with open(self._path, "w", encoding="utf-8") as file:
            file.write(configuration)
        self._process = None

    def start(self):
        # Its poison journal lives as long as this test, and in no folder of the user's.
        environment = {**os.environ, "XDG_STATE_HOME": self._folder.name}
        environment.pop("STATE_DIRECTORY", None)
        with open(self.log_path, "ab") as log:
            self._process = children.start([os.environ["ASLX_UNDER_TEST"], "run", self._path],
                                           stdout=log, stderr=log, env=environment)
        return self

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self._process is not None:
            children.kill(self._process)
        self._folder.cleanup()

    def drain(self):
        """SIGTERM; the exit status."""
        self._process.send_signal(signal.SIGTERM)
        return self.wait()

    @property
    def pid(self):
        return self._process.pid

    def signal(self, number):
        self._process.send_signal(number)

    def wait(self, timeout_s=DRAIN_TIMEOUT_S):
        try:
            return self._process.wait(timeout=timeout_s)
        except subprocess.TimeoutExpired as error:
            raise AssertionError(f"no end within {timeout_s} s\n{self.log()}") from error

    def kill(self):
        """SIGKILL: nothing is said, nothing is committed."""
        children.kill(self._process)

    def running(self):
        return self._process.poll() is None

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()[-8000:]
