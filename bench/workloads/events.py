#!/usr/bin/env python3
"""The events of the workloads: made from a seed, the same for every bench and every peer.

usage: events.py WORKLOAD [--size 300B] [--count N] [--seed N]

A sensor's reading as a gateway sends it, one compact JSON text a line: made up for this project, nested,
with texts, numbers of every kind, a boolean and a null. 300B means 296 bytes at the median, the event that
all comparisons with other programs use. Larger ones carry earlier readings, which nothing looks at. Of ten
readings one is over the threshold of `iot` and `pipeline`. An `order` is one of the shop in configs/examples.
"""
import argparse
import json
import random
import sys

SIZES = {"200B": 200, "300B": 296, "1KB": 1_000, "10KB": 10_000, "100KB": 100_000}
WORKLOADS = ("iot", "enrich", "router", "pipeline", "map", "parallel", "order")
LINES = 100  # of a plant: what the hundred rules of `router` tell apart
SAMPLES = 20  # in a reading for `map`
SITES = ("hamburg-south-harbour", "leipzig-north-two", "graz-paint-works", "porto-east-yard", "turin-old-mill")


def timestamp(dice):
    return (f"2024-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}T{dice.randint(0, 23):02}:"
            f"{dice.randint(0, 59):02}:{dice.randint(0, 59):02}.{dice.randint(0, 999):03}Z")


def device(dice):
    return f"plant-{dice.randint(10, 99)}/hall-{dice.randrange(1000):03}/sensor-{dice.randrange(10**5):05}"


def reading(dice, size, lines=LINES):
    """A reading of a sensor. Below 300 bytes it is one of a simpler device, with all that a workload reads."""
    simple = size < SIZES["300B"]
    event = {
        "deviceId": f"sensor-{dice.randrange(10**5):05}" if simple else device(dice),
        "type": "environment",
        "timestamp": timestamp(dice),
        "temperature": round(dice.gauss(57.2, 10), 2),
        "humidity": round(dice.uniform(20, 90), 1),
        "pressure": round(dice.uniform(980, 1040), 1),
        "battery": dice.randint(1, 100),
        "online": True,
        "location": {"site": dice.choice(SITES), "line": f"{dice.randrange(lines):03}",
                     "lat": round(dice.uniform(36, 60), 4), "lon": round(dice.uniform(-9, 24), 4)},
        "sequence": dice.randint(10**6, 10**7),
        "note": None,
    }
    if simple:
        del event["humidity"], event["note"], event["location"]["lat"], event["location"]["lon"]
        event["location"]["site"] = event["location"]["site"].split("-")[0]
    return event


def batch(dice, size, samples=SAMPLES):
    """A reading that brings a number of samples."""
    event = {"deviceId": device(dice),
             "timestamp": timestamp(dice), "samples": [round(dice.gauss(57.2, 10), 1) for _ in range(samples)]}
    if size >= SIZES["300B"]:
        event |= {"type": "environment", "battery": dice.randint(1, 100), "online": True,
                  "location": {"site": dice.choice(SITES)}}
    return event


def order(dice, size, number=0):
    """An order of the shop; one in ten asks for more than there is."""
    item, stock = dice.choice((("apple", 100), ("pear", 7), ("plum", 10)))
    count = stock + dice.randint(1, 9) if dice.random() < 0.1 else dice.randint(1, stock)
    event = {"order_id": f"o-{dice.randrange(10**8):08}", "item": {"id": item, "num_of_items": count},
             "placed": timestamp(dice), "customer": {"id": dice.randint(10**5, 10**6), "country": "PT"}}
    if size >= SIZES["300B"]:
        event |= {"delivery": {"street": "Rua do Ouro 17", "town": "Porto", "code": "4150-553"}, "gift": False,
                  "total": round(dice.uniform(5, 500), 2), "currency": "EUR", "coupon": None}
    return event


def text_of(event):
    return json.dumps(event, separators=(",", ":"))


def grown(event, dice, size):
    """The event's text with as many earlier readings as make it about so long."""
    text = text_of(event)
    earlier = []
    left = size - len(text) - len(',"history":[]')
    while left > 30:
        past = text_of({"t": 1_715_934_682 - len(earlier), "temperature": round(dice.gauss(57.2, 10), 1),
                        "state": "normal"})
        earlier.append(past)
        left -= len(past) + 1
    return text[:-1] + ',"history":[' + ",".join(earlier) + "]}" if earlier else text


def events(workload, size="300B", count=1, seed=1, **shape):
    """Yields `count` texts. `shape` is what the kind of event knows: lines=, samples=."""
    make = {"map": batch, "order": order}.get(workload, reading)
    dice = random.Random(f"{workload} {size} {seed}")
    for _ in range(count):
        yield grown(make(dice, SIZES[size], **shape), dice, SIZES[size])


def main():
    parser = argparse.ArgumentParser(description="Print the events of a workload, one a line.")
    parser.add_argument("workload", choices=WORKLOADS)
    parser.add_argument("--size", choices=SIZES, default="300B")
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for text in events(options.workload, options.size, options.count, options.seed):
        sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
