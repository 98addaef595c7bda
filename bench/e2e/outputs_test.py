"""That outputs.py finds what is not right."""
import collections
import json
import unittest

import rig  # puts tests/kafka and the workloads on the path
import events
import outputs
import records

EVENT = b'{"deviceId":"d1","timestamp":"t1","temperature":70.5,"location":{"site":"s1","line":"7"},"note":null}'
OUTPUT = b'{"device":"d1","at":"t1","site":"s1","alarm":"high"}'


def record(key, value, timestamp=5, headers=()):
    return records.Record("topic", 0, 0, timestamp, list(headers), key, value)


INPUTS = [record(b"a", EVENT), record(b"b", EVENT, 6)]


class Difference(unittest.TestCase):
    def found(self, *written, expected=outputs.iot, inputs=INPUTS):
        return outputs.difference(inputs, written, expected)

    def test_none_in_any_order_of_records_and_members(self):
        turned = b'{"alarm" : "high", "site":"s1","at":"t1","device":"d1"}'
        self.assertIsNone(self.found(record(b"b", turned, 6), record(b"a", OUTPUT)))

    def test_none_where_bytes_are_forwarded(self):
        self.assertIsNone(self.found(*INPUTS, expected=outputs.same))

    def test_what_is_wrong_is_named(self):
        right = record(b"a", OUTPUT)
        for other, named in (
                ([record(b"b", OUTPUT.replace(b"s1", b"s2"), 6)], "came out as"),
                ([record(b"b", OUTPUT.replace(b"high", b"none"), 6)], "came out as"),
                ([record(b"b", OUTPUT.replace(b'"s1"', b"1"), 6)], "came out as"),
                ([record(b"b", OUTPUT[:-1], 6)], "came out as"),
                ([record(b"b", OUTPUT, 5)], "timestamp 6 became 5"),
                ([record(b"c", OUTPUT, 6)], "has no event"),
                ([record(None, OUTPUT, 6)], "has no event"),
                ([record(b"b", OUTPUT, 6, [("h", "v")])], "headers"),
                ([], "1 of 2 events have no output"),
                ([record(b"b", OUTPUT, 6), right], "came twice")):
            with self.subTest(named=named, other=other):
                self.assertIn(named, self.found(right, *other) or "")

    def test_the_time_of_writing_is_not_the_events(self):
        found = lambda written: outputs.difference(INPUTS[:1], [record(b"a", OUTPUT, written)], outputs.iot, written_since_ms=100)
        self.assertIsNone(found(100))
        self.assertIn("timestamp 5", found(5) or "")

    def test_other_bytes_of_the_same_value_are_not_forwarded_bytes(self):
        self.assertIn("came out as", self.found(record(b"a", EVENT + b" "), INPUTS[1], expected=outputs.same))

    def test_events_that_share_a_key_cannot_be_told_apart(self):
        self.assertIn("have 1 keys", self.found(inputs=[INPUTS[0], INPUTS[0]]))


class Expected(unittest.TestCase):
    def test_the_threshold_itself_is_no_alarm(self):
        self.assertEqual(outputs.iot(EVENT.replace(b"70.5", b"70"))["alarm"], "none")

    def test_an_order_is_complete_as_long_as_there_is_enough(self):
        order = lambda wanted: outputs.order(b'{"order_id":"o-1","item":{"id":"pear","num_of_items":%d}}' % wanted)
        self.assertEqual(order(7), {"status": "COMPLETE", "left": 0})
        self.assertEqual(order(8), {"order_id": "o-1", "status": "CANCELLED"})

    def test_every_order_of_the_workload_has_an_expectation(self):
        sent = [json.loads(text) for text in events.events("order", "300B", 1000)]
        made = collections.Counter(outputs.order(json.dumps(event).encode())["status"] for event in sent)
        self.assertEqual(set(made), {"COMPLETE", "CANCELLED"})

    def test_true_is_not_one(self):
        self.assertNotEqual(outputs.value_of(b"[true]"), outputs.value_of(b"[1]"))


if __name__ == "__main__":
    unittest.main()
