"""`aslx run` without Kafka: files and standard input, and configurations that cannot start."""
import json
import os

from program import FAIL, PASS, ROOT, ProgramTest, machine

IOT = os.path.join(ROOT, "configs", "examples", "iot.asl.json")


class RunTest(ProgramTest):
    def configuration(self, definition, source="files: [\"-\"]", output="file: \"-\"", extra="", top=""):
        return self.file("p.yaml", f"""workers: 1
{top}
pipelines:
  - name: p
    source:
      {source}
    machine:
      definition: {definition}
    output:
      {output}
    dead_letters:
      file: dead.ndjson
{extra}
""")

    def test_from_standard_input_to_standard_output(self):
        definition = self.file("d.asl.json", machine(A={"Type": "Pass", "Parameters": {"v.$": "$.n"}, "End": True}))
        events = "".join(json.dumps({"n": n}) + "\n" for n in range(1000))
        done = self.aslx("run", self.configuration(definition), data=events.encode(), code=0)
        self.assertEqual(sorted(json.loads(line)["v"] for line in done.out.splitlines()), list(range(1000)))
        self.assertIn("1000", done.err)

    def test_order_is_kept_where_it_is_asked_for(self):
        definition = self.file("d.asl.json", PASS)
        events = "".join(f"{n}\n" for n in range(500))
        done = self.aslx("run", self.configuration(definition, extra="    ordering: partition"), data=events.encode(), code=0)
        self.assertEqual(done.out, events)

    def test_from_file_to_file_with_dead_letters(self):
        self.file("in.ndjson", b'{"temperature": 90, "battery": 50, "sensor": "s", "time": "t", "location": 1}\n'
                               b'{"no": "reading"}\nnot json\n')
        self.aslx("run", self.configuration(IOT, source=f"files: [{self.path('in.ndjson')}]", output=f"file: {self.path('out.ndjson')}"), code=0)
        with open(self.path("out.ndjson"), encoding="utf-8") as file:
            self.assertEqual([json.loads(line)["alert"] for line in file], ["too hot"])
        with open(self.path("dead.ndjson"), encoding="utf-8") as file:
            letters = file.read()
        self.assertIn("NoReading", letters)
        self.assertIn("not json", letters)

    def test_a_line_over_the_limit_is_one_dead_letter(self):
        definition = self.file("d.asl.json", PASS)
        events = b"1\n" + b'"' + b"x" * 300_000 + b'"\n2\n'
        done = self.aslx("run", self.configuration(definition, extra="    ordering: partition"), data=events, code=0)
        self.assertEqual(done.out, "1\n2\n")
        with open(self.path("dead.ndjson"), encoding="utf-8") as file:
            self.assertEqual(len(file.readlines()), 1)

    def test_configurations_that_are_wrong_say_where(self):
        good = f"pipelines:\n  - name: p\n    source: {{files: [\"-\"]}}\n    machine: {{definition: {IOT}}}\n    output: {{file: \"-\"}}\n"
        for name, (text, words) in {
                "unknown key": (good + "    colour: red\n", ["p.yaml:6:5", "colour"]),
                "missing key": ("pipelines:\n  - name: p\n", ["p.yaml:2", "source"]),
                "wrong type": (good + "    commit_interval_ms: soon\n", ["p.yaml:6", "commit_interval_ms"]),
                "out of range": ("workers: 5000\n" + good, ["p.yaml:1", "workers"]),
                "not a choice": (good + "    ordering: alphabetical\n", ["p.yaml:6", "alphabetical"]),
                "no YAML": ("pipelines: [", ["p.yaml"]),
                "two sources": (good.replace("{files: [\"-\"]}", "{files: [\"-\"], topics: [t], group: g}"), ["p.yaml:3"]),
                "twice the same key": (good + "    ordering: none\n    ordering: key\n", ["p.yaml:7", "ordering"]),
                "no pipelines": ("workers: 1\n", ["pipelines"])}.items():
            with self.subTest(name):
                done = self.aslx("run", self.file("p.yaml", text), code=78)
                self.assertEqual(done.out, "")
                for word in words:
                    self.assertIn(word, done.err)

    def test_all_findings_of_a_configuration_are_reported_at_once(self):
        done = self.aslx("run", self.file("p.yaml", "workers: 0\ncolour: red\npipelines:\n  - name: p\n    shape: round\n"), code=78)
        for word in ("workers", "colour", "shape"):
            self.assertIn(word, done.err)

    def test_all_that_the_machine_tells_of_routes_is_reported_at_once_and_first(self):
        """Five wrong routes: five findings with their places, and no broker was started to say so."""
        text = f"""pipelines:
  - name: p
    source: {{topics: [in], group: g}}
    machine: {{definition: {self.file("d.asl.json", PASS)}}}
    output: {{topic: out}}
    routes:
      - {{states: Nowhere, action: drop}}
      - {{name: r, path: no-path, action: drop}}
      - {{path: $.a, equals: "{{", action: drop}}
      - topic: t
        split: items
        key: {{from: output, path: id}}
      - topic_path: to
        headers:
          - {{name: h, path: "$["}}
    dead_letters: {{topic: dead}}
"""
        for options in ([], ["--embedded-broker"]):
            with self.subTest(options):
                done = self.aslx("run", *options, self.file("p.yaml", text), code=78)
                lines = [line for line in done.err.splitlines() if line.startswith("aslx: ") and "p.yaml:" in line]
                self.assertEqual(done.err.count("p.yaml:"), 7, done.err)
                self.assertEqual(len(lines), len(done.err.splitlines()), done.err)
                for line, place in zip(lines, ("7:18", "8:25", "9:29", "11:16", "12:35", "13:21", "15:29")):
                    self.assertIn(f"p.yaml:{place}: pipeline 'p', route '", line)
                self.assertIn("the machine has no state 'Nowhere'", lines[0])
                self.assertIn("route 'r'", lines[1])
                self.assertEqual(done.out, "")

    def test_a_function_that_nothing_maps_is_an_error_at_start(self):
        definition = self.file("d.asl.json", machine(T={"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
                                                        "Parameters": {"FunctionName": "unheard-of"}, "End": True}))
        done = self.aslx("run", self.configuration(definition), data=b"{}\n", code=78)
        self.assertIn("unheard-of", done.err)
        self.assertIn("p.yaml:8:7: pipeline 'p'", done.err)
        self.assertEqual(done.out, "")

    def test_a_place_that_cannot_be_written_to_is_said_once(self):
        done = self.aslx("run", self.configuration(self.file("d.asl.json", PASS), output="file: no/such/out.ndjson"), code=78)
        self.assertEqual(done.err.count("pipeline"), 1, done.err)
        self.assertRegex(done.err, r"(?m)^aslx: \S*p\.yaml:10:\d+: pipeline 'p', output: ")

    def test_a_failure_without_dead_letters_stops_the_pipeline(self):
        configuration = self.configuration(self.file("d.asl.json", FAIL))
        with open(configuration, encoding="utf-8") as file:
            text = file.read().replace("    dead_letters:\n      file: dead.ndjson\n", "")
        done = self.aslx("run", self.file("p.yaml", text), data=b"{}\n", code=65)
        self.assertIn("no dead letters configured", done.err)
        self.assertIn("p: 1 event in ", done.err)
        self.assertIn("p: 1 event had no outcome when the pipeline stopped; ", done.err)

    def test_functions_in_process(self):
        definition = os.path.join(ROOT, "configs", "examples", "order.asl.json")
        top = 'functions:\n  - match: "*"\n    in_process: "*"'
        order = {"order_id": "o-1", "item": {"id": "apple", "num_of_items": 2}}
        done = self.aslx("run", self.configuration(definition, top=top), data=json.dumps(order).encode() + b"\n", code=0)
        self.assertEqual(json.loads(done.out)["booking"], {"status": "COMPLETE", "left": 98})

    def json_lines(self, done):
        """Standard error, each line of it an entry of the log."""
        lines = [json.loads(line) for line in done.err.splitlines()]
        for line in lines:
            self.assertEqual(set(line), {"time", "level", "message"})
        return lines

    def test_a_log_in_json_has_nothing_else_on_standard_error(self):
        definition = self.file("d.asl.json", PASS)
        done = self.aslx("run", self.configuration(definition), "--log-format", "json", data=b"1\n2\n", code=0)
        self.assertEqual([(line["level"], line["message"].split(" in ")[0]) for line in self.json_lines(done)],
                         [("info", "p: 2 events")])
        done = self.aslx("run", self.configuration("no-such-file"), "--log-format", "json", code=78)
        self.assertEqual([line["level"] for line in self.json_lines(done)], ["error"])

    def test_an_endpoint_that_is_down_is_said_once(self):
        call = machine(Call={"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:000000000000:function:f", "End": True})
        functions = "functions:\n  - match: \"*\"\n    http: {url: \"http://127.0.0.1:1\"}"
        done = self.aslx("run", self.configuration(self.file("d.asl.json", call), top=functions), "--log-format", "json",
                         data=b"1\n2\n3\n", code=0)
        warning, _ = self.json_lines(done)
        self.assertEqual(warning["level"], "warning")
        self.assertIn("functions at http://127.0.0.1:1 cannot be called: ", warning["message"])

    def test_a_definition_that_is_refused(self):
        definition = self.file("bad.asl.json", json.dumps({"StartAt": "A", "States": {}}))
        done = self.aslx("run", self.configuration(definition))
        self.assertIn(done.code, (65, 78))
        self.assertIn("bad.asl.json", done.err)

    def test_brokers_that_cannot_be_reached(self):
        configuration = self.configuration(self.file("d.asl.json", PASS), source="topics: [t]\n      group: g", output="topic: o",
                                           top="cluster:\n  brokers: [\"127.0.0.1:1\"]\n  wait_ms: 500")
        with open(configuration, encoding="utf-8") as file:
            text = file.read().replace("file: dead.ndjson", "topic: dead")
        done = self.aslx("run", self.file("p.yaml", text), code=69)
        self.assertIn("127.0.0.1:1", done.err)

    def test_secrets_come_from_the_environment_only_where_they_are_set(self):
        text = "cluster:\n  brokers: [b:1]\n  librdkafka:\n    sasl.password: ${NO_SUCH_VARIABLE}\n" \
               f"pipelines:\n  - name: p\n    source: {{topics: [t], group: g}}\n    machine: {{definition: {IOT}}}\n    output: {{topic: o}}\n"
        done = self.aslx("run", self.file("p.yaml", text), code=78)
        self.assertIn("NO_SUCH_VARIABLE", done.err)

    def test_the_example_configurations_are_accepted(self):
        """Brokers that are not there are the first thing missing, not a key."""
        for name in ("iot.yaml", "order.yaml"):
            with self.subTest(name):
                with open(os.path.join(ROOT, "configs", name), encoding="utf-8") as file:
                    text = file.read().replace("localhost:9092", "127.0.0.1:1").replace("examples/", os.path.join(ROOT, "configs", "examples") + "/")
                text = text.replace("cluster:\n", "cluster:\n  wait_ms: 300\n", 1)
                self.aslx("run", self.file(name, text), code=69)
