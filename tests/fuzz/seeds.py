#!/usr/bin/env python3
"""Writes what the fuzzers start from: the definitions, inputs and programs of the golden files and examples.

usage: seeds.py --aslx PATH --into FOLDER
"""
import argparse
import glob
import os
import subprocess
import sys

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(TESTS, "golden"))
import cases
import golden_file

SEED_BYTES_MAX = 8192


def texts():
    """Pairs of definition and input; inputs stand in for any JSON."""
    golden = os.path.join(TESTS, "golden")
    for path in sorted(glob.glob(os.path.join(golden, "**", "*.test"), recursive=True)):
        for case in golden_file.parse(path, golden).cases:
            state = case.given("state")
            definition = cases.machine_around(state) if state else case.given("definition")
            yield definition if case.modifier("definition") != "yaml" else None, case.given("input")
    for path in sorted(glob.glob(os.path.join(TESTS, "..", "configs", "examples", "*.asl.json"))):
        with open(path, encoding="utf-8") as file:
            yield file.read(), None


def main():
    parser = argparse.ArgumentParser(description="Write the seeds of the fuzzers.")
    parser.add_argument("--aslx", required=True)
    parser.add_argument("--into", required=True)
    options = parser.parse_args()
    folders = {name: os.path.join(options.into, name) for name in ("json", "definition", "program")}
    for folder in folders.values():
        os.makedirs(folder, exist_ok=True)

    definitions, inputs = set(), set()
    for definition, text in texts():
        definitions.add(definition)
        inputs.add(text)
    for number, text in enumerate(sorted(filter(None, inputs | definitions))):
        if len(text) <= SEED_BYTES_MAX:
            with open(os.path.join(folders["json"], f"{number:04}"), "w", encoding="utf-8") as file:
                file.write(text)
    for number, text in enumerate(sorted(filter(None, definitions))):
        if len(text) > SEED_BYTES_MAX:
            continue
        with open(os.path.join(folders["definition"], f"{number:04}"), "w", encoding="utf-8") as file:
            file.write("\0" + text)
        subprocess.run([options.aslx, "compile", "-", "--type", "STANDARD", "--output",
                        os.path.join(folders["program"], f"{number:04}")],
                       input=text.encode(), capture_output=True, check=False, timeout=60)
    print(f"seeds: {', '.join(f'{len(os.listdir(folder))} {name}' for name, folder in folders.items())}",
          file=sys.stderr)


if __name__ == "__main__":
    main()
