"""Who may include whom. The table is the architecture; README.md at the top of each folder says why.

Not here: style (names.py, sizes.py). An include that is not allowed is reported with the folders that
are, and a folder of sources that the table does not know is a finding too.
"""
import re

# A folder may include the folders named here, itself, and all that those may include.
MAY_INCLUDE = {
    "runtime/base": [],
    "runtime/value": ["runtime/base"],
    "runtime/program": ["runtime/value", "runtime/base"],
    "runtime/path": ["runtime/value", "runtime/program"],
    "runtime/functions": ["runtime/value", "runtime/program"],
    "runtime/vm": ["runtime/path", "runtime/functions", "runtime/value", "runtime/program"],
    "runtime/worker": ["runtime/vm"],
    # The compiler never sees the interpreter, the worker or a pipeline.
    "compiler": ["runtime/functions", "runtime/path", "runtime/value", "runtime/program", "runtime/base"],
    # Deterministic: no librdkafka, sockets, files, clocks or threads.
    "pipeline/flow": ["runtime/worker"],
    "pipeline/admin": ["pipeline/flow"],
    "pipeline/kafka": ["pipeline/flow"],
    "pipeline/files": ["pipeline/flow"],
    "pipeline/journal": ["pipeline/flow"],
    "pipeline/tasks": ["pipeline/flow"],
    "pipeline/config": ["pipeline/flow"],
    # A load is put on pipelines, in memory or through topics; it knows neither configuration nor commands.
    "pipeline/load": ["pipeline/flow", "pipeline/kafka"],
    "pipeline/cli": ["pipeline/flow", "pipeline/admin", "pipeline/kafka", "pipeline/files",
                     "pipeline/journal", "pipeline/tasks", "pipeline/config", "pipeline/load", "compiler"],
}
LAYERED = ("runtime", "compiler", "pipeline")
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)

# What pipeline/flow must not reach: the simulator runs it in one thread on simulated time.
NOT_DETERMINISTIC = re.compile(
    r"<(librdkafka/|curl/|thread>|mutex>|condition_variable>|future>|fstream>|filesystem>|sys/socket|unistd)"
    r"|std::chrono::\w+_clock|std::this_thread|\bstd::random_device")


def closure(folder):
    seen, left = set(), [folder]
    while left:
        current = left.pop()
        if current not in seen:
            seen.add(current)
            left += MAY_INCLUDE[current]
    return seen


def folder_of(path):
    """The folder of the table that a source belongs to: the compiler's own folders are one."""
    parts = path.split("/")
    return "compiler" if parts[0] == "compiler" else "/".join(parts[:2])


def check(sources):
    for source in sources:
        if source.path.split("/")[0] not in LAYERED:
            continue
        folder = folder_of(source.path)
        if folder not in MAY_INCLUDE:
            yield f"{source.path}: its folder {folder} is not in the table of tests/tidy/layers.py"
            continue
        allowed = closure(folder)
        for match in INCLUDE.finditer(source.text):
            target = match.group(1)
            line = source.text.count("\n", 0, match.start(1)) + 1
            if target.startswith("tests/") or target.startswith("bench/"):
                yield f"{source.path}:{line}: includes {target}; the product never includes its tests"
            elif target.split("/")[0] in LAYERED and folder_of(target) not in allowed:
                yield (f"{source.path}:{line}: {folder} may not include {target}; "
                       f"it may include {', '.join(sorted(allowed))}")
            elif "/" not in target:
                yield f"{source.path}:{line}: '{target}': includes are written from the top of the repository"
        if folder == "pipeline/flow":
            for match in NOT_DETERMINISTIC.finditer(source.text):
                line = source.text.count("\n", 0, match.start()) + 1
                yield f"{source.path}:{line}: pipeline/flow is deterministic, and this is not: {match.group(0)}"
