"""`aslx exec`: what it prints where, how it exits, and which inputs are not acceptable."""
import json
import os

from program import FAIL, PASS, ProgramTest, machine


class ExecTest(ProgramTest):
    def test_prints_the_bare_output_and_nothing_else(self):
        done = self.aslx("exec", self.file("d.asl.json", PASS), "--input", self.file("i.json", '{"a": [1, 2]}'), code=0)
        self.assertEqual(done.out, '{"a": [1, 2]}\n')
        self.assertEqual(done.err, "")

    def test_the_input_is_an_empty_object_where_none_is_given(self):
        self.assertEqual(self.aslx("exec", self.file("d.asl.json", PASS), code=0).out, "{}\n")

    def test_reads_the_input_from_standard_input(self):
        self.assertEqual(self.aslx("exec", self.file("d.asl.json", PASS), "--input", "-", data=b"[7]", code=0).out, "[7]\n")

    def test_a_failed_execution_exits_with_1_and_says_error_and_cause(self):
        done = self.aslx("exec", self.file("d.asl.json", FAIL), code=1)
        self.assertEqual(done.out, "")
        self.assertIn("Mine", done.err)
        self.assertIn("because", done.err)

    def test_the_report_of_a_success(self):
        done = self.aslx("exec", self.file("d.asl.json", PASS), "--report", "json", code=0)
        report = json.loads(done.out)
        self.assertEqual(report["status"], "SUCCEEDED")
        self.assertEqual(report["output"], "{}")
        self.assertNotIn("error", report)
        self.assertNotIn("cause", report)
        self.assertEqual([event["type"] for event in report["events"]],
                         ["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"])
        self.assertIn("timestamp", report["events"][0])

    def test_the_report_of_a_failure_has_no_output(self):
        report = json.loads(self.aslx("exec", self.file("d.asl.json", FAIL), "--report", "json", code=1).out)
        self.assertEqual((report["status"], report["error"], report["cause"]), ("FAILED", "Mine", "because"))
        self.assertNotIn("output", report)

    def test_a_timeout_is_a_status_of_its_own(self):
        definition = machine(W={"Type": "Wait", "Seconds": 400, "End": True})
        done = self.aslx("exec", self.file("d.asl.json", definition), "--virtual-time", "--report", "json", code=1)
        self.assertEqual(json.loads(done.out)["status"], "TIMED_OUT")

    def test_unused_answers_are_counted(self):
        mock = {"stubs": [{"state": "A", "parameters": {}, "responses": [{"output": 1}, {"output": 2}]}]}
        done = self.aslx("exec", self.file("d.asl.json", PASS), "--mock", self.file("m.json", mock), "--report", "json", code=0)
        self.assertEqual(json.loads(done.out)["unused_stub_responses"], 2)

    def test_inputs_that_are_not_acceptable(self):
        definition = self.file("d.asl.json", PASS)
        for name, data in {
                "empty": b"", "space": b"  \n", "truncated": b'{"a": [1, 2', "two texts": b"1 2", "bare word": b"yes",
                "trailing comma": b"[1,]", "single quotes": b"{'a': 1}", "bad utf-8": b'"\xff\xfe"',
                "overlong utf-8": b'"\xc0\xaf"', "surrogate in utf-8": b'"\xed\xa0\x80"', "half an escape": b'"\\u12"',
                "control character": b'"\x01"', "leading zero": b"01", "plus": b"+1", "NaN": b"NaN",
                "1,001 levels": b"[" * 1001 + b"]" * 1001, "over 262,144 bytes": b'"' + b"x" * 262143 + b'"',
                "byte order mark": b"\xef\xbb\xbf{}"}.items():
            with self.subTest(name):
                done = self.aslx("exec", definition, "--input", self.file("i.json", data), code=65)
                self.assertEqual(done.out, "")
                self.assertNotEqual(done.err.strip(), "")

    def test_inputs_at_the_limits_are_acceptable(self):
        definition = self.file("d.asl.json", PASS)
        for name, data in {"1,000 levels": b"[" * 1000 + b"]" * 1000, "262,144 bytes": b'"' + b"x" * 262142 + b'"',
                           "null": b"null", "a number": b" -1.5e3 ", "lone surrogate escape": b'"\\ud800"',
                           "space around": b" \t\r\n{} \n"}.items():
            with self.subTest(name):
                self.aslx("exec", definition, "--input", self.file("i.json", data), code=0)

    def test_definitions_that_are_not_acceptable(self):
        for name, data in {"not JSON": b"{", "refused": json.dumps({"StartAt": "A", "States": {}}).encode(),
                           "1,001 levels": b'{"a":' * 1001 + b"1" + b"}" * 1001, "empty": b""}.items():
            with self.subTest(name):
                done = self.aslx("exec", self.file("d.asl.json", data), code=65)
                self.assertEqual(done.out, "")
                self.assertNotEqual(done.err.strip(), "")

    def test_a_file_that_is_not_there(self):
        done = self.aslx("exec", "nowhere.asl.json")
        self.assertIn(done.code, (2, 65))
        self.assertIn("nowhere.asl.json", done.err)

    def test_a_compiled_program_runs_like_its_definition(self):
        definition = self.file("d.asl.json", machine(A={"Type": "Pass", "Parameters": {"v.$": "$.x"}, "End": True}))
        self.aslx("compile", definition, "--output", self.path("d.aslc"), code=0)
        done = self.aslx("exec", self.path("d.aslc"), "--input", self.file("i.json", '{"x":1}'), code=0)
        self.assertEqual(json.loads(done.out), {"v": 1})

    def test_placeholders_are_filled_in(self):
        definition = self.file("d.asl.json", machine(A={"Type": "Pass", "Result": "${Name}-${Other}", "End": True}))
        done = self.aslx("exec", definition, "--substitute", "Name=a", "--substitute", "Other=b", code=0)
        self.assertEqual(done.out, '"a-b"\n')
        done = self.aslx("exec", definition, "--substitutions", self.file("s.json", {"Name": "x", "Other": "y"}), code=0)
        self.assertEqual(done.out, '"x-y"\n')

    def test_real_time_passes_where_it_is_not_virtual(self):
        definition = self.file("d.asl.json", machine(W={"Type": "Wait", "Seconds": 1, "End": True}))
        before = os.times().elapsed
        self.aslx("exec", definition, code=0)
        self.assertGreaterEqual(os.times().elapsed - before, 0.99)

    def test_a_mocked_answer_ends_an_execution_in_real_time(self):
        definition = self.file("d.asl.json", machine(T={"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
                                                        "Parameters": {"FunctionName": "f"}, "End": True}))
        mock = self.file("m.json", {"stubs": [{"state": "T", "responses": [{"output": {"a": 1}}]}]})
        self.assertEqual(self.aslx("exec", definition, "--mock", mock, code=0).out, '{"a": 1}\n')

    def test_a_context_with_unknown_or_wrong_members_is_wrong_usage(self):
        definition = self.file("d.asl.json", PASS)
        for context, named in {'{"execution_nam":"e"}': "execution_nam", '{"execution_name":1}': "a string",
                               '{"redrive_count":"0"}': "a number", '{"now":"today"}': "timestamp"}.items():
            with self.subTest(context):
                done = self.aslx("exec", definition, "--context", self.file("c.json", context), code=2)
                self.assertIn(named, done.err)

    def test_what_a_program_was_compiled_with_cannot_be_changed(self):
        self.aslx("compile", self.file("d.asl.json", PASS), "--output", self.path("d.aslc"), code=0)
        for option in (("--substitute", "A=b"), ("--type", "STANDARD")):
            with self.subTest(option):
                self.assertIn("compile", self.aslx("exec", self.path("d.aslc"), *option, code=2).err)
