#!/usr/bin/env python3
"""Runs the golden files of this folder through the built aslx and compares.

usage: run.py --aslx PATH [--reference] [--update] [--jobs N] [NAME...]

NAME       only files whose path contains one of the names
--reference  the program is the slow evaluator of tests/reference: only cases of `exec` without further
             options, text compared as JSON, and none whose title ends in "(engine only)"
--update   writes what came into the files (look at the difference before you commit it)

README.md beside this file describes the format. Talk goes to standard error; the last line on
standard output is
  tests: N passed, N failed, N skipped
Exit status: 0 when every case holds, 1 otherwise, 2 for wrong usage.
"""
import argparse
import concurrent.futures
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import cases
import golden_file

FOLDER = os.path.dirname(os.path.abspath(__file__))


def find_files(names):
    found = []
    for folder, _, files in sorted(os.walk(FOLDER)):
        for name in sorted(files):
            path = os.path.join(folder, name)
            shown = os.path.relpath(path, FOLDER)
            if name.endswith(".test") and (not names or any(part in shown for part in names)):
                found.append(path)
    return found


def main():
    parser = argparse.ArgumentParser(description="Run the golden files.")
    parser.add_argument("--aslx", required=True, help="the program under test")
    parser.add_argument("--update", action="store_true", help="write what came into the files")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    parser.add_argument("names", nargs="*", help="only files whose path contains one of these")
    parser.add_argument("--reference", action="store_true", help="the program is the reference evaluator")
    options = parser.parse_args()
    if not os.access(options.aslx, os.X_OK):
        print(f"golden: no program at {options.aslx}; build it first", file=sys.stderr)
        return 2

    parsed, failed = [], 0
    for path in find_files(options.names):
        try:
            parsed.append(golden_file.parse(path, FOLDER))
        except golden_file.FormatError as error:
            failed += 1
            print(f"FAILED {error}", file=sys.stderr)
    runner = cases.Runner(os.path.abspath(options.aslx), exact_text=not options.reference)
    work = [(file, case) for file in parsed for case in file.cases
            if not options.reference or case.suits_reference()]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = list(pool.map(lambda item: runner.run(item[1]), work))

    passed = 0
    for (file, case), result in zip(work, results):
        if result.why is None:
            passed += 1
            continue
        failed += 1
        print(f"FAILED {case.name}\n{result.why}", file=sys.stderr)
        if options.update:
            file.replace(case, result.actual)
    if options.update:
        for file in parsed:
            file.write_if_changed()
    print(f"tests: {passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
