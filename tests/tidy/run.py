#!/usr/bin/env python3
"""Holds the sources against the conventions: layers, sizes, names, READMEs, format.

usage: run.py [--only CHECK] [--list]

Each check is one test. Findings go to standard error, each with its place; the last line on standard
output is
  tests: N passed, N failed, N skipped
"""
import argparse
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import layers
import style

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TOP = {"CMakeLists.txt", "pipeline", "compiler", "runtime", "bench", "tests", "configs", "README.md"}
TOP_FOR_TOOLS = {".ci", ".clang-format", ".clang-tidy", ".gitignore", ".gitattributes", ".github",
                 "CMakePresets.json", "CONTRIBUTING.md", "LICENSE"}
# Folders that hold only data for the folder above, whose README speaks for them.
README_OF_THE_FOLDER_ABOVE = re.compile(
    r"^(\.ci|tests/(unit|golden|fuzz|sim)/.+|configs/examples/.+|bench/(corpus|.+/.+)|compiler/.+|tests/.+/.+)$")
CODE = (".cc", ".h", ".def", ".py", ".sh", ".inc")


class Source:
    def __init__(self, path):
        self.path = path
        with open(os.path.join(ROOT, path), encoding="utf-8") as file:
            self.text = file.read()
        self.lines = self.text.split("\n")[:-1] if self.text.endswith("\n") else self.text.split("\n")
        self.is_cpp = path.endswith((".cc", ".h", ".def", ".inc"))
        # Comments and texts blanked, so that words in them are not taken for code.
        self.code = self.text
        if self.is_cpp:
            blank = lambda match: re.sub(r"[^\n]", " ", match.group(0))
            self.code = re.sub(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', blank, self.text, flags=re.S)


def tracked_files():
    """What git knows or would: files that are ignored are nobody's business."""
    out = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                         capture_output=True, text=True, check=True).stdout
    return sorted({path for path in out.split("\n") if path and os.path.isfile(os.path.join(ROOT, path))})


def check_top(files):
    for name in sorted({path.split("/")[0] for path in files} - TOP - TOP_FOR_TOOLS):
        yield f"{name}: the top level holds {', '.join(sorted(TOP))} and what tools expect there"


def check_readmes(files):
    folders = {os.path.dirname(path) for path in files if "/" in path}
    for folder in sorted(folders):
        if f"{folder}/README.md" in files or README_OF_THE_FOLDER_ABOVE.match(folder):
            continue
        yield f"{folder}: no README.md: what it is, what it is not, reading order, why"


def check_listed(files):
    """Every .cc stands in the CMakeLists.txt of its folder or of one above it: a file nobody builds is dead."""
    for path in files:
        if not path.endswith(".cc"):
            continue
        folder, listed = os.path.dirname(path), False
        while True:
            cmake = os.path.join(ROOT, folder, "CMakeLists.txt")
            if os.path.exists(cmake):
                with open(cmake, encoding="utf-8") as file:
                    text = file.read()
                relative = os.path.relpath(os.path.join(ROOT, path), os.path.dirname(cmake))
                name = re.escape(relative)
                listed = listed or re.search(rf"(?<![\w./]){name}(?![\w.])", text) is not None
            if not folder or listed:
                break
            folder = os.path.dirname(folder)
        if not listed:
            yield f"{path}: no CMakeLists.txt lists it"


def check_executable(sources):
    """What says how it is run can be run so, and nothing else."""
    for source in sources:
        if os.access(os.path.join(ROOT, source.path), os.X_OK) != source.text.startswith("#!"):
            yield f"{source.path}: a file begins with #! when it is executable, and only then"


def check_format(files):
    sources = [path for path in files if path.endswith((".cc", ".h"))]
    done = subprocess.run(["clang-format-14", "--dry-run", "-Werror", *sources], cwd=ROOT,
                          capture_output=True, text=True, check=False)
    for line in done.stderr.split("\n"):
        if "error:" in line or (done.returncode and "No such file" in line):
            yield line


def per_source(check):
    return lambda sources: (finding for source in sources for finding in check(source))


def main():
    parser = argparse.ArgumentParser(description="Hold the sources against the conventions.")
    parser.add_argument("--only", help="run this check alone")
    parser.add_argument("--list", action="store_true", help="print the names of the checks")
    options = parser.parse_args()

    files = tracked_files()
    sources = [Source(path) for path in files if path.endswith(CODE)]
    checks = {
        "layers": lambda: layers.check(sources),
        "sizes": lambda: per_source(style.check_sizes)(sources),
        "functions": lambda: per_source(style.check_functions)(sources),
        "names": lambda: per_source(style.check_names)(sources),
        "headers": lambda: per_source(style.check_header)(sources),
        "heavy-headers": lambda: style.check_heavy_headers(sources),
        "texts": lambda: per_source(style.check_text)(sources),
        "exceptions": lambda: per_source(style.check_exceptions)(sources),
        "top-level": lambda: check_top(files),
        "readmes": lambda: check_readmes(files),
        "listed": lambda: check_listed(files),
        "executable": lambda: check_executable(sources),
        "format": lambda: check_format(files),
    }
    if options.list:
        print("\n".join(checks))
        return 0
    if options.only and options.only not in checks:
        print(f"tidy: unknown check '{options.only}', expected one of {', '.join(checks)}", file=sys.stderr)
        return 2

    passed = failed = 0
    for name, check in checks.items():
        if options.only and name != options.only:
            continue
        findings = list(check())
        passed, failed = passed + (not findings), failed + bool(findings)
        for finding in findings:
            print(f"tidy {name}: {finding}", file=sys.stderr)
    print(f"tests: {passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
