"""Runs one golden case through the command line of aslx and says how the result differs.

Not here: the file format (golden_file.py). Each case runs in processes of its own.
"""
import difflib
import json
import os
import re
import subprocess
import sys
import tempfile

import golden_file

# JSON nested 1,000 deep is read here, too.
sys.setrecursionlimit(20_000)

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TIMEOUT_S = 120
PREFIX = re.compile(r"^An error occurred while executing the state 'X' \(entered at the event id #2\)\. ")


class Result:
    """`why` is None when the case holds; `actual` is what came, a text for each expected section."""

    def __init__(self, why, actual):
        self.why = why
        self.actual = actual


class Number(str):
    """A JSON number as it is written: 1 and 1.0 are different results."""


def canonical(text):
    """JSON text without insignificant space and with one way to escape; members stay in order."""
    value = json.loads(text, parse_int=Number, parse_float=Number, parse_constant=Number,
                       object_pairs_hook=lambda pairs: ("object", pairs))
    return write(value)


def write(value):
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, tuple):
        return "{" + ",".join(f"{json.dumps(key, ensure_ascii=False)}:{write(item)}"
                              for key, item in value[1]) + "}"
    if isinstance(value, list):
        return "[" + ",".join(write(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def matches(expected, actual):
    """`{{ANY}}` stands for any run of characters; alone in quotes, for any JSON value."""
    if "{{ANY}}" not in expected:
        return expected == actual
    pattern = re.escape(expected.replace('"{{ANY}}"', "\0")).replace("\0", ".+")
    pattern = pattern.replace(re.escape("{{ANY}}"), ".*")
    return re.fullmatch(pattern, actual, re.S) is not None


def same_json(expected, actual):
    try:
        return matches(canonical(expected), canonical(actual))
    except ValueError:  # `{{ANY}}` alone, or no JSON
        return matches(expected, actual)


def shorten(text, limit=2000):
    return text if len(text) <= limit else f"{text[:limit]}... ({len(text)} characters)"


def difference(name, expected, actual):
    lines = difflib.unified_diff(expected.split("\n"), actual.split("\n"),
                                 f"expected {name}", f"actual {name}", lineterm="", n=100)
    return shorten("\n".join(lines))


class Runner:
    def __init__(self, aslx, exact_text=True):
        self.aslx = aslx
        self.exact_text = exact_text
        self.scratch = os.path.join(ROOT, "build", "golden-tests")
        os.makedirs(self.scratch, exist_ok=True)

    def run(self, case):
        with tempfile.TemporaryDirectory(dir=self.scratch) as folder:
            if case.row is not None:
                return self.run_row(case, folder)
            names = [section.name for section in case.results]
            whys, actual = [], {}
            if "diagnostics" in names:
                self.check(case, folder, whys, actual)
            if "program" in names:
                self.disassemble(case, folder, whys, actual)
            if any(name in ("output", "fault", "refused", "trace") for name in names):
                self.execute(case, folder, whys, actual)
            return Result("\n".join(whys) or None, actual)

    # ---- what a case is given ---------------------------------------------------------------

    def definition_file(self, case, folder):
        state = case.given("state")
        if state is not None:
            return self.write_file(folder, "definition.asl.json", machine_around(state))
        suffix = "yaml" if case.modifier("definition") == "yaml" else "json"
        return self.write_file(folder, f"definition.asl.{suffix}", case.given("definition") or "")

    @staticmethod
    def write_file(folder, name, text):
        path = os.path.join(folder, name)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        return path

    def call(self, *arguments):
        try:
            done = subprocess.run([self.aslx, *arguments], capture_output=True, timeout=TIMEOUT_S,
                                  stdin=subprocess.DEVNULL, check=False)
        except subprocess.TimeoutExpired:
            return None, "", f"no answer within {TIMEOUT_S} s"
        return (done.returncode, done.stdout.decode("utf-8", "replace"),
                done.stderr.decode("utf-8", "replace"))

    def type_and_options(self, case):
        given = ["--type", (case.given("type") or "EXPRESS").strip()]
        return given + (case.given("options") or "").split()

    def exec(self, case, folder, definition, input_text):
        arguments = ["exec", definition, *self.type_and_options(case), "--virtual-time",
                     "--report", "json", "--input", self.write_file(folder, "input.json", input_text)]
        for name in ("mock", "context"):
            if case.given(name) is not None:
                arguments += [f"--{name}", self.write_file(folder, f"{name}.json", case.given(name))]
        return self.call(*arguments)

    # ---- one run against its sections --------------------------------------------------------

    def execute(self, case, folder, whys, actual):
        code, out, err = self.exec(case, folder, self.definition_file(case, folder),
                                   case.given("input") or "{}")
        refused = [section for section in case.results if section.name == "refused"]
        if refused:
            actual["refused"] = err.strip()
            missing = [line for line in refused[0].text.split("\n") if line not in err]
            if code != 65 or missing:
                whys.append(f"expected to be refused with exit status 65 and {missing}; "
                            f"exit status {code}: {shorten(err)}")
            return
        report = read_report(out)
        if report is None:
            whys.append(f"no report; exit status {code}: {shorten(err or out)}")
            return
        if code != (0 if report.get("status") == "SUCCEEDED" else 1):
            whys.append(f"exit status {code} beside status {report.get('status')}")
        if report.get("unused_stub_responses", 0) != 0:
            whys.append(f"{report['unused_stub_responses']} mocked answers were never asked for")
        for section in case.results:
            compare = {"output": self.compare_output, "fault": compare_fault, "trace": compare_trace}
            if section.name in compare:
                actual[section.name] = compare[section.name](section, report, whys)

    def compare_output(self, section, report, whys):
        actual = report.get("output", "")
        expected = golden_file.expand(section.text)
        if report.get("status") != "SUCCEEDED":
            whys.append(f"expected to succeed; {report.get('status')} {report.get('error')}: "
                        f"{shorten(str(report.get('cause')))}")
            return actual
        exact = section.modifier == "text" and self.exact_text
        holds = matches(expected, actual) if exact else same_json(expected, actual)
        if not holds:
            whys.append(difference("output", expected, actual))
        return actual

    def check(self, case, folder, whys, actual):
        arguments = ["check", self.definition_file(case, folder), *self.type_and_options(case)]
        for name in ("samples", "schema"):
            if case.given(name) is not None:
                arguments += [f"--{name}", self.write_file(folder, f"{name}.json", case.given(name))]
        code, out, err = self.call(*arguments, "--report", "json")
        report = read_report(out)
        if report is None or "diagnostics" not in report:
            whys.append(f"no report; exit status {code}: {shorten(err or out)}")
            return
        lines = []
        for found in report["diagnostics"]:
            origin = "aslx:" if found.get("origin", "aws") == "aslx" else ""
            place = found.get("location") or "(nowhere)"
            lines.append(f"{origin}{found['severity']} {found['code']} at {place}: {found['message']}")
        text = "\n".join(lines) or "(none)"
        actual["diagnostics"] = text
        expected = next(s.text for s in case.results if s.name == "diagnostics")
        if not matches(golden_file.expand(expected), text):
            whys.append(difference("diagnostics", expected, text))
        accepted = report["result"] == "OK"
        if code != (0 if accepted else 1):
            whys.append(f"exit status {code} beside result {report['result']}")
        if accepted == any(line.startswith("ERROR") for line in lines):
            whys.append(f"result {report['result']} beside the diagnostics\n{text}")

    def disassemble(self, case, folder, whys, actual):
        program = os.path.join(folder, "program.aslc")
        code, _, err = self.call("compile", self.definition_file(case, folder),
                                 *self.type_and_options(case), "--output", program)
        if code != 0:
            whys.append(f"compile ended with exit status {code}: {shorten(err)}")
            return
        code, out, err = self.call("disasm", program)
        text = out.rstrip("\n")
        actual["program"] = text
        expected = next(s.text for s in case.results if s.name == "program")
        if code != 0 or not matches(expected, text):
            whys.append(difference("program", expected, text) + err)

    # ---- rows of tables ----------------------------------------------------------------------

    def run_row(self, case, folder):
        given, _, expected = case.row.partition(golden_file.ROW_ARROW)
        given, expected = given.strip(), golden_file.expand(expected.strip())
        if case.results[0].name == "expressions":
            state = {"Type": "Pass", "Parameters": {"v.$": golden_file.expand(given)}, "End": True}
            machine = machine_around(json.dumps(state))
        else:
            machine = machine_of_choice(golden_file.expand(given))
        definition = self.write_file(folder, "definition.asl.json", machine)
        code, out, err = self.exec(case, folder, definition, case.given("input") or "{}")
        report = read_report(out)
        if report is None:
            return Result(f"no report; exit status {code}: {shorten(err or out)}",
                          {"row": f"{given} => (exit status {code})"})
        if report["status"] == "SUCCEEDED":
            actual = row_value(report["output"])
            holds = not expected.startswith("fault ") and same_json(expected, actual)
        else:
            cause = report.get("cause", "")
            stripped = PREFIX.sub("", cause)
            cause = stripped if stripped != cause else f"(bare) {cause}"
            actual = f"fault {report.get('error')}: {cause}"
            holds = matches(expected, actual)
        why = None if holds else f"expected {shorten(expected)}\n  actual {shorten(actual)}"
        return Result(why, {"row": f"{given} => {actual}"})


def machine_around(state):
    """The state named X, which ends unless it says otherwise."""
    value = json.loads(state)
    if "Next" not in value and value.get("Type") not in ("Choice", "Succeed", "Fail"):
        value.setdefault("End", True)
    return json.dumps({"StartAt": "X", "States": {"X": value}}, ensure_ascii=False)


def machine_of_choice(rule):
    """A Choice named X that answers true where the rule holds, else false."""
    states = {
        "X": {"Type": "Choice", "Choices": [{**json.loads(rule), "Next": "Yes"}], "Default": "No"},
        "Yes": {"Type": "Pass", "Result": {"v": True}, "End": True},
        "No": {"Type": "Pass", "Result": {"v": False}, "End": True},
    }
    return json.dumps({"StartAt": "X", "States": states}, ensure_ascii=False)


def row_value(output):
    """The member `v` of an output, as text with its numbers as they are written."""
    _, pairs = json.loads(output, parse_int=Number, parse_float=Number,
                          object_pairs_hook=lambda pairs: ("object", pairs))
    return write(dict(pairs)["v"])


def read_report(text):
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def compare_fault(section, report, whys):
    lines = [report.get("error", "(none)")]
    if "cause" in report:
        lines.append(report["cause"])
    actual = "\n".join(lines)
    expected = golden_file.expand(section.text)
    status = "TIMED_OUT" if section.modifier == "timed_out" else "FAILED"
    if report.get("status") != status:
        whys.append(f"expected status {status}; {report.get('status')} {shorten(str(report.get('output')))}")
    if not matches(expected, actual):
        whys.append(difference("fault", expected, actual))
    return actual


def trace_line(event, with_details):
    line = f"{event['id']}<{event.get('previousEventId', 0)} {event['type']}"
    details = [value for key, value in event.items() if key.endswith("EventDetails")]
    if not with_details or not details:
        return line
    return f"{line} {json.dumps(details[0], ensure_ascii=False, separators=(',', ':'))}"


def compare_trace(section, report, whys):
    """A line is `id<previous type` with or without the details of the event."""
    expected = golden_file.expand(section.text).split("\n")
    events = report.get("events", [])
    with_details = [" {" in line for line in expected]
    with_details += [True] * (len(events) - len(with_details))
    actual = [trace_line(event, wanted) for event, wanted in zip(events, with_details)]
    if len(expected) != len(actual) or not all(map(matches, expected, actual)):
        whys.append(difference("trace", "\n".join(expected), "\n".join(actual)))
    return "\n".join(actual)
