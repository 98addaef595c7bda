"""Latency through the broker, of aslx and of the forwarder that moves bytes: from when an event was due to its outcome.

`aslx bench --external` sends and reads on the broker's core, in an open loop: an event that is sent late is late, so
nothing is left out. Half load is half of what aslx carries in a closed loop on the same rig. How late the generator
itself was stands in each row: what it sends late is in the latency of every subject.
"""
import collections
import json
import os
import subprocess

import outputs
import pipelines
import report
import rig as rig_module
import subject as subject_module

WARM_UP, DURATION = "3s", "10s"
RATES = (1_000, 10_000, 50_000)  # events a second, for absolute figures
PERCENTILES = ("p50", "p99", "p99_9")
COMMIT_INTERVAL_MS = 100  # of a transaction, as configured by default
BENCH_LIMIT_S = 180


def load(rig, command, source, sink, *arguments):
    """One step of `aslx bench` on a subject that runs: the step of its report, with the report's notes. It ends with 1
    where an event has no outcome, which only an open loop must not have: a closed one says how fast, and no latency is
    taken from it that is compared."""
    path = rig.path("bench.json")
    with subject_module.Subject(command) as running:
        done = subprocess.run(
            [rig_module.program("aslx"), "bench", "--external", "--bootstrap", rig.bootstrap, "--source-topic", source,
             "--output-topic", sink, "--events", rig.event_file("iot"), "--pid", str(running.pid), "--warmup", WARM_UP,
             "--duration", DURATION, "--json", path, "--quiet", *arguments],
            capture_output=True, text=True, timeout=BENCH_LIMIT_S, check=False)
        # 1: an event has no outcome, which is looked at below.
        if done.returncode not in (0, 1) or not os.path.exists(path):
            raise RuntimeError(f"aslx bench ended with {done.returncode}: {done.stderr}{running.log()}")
    with open(path, encoding="utf-8") as file:
        made = json.load(file)
    step, = made["steps"]
    step["notes"] = made["notes"]
    os.remove(path)
    rig.check_no_dead_letters()
    if step["unanswered"] and step["offered_per_s"]:
        raise RuntimeError(f"{step['unanswered']} of {step['sent']} events have no outcome")
    return step


def subjects(rig):
    """By name, the command of a source and a sink, and what must come of an event."""
    return {"aslx": (lambda source, sink: pipelines.aslx(rig, "iot", source, sink), outputs.iot),
            "bare": (lambda source, sink: pipelines.forwarder(rig, "bytes", source, sink), outputs.same),
            "exactly-once": (lambda source, sink: pipelines.aslx(rig, "iot", source, sink, delivery="exactly_once"),
                             outputs.iot)}


def check(rig, *names):
    """What they write, before anything is measured."""
    for name in names:
        outputs.check(rig, name, *subjects(rig)[name])


def one_step(rig, name, *arguments):
    """Topics of its own: a group of its own would read what was there before."""
    source, sink = rig.new_topic("in"), rig.new_topic("out")
    command, _ = subjects(rig)[name]
    return load(rig, command(source, sink), source, sink, *arguments)


def show(name, what, step):
    latency = step["latency_us"]
    rig_module.say(f"latency {name}, {what}: " + ", ".join(f"{key} {latency[key] / 1e3:.2f} ms" for key in PERCENTILES)
                   + f", {step['outcomes_per_s']:,.0f} outcomes a second")
    for note in step["notes"]:  # that more than 1 % of the events were sent late, or what else takes from the figures
        rig_module.say(f"latency {name}: {note}")


def saturation(rig, name):
    """A closed loop: how much it carries, of which others are a share, and the rows of its latency."""
    step = one_step(rig, name)
    show(name, "closed loop", step)
    return step["outcomes_per_s"], [
        report.row(f"latency-ms/{name}/saturation/{key.replace('_', '.')}", milliseconds([step], key), "ms",
                   rate=round(step["outcomes_per_s"]), unanswered=step["unanswered"], **lateness([step]))
        for key in PERCENTILES]


def lateness(steps):
    """What explains a row: of each run how many events were sent, how many of them late, and what `aslx bench` noted."""
    return {"generator": [{"sent": step["sent"], **step["generator"]} for step in steps],
            "notes": [note for step in steps for note in step["notes"]]}


def milliseconds(steps, key):
    return [step["latency_us"][key] / 1e3 for step in steps]


def beside_bare(rig, _, runs):
    check(rig, "aslx", "bare")
    full, rows = saturation(rig, "aslx")
    rows += saturation(rig, "bare")[1]
    rate = round(full / 2)
    steps = collections.defaultdict(list)
    for run in range(runs):
        for name in subject_module.turns(("aslx", "bare"), run):
            steps[name].append(one_step(rig, name, "--rate", str(rate)))
            show(name, f"{rate:,} a second", steps[name][-1])
    return rows + [report.ratio(f"latency-{key.replace('_', '.')}", ("aslx, iot", milliseconds(steps["aslx"], key)),
                                ("forwarder, bytes", milliseconds(steps["bare"], key)), "ms", rate=rate,
                                **{name: lateness(of) for name, of in steps.items()})
                   for key in PERCENTILES]


def at_rates(rig, _, runs):
    check(rig, "aslx", "bare", "exactly-once")
    rows = []
    for rate in RATES:
        for name in ("aslx", "bare", "exactly-once"):
            steps = [one_step(rig, name, "--rate", str(rate)) for _ in range(max(1, runs // 3))]
            for step in steps:
                show(name, f"{rate:,} a second", step)
            rows += [report.row(f"latency-ms/{name}/{rate}/{key.replace('_', '.')}", milliseconds(steps, key), "ms",
                                **lateness(steps)) for key in PERCENTILES]
    return rows


def exactly_once(rig, _, runs):
    check(rig, "exactly-once")
    full, rows = saturation(rig, "exactly-once")
    rate = round(full / 2)
    steps = []
    for _ in range(runs):
        steps.append(one_step(rig, "exactly-once", "--rate", str(rate)))
        show("exactly-once", f"{rate:,} a second", steps[-1])
    return rows + [report.ratio("eos-latency-p99", ("p99", milliseconds(steps, "p99")),
                                ("commit interval", [COMMIT_INTERVAL_MS] * len(steps)), "ms", rate=rate,
                                **lateness(steps))]
