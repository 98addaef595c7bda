#!/usr/bin/env python3
"""Runs the tests of this folder; the last line on standard output counts them. See --help."""
import os
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(FOLDER), os.path.join(os.path.dirname(FOLDER), "functions")]
import counted_unittest

if __name__ == "__main__":
    sys.exit(counted_unittest.main(FOLDER))
