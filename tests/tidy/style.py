"""What the conventions say and a script can see: sizes, names, headers, heavy includes, comments.

CONTRIBUTING.md says why for each. Not here: the layers (layers.py) and the format (clang-format).
"""
import os
import re

LINES_MAX = 800
FUNCTION_LINES_MAX = 70
COLUMNS_MAX = 100

# The interpreter is one switch: cutting it into functions would hide what belongs together.
LONG_FUNCTIONS = {"runtime/vm/interpreter.cc"}

NO_NAME = re.compile(r"(^|_)(utils?|helpers?|common|managers?|misc)(_|$)")
NO_CLASS = re.compile(r"\b(?:class|struct)\s+(\w*(?:Util|Utils|Helper|Manager|Misc|Base))\b")
FILE_NAME = re.compile(r"^[a-z0-9_]+\.(cc|h|def|py|sh|proto|inc)$")

# A heavy header stays behind one file, so that the rest compiles quickly: the files that may include it.
HEAVY_HEADERS = {
    "simdjson": r"^(runtime/value/|tests/|bench/)",
    "spdlog/": r"^runtime/base/log\.cc$",
    "CLI/": r"^(pipeline/cli/|tests/|bench/)",
    "yaml-cpp/": r"^(pipeline/config/|compiler/)",
    "curl/": r"^(pipeline/tasks/|tests/|bench/)",
    "httplib": r"^(pipeline/admin/|tests/|bench/)",
    "prometheus/": r"^pipeline/admin/",
    "librdkafka/": r"^(pipeline/kafka/|tests/|bench/)",
    "nlohmann/": r"^(tests|bench)/",
    "re2/": r"^runtime/functions/",
    "openssl/": r"^(runtime/functions/|pipeline/admin/|tests/reference/)",
    "benchmark/": r"^bench/",
    "gtest/": r"^(tests|bench)/",
    "gmock/": r"^(tests|bench)/",
}
# In how many files of the product each may stand.
HEAVY_FILES_MAX = {"simdjson": 2, "spdlog/": 1, "CLI/": 2, "yaml-cpp/": 2, "curl/": 1, "httplib": 1, "prometheus/": 1,
                   "openssl/": 2}  # digests; the server for metrics
SYSTEM_INCLUDE = re.compile(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]', re.M)

TODO = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b(?!\s*\(#\d+\))")
MACHINE_PATH = re.compile(r"(?<![\w.$}~-])/(?:home|Users|root|work|workspace)/[\w./-]*")


def line_of(text, at):
    return text.count("\n", 0, at) + 1


def check_sizes(source):
    if len(source.lines) > LINES_MAX:
        yield f"{source.path}: {len(source.lines)} lines; over {LINES_MAX} a file has more than one subject"
    if source.path.endswith((".cc", ".h")):
        for number, line in enumerate(source.lines, 1):
            if len(line) > COLUMNS_MAX and "http" not in line and 'R"' not in line:
                yield f"{source.path}:{number}: {len(line)} columns, at most {COLUMNS_MAX}"


def function_bodies(source):
    """Bodies in the project's format: one that opens at the end of a line and closes in column 0, or the
    indentation of the line that opened it."""
    opened = None
    for number, line in enumerate(source.lines, 1):
        if opened is None:
            if re.match(r"^(?:  )?[A-Za-z_:~].*\)\s*(?:const|noexcept|override|final|\s|->.*|&+)*\{$", line):
                if not re.match(r"^\s*(?:if|for|while|switch|else|do|namespace|struct|class|enum|union|TEST)", line):
                    opened = (number, len(line) - len(line.lstrip()))
            elif re.match(r"^    .*\)\s*(?:const|noexcept|override|\s)*\{$", line) and number > 1:
                previous = source.lines[number - 2]
                if re.match(r"^[A-Za-z_:~][^;{}]*[,(]$", previous):
                    opened = (number, 0)
        elif line.startswith(" " * opened[1] + "}"):
            yield opened[0], number - opened[0] + 1
            opened = None


def check_functions(source):
    if not source.is_cpp or source.path in LONG_FUNCTIONS:
        return
    for number, count in function_bodies(source):
        if count > FUNCTION_LINES_MAX:
            yield f"{source.path}:{number}: a function of {count} lines, at most {FUNCTION_LINES_MAX}"


def check_names(source):
    name = os.path.basename(source.path)
    if not FILE_NAME.match(name):
        yield f"{source.path}: file names are lower case with underscores"
    if NO_NAME.search(name.rsplit(".", 1)[0]):
        yield f"{source.path}: ask what the parts share: that is the file's name"
    if source.is_cpp:
        for match in NO_CLASS.finditer(source.code):
            yield f"{source.path}:{line_of(source.code, match.start())}: '{match.group(1)}' says nothing of what it is"


def check_header(source):
    if not source.path.endswith(".h"):
        return
    if "#pragma once" not in source.text:
        yield f"{source.path}: no #pragma once"
    if not source.text.removeprefix("#pragma once\n").lstrip("\n").startswith("//"):
        yield f"{source.path}: a header opens with what it is, what it is not, who uses it, Thread: and Memory:"
    elif not source.path.startswith(("tests/", "bench/")):
        opening = source.text.removeprefix("#pragma once\n").split("\n#", 1)[0]
        if "Thread:" not in opening:  # who owns what it returns, only its reader can see the need of
            yield f"{source.path}: its opening comment has no 'Thread:'"


def check_text(source):
    for match in TODO.finditer(source.text) if not source.path.startswith("tests/tidy/") else ():
        yield f"{source.path}:{line_of(source.text, match.start())}: {match.group(1)} without an issue number"
    for match in MACHINE_PATH.finditer(source.text):
        yield f"{source.path}:{line_of(source.text, match.start())}: a path of one machine: {match.group(0)}"
    if source.text and not source.text.endswith("\n"):
        yield f"{source.path}: the last line has no end"
    for number, line in enumerate(source.lines, 1):
        if line != line.rstrip() and not source.path.endswith((".test", ".md")):
            yield f"{source.path}:{number}: space at the end of the line"


def check_exceptions(source):
    """Our code throws nothing; what a library throws is caught where the library is included. CLI11 is told
    to stop by an exception of its own, and in no other way."""
    if not source.is_cpp or source.path.startswith(("tests/", "bench/")):
        return
    for match in re.finditer(r"(?<![\w\"])throw\b(?! CLI::)", source.code):
        yield f"{source.path}:{line_of(source.code, match.start())}: throws; errors are values here"


def check_heavy_headers(sources):
    users = {}
    for source in sources:
        if not source.is_cpp:
            continue
        for match in SYSTEM_INCLUDE.finditer(source.text):
            for header, places in HEAVY_HEADERS.items():
                if not match.group(1).startswith(header):
                    continue
                users.setdefault(header, set()).add(source.path)
                if not re.match(places, source.path):
                    yield (f"{source.path}:{line_of(source.text, match.start(1))}: includes <{match.group(1)}>, "
                           f"which is for {places} alone")
                elif source.path.endswith(".h") and not source.path.startswith(("tests/", "bench/")):
                    if header not in ("librdkafka/",):
                        yield f"{source.path}: a header that drags <{match.group(1)}> into all who include it"
    for header, most in HEAVY_FILES_MAX.items():
        product = sorted(path for path in users.get(header, ()) if not path.startswith(("tests/", "bench/")))
        if len(product) > most:
            yield f"<{header}> is included by {len(product)} files, at most {most}: {', '.join(product)}"
