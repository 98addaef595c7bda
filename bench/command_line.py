"""What the commands of the benches take and need: counts, and the programs that are built before.

Not here: what each of them measures, nor how its rows are made (report.py).
"""
import argparse
import os
import sys

import report

RELEASE = os.path.join("build", "release")


def count(text):
    """The type of an argument that says how many."""
    # What int() takes beside digits (a sign, blanks, underscores, digits of other scripts) is more often a slip than meant.
    if not (text.isascii() and text.isdigit()) or int(text) == 0:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from 1")
    return int(text)


def counts(text):
    """Several of them, with commas between."""
    return [count(part) for part in text.split(",")]


def require_built(targets, program):
    """The path of a program below build/release. Where it is not there to be run, the command ends as one that is used
    wrongly."""
    path = os.path.join(report.ROOT, RELEASE, program)
    if not os.access(path, os.X_OK):
        print(f"{os.path.basename(sys.argv[0])}: {os.path.join(RELEASE, program)} is not built: cmake --preset release "
              f"&& cmake --build --preset release --target {targets}", file=sys.stderr)
        sys.exit(2)
    return path
