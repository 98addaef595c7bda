"""Reads and rewrites golden files: sections of text under `--- name` lines.

Not here: running anything (cases.py) and choosing files (run.py).
README.md beside this file describes the format for those who write such files.
"""
import os
import re

# What a run is given, and stays in force until the next `definition` or `state`.
SETUP = ("definition", "state", "type", "mock", "context", "options", "input",
         "samples", "schema")
# What must come out of one run.
RESULT = ("output", "fault", "refused", "trace", "diagnostics", "program")
# Tables: each line is a run of its own.
TABLE = ("expressions", "choices")

ROW_ARROW = " => "
REPEAT = re.compile(r"\{\{(.)\*(\d+)\}\}")


class FormatError(Exception):
    """A golden file that cannot be read: says file, line, what was found and what was expected."""


class Section:
    """A `--- name modifier` line and the lines below it. `first` and `last` bound those lines."""

    def __init__(self, name, modifier, first):
        self.name = name
        self.modifier = modifier
        self.first = first
        self.last = first
        self.text = ""


class Case:
    """One run: what it is given and what is expected. A row of a table holds its own `row` text."""

    def __init__(self, name, setup):
        self.name = name
        self.setup = dict(setup)
        self.results = []
        self.row = None
        self.row_line = None

    def suits_reference(self):
        """The reference evaluator has `exec` alone, and keeps values, not texts."""
        names = {section.name for section in self.results}
        return (not names & {"diagnostics", "program", "refused"} and "options" not in self.setup
                and self.modifier("definition") != "yaml" and not self.name.endswith("(engine only)"))

    def given(self, name):
        section = self.setup.get(name)
        return None if section is None else expand(section.text)

    def modifier(self, name):
        section = self.setup.get(name)
        return "" if section is None else section.modifier


def expand(text):
    """`{{x*1000}}` stands for a thousand x: payloads at a limit stay readable."""
    return REPEAT.sub(lambda match: match.group(1) * int(match.group(2)), text)


class GoldenFile:
    def __init__(self, path, lines):
        self.path = path
        self.lines = lines
        self.cases = []
        self.edits = []

    def replace(self, case, actual):
        """Remembers what came instead: a dictionary of section name to text, or a row's text."""
        if case.row is not None:
            self.edits.append((case.row_line, case.row_line + 1, [actual["row"]]))
            return
        for section in case.results:
            if section.name in actual and not REPEAT.search(section.text):
                self.edits.append((section.first, section.last, actual[section.name].split("\n")))

    def write_if_changed(self):
        if not self.edits:
            return
        for first, last, new_lines in sorted(self.edits, reverse=True):
            self.lines[first:last] = new_lines
        with open(self.path, "w", encoding="utf-8") as file:
            file.write("\n".join(self.lines) + "\n")


def read_sections(path, lines):
    sections = []
    for number, line in enumerate(lines):
        if not line.startswith("--- "):
            if sections:
                sections[-1].last = number + 1
            continue
        name, _, modifier = line[4:].strip().partition(" ")
        if name not in SETUP + RESULT + TABLE + ("case",):
            known = ", ".join(SETUP + RESULT + TABLE + ("case",))
            raise FormatError(f"{path}:{number + 1}: unknown section '{name}', expected one of {known}")
        sections.append(Section(name, modifier, number + 1))
    for section in sections:
        while section.last > section.first and not lines[section.last - 1].strip():
            section.last -= 1
        section.text = "\n".join(lines[section.first:section.last])
    return sections


def parse(path, root):
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    if lines and lines[-1] == "":
        lines.pop()
    shown = os.path.relpath(path, root)
    if not lines or not lines[0].strip() or lines[0].startswith("---"):
        raise FormatError(f"{shown}:1: expected a first line that says what the file shows")
    golden = GoldenFile(path, lines)
    setup, case, title = {}, None, ""
    for section in read_sections(shown, lines):
        if section.name == "case":
            title, case = section.modifier, None
        elif section.name in SETUP:
            if section.name in ("definition", "state"):
                setup = {}
            setup[section.name] = section
            case = None
        elif section.name in RESULT:
            if case is None:
                case = Case(f"{shown}:{section.first} {title}".strip(), setup)
                title = ""
                golden.cases.append(case)
            case.results.append(section)
        else:
            add_rows(golden, section, setup, shown)
            case = None
    if not golden.cases:
        raise FormatError(f"{shown}: no case in it: expected a section of {', '.join(RESULT + TABLE)}")
    return golden


def add_rows(golden, section, setup, shown):
    for number in range(section.first, section.last):
        row = golden.lines[number]
        if not row.strip() or row.startswith("#"):
            continue
        if ROW_ARROW not in row:
            raise FormatError(f"{shown}:{number + 1}: expected 'GIVEN => RESULT', found '{row}'")
        case = Case(f"{shown}:{number + 1} {row.split(ROW_ARROW)[0].strip()}", setup)
        case.results.append(section)
        case.row = row
        case.row_line = number
        golden.cases.append(case)
