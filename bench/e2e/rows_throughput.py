"""Events per CPU-second, of pipelines and of the forwarders beside them. Each function is a group of rows.

A run is one process over a topic that was filled before: started, measured while its outputs grow from a tenth to
nine tenths of all, stopped. Subjects of a row take turns, and the row divides what was measured side by side.
"""
import collections

import pipelines
import report
import rig as rig_module
import subject as subject_module

BEGIN, END = 0.1, 0.9
FORWARDERS = {"bare": "bytes", "hand": "dom", "hand-on-demand": "on-demand"}
UNIT = "events a CPU-second"


def run_once(rig, command, sink, count, **where):
    with subject_module.Subject(command, **where) as running:
        window = subject_module.measure(running, lambda: rig.written(sink), int(count * BEGIN), int(count * END))
    return window


def take_turns(rig, makers, count, runs, what, cores=None):
    """{name: [Window of run 1, ...]}; a maker gives the command for a sink."""
    windows = collections.defaultdict(list)
    for run in range(runs):
        for name, make in makers.items():
            sink = rig.new_topic("out")
            where = {"cores": cores[name]} if cores else {}
            window = run_once(rig, make(sink), sink, count, **where)
            windows[name].append(window)
            rig_module.say(f"{what} {run + 1}/{runs} {name}: {window.per_cpu_second:,.0f} events a CPU-second, "
                    f"{window.per_second:,.0f} a second, {window.ns_an_event:.0f} ns an event, of them "
                    f"{window.librdkafka_ns_an_event:.0f} in threads of librdkafka, {window.memory_mib:.0f} MiB")
    rig.check_no_dead_letters()
    return windows


def efficiency(windows):
    return [window.per_cpu_second for window in windows]


def median(values):
    return sorted(values)[len(values) // 2]


def cost(windows):
    """What explains a row: medians of where the CPU time of an event went."""
    total = median([window.ns_an_event for window in windows])
    theirs = median([window.librdkafka_ns_an_event for window in windows])
    return {"ns_an_event": round(total), "ns_in_librdkafka_threads": round(theirs),
            "events_a_second": round(median([window.per_second for window in windows])),
            "memory_mib": round(median([window.memory_mib for window in windows]))}


def beside_forwarders(rig, count, runs, compression, suffix):
    source = rig.filled("iot", count, compression)
    makers = {"aslx": lambda sink: pipelines.aslx(rig, "iot", source, sink, compression=compression)}
    for name, transform in FORWARDERS.items():
        makers[name] = lambda sink, transform=transform: pipelines.forwarder(rig, transform, source, sink,
                                                                             compression=compression)
    windows = take_turns(rig, makers, count, runs, f"e2e {compression}")
    costs = {name: cost(of) for name, of in windows.items()}
    ours = ("aslx, iot", efficiency(windows["aslx"]))
    return [report.ratio(f"e2e/{name}{suffix}", ours, (f"forwarder, {FORWARDERS[name]}", efficiency(windows[name])),
                         UNIT, cost=costs) for name in FORWARDERS]


def hand(rig, count, runs):
    return beside_forwarders(rig, count, runs, "none", "")


def lz4(rig, count, runs):
    return beside_forwarders(rig, count, runs, "lz4", "/lz4")


def workers(rig, count, runs):
    source = rig.filled("iot", count)
    makers = {str(number): lambda sink, number=number: pipelines.aslx(rig, "iot", source, sink, workers=number)
              for number in (1, 2)}
    windows = take_turns(rig, makers, count, runs, "workers", {"1": (rig_module.SUBJECT_CORE,), "2": rig_module.CORES})
    return [report.ratio("workers-2/1-e2e", ("two workers", efficiency(windows["2"])),
                         ("one worker", efficiency(windows["1"])), UNIT,
                         cost={name: cost(of) for name, of in windows.items()})]


def exactly_once(rig, count, runs):
    source = rig.filled("iot", count)
    makers = {mode: lambda sink, mode=mode: pipelines.aslx(rig, "iot", source, sink, delivery=mode)
              for mode in ("exactly_once", "at_least_once")}
    windows = take_turns(rig, makers, count, runs, "exactly once")
    costs = {name: cost(of) for name, of in windows.items()}
    rate = lambda mode: (mode, [window.per_second for window in windows[mode]])
    cpu = lambda mode: (mode, efficiency(windows[mode]))
    return [report.ratio("eos/alo", rate("exactly_once"), rate("at_least_once"), "events a second", cost=costs),
            report.ratio("eos/alo-cpu", cpu("exactly_once"), cpu("at_least_once"), UNIT, cost=costs)]


# Without the work of a second state machine an event costs less than its fetch and nothing stalls.
SLOW_WORKLOAD = "slow"
# A prefetch that holds all: nothing can stall.
NO_STALL = {"queued.min.messages": 10_000_000, "queued.max.messages.kbytes": 2_097_151}


def slow_consumer(rig, count, runs):
    source = rig.filled("iot", count)
    everything = ", ".join(f"{name}: {value}" for name, value in NO_STALL.items())
    cluster = {"as it is": "", "no stall": f"librdkafka_consumer: {{{everything}}}"}
    makers = {name: lambda sink, lines=lines: pipelines.aslx(rig, SLOW_WORKLOAD, source, sink, cluster=lines)
              for name, lines in cluster.items()}
    windows = take_turns(rig, makers, count, runs, "slow consumer")
    rate = lambda name: (name, [window.per_second for window in windows[name]])
    return [report.ratio("slow-consumer", rate("as it is"), rate("no stall"), "events a second",
                         cost={name: cost(of) for name, of in windows.items()})]
