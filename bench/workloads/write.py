#!/usr/bin/env python3
"""Writes the workloads as files for the programs in bench/inprocess.

usage: write.py FOLDER

NAME.asl.json and NAME-SIZE.ndjson for each workload at each size, and for each step of what grows: machines of
1 to 1,000 states, Choices of 1 to 1,000 rules, Maps over 1 to 10,000 items.
"""
import argparse
import json
import os
import shutil

import events

HERE = os.path.dirname(os.path.abspath(__file__))
# A file of events stays within the second-level cache: what is measured is no wait for memory.
FILE_BYTES = 262_144
EVENTS_MAX = 1_000
STEPS = (1, 10, 100, 1_000)


def states(count):
    """Pass states in a row, each of which puts a constant into the event."""
    made = {f"S{number}": {"Type": "Pass", "Result": number, "ResultPath": "$.last", "Next": f"S{number + 1}"}
            for number in range(count)}
    made[f"S{count - 1}"].pop("Next")
    made[f"S{count - 1}"]["End"] = True
    return {"StartAt": "S0", "States": made}


def rules(count):
    """As `router`: so many texts that a variable may have, in front of at most ten states."""
    halls = {f"Hall {number}": {"Type": "Pass", "Parameters": {"device.$": "$.deviceId", "hall": number}, "End": True}
             for number in range(min(count, 10))}
    choices = [{"Variable": "$.location.line", "StringEquals": f"{number:03}", "Next": f"Hall {number % 10}"}
               for number in range(count)]
    return {"StartAt": "Which line?",
            "States": {"Which line?": {"Type": "Choice", "Choices": choices, "Default": "Nowhere"}, **halls,
                       "Nowhere": {"Type": "Fail", "Error": "NoSuchLine"}}}


def items():
    return {"StartAt": "Samples",
            "States": {"Samples": {"Type": "Map", "ItemsPath": "$.samples", "End": True,
                                   "ItemProcessor": {"StartAt": "Sample", "States": {
                                       "Sample": {"Type": "Pass", "Parameters": {"value.$": "$"}, "End": True}}}}}}


def write_events(folder, machine, workload, size, bytes_each, **shape):
    count = max(4, min(EVENTS_MAX, FILE_BYTES // bytes_each))
    with open(os.path.join(folder, f"{machine}-{size}.ndjson"), "w", encoding="utf-8") as file:
        for text in events.events(workload, size, count, **shape):
            file.write(text + "\n")


def write_grown(folder, machine, definition, workload, bytes_each, **shape):
    with open(os.path.join(folder, f"{machine}.asl.json"), "w", encoding="utf-8") as file:
        json.dump(definition, file)
    write_events(folder, machine, workload, "300B", bytes_each, **shape)


def main():
    parser = argparse.ArgumentParser(description="Write the workloads as files.")
    parser.add_argument("folder")
    folder = parser.parse_args().folder
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    for workload in events.WORKLOADS:
        shutil.copy(os.path.join(HERE, f"{workload}.asl.json"), folder)
        for size, bytes_each in events.SIZES.items():
            write_events(folder, workload, workload, size, bytes_each)
    for count in STEPS:
        write_grown(folder, f"states_{count}", states(count), "iot", 300)
        write_grown(folder, f"rules_{count}", rules(count), "router", 300, lines=count)
    for count in (*STEPS, 10_000):
        write_grown(folder, f"items_{count}", items(), "map", 260 + 5 * count, samples=count)


if __name__ == "__main__":
    main()
