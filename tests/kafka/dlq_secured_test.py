"""`aslx dlq` at a secured broker: with the pipeline's settings, and no more than it needs."""
import json
import os
import subprocess
import tempfile

import access
import broker as broker_module
import records
import secured_test

setUpModule = secured_test.setUpModule
TIMEOUT_S = 90


class SecuredDlqTest(secured_test.SecuredCase):
    def dlq(self, *arguments, code=0):
        action, *rest = arguments
        done = subprocess.run([os.environ["ASLX_UNDER_TEST"], "dlq", action, self.path, *rest], capture_output=True,
                              text=True, stdin=subprocess.DEVNULL, timeout=TIMEOUT_S, check=False)
        self.assertEqual(done.returncode, code, done.stderr)
        self.said = done.stderr
        return done.stdout

    def check(self, listener):
        principal = self.secured.PRINCIPALS[listener]
        permissions = self.needed("at_least_once")
        self.access.allow(principal, permissions)
        running = self.pipeline_at(listener)
        self.send({"n": 1, "fail": True})
        self.dead_letters(1, running)
        self.assertEqual(running.drain(), 0, running.log())
        self.access.forbid(principal, permissions)

        folder = tempfile.TemporaryDirectory(dir=os.path.join(broker_module.ROOT, "build", "kafka-tests"))
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "p.yaml")
        with open(self.path, "w", encoding="utf-8") as file:
            file.write(self.configuration(self.machine, listener=listener,
                                          properties=self.secured.client_properties(listener)))

        self.dlq("list", code=78)
        self.assertIn(self.dead, self.said)
        # Neither the group nor anything else is needed to look.
        self.access.allow(principal, [access.Permission("topic", self.dead, "Read")])
        row = json.loads(self.dlq("list", "--format", "json"))
        self.assertEqual(row["error"], "Unwanted")
        place = f"{row['partition']}:{row['offset']}"
        self.dlq("show", place)
        self.dlq("replay", place, "--yes", code=78)
        self.assertIn(self.source, self.said)
        self.access.allow(principal, [access.Permission("topic", self.source, "Write")])
        self.assertEqual(self.dlq("replay", place, "--yes"), "replayed 1\n")
        self.assertEqual(len(records.consume(self.broker, self.source)), 2)

    def test_scram(self):
        self.check("SCRAM")

    def test_mutual_tls(self):
        self.check("MUTUAL")

    def test_oauthbearer(self):
        self.check("OAUTH")
