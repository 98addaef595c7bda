"""That the commands of the benches refuse, before they start anything, counts that are none and programs that are not there."""
import argparse
import contextlib
import io
import os
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

import command_line
import report

# Each command with an option that is a count.
COMMANDS = (("e2e/run.py", "--runs"), ("e2e/run.py", "--events"), ("peers/run.py", "--runs"), ("peers/run.py", "--events"),
            ("inprocess/workloads.py", "--repetitions"), ("inprocess/workers.py", "--repetitions"),
            ("inprocess/compile_load.py", "--repetitions"), ("inprocess/in_flight.py", "--runs"),
            ("inprocess/in_flight.py", "--counts"), ("inprocess/in_flight.py", "--event-bytes"))
LIMIT_S = 60


class Counts(unittest.TestCase):
    def test_whole_numbers_from_1(self):
        self.assertEqual((command_line.count("1"), command_line.count("2000000")), (1, 2_000_000))
        self.assertEqual(command_line.counts("1000,1"), [1000, 1])
        for text in ("0", "00", "-1", "+1", "1.5", "1e6", "1_000", " 1", "", "two", "²"):
            for read in (command_line.count, command_line.counts):
                with self.subTest(text), self.assertRaisesRegex(argparse.ArgumentTypeError, "is not a whole number from 1"):
                    read(text)

    def test_commands_refuse_what_is_none(self):
        for command, option in COMMANDS:
            with self.subTest(command=command, option=option):
                done = subprocess.run([sys.executable, "-B", os.path.join(report.ROOT, "bench", command), option, "0"],
                                      capture_output=True, text=True, timeout=LIMIT_S, check=False)
                self.assertEqual((done.returncode, done.stdout), (2, ""))
                self.assertIn(f"error: argument {option}: '0' is not a whole number from 1\n", done.stderr)


class Built(unittest.TestCase):
    def test_a_program_that_is_there_and_one_that_is_not(self):
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(report, "ROOT", folder):
            path = os.path.join(folder, "build", "release", "bench", "tool")
            os.makedirs(os.path.dirname(path))
            said = io.StringIO()
            with contextlib.redirect_stderr(said), self.assertRaises(SystemExit) as ended:
                command_line.require_built("aslx tools", "bench/tool")
            self.assertEqual(ended.exception.code, 2)
            self.assertTrue(said.getvalue().endswith("build/release/bench/tool is not built: cmake --preset release && "
                                                     "cmake --build --preset release --target aslx tools\n"), said.getvalue())
            with open(path, "w", encoding="utf-8"):
                os.chmod(path, 0o755)
            self.assertEqual(command_line.require_built("aslx tools", "bench/tool"), path)


if __name__ == "__main__":
    unittest.main()
