"""Pipelines at a secured broker: each way to say who one is, with exactly the ACLs that the documentation lists.

Each of those ACLs, left out, is an end with 78 that names it; so is every way not to be let in.
"""
import json
import os
import re
import subprocess
import time
import unittest

import access
import broker as broker_module
import records
import security
from admin_client import until
from kafka_case import KafkaCase, error_header

DOCUMENTATION = os.path.join(broker_module.ROOT, "pipeline", "kafka", "README.md")
# Who waits is in flight when the process is killed; who fails becomes a dead letter.
MACHINE = {
    "StartAt": "Which?",
    "States": {
        "Which?": {"Type": "Choice", "Choices": [{"Variable": "$.fail", "IsPresent": True, "Next": "Fail"},
                                                 {"Variable": "$.wait", "IsPresent": True, "Next": "Wait"}],
                   "Default": "Answer"},
        "Wait": {"Type": "Wait", "Seconds": 1, "Next": "Answer"},
        "Fail": {"Type": "Fail", "Error": "Unwanted"},
        "Answer": {"Type": "Pass", "Parameters": {"n.$": "$.n"}, "End": True},
    },
}
WRONG_CONFIGURATION = 78
UNREACHABLE = 69
MODES = ("at_least_once", "exactly_once")


def documented():
    """The rows of the table of permissions: resource, name, operation, mode."""
    with open(DOCUMENTATION, encoding="utf-8") as file:
        section = file.read().split("\n## Permissions\n")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("|")]
    return [dict(zip(rows[0], row)) for row in rows[2:]]


def setUpModule():
    """One broker for the whole file: each way in is a listener of its own."""
    broker = broker_module.KafkaBroker(security=security.Security())
    unittest.addModuleCleanup(broker.stop)
    SecuredCase.broker = broker.__enter__()


class SecuredCase(KafkaCase):
    @classmethod
    def setUpClass(cls):
        pass

    def setUp(self):
        super().setUp()
        self.access = access.Access(self.broker.nodes[0].port, self.broker.credentials)
        self.secured = self.broker.security
        self.machine = self.definition_file(MACHINE)

    def needed(self, mode):
        """What the documentation says that this test's pipeline needs."""
        names = {"each of `source.topics`": [self.source], "`source.group`": [self.group],
                 "each topic of `output`, `routes` and `dead_letters`": [self.sink, self.dead],
                 "those that begin with `INSTANCE-PIPELINE-`": [f"{self.group}-{self.group}-"]}
        return [access.Permission(row["resource"], name, row["ACL"], row["resource"] == "transactional id")
                for row in documented() if row["with `delivery`"] in ("any", f"`{mode}`") for name in names[row["which"]]]

    def pipeline_at(self, listener, mode="at_least_once", wait_ms=20_000, **changes):
        properties = {**self.secured.client_properties(listener), **changes}
        properties = {name: value for name, value in properties.items() if value is not None}
        text = self.configuration(self.machine, listener=listener, properties=properties, extra=f"    delivery: {mode}")
        return self.run_pipeline(text.replace("cluster:", f"cluster:\n  wait_ms: {wait_ms}", 1))

    def refused(self, running, *words, code=WRONG_CONFIGURATION):
        self.assertEqual(running.wait(), code, running.log())
        for word in words:
            self.assertRegex(running.log(), re.compile(word, re.IGNORECASE))


