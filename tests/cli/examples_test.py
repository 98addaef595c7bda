"""The examples people start from: each gives the output that stands beside it, for both types."""
import glob
import json
import os

from program import ROOT, ProgramTest

FOLDER = os.path.join(ROOT, "configs", "examples")


class ExamplesTest(ProgramTest):
    def test_each_example_gives_its_output(self):
        definitions = sorted(glob.glob(os.path.join(FOLDER, "*.asl.json")))
        self.assertGreaterEqual(len(definitions), 3)
        for definition in definitions:
            stem = definition[:-len(".asl.json")]
            mock = ["--mock", stem + ".mock.json"] if os.path.exists(stem + ".mock.json") else []
            with open(stem + ".output.json", encoding="utf-8") as file:
                expected = json.load(file)
            for kind in ("EXPRESS", "STANDARD"):
                with self.subTest(os.path.basename(definition), type=kind):
                    self.aslx("check", definition, "--type", kind, code=0)
                    done = self.aslx("exec", definition, "--type", kind, "--input", stem + ".input.json", *mock,
                                     "--virtual-time", "--report", "json", code=0)
                    report = json.loads(done.out)
                    self.assertEqual(json.loads(report["output"]), expected)
                    self.assertEqual(report["unused_stub_responses"], 0)
