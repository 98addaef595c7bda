"""The faults that befall processes and brokers: killed, gone, stopped.

Each scenario adds its processes to the row, injects `row.size.faults` faults while there is work, and
returns; what must hold afterwards is the row's business. Random instants come from the row's generator.
"""
import signal
import time

# Faults are injected while events flow; so long it takes to write half of what a fault may use.
KILL_HALF_S = 1.0
SLOW_HALF_S = 4.0


def fleet_of(row, count, **options):
    members = [row.add(f"p{index}", **options) for index in range(count)]
    row.phase(SLOW_HALF_S)
    for member in members:
        row.wait_at_work(member)
    return members


def kill_aslx(row):
    """SIGKILL at random instants; each comes back under its own name. Last, one stays away."""
    members = fleet_of(row, 3)
    killed_at = {}

    def note_recovery(member):
        life = killed_at.pop(member.name, None)
        if life in row.watch.first_seen:
            row.recovery_s.append(row.watch.first_seen[life] - member.started_at[life])

    while row.fault_count < row.size.faults - 1:
        row.phase(KILL_HALF_S)
        victim = row.rng.choice(members)
        row.wait_at_work(victim)
        note_recovery(victim)
        time.sleep(row.rng.uniform(0, 1))  # the random instant
        row.fleet.kill(victim)
        killed_at[victim.name] = victim.life
        row.fault_count += 1
        row.kill_count += 1
    row.phase(SLOW_HALF_S)
    for member in members:
        row.wait_at_work(member)
        note_recovery(member)
    gone = row.rng.choice(members)
    since = time.monotonic()
    row.fleet.leave(gone, cleanly=False)
    row.fault_count += 1
    row.kill_count += 1
    row.wait_taken_over(gone, since)


def brokers(row):
    """SIGKILL and clean stop in turn, one broker at a time; the next when the cluster is whole again."""
    fleet_of(row, 2)
    nodes = row.cluster.nodes
    while row.fault_count < row.size.faults:
        row.phase(SLOW_HALF_S)
        node = row.rng.choice(nodes)
        time.sleep(row.rng.uniform(0, 1))  # the random instant
        if row.fault_count % 2 == 0:
            node.kill()
        else:
            node.stop()
        seen = row.watch.whole
        row.wait(lambda: row.watch.whole > seen, "an outcome while a broker is away")
        node.start()
        row.cluster.wait_until_whole()
        row.fault_count += 1


def rebalance(row):
    """Processes join and leave, clean and killed, with static membership and without. A fault is a rebalance
    that was seen: a process that came has brought outcomes, or others have in the place of one that left."""
    members = fleet_of(row, 2, static=True)
    members += [row.add(f"d{index}", static=False, start=False) for index in range(2)]
    turn = 0
    while row.fault_count < row.size.faults:
        row.phase(SLOW_HALF_S)
        away = [member for member in members if not member.wanted]
        running = [member for member in members if member.wanted]
        if away and (len(running) < 2 or turn % 2 == 0):
            member = row.rng.choice(away)
            row.fleet.start(member)
            row.wait_at_work(member)
        else:
            # By turns, so that a short run has both ways of leaving of both kinds.
            static, cleanly = turn % 4 == 3, turn % 8 > 3
            member = next((one for one in running if one.static == static), running[0])
            since = time.monotonic()
            row.fleet.leave(member, cleanly)
            row.kill_count += not cleanly
            row.wait_taken_over(member, since)
        turn += 1
        row.fault_count += 1


def stop(row):
    """SIGSTOP until the others have taken over, then SIGCONT: a process and a broker by turns."""
    members = fleet_of(row, 3)
    while row.fault_count < row.size.faults:
        row.phase(SLOW_HALF_S)
        time.sleep(row.rng.uniform(0, 1))  # the random instant
        if row.fault_count % 2 == 0:
            stop_process(row, row.rng.choice(members))
        else:
            stop_broker(row, row.rng.choice(row.cluster.nodes))
        row.fault_count += 1


def stop_process(row, member):
    row.wait_at_work(member)
    since = time.monotonic()
    row.fleet.signal(member, signal.SIGSTOP)
    row.stop_count += 1
    row.wait_taken_over(member, since)
    row.fleet.signal(member, signal.SIGCONT)
    prefix = member.name + "."
    row.wait(lambda: any(owner.startswith(prefix) for owner in list(row.watch.owners.values())),
             f"{member.name} at work again")


def stop_broker(row, node):
    others = [other for other in row.cluster.nodes if other is not node]
    node.process.send_signal(signal.SIGSTOP)
    row.wait(lambda: all(row.cluster.has_left(node, other) for other in others), "the cluster without one broker")
    seen = row.watch.whole
    row.wait(lambda: row.watch.whole > seen, "an outcome while a broker is stopped")
    node.process.send_signal(signal.SIGCONT)
    row.cluster.wait_until_whole()
