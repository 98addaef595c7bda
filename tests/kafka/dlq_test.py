"""`aslx dlq`: what is in a dead-letter topic, one whole, and the way back."""
import base64
import json
import os
import subprocess
import tempfile

import broker as broker_module
import records
import transaction
from kafka_case import KafkaCase, error_header

# Fails as the event says, and passes what does not.
MACHINE = {
    "StartAt": "Check",
    "States": {
        "Check": {"Type": "Choice", "Default": "Good", "Choices": [
            {"Variable": "$.bad", "StringEquals": "early", "Next": "Early"},
            {"Variable": "$.bad", "StringEquals": "late", "Next": "Late"}]},
        "Early": {"Type": "Fail", "Error": "TooEarly", "Cause": "not\nyet \u001b[31m" + "x" * 200},
        "Late": {"Type": "Fail", "Error": "TooLate", "Cause": "over"},
        "Good": {"Type": "Pass", "End": True},
    },
}
TIMEOUT_S = 60


class DlqTest(KafkaCase):
    PARTITIONS = 2

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory(dir=os.path.join(broker_module.ROOT, "build", "kafka-tests"))
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.text = self.configuration(self.definition_file(MACHINE))
        self.path = self.file("p.yaml", self.text)

    def file(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def dlq(self, *arguments, code=0, config=None):
        action, *rest = arguments
        done = subprocess.run([os.environ["ASLX_UNDER_TEST"], "dlq", action, config or self.path, *rest],
                              capture_output=True, stdin=subprocess.DEVNULL, timeout=TIMEOUT_S, check=False)
        self.assertEqual(done.returncode, code, done.stderr.decode(errors="replace"))
        self.said = done.stderr.decode(errors="replace")
        return done.stdout

    def listed(self, *arguments):
        return [json.loads(line) for line in self.dlq("list", "--format", "json", *arguments).splitlines()]

    def make_dead_letters(self, *events, key="k", headers=(("h", "1"), ("h", "2")), partition=1):
        running = self.run_pipeline(self.text)
        before = len(records.consume(self.broker, self.dead))
        self.send(*events, key=key, headers=headers, partition=partition)
        self.dead_letters(before + len(events), running)
        self.assertEqual(running.drain(), 0, running.log())

    def test_list_shows_and_filters(self):
        self.make_dead_letters({"bad": "early"}, {"bad": "late"}, {"bad": "late"})
        rows = self.listed()
        self.assertEqual([row["error"] for row in rows], ["TooEarly", "TooLate", "TooLate"])
        for number, row in enumerate(rows):
            self.assertTrue(row["dead_letter"])
            self.assertEqual(row["source"], {"topic": self.source, "partition": 1, "offset": number})
            self.assertEqual(row["replays"], 0)
            self.assertTrue(row["execution"])
        self.assertEqual(rows[0]["state"], "Early")
        self.assertEqual(len(rows[0]["cause"]), len(MACHINE["States"]["Early"]["Cause"]))

        self.assertEqual(len(self.listed("--error", "TooLate")), 2)
        self.assertEqual(len(self.listed("--error", "TooLate", "--limit", "1")), 1)
        self.assertEqual(len(self.listed("--state", "Early", "--pipeline", self.group)), 1)
        self.assertEqual(len(self.listed("--error", "Too")), 0)
        self.assertEqual(len(self.listed("--since", "1h")), 3)
        self.assertEqual(len(self.listed("--since", rows[1]["timestamp"])),
                         sum(row["timestamp"] >= rows[1]["timestamp"] for row in rows))
        self.assertEqual(len(self.listed("--since", "2999-01-01T00:00:00Z")), 0)

        lines = self.dlq("list").decode().splitlines()
        self.assertEqual(len(lines), 4)
        self.assertIn("TooEarly", lines[1])
        self.assertIn(f"{self.source} 1:0", lines[1])
        self.assertNotIn("\x1b", lines[1])
        self.assertIn("…", lines[1])

    def test_show_prints_one_whole(self):
        self.make_dead_letters({"bad": "early", "list": [], "text": "a\"{b"}, b"\xff\x00\xfe")
        place, other = (f"{row['partition']}:{row['offset']}" for row in self.listed())
        text = self.dlq("show", place).decode()
        for words in ("TooEarly", "h: 1\n", "h: 2\n", "key (1 bytes)\nk\n", '\n  "list": [],\n  "text": "a\\"{b"\n}',
                      f"{self.source}, partition 1, offset 0"):
            self.assertIn(words, text)
        self.assertEqual(self.dlq("show", other, "--format", "raw"), b"\xff\x00\xfe")
        shown = json.loads(self.dlq("show", other, "--format", "json"))
        self.assertEqual(base64.b64decode(shown["payload_base64"]), b"\xff\x00\xfe")
        self.assertEqual(shown["key"], "k")
        self.assertEqual([header["value"] for header in shown["headers"] if header["name"] == "h"], ["1", "2"])
        self.assertIn("base64", self.dlq("show", other).decode())
        for absent in ("0:99", "1:99", "7:0"):
            self.dlq("show", absent, code=65)
            self.assertIn(absent, self.said)
        self.dlq("show", "seven", code=2)

    def test_replay_sends_back_what_was_there(self):
        payload = b'{"bad":  "early"}'
        self.make_dead_letters(payload, {"bad": "late"}, {"bad": "late"})
        original, = [record for record in records.consume(self.broker, self.source) if record.value == payload]
        place = next(f"{row['partition']}:{row['offset']}" for row in self.listed("--error", "TooEarly"))

        shown = self.dlq("replay", place).decode()
        self.assertIn(f"{place} -> {self.source}", shown)
        self.assertIn("nothing was sent", self.said)
        self.assertEqual(len(records.consume(self.broker, self.source)), 3)

        self.assertEqual(self.dlq("replay", place, "--yes"), b"replayed 1\n")
        back = records.consume(self.broker, self.source)[-1]
        self.assertEqual(len(records.consume(self.broker, self.source)), 4)
        self.assertEqual((back.value, back.key, back.partition, back.timestamp),
                         (payload, b"k", original.partition, original.timestamp))
        self.assertEqual(back.headers, original.headers + [("__asl.replays", "1")])
        self.assertEqual(len(self.listed()), 3, "a replay deletes nothing")

        self.assertEqual(self.dlq("replay", "--error", "TooLate", "--limit", "1", "--yes"), b"replayed 1\n")
        self.assertEqual(self.dlq("replay", "--all", "--yes", "--to", self.sink), b"replayed 3\n")
        self.assertEqual(len(records.consume(self.broker, self.sink)), 3)

    def test_a_record_that_fails_again_says_how_often_it_was_sent_back(self):
        self.make_dead_letters({"bad": "early"})
        for replays in (1, 2):
            rows = self.listed()
            last = max(rows, key=lambda row: row["replays"])
            self.assertEqual(self.dlq("replay", f"{last['partition']}:{last['offset']}", "--yes"), b"replayed 1\n")
            running = self.run_pipeline(self.text)
            self.dead_letters(replays + 1, running)
            self.assertEqual(running.drain(), 0, running.log())
            self.assertEqual(sorted(row["replays"] for row in self.listed()), list(range(replays + 1)))
        letter = max(records.consume(self.broker, self.dead), key=lambda record: len(record.headers))
        self.assertEqual([name for name, _ in letter.headers].count("__asl.replays"), 1)
        self.assertEqual([name for name, _ in letter.headers].count("__asl.errors.error"), 1)
        self.assertEqual(error_header(letter, "error"), "TooEarly")

    def test_records_of_others_are_said_to_be_none_of_ours(self):
        self.make_dead_letters({"bad": "early"})
        records.produce(self.broker, self.dead, [b"hello"], partition=0, headers=[("__asl.errors.topic", "x")])
        self.assertEqual([row["dead_letter"] for row in sorted(self.listed(), key=lambda row: row["dead_letter"])],
                         [False, True])
        stranger, = (row for row in self.listed() if not row["dead_letter"])
        place = f"{stranger['partition']}:{stranger['offset']}"
        self.assertIn("no dead letter of aslx", self.dlq("list").decode())
        self.assertIn("no dead letter of aslx", self.dlq("show", place).decode())
        self.assertEqual(len(self.listed("--error", "TooEarly")), 1)
        self.assertEqual(self.dlq("replay", "--all", "--yes"), b"replayed 1\n")
        self.assertIn("1 record without the headers", self.said)
        self.assertEqual(self.dlq("replay", place, "--yes", code=65), b"")
        self.assertIn(place, self.said)

    def test_only_what_is_committed_is_seen(self):
        transaction.write(self.broker, self.dead, [b"aborted"] * 3, commit=False)
        self.assertEqual(self.listed(), [])
        transaction.write(self.broker, self.dead, [b"committed"], commit=True)
        transaction.write(self.broker, self.dead, [b"aborted"], commit=False)
        place = "{partition}:{offset}".format(**self.listed()[0])
        self.assertEqual(self.dlq("show", place, "--format", "raw"), b"committed")
        self.assertEqual(len(self.listed()), 1)
        self.dlq("show", "0:0", code=65)

    def test_an_empty_topic_has_nothing(self):
        self.assertEqual(self.dlq("list"), b"")
        self.assertEqual(self.listed(), [])
        self.assertEqual(self.dlq("replay", "--all", "--yes"), b"replayed 0\n")
        self.dlq("show", "0:0", code=65)

    def test_what_is_wrong_is_said(self):
        self.dlq("list", "--topic", "nowhere", code=78)
        self.assertIn("nowhere", self.said)
        self.dlq("list", "--pipeline", "other", code=2)
        self.assertIn(self.group, self.said)
        self.dlq("list", "--since", "yesterday", code=2)
        self.dlq("replay", code=2)
        self.dlq("replay", "0:0", "--all", code=2)
        self.make_dead_letters({"bad": "early"})
        self.dlq("replay", "--all", "--to", "nowhere", "--yes", code=78)
        self.assertIn("nowhere", self.said)
        self.dlq("replay", "--all", "--to", self.dead, "--yes", code=2)
        without = self.file("without.yaml", self.text.replace(f"dead_letters:\n      topic: {self.dead}",
                                                              "dead_letters:\n      action: drop"))
        self.dlq("list", code=78, config=without)
        self.assertIn("--topic", self.said)
        self.assertEqual(len(self.dlq("list", "--topic", self.dead, config=without).splitlines()), 2)
        unreachable = self.file("down.yaml", self.text.replace(self.broker.bootstrap_servers, "127.0.0.1:1").replace(
            "cluster:", "cluster:\n  wait_ms: 500"))
        self.dlq("list", code=69, config=unreachable)
