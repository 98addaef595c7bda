"""The command lines of what is measured: a pipeline of aslx, and the forwarders that do the same by hand.

All of them keep key and timestamp and pass headers (the events have none), with acks=all and idempotence, unless a row
is UNSTAMPED. The header with the execution's id, which the others do not have, is off unless a row asks for it.
"""
import os

import rig as rig_module


# The `output` of a pipeline whose records have neither headers nor the event's timestamp.
UNSTAMPED = "execution_id: none, pass_headers: false, timestamp: now"


def definition(workload):
    """Of `bench/workloads`, or what stands here because only these rows run it."""
    for folder in (rig_module.WORKLOADS, rig_module.HERE):
        if os.path.exists(path := os.path.join(folder, f"{workload}.asl.json")):
            return path
    raise RuntimeError(f"there is no workload {workload}")


def aslx(rig, workload, source, sink, *, delivery="at_least_once", workers=1, compression="none",
         output="execution_id: none", cluster="", pipeline="", functions=""):
    """`output`, `cluster`, `pipeline` and `functions` are further lines of the configuration."""
    name = rig.unused("pipeline")
    text = f"""
workers: {workers}
cluster:
  brokers: [{rig.bootstrap}]
  instance_id: {name}
  librdkafka_producer: {{compression.type: {compression}}}
  {cluster}
{functions}
pipelines:
  - name: {name}
    source: {{topics: [{source}], group: {name}}}
    machine: {{definition: {definition(workload)}}}
    output: {{topic: {sink}, {output}}}
    dead_letters: {{topic: {rig.dead_letters}}}
    delivery: {delivery}
    {pipeline}
"""
    path = rig.path(f"{name}.yaml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return [rig_module.program("aslx"), "run", path]


def forwarder(rig, transform, source, sink, *, compression="none", exactly_once=False, unstamped=False):
    return [rig_module.program("e2e_forwarder"), "--brokers", rig.bootstrap, "--transform", transform,
            "--from", source, "--to", sink, "--dead-letters", rig.dead_letters, "--group", rig.unused("forwarder"),
            "--producer", f"compression.type={compression}", *(["--exactly-once"] if exactly_once else []),
            *(["--unstamped"] if unstamped else [])]
