"""Records written to and read from Kafka with kcat, byte by byte as they are."""
import collections
import json
import subprocess

TIMEOUT_S = 60
KEY_DELIMITER = "\x01"
RECORD_DELIMITER = "\x02"

# `key` and `value` are bytes, or None for a null; `headers` is a list of pairs of text.
Record = collections.namedtuple("Record", "topic partition offset timestamp headers key value")


def _kcat(broker, *arguments, data=b"", timeout=TIMEOUT_S):
    properties = [option for pair in broker.client_properties().items() for option in ("-X", "=".join(pair))]
    done = subprocess.run(["kcat", "-q", "-b", broker.bootstrap_servers, *properties, *arguments], input=data,
                          capture_output=True, timeout=timeout, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"kcat {arguments} ended with {done.returncode}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def produce(broker, topic, values, key=None, headers=(), partition=None):
    """Writes the values in order. None is a tombstone; empty bytes are an empty value."""
    options = ["-P", "-t", topic, "-X", "message.max.bytes=4000000",
               "-K", KEY_DELIMITER, "-D", RECORD_DELIMITER]
    if partition is not None:
        options += ["-p", str(partition)]
    for name, value in headers:
        options += ["-H", f"{name}={value}"]
    key_bytes = b"" if key is None else key.encode()
    batches = []  # kcat writes an empty value as null or as empty for a whole run
    for value in values:
        null = value is None
        if not batches or batches[-1][0] != null:
            batches.append((null, []))
        batches[-1][1].append(value or b"")
    for null, batch in batches:
        data = RECORD_DELIMITER.encode().join(key_bytes + KEY_DELIMITER.encode() + value for value in batch)
        _kcat(broker, *options, *(["-Z"] if null else []), data=data + RECORD_DELIMITER.encode())


def _parse(line):
    envelope = json.loads(line.decode("utf-8", "surrogateescape"))

    def raw(text):
        return None if text is None else text.encode("utf-8", "surrogateescape")

    pairs = envelope.get("headers") or []
    headers = list(zip(pairs[::2], pairs[1::2]))
    return Record(envelope["topic"], envelope["partition"], envelope["offset"], envelope["ts"], headers,
                  raw(envelope["key"]), raw(envelope["payload"]))


def consume(broker, topic, count=None, timeout=TIMEOUT_S):
    """All records of a topic; with a count, waits until there are as many."""
    options = ["-C", "-t", topic, "-o", "beginning", "-J", "-X", "isolation.level=read_committed",
               "-X", "fetch.message.max.bytes=4000000"]
    if count is not None:
        _kcat(broker, *options, "-c", str(count), timeout=timeout)
    out = _kcat(broker, *options, "-e", timeout=timeout)
    return [_parse(line) for line in out.split(b"\n") if line.strip()]
