"""Events per CPU-second, of pipelines and of the forwarders beside them. Each function is a group of rows.

A run is one process over a topic that was filled before: started, measured while its outputs grow from a tenth to
nine tenths of all, stopped. Subjects of a row take turns, and the row divides what was measured side by side.
"""
import collections
import statistics
from typing import Callable, NamedTuple

import cpu_parts
import outputs
import pipelines
import report
import rig as rig_module
import subject as subject_module

BEGIN, END = 0.1, 0.9
UNIT = "events a CPU-second"


class Candidate(NamedTuple):
    command: Callable  # of a source and a sink
    output: Callable = outputs.iot  # what must come of an event
    stamped: bool = True  # its output has its timestamp
    cores: tuple = (rig_module.SUBJECT_CORE,)


def aslx(rig, workload="iot", **settings):
    return lambda source, sink: pipelines.aslx(rig, workload, source, sink, **settings)


def forwarder(rig, transform, **settings):
    return lambda source, sink: pipelines.forwarder(rig, transform, source, sink, **settings)


def run_once(rig, candidate, source, count, around=None):
    """`around` is entered, with the process, for as long as is measured."""
    sink = rig.new_topic("out")
    with subject_module.Subject(candidate.command(source, sink), candidate.cores) as running:
        return subject_module.measure(running, lambda: rig.written(sink), int(count * BEGIN), int(count * END), around)


def take_turns(rig, candidates, count, runs, what, compression="none"):
    """{name: [Window of run 1, ...]}, of `iot`'s events. What they write is compared first."""
    for name, candidate in candidates.items():
        outputs.check(rig, name, candidate.command, candidate.output, compression=compression, stamped=candidate.stamped,
                      cores=candidate.cores)
    source = rig.filled("iot", count, compression)
    windows = collections.defaultdict(list)
    for run in range(runs):
        for name in subject_module.turns(candidates, run):
            window = run_once(rig, candidates[name], source, count)
            windows[name].append(window)
            rig_module.say(f"{what} {run + 1}/{runs} {name}: {window.per_cpu_second:,.0f} events a CPU-second, "
                    f"{window.per_second:,.0f} a second, {window.ns_an_event:.0f} ns an event, of them "
                    f"{window.librdkafka_ns_an_event:.0f} in threads of librdkafka, {window.memory_mib:.0f} MiB")
    rig.check_no_dead_letters()
    return windows


def efficiency(windows):
    return [window.per_cpu_second for window in windows]


def cost(windows):
    """What explains a row: medians of where the CPU time of an event went."""
    middle = lambda name: round(statistics.median(getattr(window, name) for window in windows))
    return {"ns_an_event": middle("ns_an_event"), "ns_in_librdkafka_threads": middle("librdkafka_ns_an_event"),
            "events_a_second": middle("per_second"), "memory_mib": middle("memory_mib")}


def costs(windows):
    return {name: cost(of) for name, of in windows.items()}


FORWARDERS = {"bare": ("bytes", outputs.same), "hand": ("dom", outputs.iot), "hand-on-demand": ("on-demand", outputs.iot)}


def beside_forwarders(rig, compression):
    candidates = {"aslx": Candidate(aslx(rig, compression=compression))}
    for name, (transform, output) in FORWARDERS.items():
        candidates[name] = Candidate(forwarder(rig, transform, compression=compression), output)
    return candidates


def over_forwarders(windows, suffix, **explained):
    ours = ("aslx, iot", efficiency(windows["aslx"]))
    return [report.ratio(f"e2e/{name}{suffix}", ours, (f"forwarder, {transform}", efficiency(windows[name])), UNIT,
                         cost=costs(windows), **explained) for name, (transform, _) in FORWARDERS.items()]


