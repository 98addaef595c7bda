"""Whether what a subject writes is right: of each event its output, once, with its value, key and timestamp.

Before a row is measured each of its subjects runs over a topic of different events, and all that it wrote is read
back and held against what must come of them, worked out here by other means than a definition or a forwarder.
Not here: events that are measured; they are the same ones again and again.
"""
import hashlib
import json
import time

import records
import subject as subject_module

LOOK_S = 0.2
STANDSTILL_S = 30
SHOWN_MAX = 300


def same(payload):
    """Of a forwarder of bytes."""
    return payload


def iot(payload):
    event = json.loads(payload)
    return {"device": event["deviceId"], "at": event["timestamp"], "site": event["location"]["site"], "alarm": alarm(event)}


def slow(payload):
    """Of slow.asl.json."""
    event = json.loads(payload)
    sha512 = lambda text: hashlib.sha512(text.encode()).hexdigest()
    return {"device": event["deviceId"], "alarm": alarm(event),
            "hashes": {"first": sha512(event["timestamp"]), "second": sha512(event["deviceId"])}}


def alarm(event):
    return "high" if event["temperature"] > 70 else "none"


# What the functions of function_server.cc have in stock.
STOCK = {"apple": 100, "pear": 7, "plum": 10}


def order(payload):
    """Of the `order` workload, whose functions answer over HTTP: one that asks for more than there is does not go on."""
    event = json.loads(payload)
    left = STOCK[event["item"]["id"]] - event["item"]["num_of_items"]
    return {"status": "COMPLETE", "left": left} if left >= 0 else {"order_id": event["order_id"], "status": "CANCELLED"}


def value_of(payload):
    """In a form that tells true from 1, and not one order of members from another; None: it is no JSON text."""
    try:
        return json.dumps(json.loads(payload), sort_keys=True)
    except ValueError:
        return None


def difference(inputs, outputs, expected, written_since_ms=None):
    """The first that is not as it must be, as a sentence; None: there is none. Keys tell events apart. With
    `written_since_ms` an output has the time of writing, from then on, and not its event's."""
    left = {record.key: record for record in inputs}
    if len(left) != len(inputs):
        return f"{len(inputs)} events have {len(left)} keys: an output does not tell whose it is"
    for record in outputs:
        event = left.pop(record.key, None)
        if event is None:
            return f"an output with the key {record.key} has no event, or it came twice: {shown(record.value)}"
        if written_since_ms is not None:
            if record.timestamp < written_since_ms:
                return f"an output has the timestamp {record.timestamp}, and was written after {written_since_ms}"
        elif record.timestamp != event.timestamp:
            return f"event {shown(event.value)}: its timestamp {event.timestamp} became {record.timestamp}"
        if record.headers != event.headers:
            return f"event {shown(event.value)}: its headers {event.headers} became {record.headers}"
        wanted = expected(event.value)
        right = (record.value == wanted if isinstance(wanted, bytes)
                 else value_of(record.value) == json.dumps(wanted, sort_keys=True))
        if not right:
            return f"event {shown(event.value)} came out as {shown(record.value)}, expected {shown(wanted)}"
    if left:
        return f"{len(left)} of {len(inputs)} events have no output, the first {shown(next(iter(left.values())).value)}"
    return None


def shown(value):
    text = str(value)
    return text if len(text) <= SHOWN_MAX else text[:SHOWN_MAX] + "…"


def written_by(rig, running, sink, count):
    """All that is committed in the topic, once it is as much or no more comes, and what comes a look later."""
    found, seen_at = [], time.monotonic()
    while len(found) < count and time.monotonic() - seen_at < STANDSTILL_S:
        running.check_alive()
        time.sleep(LOOK_S)
        now = records.consume(rig.broker, sink)
        if len(now) != len(found):
            seen_at = time.monotonic()
        found = now
    time.sleep(LOOK_S)
    return records.consume(rig.broker, sink)


def check(rig, name, command, expected, *, workload="iot", compression="none", stamped=True, **where):
    """`command` makes the subject's of a source and a sink. An error where an output is not right. Not `stamped`: it has
    the time of writing."""
    source, sink = rig.sample(workload, compression), rig.new_topic("checked")
    inputs = records.consume(rig.broker, source)
    written_since_ms = None if stamped else int(time.time() * 1000)
    with subject_module.Subject(command(source, sink), **where) as running:
        outputs = written_by(rig, running, sink, len(inputs))
    if found := difference(inputs, outputs, expected, written_since_ms):
        raise RuntimeError(f"what '{name}' writes is not what is expected: {found}")