class EachListenerTest(SecuredCase):
    def check(self, listener):
        for mode in MODES:
            with self.subTest(mode):
                self.check_mode(listener, mode)

    def check_mode(self, listener, mode):
        """Reads, writes, commits, dead-letters, is killed, restarted and drained; nothing is lost."""
        self.group = f"{listener.lower()}-{mode.replace('_', '-')}"
        self.source, self.sink, self.dead = (f"{self.group}-{role}" for role in ("in", "out", "dead"))
        self.broker.create_topics(2, self.source, self.sink, self.dead)
        self.access.allow(self.secured.PRINCIPALS[listener], self.needed(mode))
        running = self.pipeline_at(listener, mode)
        self.send(*({"n": n, **({"wait": 1} if n % 10 == 0 else {})} for n in range(200)), {"n": -1, "fail": True})
        self.outputs(100, running)
        running.kill()
        running.start()
        self.send(*({"n": n} for n in range(200, 210)))
        most = 210
        while True:
            numbers = [json.loads(record.value)["n"] for record in self.outputs(most, running)]
            if len(set(numbers)) == 210:
                break
            most = len(numbers) + 1
        self.assertEqual(set(numbers), set(range(210)))
        if mode == "exactly_once":
            self.assertEqual(len(numbers), 210)
        self.dead_letters(1, running)
        self.assertEqual(running.drain(), 0, running.log())
        # What was committed is not read again.
        written = len(records.consume(self.broker, self.sink))
        running.start()
        self.send({"n": 210})
        self.outputs(written + 1, running)
        self.assertEqual(running.drain(), 0, running.log())
        self.assertEqual(len(records.consume(self.broker, self.sink)), written + 1)

    def test_tls(self):
        self.check("TLS")

    def test_mutual_tls(self):
        self.check("MUTUAL")

    def test_plain(self):
        self.check("PLAIN")

    def test_scram(self):
        self.check("SCRAM")

    def test_oauthbearer(self):
        self.check("OAUTH")


class WhileItRunsTest(SecuredCase):
    def answer(self, count, running):
        return sorted(json.loads(record.value)["n"] for record in self.outputs(count, running))

    def begin(self, listener, mode="at_least_once"):
        self.principal = self.secured.PRINCIPALS[listener]
        permissions = self.needed(mode)
        self.access.allow(self.principal, permissions)
        running = self.pipeline_at(listener, mode)
        self.send({"n": 0})
        self.assertEqual(self.answer(1, running), [0])
        return running, {(one.kind, one.name): one for one in permissions}

    def test_tokens_are_renewed(self):
        """The broker sends everybody away whose token is over; two lives later all is as before."""
        running, _ = self.begin("OAUTH")
        count, end = 1, time.monotonic() + 2 * security.TOKEN_LIFE_S + 1
        while time.monotonic() < end:
            self.send({"n": count})
            count += 1
            self.assertEqual(self.answer(count, running), list(range(count)))
        self.assertEqual(running.drain(), 0, running.log())

    def test_an_output_that_is_no_longer_permitted_is_a_dead_letter_or_held(self):
        running, permissions = self.begin("PLAIN")
        self.access.forbid(self.principal, [permissions["topic", self.sink]])
        self.send({"n": 1})
        letter, = self.dead_letters(1, running)
        self.assertEqual(error_header(letter, "error"), "Aslx.OutputRefused")
        self.assertIn("authorization", error_header(letter, "cause"))
        # Neither here nor there: it is held until it is permitted again.
        self.access.forbid(self.principal, [permissions["topic", self.dead]])
        self.send({"n": 2})
        until(lambda: "can be neither processed nor dead-lettered" in running.log(), running.log)
        self.assertEqual(len(records.consume(self.broker, self.dead)), 1)
        self.access.allow(self.principal, [permissions["topic", self.sink], permissions["topic", self.dead]])
        self.dead_letters(2, running)
        self.send({"n": 3})
        self.assertEqual(self.answer(2, running), [0, 3])
        self.assertEqual(running.drain(), 0, running.log())

    def test_an_output_that_is_no_longer_permitted_ends_exactly_once(self):
        """A transaction cannot be finished without it; what was read comes again when it is permitted."""
        running, permissions = self.begin("PLAIN", "exactly_once")
        self.access.forbid(self.principal, [permissions["topic", self.sink]])
        self.send({"n": 1}, {"n": 2})
        self.refused(running, self.sink, "writing needs the operations Write")
        self.access.allow(self.principal, [permissions["topic", self.sink]])
        running.start()
        self.assertEqual(self.answer(3, running), [0, 1, 2])
        self.assertEqual(running.drain(), 0, running.log())
        self.assertEqual(self.answer(3, running), [0, 1, 2])

    def test_a_source_that_is_no_longer_permitted_ends_it(self):
        running, permissions = self.begin("PLAIN")
        self.access.forbid(self.principal, [permissions["topic", self.source]])
        self.refused(running, self.source, "authorization")

    def test_a_group_that_is_no_longer_permitted_ends_it(self):
        running, permissions = self.begin("PLAIN")
        self.access.forbid(self.principal, [permissions["group", self.group]])
        self.refused(running, self.group, "authorization")


