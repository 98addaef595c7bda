"""Where a subject's CPU time goes: librdkafka, reading, executing, writing, and what is around them.

perf takes stacks in a run of its own, beside those that are measured and slowed by nothing; each sample belongs to the
first function of its stack, from the inside out, that the table names. So what malloc, libc and the kernel do counts
for whoever called them. Stacks are unwound by the tables that every program has for exceptions: Debian's librdkafka
has neither symbols nor frame pointers. Cost: what the compiler has put into a caller counts for the caller.
Not here: how long an event takes (subject.py); these are shares of it.
"""
import collections
import os
import re
import shutil
import signal
import subprocess

import children

SAMPLES_A_SECOND = 5_000
STACK_BYTES = 8_192
# Fewer say little: of 200 a tenth is known to within a fifth of itself.
SAMPLES_MIN = 200
END_LIMIT_S = 60

THREADS, CALLS = "librdkafka-threads", "librdkafka-calls"
READING, EXECUTING, WRITING, AROUND, OTHER = "reading", "executing", "writing", "around", "other"
PARTS = (THREADS, CALLS, READING, EXECUTING, WRITING, AROUND, OTHER)
LIBRDKAFKA_THREADS = "rdk:"
# (file, function, part), looked at in this order.
FUNCTIONS = tuple((re.compile(file), re.compile(function), part) for file, function, part in (
    (r"librdkafka", r"", CALLS),
    (r"libsimdjson", r"", READING),
    (r"aslx$", r"aslx::Json(Reader|Pass)::|aslx::Index", READING),
    (r"aslx$", r"aslx::(Begin|Run|Recycle|Worker)\b", EXECUTING),
    (r"aslx$", r"aslx::(WriteJson|OutputWriter)\b|::WritePayload", WRITING),
    (r"aslx$", r"aslx::(Flow|Kafka|FetchNudge|Pipeline|Engine|Outbox|Offset|Input)", AROUND),
    # By hand: between the parse and the output stand the look-ups and the comparison.
    (r"e2e_forwarder$", r"PutString|basic_string.*::(append|push_back)", WRITING),
    (r"e2e_forwarder$", r"IotByHand", EXECUTING),
    (r"e2e_forwarder$", r"Forwarder|FetchNudge|^main$", AROUND)))
FRAME = re.compile(r"\s+[0-9a-f]+ (.*) \(([^()]*(?:\([^()]*\))?)\)$")


class Unavailable(RuntimeError):
    """Why there are no parts here; the rows are the same without them."""


class Recording:
    """`with Recording(pid, folder) as recording:` looks at the process for as long; then `shares` are there."""

    def __init__(self, pid, folder):
        if shutil.which("perf") is None:
            raise Unavailable("there is no perf on this machine (Debian: linux-perf)")
        self._pid = pid
        self._path = os.path.join(folder, "perf.data")
        self.shares, self.samples = {}, 0

    def __enter__(self):
        self._process = children.start(
            ["perf", "record", "--quiet", "--event", "cpu-clock", "--freq", str(SAMPLES_A_SECOND), "--call-graph",
             f"dwarf,{STACK_BYTES}", "--output", self._path, "--pid", str(self._pid)],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        return self

    def __exit__(self, kind, *_):
        try:
            early = self._process.poll()
            self._process.send_signal(signal.SIGINT)
            _, said = self._process.communicate(timeout=END_LIMIT_S)
        finally:
            children.kill(self._process)
        if kind is None:
            if early is not None:
                raise Unavailable(f"perf record ended with {early}: {said.strip()}")
            self.shares, self.samples = shares(self._stacks())

    def _stacks(self):
        done = subprocess.run(["perf", "script", "--input", self._path, "--no-inline", "--fields", "comm,tid,ip,sym,dso"],
                              capture_output=True, text=True, errors="replace", timeout=END_LIMIT_S, check=False)
        os.remove(self._path)
        if done.returncode != 0:
            raise Unavailable(f"perf script ended with {done.returncode}: {done.stderr.strip()[-500:]}")
        return done.stdout


def part_of(thread, frames):
    """Of a sample: `frames` are (file, function), the innermost first."""
    if thread.startswith(LIBRDKAFKA_THREADS):
        return THREADS
    for file, function in frames:
        for files, functions, part in FUNCTIONS:
            if files.search(file) and functions.search(function):
                return part
    return OTHER


def shares(stacks):
    """{part: share of all samples} and how many there are, of what perf script prints: a thread and its frames, separated by empty lines."""
    found, in_kernel = collections.Counter(), False
    for sample in stacks.split("\n\n"):
        thread, *lines = sample.strip("\n").split("\n")
        if not thread.strip():
            continue
        frames = [(match[2], match[1]) for match in map(FRAME.match, lines) if match]
        found[part_of(thread, frames)] += 1
        in_kernel = in_kernel or any("kernel" in file for file, _ in frames)
    total = sum(found.values())
    if total < SAMPLES_MIN:
        raise Unavailable(f"perf took {total} samples, too few to tell anything; {SAMPLES_MIN} are needed")
    if not in_kernel:
        raise Unavailable("perf may not look into the kernel here (kernel.perf_event_paranoid)")
    return {part: found[part] / total for part in PARTS}, total
