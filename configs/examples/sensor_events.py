#!/usr/bin/env python3
"""Sensor readings as NDJSON, for iot.asl.json: the same numbers give the same bytes.

usage: sensor_events.py COUNT [SEED]

About 260 bytes each. In every 1,000 some 74 are too hot, 20 have a low battery, and one is no reading at all.
"""
import random
import sys

BATCH = 10_000


def reading(number, draw):
    sensor = number % 5000
    seconds, milliseconds = divmod(number * 5, 1000)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    temperature = round(draw() * 64 + 20.8, 1)  # over 80 in about 7 of 100
    temperature_field = f'"temperature": {temperature}, ' if draw() > 0.001 else ""
    battery = int(draw() * 100 * 0.92) + 8  # below 10 in about 2 of 100
    return (f'{{"sensor": "s-{sensor:06}", "site": "plant-{sensor % 7}", "sequence": {number}, '
            f'"time": "2026-01-{15 + hours // 24:02}T{hours % 24:02}:{minute:02}:{second:02}.{milliseconds:03}Z", '
            f'{temperature_field}"humidity": {int(draw() * 600) / 10}, "vibration": {int(draw() * 1000) / 10000}, '
            f'"battery": {battery}, "firmware": "2.4.1", '
            f'"location": {{"hall": {sensor % 9}, "line": "{"ABCD"[sensor % 4]}"}}, "tags": ["press", "hydraulic"]}}\n')


def main():
    if len(sys.argv) not in (2, 3) or not all(text.isdigit() for text in sys.argv[1:]):
        print(__doc__, file=sys.stdout if "--help" in sys.argv else sys.stderr)
        return 0 if "--help" in sys.argv else 2
    count = int(sys.argv[1])
    draw = random.Random(int(sys.argv[2]) if len(sys.argv) == 3 else 1).random
    for first in range(0, count, BATCH):
        sys.stdout.write("".join(reading(n, draw) for n in range(first, min(count, first + BATCH))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
