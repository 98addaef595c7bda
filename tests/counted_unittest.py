"""Runs the unittest files of a folder and counts them, as tests/run.sh wants it.

Not here: tests. A run.py of a folder calls `main` with its own name and says where the program is.
"""
import argparse
import os
import sys
import unittest

# Where a test finds the program under test: set before the test files are imported.
PROGRAM = "ASLX_UNDER_TEST"


def main(folder):
    parser = argparse.ArgumentParser(description=f"Run the tests in {os.path.basename(folder)}.")
    parser.add_argument("--aslx", required=True, help="the program under test")
    parser.add_argument("names", nargs="*", help="only tests whose id contains one of these")
    options = parser.parse_args()
    program = os.path.abspath(options.aslx)
    if not os.access(program, os.X_OK):
        print(f"no program at {program}; build it first", file=sys.stderr)
        return 2
    os.environ[PROGRAM] = program

    found = unittest.defaultTestLoader.discover(folder, pattern="*_test.py", top_level_dir=folder)
    suite = unittest.TestSuite(test for test in each_test(found) if wanted(test, options.names))
    result = unittest.TextTestRunner(stream=sys.stderr, verbosity=2).run(suite)
    bad = {test.id() for test, _ in result.failures + result.errors}
    failed, skipped = len(bad), len(result.skipped)
    print(f"tests: {max(0, result.testsRun - failed - skipped)} passed, {failed} failed, {skipped} skipped")
    return 0 if result.wasSuccessful() else 1


def each_test(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from each_test(test)
        else:
            yield test


def wanted(test, names):
    return not names or any(name in test.id() for name in names)
