"""`aslx run --embedded-broker`: what it refuses, and what it says of the events that it was fed."""
from program import ProgramTest, machine

HOT = machine(Hot={"Type": "Choice", "Choices": [{"Variable": "$.t", "NumericGreaterThan": 80, "Next": "Yes"}], "Default": "No"},
              Yes={"Type": "Pass", "End": True}, No={"Type": "Succeed"})


class EmbeddedTest(ProgramTest):
    def configuration(self, extra=""):
        return self.file("p.yaml", f"""pipelines:
  - name: p
    source: {{topics: [in], group: g}}
    machine: {{definition: {self.file("d.asl.json", HOT)}}}
    output: {{topic: out}}
    routes:
      - {{states: No, action: drop}}
    dead_letters: {{topic: failed}}
{extra}""")

    def run_embedded(self, configuration, *options, code):
        return self.aslx("run", configuration, "--embedded-broker", *options, code=code)

    def test_exactly_once_needs_a_broker_with_transactions(self):
        done = self.run_embedded(self.configuration("    delivery: exactly_once\n"), code=78)
        self.assertRegex(done.err, r"(?m)^aslx: \S*p\.yaml:9:\d+: pipeline 'p': exactly_once needs Apache Kafka")
        self.assertNotIn("embedded broker at", done.err)

    def test_what_cannot_be_fed(self):
        self.assertIn("there is no such file", self.run_embedded(self.configuration(), "--feed", "nowhere", code=2).err)
        self.assertIn("is a folder", self.run_embedded(self.configuration(), "--feed", ".", code=2).err)

    def test_a_device_can_be_fed(self):
        done = self.run_embedded(self.configuration(), "--feed", "/dev/null", code=0)
        self.assertRegex(done.out, r"^feed: in 0, out 0, failed 0, lost 0, \d+ events/s\n$")

    def test_what_became_of_the_events_is_said(self):
        feed = self.file("in.ndjson", b'{"t": 91}\n{"t": 20}\nnot json\n')
        done = self.run_embedded(self.configuration(), "--feed", feed, code=0)
        lines = done.out.splitlines()
        self.assertIn('out: {"t": 91}', lines)
        self.assertRegex(done.out, r"(?m)^failed: not json \(\S+: .+\)$")
        self.assertRegex(lines[-1], r"^feed: in 3, out 1, dropped 1, failed 1, lost 0, \d+ events/s$")
        self.assertIn("p: 3 events in ", done.err)
        self.assertIn("1 record written, 1 dead letter, 1 dropped", done.err)
