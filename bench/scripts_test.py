"""That the scripts which install, build and run say how they are used before they do any of it."""
import os
import subprocess
import unittest

import report

SCRIPTS = ("bench/run.sh", "bench/peers/run.sh", "tests/run.sh")
OF_PARTS = {"bench/run.sh": "e2e", "tests/run.sh": "unit"}  # with one of its parts
LIMIT_S = 60


class Scripts(unittest.TestCase):
    def run_script(self, script, *arguments):
        return subprocess.run([os.path.join(report.ROOT, script), *arguments], capture_output=True, text=True,
                              timeout=LIMIT_S, check=False)

    def test_help_is_printed_and_nothing_done(self):
        for script in SCRIPTS:
            for option in ("-h", "--help"):
                with self.subTest(script=script, option=option):
                    done = self.run_script(script, option)
                    self.assertEqual((done.returncode, done.stderr), (0, ""))
                    self.assertTrue(done.stdout.startswith("usage: "), done.stdout)

    def test_help_counts_beside_parts(self):
        for script, part in OF_PARTS.items():
            with self.subTest(script=script):
                done = self.run_script(script, part, "-h")
                self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_what_there_is_not_is_wrong_usage(self):
        for script in OF_PARTS:
            for argument in ("nonsense", "--nonsense"):
                with self.subTest(script=script, argument=argument):
                    done = self.run_script(script, argument)
                    self.assertEqual((done.returncode, done.stdout), (2, ""))
                    self.assertTrue(done.stderr.startswith(f"{script}: unknown part '{argument}'\nusage: "), done.stderr)


if __name__ == "__main__":
    unittest.main()
