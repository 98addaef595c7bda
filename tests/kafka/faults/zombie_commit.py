"""A commit request that arrives after its successor, through a proxy; and the control without what is done
against it, which must lose or duplicate: else the fault proves nothing.

Not here: the proxy (end_txn_proxy.py). The proxy is what a second listener of the broker is advertised as; the
harness itself talks to the first.
"""
import contextlib

import broker as broker_module

import end_txn_proxy
import scenarios
from row import Row, say

CONTROL_STALL_S = 20  # what is lost does not come
NO_COUNTER_MEASURE = {"ASLX_TEST_NO_RECYCLE": "1"}


@contextlib.contextmanager
def broker_behind_a_proxy(version, form):
    cluster = broker_module.KafkaBroker(nodes=1, version=version)
    node = cluster.nodes[0]
    behind, proxied = broker_module.free_ports(2)
    direct = f"PLAINTEXT://127.0.0.1:{node.port}"
    controller = f"CONTROLLER://127.0.0.1:{node.controller_port}"
    cluster.properties = {
        "listeners": f"{direct},{controller},PROXIED://127.0.0.1:{behind}",
        "advertised.listeners": f"{direct},PROXIED://127.0.0.1:{proxied}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,PROXIED:PLAINTEXT",
    }
    with end_txn_proxy.EndTxnProxy(proxied, behind) as proxy, cluster:
        cluster.proxy = proxy
        cluster.proxied_servers = f"127.0.0.1:{proxied}"
        yield cluster


def zombie_commit(row, environment=None):
    proxy = row.cluster.proxy
    scenarios.fleet_of(row, 2, environment=environment)
    while row.fault_count < row.size.faults:
        row.phase(scenarios.KILL_HALF_S)
        before = proxy.delivered()
        proxy.hold()
        row.wait(lambda: proxy.delivered() > before, "a commit request that came after its successor")
        row.fault_count += 1


def control_failed(fault, mode, size, cluster, rng):
    """Whether the same faults lose or duplicate without the counter-measure; one that merely stalls does not count."""
    with Row(f"{fault}-control", mode, size, cluster, rng, cluster.proxied_servers) as row:
        row.must_fail = True
        try:
            zombie_commit(row, NO_COUNTER_MEASURE)
        except RuntimeError as error:
            say(f"{row.name}: {error}")
        row.finish(stall_s=CONTROL_STALL_S)
        found = row.verdict()
    say(f"{row.name}: {found['lost_outcomes']} outcomes missing, {found['uncommitted_offsets']} offsets not committed, "
        f"{found['duplicated']} duplicated of {size.events}")
    # What is missing and not committed may still come.
    return found["duplicated"] > 0 or found["lost_outcomes"] > found["uncommitted_offsets"]
