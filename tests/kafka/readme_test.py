"""What README.md says of Kafka, taken from it word by word: a broker to try things out with, and the benches on it."""
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

import broker as broker_module
import children
import topics

TIMEOUT_S = 240
# By number of events, and few: what is shown is that the lines work.
QUICK = ("--warmup", "0s", "--count", "300", "--drain", "60s")


class ReadmeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with open(os.path.join(broker_module.ROOT, "README.md"), encoding="utf-8") as file:
            text = file.read()
        # Another one may be at the usual port.
        cls.port = broker_module.free_ports(1)[0]
        cls.readme = text.replace("9092", str(cls.port))

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        for language, name in (("json", "alerts.asl.json"), ("yaml", "kafka.yaml")):
            self.file(name, re.search(rf"`{re.escape(name)}`.*?```{language}\n(.*?)```", self.readme, re.S).group(1))

    def file(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def start_broker(self):
        line, = re.findall(r"^tests/kafka/broker\.py .*$", self.readme, re.M)
        script, *arguments = shlex.split(line)
        process = children.start([sys.executable, os.path.join(broker_module.ROOT, script), *arguments],
                                 stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(children.kill, process)
        self.assertEqual(process.stdout.readline(), f"127.0.0.1:{self.port}\n")
        return process

    def aslx(self, *arguments):
        done = subprocess.run([os.environ["ASLX_UNDER_TEST"], *arguments], cwd=self.folder, capture_output=True, text=True,
                              timeout=TIMEOUT_S, check=False)
        self.assertEqual(done.returncode, 0, f"{arguments}\n{done.stdout}\n{done.stderr}")
        return done

    def test_the_broker_and_the_benches(self):
        broker = self.start_broker()
        event, = re.findall(r"^event='(.*)'$", self.readme, re.M)
        benches = [[event if word == "$event" else word for word in shlex.split(line)]
                   for line in re.findall(r"^aslx (bench .*)$", self.readme, re.M)]
        through_kafka = [arguments for arguments in benches if "--bootstrap" in arguments or "--kafka" in arguments]
        self.assertEqual(len(through_kafka), 2, benches)
        for arguments in through_kafka:
            with self.subTest(arguments=arguments):
                report = self.aslx(*arguments, *QUICK).stdout
                self.assertIn("through Kafka", report)
                self.assertNotIn("executions failed", report)  # the machine is fit for the events of this line
        self.assertTrue(os.path.exists(os.path.join(self.folder, "report.html")))
        # Those that kafka.yaml names, and none of the benches' own.
        self.assertEqual({name for name in topics.describe(self.port) if not name.startswith("__")},
                         {"readings", "alerts", "alerts-failed"})
        self.check_that_a_reading_becomes_an_alert()
        broker.send_signal(signal.SIGTERM)
        self.assertEqual(broker.wait(timeout=TIMEOUT_S), 0)
        with socket.socket() as probe:  # nothing listens there any more
            self.assertNotEqual(probe.connect_ex(("127.0.0.1", self.port)), 0)

    def check_that_a_reading_becomes_an_alert(self):
        put, show = re.findall(r"^(?:echo .* \| )?kcat .*$", self.readme, re.M)
        pipeline = children.start([os.environ["ASLX_UNDER_TEST"], "run", "kafka.yaml"], cwd=self.folder,
                                  env={**os.environ, "XDG_STATE_HOME": self.folder})
        self.addCleanup(children.kill, pipeline)
        subprocess.run(["bash", "-c", put], timeout=TIMEOUT_S, check=True)
        shown = subprocess.run(["bash", "-c", show], timeout=TIMEOUT_S, check=True, capture_output=True, text=True)
        self.assertEqual(json.loads(shown.stdout), {"alert": "hot", "sensor": "s1", "value": 91.5})
        pipeline.send_signal(signal.SIGTERM)
        self.assertEqual(pipeline.wait(timeout=TIMEOUT_S), 0)


if __name__ == "__main__":
    unittest.main()
