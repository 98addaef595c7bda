"""JSON text in, StartSyncExecution in process, JSON text out, one execution after the other.

An execution sleeps 150 ms before it begins, which costs no CPU time; the sleep is taken out, so that a run takes
seconds instead of hours. Executions that are over are forgotten, or memory would grow with their number.
"""
import json
import os
import time
import types

from ministack.services import stepfunctions

FORGET_EVERY = 1_000


def machine_of(path):
    with open(path, encoding="utf-8") as file:
        answer = stepfunctions._create_state_machine({
            "name": "iot", "definition": file.read(), "roleArn": "arn:aws:iam::000000000000:role/iot", "type": "EXPRESS"})
    return json.loads(answer[2])["stateMachineArn"]


def execute(machine, text):
    status, _, body = stepfunctions._start_sync_execution({"stateMachineArn": machine, "input": text})
    answer = json.loads(body)
    if status != 200 or answer["status"] != "SUCCEEDED":
        raise RuntimeError(f"{text}: {status} {body}")
    return answer["output"]


def main():
    awake = types.SimpleNamespace(**vars(time))
    awake.sleep = lambda seconds: None
    stepfunctions.time = awake
    distinct, count = int(os.environ["DISTINCT"]), int(os.environ["COUNT"])
    with open(os.environ["EVENTS"], encoding="utf-8") as file:
        events = [line.rstrip("\n") for line, _ in zip(file, range(distinct))]
    machine = machine_of(os.environ["DEFINITION"])
    outputs = []
    for number in range(count):
        if number in (count * 5 // 10, count * 9 // 10):
            print(number, flush=True)
        output = execute(machine, events[number % distinct])
        if number < distinct:
            outputs.append(output)
        if number == distinct:
            with open(os.environ["OUTPUTS"], "w", encoding="utf-8") as file:
                file.writelines(line + "\n" for line in outputs)
            outputs.clear()
        if number % FORGET_EVERY == 0:
            stepfunctions._executions.clear()


if __name__ == "__main__":
    main()
