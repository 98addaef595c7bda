"""`aslx check`: the report, the exit status, the excerpt for people, and placeholders."""
import json

from program import PASS, ProgramTest, machine


class CheckTest(ProgramTest):
    def report(self, definition, *options, code):
        content = definition if isinstance(definition, (str, bytes)) else json.dumps(definition)
        return json.loads(self.aslx("check", self.file("d.asl.json", content), "--report", "json", *options, code=code).out)

    def test_an_accepted_definition(self):
        self.assertEqual(self.report(PASS, code=0), {"result": "OK", "diagnostics": []})

    def test_a_refused_definition_reports_all_findings(self):
        definition = {"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": -1, "Next": "B"}, "C": {"Type": "Pass", "End": True}}}
        report = self.report(definition, code=1)
        self.assertEqual(report["result"], "FAIL")
        self.assertGreaterEqual(len(report["diagnostics"]), 2)
        for found in report["diagnostics"]:
            self.assertLessEqual({"severity", "code", "message"}, set(found))

    def test_text_that_is_no_json_is_refused(self):
        for name, text in {"empty": "", "truncated": '{"StartAt": ', "array": "[]", "trailing": "{} {}"}.items():
            with self.subTest(name):
                self.assertEqual(self.report(text, code=1)["result"], "FAIL")

    def test_deeper_than_1000_levels_is_refused(self):
        self.aslx("check", self.file("d.asl.json", b'{"a":' * 1001 + b"1" + b"}" * 1001), code=1)

    def test_people_see_line_column_and_a_caret(self):
        text = '{\n  "StartAt": "A",\n  "States": {\n    "A": {"Type": "Pass", "Next": "Nope"}\n  }\n}\n'
        done = self.aslx("check", self.file("d.asl.json", text), code=1)
        said = done.out + done.err
        self.assertIn("d.asl.json:4:", said)
        self.assertIn("Nope", said)
        self.assertIn("^", said)

    def test_a_definition_from_standard_input(self):
        self.aslx("check", "-", data=json.dumps(PASS).encode(), code=0)

    def test_yaml(self):
        self.aslx("check", self.file("d.asl.yaml", "StartAt: A\nStates:\n  A:\n    Type: Pass\n    End: true\n"), code=0)

    def test_placeholders_are_noted_and_accepted_only_where_asked(self):
        definition = machine(A={"Type": "Task", "Resource": "${FunctionArn}", "TimeoutSeconds": "${Limit}", "End": True})
        self.report(definition, code=1)
        report = self.report(definition, "--allow-placeholders", code=0)
        self.assertEqual(report["result"], "OK")

    def test_placeholders_that_are_left_over_are_an_error(self):
        definition = machine(A={"Type": "Task", "Resource": "${A}", "Comment": "${B}", "End": True})
        done = self.aslx("check", self.file("d.asl.json", definition), "--substitute", "B=x", code=1)
        self.assertIn("${A}", done.out + done.err)

    def test_what_events_look_like_shows_paths_that_select_nothing(self):
        definition = machine(A={"Type": "Pass", "InputPath": "$.order.id", "End": True})
        schema = {"type": "object", "properties": {"order": {"type": "object", "properties": {"id": {}}}},
                  "additionalProperties": False}
        fits, misses = '{"order": {"id": 1}}\n', '{"order": {"number": 1}}\n'
        other = {"type": "object", "properties": {"number": {}}, "additionalProperties": False}
        for option, name, content, findings in [("--samples", "fits.ndjson", fits, 0), ("--samples", "misses.ndjson", misses, 1),
                                                ("--schema", "fits.json", schema, 0), ("--schema", "misses.json", other, 1)]:
            with self.subTest(f"{option} {name}"):
                events = self.file(name, content)
                self.assertEqual(len(self.report(definition, option, events, code=0)["diagnostics"]), findings)
                self.report(definition, option, events, "--strict", code=findings)

    def test_samples_and_a_schema_together_are_wrong_usage(self):
        definition = self.file("d.asl.json", PASS)
        self.aslx("check", definition, "--samples", self.file("e.ndjson", "{}\n"), "--schema", self.file("s.json", {}), code=2)

    def test_a_definition_of_one_mebibyte(self):
        states = {f"S{i}": {"Type": "Pass", "Next": f"S{i + 1}"} for i in range(20000)}
        states["S20000"] = {"Type": "Pass", "End": True}
        text = json.dumps({"StartAt": "S0", "States": states})
        self.assertLess(len(text), 1048576)
        self.report(text, code=0)
        self.report(text + " " * (1048577 - len(text)), code=1)