def hand(rig, count, runs):
    candidates = beside_forwarders(rig, "none")
    windows = take_turns(rig, candidates, count, runs, "e2e")
    try:
        parts = [row for name in ("aslx", "hand") for row in part_rows(rig, name, candidates[name], count, windows[name])]
    except cpu_parts.Unavailable as why:
        rig_module.say(f"no parts of the CPU time: {why}")
        return over_forwarders(windows, "", parts_missing=str(why))
    return over_forwarders(windows, "") + parts


def part_rows(rig, name, candidate, count, windows):
    """Nanoseconds an event of each part: its share in one more run of what the measured runs took."""
    recording = None

    def record(process):
        nonlocal recording
        recording = cpu_parts.Recording(process.pid, rig.folder)
        return recording

    run_once(rig, candidate, rig.filled("iot", count), count, record)
    return [report.row(f"e2e-cpu/{name}/{part}", [share * window.ns_an_event for window in windows], "ns/event",
                       share=report.rounded(share), samples=recording.samples)
            for part, share in recording.shares.items()]


def lz4(rig, count, runs):
    return over_forwarders(take_turns(rig, beside_forwarders(rig, "lz4"), count, runs, "e2e lz4", "lz4"), "/lz4")


def unstamped(rig, count, runs):
    """Records with neither headers nor a timestamp, which aslx hands to librdkafka many at a time."""
    windows = take_turns(rig, {
        "aslx": Candidate(aslx(rig, output=pipelines.UNSTAMPED), stamped=False),
        "hand": Candidate(forwarder(rig, "dom", unstamped=True), stamped=False)}, count, runs, "unstamped")
    return [report.ratio("e2e/unstamped", ("aslx, iot", efficiency(windows["aslx"])),
                         ("forwarder, dom", efficiency(windows["hand"])), UNIT, cost=costs(windows))]


def workers(rig, count, runs):
    windows = take_turns(rig, {"1": Candidate(aslx(rig, workers=1)),
                               "2": Candidate(aslx(rig, workers=2), cores=rig_module.CORES)}, count, runs, "workers")
    return [report.ratio("workers-2/1-e2e", ("two workers", efficiency(windows["2"])),
                         ("one worker", efficiency(windows["1"])), UNIT, cost=costs(windows))]


def exactly_once(rig, count, runs):
    windows = take_turns(rig, {"exactly once": Candidate(aslx(rig, delivery="exactly_once")),
                               "at least once": Candidate(aslx(rig)),
                               "hand": Candidate(forwarder(rig, "dom", exactly_once=True))}, count, runs, "exactly once")
    rate = lambda name: (name, [window.per_second for window in windows[name]])
    cpu = lambda name: (name, efficiency(windows[name]))
    explained = {"cost": costs(windows)}
    return [report.ratio("eos/alo", rate("exactly once"), rate("at least once"), "events a second", **explained),
            report.ratio("eos/alo-cpu", cpu("exactly once"), cpu("at least once"), UNIT, **explained),
            report.ratio("e2e/hand-eos", cpu("exactly once"), cpu("hand"), UNIT, **explained)]


# Without the work of a second state machine an event costs less than its fetch and nothing stalls.
SLOW_WORKLOAD = "slow"
# A prefetch that holds all: nothing can stall.
NO_STALL = {"queued.min.messages": 10_000_000, "queued.max.messages.kbytes": 2_097_151}


def slow_consumer(rig, count, runs):
    everything = ", ".join(f"{name}: {value}" for name, value in NO_STALL.items())
    windows = take_turns(rig, {
        "as it is": Candidate(aslx(rig, SLOW_WORKLOAD), outputs.slow),
        "no stall": Candidate(aslx(rig, SLOW_WORKLOAD, cluster=f"librdkafka_consumer: {{{everything}}}"), outputs.slow),
    }, count, runs, "slow consumer")
    rate = lambda name: (name, [window.per_second for window in windows[name]])
    return [report.ratio("slow-consumer", rate("as it is"), rate("no stall"), "events a second", cost=costs(windows))]
