"""One run of an interpreter: executions per CPU-second, JSON text in and out, every distinct output compared.

`start.sh` of such a peer reads DISTINCT events from the file EVENTS, executes DEFINITION on them over and over until
there were COUNT executions, and writes the outputs of the first DISTINCT, one a line, to OUTPUTS. It prints a
line when half of the executions are done and one when nine tenths are: in between is what is measured.
"""
import os
import select
import subprocess

import cluster
import measure
import peers
import processes

DISTINCT_MAX = 100_000


def next_line(process):
    """When it comes, what the process has used."""
    ready, _, _ = select.select([process.stdout], [], [], measure.STANDSTILL_S)
    if not ready:
        raise RuntimeError(f"no word within {measure.STANDSTILL_S} s: {process.log_tail()}")
    if not process.stdout.readline():
        process.wait()
        process.check_running()
    return processes.cpu_seconds(process.pid)


def run(peer, pool):
    distinct = min(DISTINCT_MAX, peer.events * 2 // 5)
    outputs = os.path.join(peers.BUILD, f"{peer.name}.ndjson")
    environment = {"EVENTS": pool, "COUNT": str(peer.events), "DISTINCT": str(distinct), "OUTPUTS": outputs}
    with peer.start(environment, subprocess.PIPE) as process:
        entered_s = next_line(process)
        memory_mib = processes.peak_memory_mib(process.pid)  # now: after the second line it may be gone
        left_s = next_line(process)
        if process.wait() != 0:
            process.check_running()
    done = subprocess.run([cluster.TOOL, "compare-lines", "--pool", pool, "--outputs", outputs, "--events",
                           str(distinct)], capture_output=True, text=True, check=False)
    os.remove(outputs)
    if done.returncode != 0:
        raise RuntimeError(f"the outputs are not those of the events: {done.stderr}")
    executions = (measure.STEADY[1] - measure.STEADY[0]) * peer.events
    return measure.Measured(executions / (left_s - entered_s), 0, memory_mib)
