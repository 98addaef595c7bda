"""The program under test, called as a user calls it; files that a call needs go into a folder of its own."""
import collections
import json
import os
import subprocess
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TIMEOUT_S = 120

Done = collections.namedtuple("Done", "code out err")


class ProgramTest(unittest.TestCase):
    """A test with a scratch folder; `aslx` runs the program in it."""

    def setUp(self):
        scratch = os.path.join(ROOT, "build", "cli-tests")
        os.makedirs(scratch, exist_ok=True)
        self._folder = tempfile.TemporaryDirectory(dir=scratch)
        self.folder = self._folder.name
        self.addCleanup(self._folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder, name)

    def file(self, name, content):
        """Writes text, bytes, or anything else as JSON; returns the path."""
        path = self.path(name)
        if not isinstance(content, (str, bytes)):
            content = json.dumps(content)
        if isinstance(content, str):
            content = content.encode()
        with open(path, "wb") as file:
            file.write(content)
        return path

    def aslx(self, *arguments, data=b"", code=None):
        done = subprocess.run([os.environ["ASLX_UNDER_TEST"], *arguments], input=data, cwd=self.folder,
                              capture_output=True, timeout=TIMEOUT_S, check=False)
        result = Done(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))
        if code is not None:
            self.assertEqual(result.code, code, f"{arguments}\n{result.out}\n{result.err}")
        return result


def machine(**states):
    return {"StartAt": next(iter(states)), "States": states}


PASS = machine(A={"Type": "Pass", "End": True})
FAIL = machine(F={"Type": "Fail", "Error": "Mine", "Cause": "because"})
