"""The tutorial of README.md, taken from it word by word: what a newcomer types works."""
import json
import os
import re
import shlex

from program import ROOT, ProgramTest


class TutorialTest(ProgramTest):
    @classmethod
    def setUpClass(cls):
        with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
            cls.readme = file.read()

    def block(self, language, name):
        """The first block of this language behind the file's name."""
        match = re.search(rf"`{re.escape(name)}`.*?```{language}\n(.*?)```", self.readme, re.S)
        self.assertIsNotNone(match, f"README.md has no {language} block for {name}")
        return match.group(1)

    def setUp(self):
        super().setUp()
        self.machine = self.file("alerts.asl.json", self.block("json", "alerts.asl.json"))

    def test_check_and_exec(self):
        self.aslx("check", "alerts.asl.json", code=0)
        done = self.aslx("exec", "alerts.asl.json", "--input", "-", data=b'{"sensor":"s1","temperature":91.5}\n', code=0)
        self.assertEqual(done.out, '{"alert":"hot","sensor":"s1","value":91.5}\n')
        self.assertIn(done.out.strip(), self.readme)
        self.assertIn("Alert", self.aslx("disasm", "alerts.asl.json", code=0).out)

    def test_a_stream_from_a_file(self):
        self.file("files.yaml", self.block("yaml", "files.yaml"))
        self.assertIn("\naslx run files.yaml < readings.ndjson\n", self.readme)
        lines, = re.findall(r"^printf '%s\\n' (.*) > readings\.ndjson$", self.readme, re.M)
        events = "".join(line + "\n" for line in shlex.split(lines))
        self.assertEqual(events.count("\n"), 3)
        done = self.aslx("run", "files.yaml", data=events.encode(), code=0)
        self.assertEqual([json.loads(line) for line in done.out.splitlines()], [{"alert": "hot", "sensor": "s1", "value": 91.5}])
        with open(self.path("failed.ndjson"), encoding="utf-8") as file:
            self.assertIn("not json", file.read())
