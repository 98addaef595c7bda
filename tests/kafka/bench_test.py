"""`aslx bench` through Apache Kafka: topics of its own and given ones, and another process in between."""
import json
import os
import subprocess

import records
import topics
from kafka_case import PASS, KafkaCase

TIMEOUT_S = 240
COUNT = 2000
# By number of events: nothing here depends on how long anything takes. The drain is long for slow machines.
QUICK = ("--warmup", "0s", "--count", str(COUNT), "--drain", "60s", "--report", "json")
CHOICE = {"StartAt": "Even?", "States": {
    "Even?": {"Type": "Choice", "Choices": [{"Variable": "$.even", "BooleanEquals": True, "Next": "Even"}], "Default": "Odd"},
    "Even": {"Type": "Pass", "End": True}, "Odd": {"Type": "Succeed"}}}
FAIL = {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "Mine", "Cause": "because"}}}


class BenchTest(KafkaCase):
    def bench(self, *arguments, code=0, load=QUICK):
        done = subprocess.run([os.environ["ASLX_UNDER_TEST"], "bench", "--bootstrap", self.broker.bootstrap_servers,
                               *arguments, *load], capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
        self.assertEqual(done.returncode, code, f"{arguments}\n{done.stdout}\n{done.stderr}")
        return json.loads(done.stdout) if done.stdout.startswith("{") else done

    def check_all_answered(self, report, answered=COUNT):
        for step in report["steps"]:
            self.assertEqual((step["sent"], step["answered"]), (COUNT, answered), step)
            self.assertEqual((step["unanswered"], step["repeated"]), (0, 0), step)
            self.assertEqual(step["latency_us"]["count"], answered)

    def topics_of_runs(self):
        return [name for name in topics.describe(self.broker.nodes[0].port) if name.startswith("aslx-bench-")]

    def file(self, text):
        path = self.definition_file(PASS) + ".yaml"
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def test_topics_of_its_own_are_deleted_in_the_end(self):
        definition = self.definition_file(PASS)
        report = self.bench(definition, "--event", '{"n":{{sequence}}}', "--workers", "1,2")
        self.assertEqual([step["workers"] for step in report["steps"]], [1, 2])
        self.check_all_answered(report)
        for step in report["steps"]:
            self.assertEqual(step["executions"]["failed"], 0)
            cpu = step["cpu"]["ns_per_event"]
            for of_whom in ("worker", "librdkafka", "generator", "generator_librdkafka"):
                self.assertGreater(cpu[of_whom], 0, of_whom)
        self.assertEqual(self.topics_of_runs(), [])

    def test_the_first_failure_is_read_from_the_dead_letters(self):
        definition = self.definition_file(FAIL)
        for correlation in ("key", "header"):
            with self.subTest(correlation=correlation):
                report = self.bench(definition, "--event", "{}", "--workers", "1", "--correlation", correlation, code=1)
                self.check_all_answered(report)
                self.assertEqual(report["steps"][0]["first_failure"], {"error": "Mine", "cause": "because", "state": "F"})
                self.assertIn("no execution succeeded", report["notes"][0])

    def test_a_rate_is_offered_exactly_once(self):
        report = self.bench(self.definition_file(PASS), "--event", "{}", "--rate", "500,2000", "--workers", "1",
                            "--delivery", "exactly_once", "--key", "k{{int 1 10}}")
        self.assertEqual([step["offered_per_s"] for step in report["steps"]], [500, 2000])
        self.assertEqual((report["setup"]["delivery"], report["setup"]["correlation"]), ("exactly_once", "header"))
        self.check_all_answered(report)

    def test_given_topics_are_kept_and_what_was_in_them_is_left_alone(self):
        self.send(*[{"old": True}] * 100)
        report = self.bench(self.definition_file(PASS), "--event", "{}", "--workers", "2", "--source-topic", self.source,
                            "--output-topic", self.sink)
        self.check_all_answered(report)
        outputs = records.consume(self.broker, self.sink)
        self.assertFalse([record for record in outputs if b"old" in record.value])
        known = topics.describe(self.broker.nodes[0].port)
        self.assertIn(self.source, known)
        self.assertIn(self.sink, known)
        self.assertEqual(self.topics_of_runs(), [])

    def configuration_that_drops(self, output=""):
        """Of the machine CHOICE, whose odd outcomes a route drops; `output` are further keys of it."""
        return self.file(f"""
cluster: {{brokers: [{json.dumps(self.broker.bootstrap_servers)}]}}
pipelines:
  - name: even
    source: {{topics: [{self.source}], group: {self.group}}}
    machine: {{definition: {json.dumps(self.definition_file(CHOICE))}}}
    routes:
      - {{states: [Odd], action: drop}}
    output: {{topic: {self.sink}{output}}}
    dead_letters: {{topic: {self.dead}}}
""")

    def test_a_configuration_with_routes(self):
        config = self.configuration_that_drops(", key: {from: fixed, value: same}")
        report = self.bench("--config", config, "--event", '{"even":{{choice true false}}}', "--workers", "1")
        step, = report["steps"]
        self.assertEqual(report["setup"]["correlation"], "header")
        self.assertEqual(step["answered"] + step["executions"]["without_record"], COUNT)
        self.assertEqual(step["unanswered"], 0)
        self.assertGreater(step["executions"]["without_record"], 0)
        # Nothing went to the configuration's own topics, until it was asked for.
        self.assertEqual(records.consume(self.broker, self.sink), [])
        report = self.bench("--config", config, "--event", '{"even":true}', "--workers", "1", "--configured-topics")
        self.check_all_answered(report)
        self.assertGreater(len(records.consume(self.broker, self.sink)), COUNT)  # with the first event

    def test_exactly_once_loses_nothing_beside_what_a_route_drops(self):
        # More than the tool has places for when events were sent, had it as many as may be in flight.
        count, in_flight = 2_500_000, 1_000_000
        config = self.configuration_that_drops()
        report = self.bench("--config", config, "--event", '{"even":{{choice true false}}}', "--workers", "1",
                            "--delivery", "exactly_once",
                            load=("--warmup", "0s", "--count", str(count), "--in-flight", str(in_flight), "--drain", "60s",
                                  "--report", "json"))
        # As if the delivery stood in the configuration.
        self.assertEqual((report["setup"]["delivery"], report["setup"]["commits"]), ("exactly_once", "each 100 ms"))
        step, = report["steps"]
        self.assertEqual((step["sent"], step["unanswered"], step["repeated"]), (count, 0, 0))
        self.assertEqual(step["answered"] + step["executions"]["without_record"], count)

    def test_another_process_in_between(self):
        running = self.run_pipeline(self.configuration(self.definition_file(PASS)))
        for load in ((), ("--rate", "1000"), ("--correlation", "header"), ("--pid", str(running.pid))):
            with self.subTest(load=load):
                report = self.bench("--external", "--source-topic", self.source, "--output-topic", self.sink,
                                    "--event", '{"n":{{sequence}}}', *load)
                self.check_all_answered(report)
                step, = report["steps"]
                self.assertIsNone(step["executions"])
                self.assertIsNone(step["workers"])
                if "--pid" in load:
                    self.assertGreater(step["cpu"]["ns_per_event"]["other_process"], 0)
        self.assertEqual(running.drain(), 0, running.log())

    def test_what_another_process_keeps_has_no_outcome(self):
        running = self.run_pipeline(self.configuration(
            self.definition_file(CHOICE), extra="    routes: [{states: [Odd], action: drop}]"))
        answered = 0
        for load in (("--in-flight", "4000"), ("--rate", "2000")):
            with self.subTest(load=load):
                report = self.bench(
                    "--external", "--source-topic", self.source, "--output-topic", self.sink, "--event",
                    '{"even":{{choice true false}}}', *load, code=1,
                    load=("--warmup", "0s", "--count", str(COUNT), "--drain", "5s", "--report", "json"))
                step, = report["steps"]
                self.assertEqual((step["sent"], step["answered"] + step["unanswered"]), (COUNT, COUNT), step)
                self.assertGreater(step["unanswered"], 0)
                answered += step["answered"] + 1  # and the first event, which is sent ahead of each load
                self.assertIn(f"{step['unanswered']:,} of {COUNT:,} events have no outcome; percentiles leave them out",
                              [note.partition(": ")[2] for note in report["notes"]])
        self.assertEqual(running.drain(), 0, running.log())
        self.assertEqual(len(records.consume(self.broker, self.sink)), answered)

    def test_a_topic_that_is_not_there_is_named(self):
        done = self.bench("--external", "--source-topic", self.source, "--output-topic", "nowhere", "--event", "{}",
                          code=78, load=("-q",))
        self.assertIn("aslx: topic 'nowhere'", done.stderr)

    def test_topics_that_the_cluster_cannot_make_are_named_with_its_reason(self):
        done = self.bench(self.definition_file(PASS), "--event", "{}", "--replication", "3", code=78, load=("-q",))
        self.assertRegex(done.stderr, r"^aslx: creating topic 'aslx-bench-\S+': [^\n]*replicat[^\n]*\n$")
        self.assertEqual(self.topics_of_runs(), [])

    def test_an_outcome_that_never_comes_is_waited_for_as_long_as_asked(self):
        done = self.bench("--external", "--source-topic", self.source, "--output-topic", self.sink, "--event", "{}",
                          "--first-outcome", "500ms", code=69, load=("-q",))
        self.assertRegex(done.stderr, r"aslx: \d events? w\w+ sent, and no outcome came back within 500 ms \(--first-outcome\)")
        self.assertEqual(len(records.consume(self.broker, self.source)), 1)

    def test_a_signal_ends_it_with_what_it_has(self):
        process = subprocess.Popen(
            [os.environ["ASLX_UNDER_TEST"], "bench", "--bootstrap", self.broker.bootstrap_servers,
             self.definition_file(PASS), "--event", "{}", "--rate", "100", "--warmup", "0s", "--duration", "60m",
             "--workers", "1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.kill)
        while "step 1 of 1" not in (line := process.stderr.readline()):
            self.assertTrue(line, "it ended before its step")
        process.terminate()
        out, err = process.communicate(timeout=TIMEOUT_S)
        self.assertEqual(process.returncode, 0, err)
        self.assertIn("a second signal aborts", err)
        self.assertRegex(out, r"note: .*interrupted by a signal: \d+\.\d s were measured, asked for were 3600\.0 s")
        self.assertEqual(self.topics_of_runs(), [])
