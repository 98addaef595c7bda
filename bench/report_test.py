"""That report.py says what is missing of what it was asked for, calls nothing else missing, and keeps runs apart."""
import contextlib
import io
import json
import os
import sys
import tempfile
import unittest
from unittest import mock

import goals
import report

GOALS_OF_E2E = [name for name, goal in goals.BENCH.items() if goal.part == "e2e"]


class Collect(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        for name, path in (("REPORTS", folder.name), ("PARTS", os.path.join(folder.name, "parts"))):
            patch = mock.patch.object(report, name, path)
            patch.start()
            self.addCleanup(patch.stop)

    def write(self, part, *names):
        with contextlib.redirect_stderr(io.StringIO()):
            report.write_part(part, [report.row(name, [1.0, 2.0, 4.0], "ratio") for name in names])

    def run_on(self, *parts):
        """The exit status and what was said."""
        said = io.StringIO()
        with contextlib.redirect_stderr(said), mock.patch.object(sys, "argv", ["report.py", "bench", *parts]):
            return report.main(), said.getvalue()

    def test_all_rows_of_a_part_are_enough_whatever_other_parts_make(self):
        self.write("e2e", *GOALS_OF_E2E, "one without a goal")
        status, said = self.run_on("e2e")
        self.assertEqual(status, 0, said)
        self.assertNotIn("iot-300B/dom", said)
        with open(os.path.join(self.folder, "bench.json"), encoding="utf-8") as file:
            rows = json.load(file)["rows"]
        self.assertEqual([row["name"] for row in rows], [*GOALS_OF_E2E, "one without a goal"])
        self.assertEqual((rows[0]["value"], rows[0]["min"], rows[0]["max"], rows[0]["runs"]), (2, 1, 4, 3))

    def test_a_row_that_a_part_had_to_make_is_named(self):
        for absent in GOALS_OF_E2E:
            with self.subTest(absent):
                self.write("e2e", *(name for name in GOALS_OF_E2E if name != absent))
                status, said = self.run_on("e2e")
                self.assertEqual(status, 1)
                self.assertIn(f"report.py: rows with a goal that were not measured: {absent}\n", said)

    def test_a_part_that_left_nothing_is_named_and_the_others_are_reported(self):
        self.write("record_path", "mallocs", "locks")
        status, said = self.run_on("record_path", "workers")
        self.assertEqual(status, 1)
        self.assertRegex(said, r"report.py: part 'workers' left no \S+workers.json\n")
        self.assertIn("were not measured: workers-2/1-inprocess\n", said)
        self.assertIn("bench.json: 2 rows\n", said)

    def test_rows_of_earlier_runs_are_kept_and_not_shown(self):
        self.write("record_path", "mallocs", "locks")
        self.write("workers", "workers-2/1-inprocess")
        said = io.StringIO()
        with contextlib.redirect_stderr(said):
            self.assertEqual(report.collect("bench", ["workers"], kept=["record_path"]), [])
        self.assertNotIn("mallocs", said.getvalue())
        self.assertIn("bench.json: 1 rows of this run, 2 of earlier ones\n", said.getvalue())
        with open(os.path.join(self.folder, "bench.json"), encoding="utf-8") as file:
            rows = json.load(file)["rows"]
        self.assertEqual([row["name"] for row in rows], ["workers-2/1-inprocess", "mallocs", "locks"])

    def test_a_part_that_is_dropped_is_gone(self):
        self.write("workers", "workers-2/1-inprocess")
        for _ in range(2):  # the second time there is none
            report.drop_part("workers")
            self.assertEqual(self.run_on("workers")[0], 1)


class Goals(unittest.TestCase):
    def test_the_bar_itself_holds(self):
        self.assertIs(report.row("eos/alo", [0.9], "ratio")["holds"], True)
        self.assertIs(report.row("eos/alo", [0.89], "ratio")["holds"], False)
        self.assertIs(report.row("wait-bytes", [512], "bytes")["holds"], True)
        self.assertIs(report.row("wait-bytes", [513], "bytes")["holds"], False)

    def test_what_is_not_judged_has_a_goal_and_no_verdict(self):
        row = report.row("eos/alo", [0.1], "ratio", judged=False, steady=False)
        self.assertEqual((row["goal"], row["steady"]), (">= 0.9", False))
        self.assertNotIn("holds", row)

    def test_each_part_is_one_that_can_be_asked_for(self):
        with open(os.path.join(report.ROOT, "bench", "run.sh"), encoding="utf-8") as file:
            parts = next(line for line in file if line.startswith("all_parts=("))[len("all_parts=("):-2].split()
        self.assertLessEqual({goal.part for goal in goals.BENCH.values()}, set(parts))


if __name__ == "__main__":
    unittest.main()
