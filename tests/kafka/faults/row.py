"""One row of the table: the events, the processes and the verdict around a fault's scenario.

Not here: the faults themselves (scenarios.py and its neighbours) and the report (report.py).
"""
import os
import shutil
import statistics
import sys
import tempfile
import time

import bounds
import broker as broker_module
import event_tool
import fleet as fleet_module

PARTITIONS = 12
EVIDENCE_EVENTS_MAX = 1_000_000  # the records of more are not copied
STALL_S = 90  # without a new outcome for so long at the end: what is missing is lost
LOOK_S = 0.02
AT_LEAST_ONCE, EXACTLY_ONCE = "at-least-once", bounds.EXACTLY_ONCE
# Rows whose faults are ends of processes: what they must have measured, and where all duplicates come from.
MEASURED = {"kill-aslx": ("recovery", "takeover"), "rebalance": ("takeover",), "stop": ("takeover",)}


def say(text):
    print(f"faults: {text}", file=sys.stderr, flush=True)


class Row:
    """`with Row(...) as row:` has topics, a watch and a producer; processes are the scenario's to add."""

    def __init__(self, fault, mode, size, cluster, rng, brokers=None):
        self.name = f"{fault}/{mode}"
        self.fault = fault
        self.mode = mode
        self.size = size
        self.cluster = cluster
        self.rng = rng
        self.fault_count = 0
        self.kill_count = 0  # of aslx: each may repeat what was in flight
        self.stop_count = 0  # of aslx: the same, since others take over from it
        self.recovery_s = []  # a process that comes back under its own name: to its first outcome
        self.holds = False
        self.must_fail = False  # a control: nobody will ask why
        self.takeover_s = []  # one that does not: to the first outcome of others on all its partitions
        self.notes = {}
        prefix = self.name.replace("/", "-")
        brokers = brokers or cluster.bootstrap_servers
        self.values = {
            "brokers": f"[{brokers.replace(',', ', ')}]", "brokers_text": cluster.bootstrap_servers,
            "events": size.events, "group": prefix, "delivery": mode.replace("-", "_"),
            **{role: f"{prefix}-{role}" for role in ("source", "out", "side", "dead")},
        }

    def __enter__(self):
        self.started_at = time.monotonic()
        scratch = os.path.join(broker_module.ROOT, "build", "kafka-tests")
        self.folder = tempfile.mkdtemp(prefix="faults-", dir=scratch)
        self.cluster.create_topics(PARTITIONS, *(self.values[role] for role in ("source", "out", "side", "dead")))
        self.fleet = fleet_module.Fleet(self.folder)
        self.watch = event_tool.Watch(self.values)
        self.producer = event_tool.Producer(self.values)
        return self

    def __exit__(self, kind, *_):
        self.producer.close()
        self.watch.close()
        self.fleet.close()
        if kind is None and (self.holds or self.must_fail):
            shutil.rmtree(self.folder, ignore_errors=True)
            return
        self.keep_evidence()
        say(f"{self.name}: what the processes said, and the brokers' logs, stay in {self.folder}")

    def keep_evidence(self):
        for node in self.cluster.nodes:
            kept = os.path.join(self.folder, f"node-{node.number}")
            os.makedirs(kept, exist_ok=True)
            shutil.copy(os.path.join(node.folder, "output.log"), kept)
            for name in os.listdir(node.data_folder) if self.size.events <= EVIDENCE_EVENTS_MAX else ():
                if name.startswith((self.values["group"], "__")):
                    shutil.copytree(os.path.join(node.data_folder, name), os.path.join(kept, name),
                                    ignore=shutil.ignore_patterns("*index", "*.deleted"), dirs_exist_ok=True)

    def add(self, name, start=True, **options):
        member = self.fleet.add(name, self.values, **options)
        if start:
            self.fleet.start(member)
        return member

    def wait(self, done, what, timeout_s=90):
        """Until `done()`; the machine may be slow, yet never so slow."""
        deadline = time.monotonic() + timeout_s
        while not done():
            self.watch.check()
            self.producer.check()
            if self.fleet.hopeless():
                raise RuntimeError(f"{self.name}: too many ends that must not be; waiting for {what}")
            if time.monotonic() > deadline:
                logs = "\n".join(f"{member.life}: {member.log(1500)}" for member in self.fleet.members)
                raise RuntimeError(f"{self.name}: not within {timeout_s} s: {what}\n{logs}")
            time.sleep(LOOK_S)

    def at_work(self, member):
        """Whether this life of it has brought an outcome."""
        return member.life in self.watch.first_seen

    def wait_at_work(self, member):
        self.wait(lambda: self.at_work(member), f"an outcome of {member.name}")

    def wait_taken_over(self, member, since):
        """Until others have brought outcomes of all partitions that it had; how long it took is kept."""
        prefix = member.name + "."
        self.wait(lambda: not any(owner.startswith(prefix) for owner in list(self.watch.owners.values())),
                  f"others in the place of {member.name}")
        self.takeover_s.append(time.monotonic() - since)

    def phase(self, half_s):
        """The next fault's share of the events begins."""
        self.producer.approach((self.fault_count + 1) / (self.size.faults + 1), half_s)

    def finish(self, stall_s=STALL_S):
        """All faults are over: everything is written, every event gets its outcome, the processes drain."""
        self.producer.finish()
        while not (self.producer.done() and self.watch.complete()):
            self.watch.check()
            self.producer.check()
            if self.fleet.hopeless():
                break
            if self.producer.done() and time.monotonic() - self.watch.moved_at > stall_s:
                say(f"{self.name}: {self.watch.whole} of {self.watch.visible} outcomes, and no more for {stall_s} s")
                for member in self.fleet.members:
                    say(f"{member.life}: {member.log(1500)}")
                break
            time.sleep(LOOK_S)
        self.fleet.drain()

    def verdict(self):
        """The row of the report."""
        node = self.cluster.nodes[0]
        deadline = time.monotonic() + 60
        while True:  # what a broken-off transaction holds back is seen once the broker has ended it
            found = event_tool.audit(self.values, node.data_folder)
            if found["same_ends"] and found["open"] == 0 or time.monotonic() > deadline:
                break
            time.sleep(1)
        exactly_once = self.mode == EXACTLY_ONCE
        lost = found["lost"] + found["uncommitted_offsets"]
        value = lost + found["duplicated"] if exactly_once else lost
        findings = list(self.fleet.mistakes)

        def must(condition, finding):
            if not condition:
                findings.append(finding)

        must(value == 0, f"{lost} lost (first {found['first_lost']}), {found['duplicated']} duplicated "
                         f"(first {found['first_duplicated']})")
        must(found["source_records"] == self.size.events, f"{found['source_records']} events in the source topic")
        for name in ("strangers", "parked_innocent", "aborted_visible", "committed_hidden", "open"):
            must(found[name] == 0, f"{name}: {found[name]}")
        must(found["same_ends"], "the two readers did not read to the same end")
        must(self.fault_count >= self.size.faults, f"{self.fault_count} faults of {self.size.faults}")
        if exactly_once:
            must(found["outside_transactions"] == 0, f"{found['outside_transactions']} records in no transaction")
        elif self.fault in MEASURED:
            ended_count = self.kill_count + self.stop_count + sum(self.fleet.restarts.values())
            most = bounds.duplicates_max(ended_count, self.fleet.lost_session_count())
            self.notes["duplicated_max"] = most
            must(found["duplicated"] <= most, f"{found['duplicated']} duplicated, at most {most} are explained")
        findings += bounds.late(self.mode, self.recovery_s, self.takeover_s)
        seconds_of = {"recovery": self.recovery_s, "takeover": self.takeover_s}
        if self.size.faults > 1:  # a single one is of one kind
            for name in MEASURED.get(self.fault, ()):
                must(seconds_of[name], f"no {name} was measured")
        self.holds = not findings
        row = {
            "name": self.name, "value": value, "goal": "<= 0", "holds": self.holds,
            "min": value, "max": value, "runs": 1, "events": self.size.events, "faults": self.fault_count,
            "lost": lost, "lost_outcomes": found["lost"], "uncommitted_offsets": found["uncommitted_offsets"],
            "duplicated": found["duplicated"], "aborted_visible": found["aborted_visible"],
            "parked_innocent": found["parked_innocent"], "in_flight_window": fleet_module.IN_FLIGHT_WINDOW,
            "aborted_records": found["aborted_records"], "written_again": found["written_again"],
            "restarts_75": self.fleet.restarts[75], "restarts_69": self.fleet.restarts[69],
            "seconds": round(time.monotonic() - self.started_at, 1), **self.notes,
        }
        if self.kill_count > 0:
            row["kills"] = self.kill_count
        for name, seconds in seconds_of.items():
            if seconds:
                row[f"{name}_s_median"] = round(statistics.median(seconds), 2)
                row[f"{name}_s_max"] = round(max(seconds), 2)
        if findings:
            row["findings"] = findings
        return row
