"""`aslx bench` in process: what it sends and reports, in every form, and what it refuses."""
import json
import os
import re
import socket
import subprocess

from program import FAIL, PASS, ProgramTest, machine

# Short, and by number: nothing here depends on how long anything takes.
QUICK = ("--warmup", "0s", "--count", "2000", "--workers", "1", "-q")
CHOICE = machine(Hot={"Type": "Choice", "Choices": [{"Variable": "$.t", "NumericGreaterThan": 50, "Next": "Alert"}],
                      "Default": "Fine"},
                 Alert={"Type": "Pass", "End": True}, Fine={"Type": "Succeed"})

# The cluster is out of reach, which is not looked at while something else is wrong.
EXTERNAL = ("--external", "--event", "{}", "--bootstrap", "h:1", "--source-topic", "in", "--output-topic", "out")
NO_PROCESS = str(1 << 22)  # one more than the highest number that Linux gives

DROPPING = """
pipelines:
  - name: alerts
    source: {files: ["-"]}
    machine: {definition: d.asl.json}
    routes:
      - {states: [Fine], action: drop}
    output: {file: "out.ndjson"}
    dead_letters: {action: drop}
"""


class BenchTest(ProgramTest):
    def bench(self, *arguments, data=b"", code=0):
        return self.aslx("bench", *arguments, *QUICK, data=data, code=code)

    def steps(self, *arguments, **how):
        return json.loads(self.bench(*arguments, "--report", "json", **how).out)["steps"]

    def test_every_event_has_one_outcome_and_a_latency(self):
        definition = self.file("d.asl.json", PASS)
        for load in ((), ("--in-flight", "1"), ("--rate", "100000"), ("--correlation", "header")):
            with self.subTest(load=load):
                step, = self.steps(definition, "--event", '{"n":{{sequence}},"t":{{int 1 100}}}', *load)
                self.assertEqual((step["sent"], step["answered"], step["unanswered"]), (2000, 2000, 0))
                self.assertEqual((step["repeated"], step["foreign"]), (0, 0))
                self.assertEqual(step["executions"],
                                 {"received": 2000, "succeeded": 2000, "failed": 0, "timed_out": 0, "not_json": 0,
                                  "without_record": 0})
                self.assertIsNone(step["first_failure"])
                latency = step["latency_us"]
                self.assertEqual(latency["count"], 2000)
                in_order = [latency[key] for key in ("min", "p50", "p90", "p99", "p99_9", "p99_99", "max")]
                self.assertEqual(in_order, sorted(in_order))
                self.assertEqual(sum(count for _, count in step["latency_cells"]), 2000)
                self.assertEqual(sum(one["outcomes"] for one in step["timeline"]), 2000)
                self.assertIsNone(step["generator"])
                self.assertGreater(step["outcomes_per_s"], 0)
                self.assertEqual(step["cpu"]["events"], 2000)
                self.assertGreater(step["cpu"]["ns_per_event"]["worker"], 0)

    def test_rates_and_workers_are_steps(self):
        definition = self.file("d.asl.json", PASS)
        done = self.aslx("bench", definition, "--event", "{}", "--workers", "1,2", "--rate", "20000,50000",
                         "--warmup", "0s", "--count", "500", "--report", "json", code=0)
        steps = json.loads(done.out)["steps"]
        self.assertEqual([(step["workers"], step["offered_per_s"]) for step in steps],
                         [(1, 20000), (1, 50000), (2, 20000), (2, 50000)])
        self.assertTrue(all(step["answered"] == 500 for step in steps), steps)
        self.assertIn("step 4 of 4: 50,000 events a second, 2 workers", done.err)

    def test_a_table_for_people(self):
        done = self.bench(self.file("d.asl.json", PASS), "--event", '{"t":1}')
        self.assertIn("in process", done.out)
        self.assertRegex(done.out, r"workers +offered/s +outcomes/s +p50")
        self.assertRegex(done.out, r"\n +1 +all +[\d,]+ ")
        self.assertEqual(done.err, "")

    def test_events_of_a_file_go_as_they_are(self):
        definition = self.file("d.asl.json", PASS)
        lines = self.file("e.ndjson", b'{"a":1}\nnot json\n\n{"a":2}\r\n{"a":3}\n')
        step, = self.steps(definition, "--events", lines)
        self.assertEqual((step["executions"]["succeeded"], step["executions"]["failed"]), (1500, 500))
        self.assertEqual((step["executions"]["timed_out"], step["executions"]["not_json"]), (0, 500))
        self.assertEqual(step["first_failure"]["error"], "Aslx.InvalidEvent")
        self.assertEqual(step["answered"], 2000)
        step, = self.steps(definition, "--events", "-", data=b"[1]\n")
        self.assertEqual(step["executions"]["succeeded"], 2000)

    def test_a_template_of_a_file(self):
        event = self.file("event.json", '{"t":{{int 60 90}}}\n')
        report = json.loads(self.bench(self.file("d.asl.json", CHOICE), "--event", "@" + event,
                                       "--distinct", "10", "--report", "json").out)
        self.assertEqual(report["event_bytes"], 8)
        self.assertIn('10 of 8 bytes on average, round and round: {"t":{{int 60 90}}}', report["setup"]["events"])

    def test_failures_are_told(self):
        definition = self.file("d.asl.json", FAIL)
        for load in ((), ("--correlation", "header", "--in-flight", "1")):
            with self.subTest(load=load):
                report = json.loads(self.bench(definition, "--event", "{}", "--report", "json", *load, code=1).out)
                step, = report["steps"]
                self.assertEqual((step["executions"]["failed"], step["executions"]["timed_out"]), (2000, 0))
                self.assertEqual(step["first_failure"], {"error": "Mine", "cause": "because", "state": "F"})
                self.assertEqual(report["notes"], [
                    "no execution succeeded: all figures are of executions that failed",
                    "closed loop, 1 worker: of 2,000 events 2,000 failed; the first: Mine in state 'F': because"])
        self.assertRegex(self.bench(definition, "--event", "{}", code=1).out, r"^no execution succeeded")

    def test_an_execution_that_times_out_is_told_from_one_that_fails(self):
        definition = self.file("d.asl.json", {**machine(W={"Type": "Wait", "Seconds": 9, "End": True}), "TimeoutSeconds": 1})
        done = self.aslx("bench", definition, "--event", "{}", "--workers", "1", "--warmup", "0s", "--count", "3", "-q", code=1)
        self.assertIn("of 3 events 3 timed out; the first: States.Timeout", done.out)

    def test_some_that_fail_are_no_failed_run(self):
        definition = self.file("d.asl.json", machine(C={"Type": "Choice", "Choices": [
            {"Variable": "$.t", "NumericGreaterThan": 50, "Next": "F"}], "Default": "S"}, F={"Type": "Fail", "Error": "Hot"},
            S={"Type": "Succeed"}))
        done = self.bench(definition, "--events", self.file("e.ndjson", b'{"t":10}\n{"t":90}\n'))
        self.assertIn("of 2,000 events 1,000 failed; the first: Hot in state 'F'", done.out)
        self.assertNotIn("no execution succeeded", done.out)

    def test_a_configuration_brings_functions_and_routes(self):
        self.file("d.asl.json", CHOICE)
        config = self.file("p.yaml", DROPPING)
        lines = self.file("e.ndjson", b'{"t":10}\n{"t":90}\nnot json\n{"t":20}\n')
        step, = self.steps("--config", config, "--events", lines)
        self.assertEqual((step["answered"], step["executions"]["without_record"]), (500, 1500))
        self.assertEqual(step["unanswered"], 0)

    def test_tasks_are_answered_by_mocks(self):
        definition = self.file("d.asl.json", machine(T={"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:f",
                                                        "End": True}))
        mock = self.file("m.json", {"stubs": [{"state": "T", "responses": [{"output": {"ok": True}}], "repeat_last": True}]})
        mocked = self.aslx("bench", definition, "--event", "{}", "--mock", mock, *QUICK, "--report", "json")
        unmapped = self.bench(definition, "--event", "{}", code=78)
        self.assertIn(f"aslx: {definition}: pipeline 'd.asl.json': state", unmapped.err)
        self.assertIn("arn:aws:lambda:us-east-1:1:function:f", unmapped.err)
        self.assertIn("aslx: hint: --mock FILE", unmapped.err)
        self.assertEqual(mocked.code, 0, mocked.err)
        self.assertEqual(json.loads(mocked.out)["steps"][0]["executions"]["succeeded"], 2000)

    def test_a_definition_that_is_refused_is_named_by_its_file(self):
        definition = self.file("bad.asl.json", machine(A={"Type": "Pass", "End": True}, B={"Type": "Pass", "End": True}))
        done = self.bench(definition, "--event", "{}", code=65)
        self.assertIn(f"aslx: {definition}: pipeline 'bad.asl.json': the definition has 1 error", done.err)

    def test_numbers_look_alike_in_a_text(self):
        done = self.bench(self.file("d.asl.json", PASS), "--event", '{"p":"{{pad 2000}}"}', "--in-flight", "5000")
        self.assertIn("load: closed loop: at most 5,000 in flight; 2,000 events measured\n", done.out)
        self.assertRegex(done.out, r"events: 10,000 of 2,0\d\d bytes")
        self.assertNotRegex(done.out, r"(?<![\d.,])\d{4,} ?(ns|us|ms|s|bytes)\b")

    def test_what_never_comes_back_is_unanswered(self):
        # A wait of five minutes: the drain is shorter.
        definition = self.file("d.asl.json", machine(W={"Type": "Wait", "Seconds": 299, "End": True}))
        done = self.aslx("bench", definition, "--event", "{}", "--workers", "1", "--in-flight", "7", "--warmup", "0s",
                         "--duration", "10ms", "--drain", "100ms", "-q", code=1)
        self.assertIn("7 of 7 events have no outcome", done.out)

    def test_reports_go_to_files_too(self):
        json_file, html_file = self.path("r.json"), self.path("r.html")
        self.bench(self.file("d.asl.json", PASS), "--event", "{}", "--json", json_file, "--html", html_file)
        with open(json_file, encoding="utf-8") as file:
            self.assertEqual(json.load(file)["format"], 1)
        with open(html_file, encoding="utf-8") as file:
            page = file.read()
        self.assertIn("<svg", page)
        self.assertNotRegex(page, r"(src|href)=|<script|url\(|@import")  # nothing beside it

    def test_a_report_that_cannot_be_written_is_found_before_the_run(self):
        definition, kept = self.file("d.asl.json", PASS), self.file("kept.html", "as it was")
        for option in ("--json", "--html"):
            # Of standard error nothing is a step, so none was begun.
            done = self.aslx("bench", definition, "--event", "{}", option, "/nowhere/r", "--count", "10", code=2)
            self.assertEqual(done.err, f"aslx: {option}: cannot write /nowhere/r: No such file or directory\n")
        self.bench(definition, "--event", "{}", "--html", kept, "--json", "/nowhere/r", code=2)
        with open(kept, encoding="utf-8") as file:
            self.assertEqual(file.read(), "as it was")

    def test_what_a_route_drops_is_counted_beside_outcomes(self):
        self.file("d.asl.json", CHOICE)
        config = self.file("p.yaml", DROPPING)
        lines = self.file("e.ndjson", b'{"t":10}\n{"t":90}\n')
        done = self.aslx("bench", "--config", config, "--events", lines, "--rate", "1000", "--warmup", "0s",
                         "--duration", "1s", "--workers", "1", "-q", code=0)
        self.assertRegex(done.out, r"outcomes/s +dropped/s")
        self.assertRegex(done.out, r"\n +1 +1,000 +[\d.]+ +[\d.]+ +[\d.]+ [num]?s ")

    def test_the_times_of_a_load_are_told(self):
        definition, html = self.file("d.asl.json", PASS), self.path("r.html")
        done = self.aslx("bench", definition, "--event", "{}", "--warmup", "20ms", "--duration", "50ms", "--rate", "1000",
                         "--workers", "1", "--html", html, "-q", code=0)
        said = "20.0 ms warm-up, 50.0 ms measured (notes count both)"
        self.assertIn(said, done.out)
        with open(html, encoding="utf-8") as file:
            self.assertIn(said, file.read())

    def test_where_a_route_drops_all_there_is_no_latency(self):
        self.file("d.asl.json", CHOICE)
        config = self.file("p.yaml", DROPPING)
        arguments = ("--config", config, "--event", '{"t":10}')
        done = self.bench(*arguments)
        self.assertRegex(done.out, r"\n +1 +all +0 +[\d,]+(  +-){6}")
        self.assertIn("every event that ended was dropped by a route, so there is no latency", done.out)
        step, = self.steps(*arguments)
        self.assertEqual((step["outcomes_per_s"], step["latency_us"]["count"]), (0, 0))
        self.assertGreater(step["dropped_per_s"], 0)

    def test_wrong_usage_says_what_was_expected(self):
        definition = self.file("d.asl.json", PASS)
        for arguments, said in (
                ((), "expected one of a definition, --config and --external"),
                ((definition, "--external"), "expected one of a definition, --config and --external"),
                ((definition,), "expected one of --event and --events"),
                ((definition, "--event", "{}", "--events", "x"), "expected one of --event and --events"),
                ((definition, "--event", "{{}}"), "--event: at character 1: '{{}}' is no placeholder"),
                ((definition, "--event", '{"a":{{choice x}}}'), "--event: the first event is no JSON text: at byte 5"),
                ((definition, "--events", "nowhere.ndjson"), "nowhere.ndjson"),
                ((definition, "--event", "{}", "--rate", "fast"), "--rate: found 'fast', expected events a second"),
                ((definition, "--event", "{}", "--duration", "10"), "--duration: found '10', expected a time"),
                ((definition, "--event", "{}", "--duration", "0s"), "--duration: found '0', expected some time"),
                ((definition, "--event", "{}", "--workers", "0"), "--workers: found '0', expected whole numbers from 1"),
                ((definition, "--event", "{}", "--rate", "1e8", "--duration", "2m"), "more than the"),
                ((definition, "--event", "{}", "--kafka"), "--kafka uses the cluster of a configuration"),
                ((definition, "--event", "{}", "--source-topic", "in"), "need --bootstrap or --kafka"),
                ((definition, "--event", "{}", "--delivery", "exactly_once"), "exactly_once needs transactions"),
                ((definition, "--event", "{}", "--key", "k", "--correlation", "key"), "--key and --correlation key"),
                ((definition, "--event", "{}", "--pid", "1"), "--pid goes with --external"),
                ((*EXTERNAL, "--pid", "0"), "--pid"),
                ((*EXTERNAL, "--pid", str(1 << 31)), "--pid"),
                ((*EXTERNAL, "--pid", NO_PROCESS), f"--pid {NO_PROCESS}: there is no such process"),
                ((*EXTERNAL, "--first-outcome", "soon"), "--first-outcome: found 'soon', expected a time"),
                ((definition, "--event", "{}", "--bootstrap", "h:1", "-X", "nonsense"), "-X: found 'nonsense'"),
                (("--external", "--event", "{}"), "--external needs --bootstrap"),
                (("--external", "--event", "{}", "--bootstrap", "h:1"), "--external needs --source-topic"),
                ((definition, "--event", "{}", "--in-flight", "0"), "--in-flight"),
                ((definition, "--event", "{}", "--in-flight", "5", "--rate", "10"), "--rate excludes --in-flight"),
                ((definition, "--event", "{}", "--count", "0"), "--count"),
                ((definition, "--event", "{}", "--partitions", "3"), "--partitions and --replication are of topics made"),
                ((definition, "--event", "{}", "--bootstrap", ""), "found '', expected HOST:PORT"),
                ((definition, "--event", "{}", "--bootstrap", "h:1,localhost:99999"), "found 'localhost:99999', expected"),
                ((definition, "--event", "{}", "--bootstrap", "[::1]:0"), "found '[::1]:0', expected"),
                (("nowhere.asl.json", "--event", "{}"), "aslx: cannot read nowhere.asl.json: No such file")):
            with self.subTest(arguments=arguments):
                done = self.aslx("bench", *arguments)
                self.assertEqual(done.code, 2, done.err)
                self.assertTrue(done.err.startswith("aslx: "), done.err)
                self.assertIn(said, done.err)
                self.assertEqual(done.out, "")

    def test_a_cluster_out_of_reach_is_named(self):
        config = self.file("p.yaml", """
cluster: {brokers: ["127.0.0.1:1"], wait_ms: 500}
pipelines:
  - name: p
    source: {topics: [in], group: g}
    machine: {definition: d.asl.json}
    output: {topic: out}
    dead_letters: {action: drop}
""")
        self.file("d.asl.json", PASS)
        done = self.aslx("bench", "--config", config, "--kafka", "--event", "{}", code=69)
        # Nothing was made, so nothing is taken back; of librdkafka's log there is nothing.
        self.assertRegex(done.err, r"^waiting for a broker of '127\.0\.0\.1:1', 500 ms at most \(cluster\.wait_ms of a --config\)\n"
                                   r"no answer yet: [^\n]*Connection refused[^\n]*\naslx: no broker of '127\.0\.0\.1:1' answered "
                                   r"within 500 ms \(cluster\.wait_ms of a --config\): .*Connection refused[^\n]*\n$")

    def test_a_configuration_without_a_cluster_is_named(self):
        self.file("d.asl.json", CHOICE)
        done = self.aslx("bench", "--config", self.file("p.yaml", DROPPING), "--kafka", "--event", "{}", code=78)
        self.assertIn("p.yaml: --kafka: it has no cluster: expected `cluster.brokers`", done.err)

    def test_a_pipeline_that_there_is_not_is_named(self):
        self.file("d.asl.json", CHOICE)
        config = self.file("p.yaml", DROPPING)
        done = self.aslx("bench", "--config", config, "--pipeline", "nope", "--event", "{}", code=2)
        self.assertIn("p.yaml has no pipeline 'nope'; it has: alerts", done.err)

    def test_a_signal_ends_the_wait_for_a_broker(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections and never answers
            process = subprocess.Popen(
                [os.environ["ASLX_UNDER_TEST"], "bench", self.file("d.asl.json", PASS), "--event", "{}", "--bootstrap",
                 f"127.0.0.1:{silent.getsockname()[1]}"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            self.addCleanup(process.kill)
            silent.accept()[0].close()  # it is waiting
            process.terminate()
            out, err = process.communicate(timeout=60)
        self.assertEqual((process.returncode, out), (0, ""), err)
        self.assertIn("ended by a signal before anything was measured", err)

    def test_the_same_seed_makes_the_same_events(self):
        definition = self.file("d.asl.json", PASS)
        sizes = [json.loads(self.bench(definition, "--event", '{"a":{{int 0 1000000000}}}', "--seed", seed, "--report",
                                       "json").out)["event_bytes"] for seed in ("1", "1", "2")]
        self.assertEqual(sizes[0], sizes[1])
        self.assertNotEqual(sizes[0], sizes[2])

    def test_its_options_are_completed(self):
        script = self.aslx("completion", "bash", code=0).out
        line, = re.findall(r"^ *bench\) .*$", script, re.M)
        for option in ("--rate", "--events", "--external", "--html"):
            self.assertIn(option, line)
