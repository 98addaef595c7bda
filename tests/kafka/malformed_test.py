"""Events that cannot be processed: each becomes one dead letter that says why, the ones around it pass."""
import json

from kafka_case import PASS, KafkaCase, error_header

# Name to bytes, and a word that the cause must contain.
MALFORMED = {
    "bad UTF-8": (b'{"a": "\xff\xfe"}', "UTF-8"),
    "truncated": (b'{"a": [1, 2', ""),
    "1,001 levels": (b"[" * 1001 + b"]" * 1001, "1,000"),
    "over 262,144 bytes": (b'"' + b"x" * 262_143 + b'"', "262"),
    "empty": (b"", ""),
    "a tombstone": (None, ""),
    "two texts": (b"{} {}", ""),
    "not JSON": (b"hello", ""),
}


class MalformedTest(KafkaCase):
    PARTITIONS = 1

    def test_each_malformed_event_becomes_one_dead_letter(self):
        running = self.run_pipeline(self.configuration(self.definition_file(PASS)))
        good = 0
        for _, (value, _) in MALFORMED.items():
            self.send({"n": good}, value, key=f"k-{good}", headers=[("h", str(good))], partition=0)
            good += 1
        self.send({"n": good}, partition=0)

        outputs = self.outputs(good + 1, running)
        self.assertEqual(sorted(json.loads(record.value)["n"] for record in outputs), list(range(good + 1)))

        letters = sorted(self.dead_letters(len(MALFORMED), running), key=lambda record: int(error_header(record, "offset")))
        self.assertEqual(len(letters), len(MALFORMED))
        for number, (letter, (name, (value, word))) in enumerate(zip(letters, MALFORMED.items())):
            with self.subTest(name):
                self.assertEqual(letter.value, value)
                self.assertEqual(letter.key, f"k-{number}".encode())
                self.assertIn(("h", str(number)), letter.headers)
                self.assertEqual(error_header(letter, "topic"), self.source)
                self.assertEqual(error_header(letter, "partition"), "0")
                self.assertEqual(error_header(letter, "offset"), str(2 * number + 1))
                self.assertTrue(error_header(letter, "error"), letter.headers)
                self.assertTrue(error_header(letter, "cause"), letter.headers)
                self.assertIn(word, error_header(letter, "cause"))
        self.assertEqual(running.drain(), 0, running.log())

    def test_events_at_the_limits_pass(self):
        running = self.run_pipeline(self.configuration(self.definition_file(PASS)))
        events = [b"[" * 1000 + b"]" * 1000, b'"' + b"x" * 262_142 + b'"', b"null", b" 1e400 ", b'{"a":1,"a":2}']
        self.send(*events, partition=0)
        outputs = self.outputs(len(events), running)
        self.assertEqual(sorted(record.value.strip() for record in outputs), sorted(event.strip() for event in events))