class RefusedTest(SecuredCase):
    def test_each_permission_left_out(self):
        """With nothing in its place, and with Describe, which is enough to see what one may not use."""
        for mode in MODES:
            permissions = self.needed(mode)
            self.access.allow("plain", permissions)
            for permission in permissions:
                for others in ([], [permission._replace(operation="Describe")]):
                    with (self.subTest(mode, permission=permission, instead=others),
                          self.access.exchanged("plain", permission, others)):
                        self.refused(self.pipeline_at("PLAIN", mode),
                                     f"{permission.kind} '{permission.name}", permission.operation)
            running = self.pipeline_at("PLAIN", mode)
            self.send({"n": 0})
            self.outputs(1, running)
            self.assertEqual(running.drain(), 0, running.log())
            self.access.forbid("plain", permissions)

    def test_a_stranger_is_told_all_that_is_missing(self):
        running = self.pipeline_at("SCRAM")
        self.refused(running, f"topic '{self.source}'", f"topic '{self.sink}'", f"topic '{self.dead}'")

    def test_who_is_not_let_in_is_told_why(self):
        path = self.secured.path
        no_certificate = {"ssl.certificate.location": None, "ssl.key.location": None, "ssl.key.password_file": None}

        def certificate(name):
            return {**no_certificate, "ssl.certificate.location": path(name + ".pem"), "ssl.key.location": path(name + ".key")}

        wrong_password = {"sasl.password_file": path("wrong-password")}
        cases = {
            "wrong password": ("PLAIN", wrong_password, ["Invalid username or password"]),
            "wrong SCRAM password": ("SCRAM", wrong_password, ["SASL authentication error", "credentials"]),
            "wrong mechanism": ("SCRAM", {"sasl.mechanisms": "PLAIN"}, ["mechanism", "SCRAM-SHA-512"]),
            "unknown authority": ("TLS", {"ssl.ca.location": path("stranger.pem")}, ["certificate verify failed"]),
            "no client certificate": ("MUTUAL", no_certificate, ["alert bad certificate"]),
            "expired client certificate": ("MUTUAL", certificate("late"), ["alert certificate unknown"]),
            "unknown client certificate": ("MUTUAL", certificate("unknown"), ["alert certificate unknown"]),
            "wrong key password": ("MUTUAL", {"ssl.key.password_file": path("wrong-password")}, ["ssl.key.location"]),
            "token of nobody": ("OAUTH", {"sasl.oauthbearer.config": "lifeSeconds=5"}, ["principal=NAME is missing"]),
            "no token at all": ("OAUTH", {"enable.sasl.oauthbearer.unsecure.jwt": None}, ["nothing makes tokens"]),
            "TLS where there is none": ("OAUTH", {"security.protocol": "sasl_ssl"}, ["SSL"]),
        }
        for name, (listener, changes, words) in cases.items():
            with self.subTest(name):
                self.refused(self.pipeline_at(listener, **changes), *words)

    def test_dead_letters_are_read_with_one_permission(self):
        """No group, no Write: who looks at dead letters needs to read them and nothing else."""
        configuration = os.path.join(os.path.dirname(self.machine), "dlq.yaml")
        with open(configuration, "w", encoding="utf-8") as file:
            file.write(self.configuration(self.machine, listener="SCRAM", properties=self.secured.client_properties("SCRAM")))
        command = [os.environ["ASLX_UNDER_TEST"], "dlq", "list", configuration]
        refused = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL)
        self.assertEqual(refused.returncode, WRONG_CONFIGURATION, refused.stderr)
        self.assertIn(f"topic '{self.dead}'", refused.stderr)
        self.access.allow("scram", [access.Permission("topic", self.dead, "Read")])
        read = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL)
        self.assertEqual(read.returncode, 0, read.stderr)

    def test_what_may_pass_is_waited_for(self):
        """A listener that wants TLS does not say so to those who come without: it might as well be down."""
        running = self.pipeline_at("TLS", wait_ms=500, **{"security.protocol": "plaintext", "ssl.ca.location": None})
        self.refused(running, "within 500 ms", "security.protocol", code=UNREACHABLE)
