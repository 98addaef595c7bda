"""Calls of HTTP functions per CPU-second: the `order` machine beside a bare libcurl multi loop of its requests.

The function server answers each after 50 ms, on the broker's core, and counts; only who calls is measured. What comes
of the orders is compared before; the bare loop has no outputs, and ends where an answer is not 200.
"""
import collections
import subprocess
import urllib.request

import children
import outputs
import pipelines
import report
import rig as rig_module
import subject as subject_module
from rows_throughput import cost, efficiency

DELAY_MS = 50
IN_FLIGHT = 2_000  # requests of the bare loop
# An order waits a second for its retry. Of so many, at the calls a second that a core does, 3,500 wait for that and the
# others have about as many calls under way as the bare loop.
ORDERS_IN_FLIGHT = 6_000
CONNECTIONS = 4_000
# First every order of the window has begun at once; when each has ended, they no longer are in step.
WARM_CALLS, MEASURED_CALLS = 60_000, 100_000
FUNCTIONS = ("flaky", "checkInventory", "updateOrder", "updateInventory")
UNIT = "calls a CPU-second"


class FunctionServer:
    def __enter__(self):
        self._process = children.start([rig_module.program("e2e_function_server"), "--delay-ms", str(DELAY_MS)],
                                       stdout=subprocess.PIPE, text=True)
        self.url = f"http://127.0.0.1:{int(self._process.stdout.readline())}"
        return self

    def __exit__(self, *_):
        children.kill(self._process)
        self._process.stdout.close()

    def answered(self):
        with urllib.request.urlopen(f"{self.url}/answered", timeout=30) as answer:
            return int(answer.read())


def order_pipeline(rig, url, source, sink):
    match = "".join(f"\n  - {{match: {name}, http: {{url: {url}}}}}" for name in FUNCTIONS)
    return pipelines.aslx(rig, "order", source, sink,
                          functions=f"http: {{connections_per_host_max: {CONNECTIONS}, connections_max: {CONNECTIONS}}}"
                                    f"\nfunctions:{match}",
                          pipeline=f"window: {{records_max: {ORDERS_IN_FLIGHT}}}")


def http_tasks(rig, _, runs):
    """Orders are filled in as they are needed: four or five calls each."""
    with FunctionServer() as server:
        outputs.check(rig, "aslx, order", lambda source, sink: order_pipeline(rig, server.url, source, sink), outputs.order,
                      workload="order")
    source = rig.filled("order", (WARM_CALLS + MEASURED_CALLS) // 3)
    makers = {"aslx": lambda url: order_pipeline(rig, url, source, rig.new_topic("orders-out")),
              "libcurl": lambda url: [rig_module.program("e2e_http_loop"), "--url", url, "--in-flight", str(IN_FLIGHT)]}
    windows = collections.defaultdict(list)
    for run in range(runs):
        for name in subject_module.turns(makers, run):
            with FunctionServer() as server, subject_module.Subject(makers[name](server.url)) as running:
                window = subject_module.measure(running, server.answered, WARM_CALLS, WARM_CALLS + MEASURED_CALLS)
            windows[name].append(window)
            rig_module.say(f"http {run + 1}/{runs} {name}: {window.per_cpu_second:,.0f} calls a CPU-second, "
                           f"{window.per_second:,.0f} a second, {window.memory_mib:.0f} MiB")
    rig.check_no_dead_letters()  # a call that fails would count, too
    return [report.ratio("http-tasks/libcurl", ("aslx, order", efficiency(windows["aslx"])),
                         ("libcurl multi loop", efficiency(windows["libcurl"])), UNIT,
                         cost={name: cost(of) for name, of in windows.items()})]
