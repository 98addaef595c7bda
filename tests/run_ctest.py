#!/usr/bin/env python3
"""Runs the GoogleTest cases of a build folder through ctest and counts them.

usage: run_ctest.py BUILD_FOLDER [--label LABEL]

Talk goes to standard error; the last line on standard output is
  tests: N passed, N failed, N skipped
"""
import argparse
import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree


def main():
    parser = argparse.ArgumentParser(description="Run ctest and count.")
    parser.add_argument("build_folder")
    parser.add_argument("--label", help="only the tests that carry this ctest label")
    options = parser.parse_args()

    report = os.path.abspath(os.path.join(options.build_folder, "ctest.xml"))
    if os.path.exists(report):
        os.remove(report)
    command = ["ctest", "--test-dir", options.build_folder, "--output-on-failure", "--quiet",
               "--output-junit", report, "--parallel", str(os.cpu_count() or 2),
               "--timeout", "300", "--no-tests=error"]
    if options.label:
        command += ["--label-regex", f"^{options.label}$"]
    status = subprocess.run(command, stdout=sys.stderr, check=False).returncode

    if not os.path.exists(report):
        print(f"run_ctest: ctest ended with status {status} and wrote no report", file=sys.stderr)
        print("tests: 0 passed, 1 failed, 0 skipped")
        return 1
    cases = list(ElementTree.parse(report).getroot().iter("testcase"))
    skipped = [case for case in cases if case.get("status") in ("notrun", "disabled")
               and not case.get("name").endswith("_NOT_BUILT")]
    failed = [case for case in cases if case.get("status") != "run" and case not in skipped]
    for case in failed:
        print(f"FAILED {case.get('name')}", file=sys.stderr)
        print(case.findtext("system-out") or "", file=sys.stderr)
    passed = len(cases) - len(failed) - len(skipped)
    print(f"tests: {passed} passed, {len(failed)} failed, {len(skipped)} skipped")
    return 1 if failed or status != 0 else 0


if __name__ == "__main__":
    sys.exit(main())
