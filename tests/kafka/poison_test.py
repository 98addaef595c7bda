"""A record that crashes the process: parked at the third crash, it alone, and with the evidence."""
import json
import signal

import records
from kafka_case import KafkaCase, error_header

ARN = "arn:aws:lambda:us-east-1:000000000000:function:crash"
MACHINE = {
    "StartAt": "What?",
    "States": {
        "What?": {"Type": "Choice", "Default": "Answer", "Choices": [
            {"Variable": "$.crash", "BooleanEquals": True, "Next": "Crash"},
            {"Variable": "$.wait", "NumericGreaterThan": 0, "Next": "Wait"}]},
        "Wait": {"Type": "Wait", "SecondsPath": "$.wait", "Next": "Answer"},
        "Crash": {"Type": "Task", "Resource": ARN, "End": True},
        "Answer": {"Type": "Pass", "Parameters": {"n.$": "$.n"}, "End": True},
    },
}
# One waits and crashes; the other one counts down, inside Run almost all the time.
BESIDE = {
    "StartAt": "What?",
    "States": {
        "What?": {"Type": "Choice", "Default": "Count", "Choices": [
            {"Variable": "$.crash", "BooleanEquals": True, "Next": "Wait"}]},
        "Wait": {"Type": "Wait", "Seconds": 1, "Next": "Crash"},
        "Crash": {"Type": "Task", "Resource": ARN, "End": True},
        "Count": {"Type": "Pass", "Parameters": {"n.$": "$.n", "left.$": "States.MathAdd($.left, -1)"}, "Next": "More?"},
        "More?": {"Type": "Choice", "Default": "Done", "Choices": [
            {"Variable": "$.left", "NumericGreaterThan": 0, "Next": "Count"}]},
        "Done": {"Type": "Pass", "End": True},
    },
}
IN_PROCESS = 'functions:\n  - match: "*"\n    in_process: "*"\n'


class PoisonTest(KafkaCase):
    PARTITIONS = 1
    DELIVERY = "at_least_once"

    def setUp(self):
        super().setUp()
        self.running = self.run_pipeline(
            self.configuration(self.definition_file(MACHINE), IN_PROCESS, f"    delivery: {self.DELIVERY}"))

    def send_events(self, count, crashing=(), waiting=(), wait=0):
        self.send(*({"n": n, "crash": n in crashing, "wait": wait if n in waiting else 0} for n in range(count)),
                  partition=0)

    def outputs_hold(self, wanted, count):
        """Waits for these numbers; how many outputs there are then. A crash may repeat what was not committed."""
        while True:
            found = self.outputs(count, self.running)
            if wanted <= {json.loads(record.value)["n"] for record in found}:
                return len(found)
            count = len(found) + 1

    def test_a_record_that_crashes_the_process_is_parked_and_no_other(self):
        # The second one waits through every crash, in flight in front of the culprit.
        self.send_events(10, crashing=(4,), waiting=(1,), wait=1)
        for _ in range(3):
            self.assertEqual(self.running.wait(), -signal.SIGABRT, self.running.log())
            self.running.start()
        letter, = self.dead_letters(1, self.running)
        self.assertEqual(error_header(letter, "error"), "Aslx.PoisonRecord")
        self.assertEqual(error_header(letter, "offset"), "4")
        self.assertEqual(error_header(letter, "attempt"), "3")
        self.assertIn("crashed 3 times", error_header(letter, "cause"))
        self.assertEqual(json.loads(letter.value)["n"], 4)
        most = self.outputs_hold(set(range(10)) - {4}, 9)
        self.assertEqual(self.running.drain(), 0, self.running.log())
        self.assertIn("offset 4 was being executed when the process crashed", self.running.log())

        # It is committed: the next process neither meets it nor remembers it.
        self.running.start()
        self.send_events(12)
        self.outputs(most + 12, self.running)
        self.assertEqual(self.running.drain(), 0, self.running.log())
        self.assertEqual(len(self.dead_letters(1, self.running)), 1)

    def test_records_that_wait_are_never_blamed_for_a_kill(self):
        self.send_events(20, waiting=range(0, 20, 2), wait=5)
        wanted, most = set(range(1, 20, 2)), 10
        for marker in range(100, 104):  # read behind those that wait: they are in flight again
            self.send({"n": marker, "crash": False, "wait": 0}, partition=0)
            wanted.add(marker)
            most = self.outputs_hold(wanted, most)
            self.running.kill()
            self.running.start()
        self.outputs_hold(wanted | set(range(20)), most)
        self.assertEqual(self.running.drain(), 0, self.running.log())
        self.assertEqual(records.consume(self.broker, self.dead), [])
        self.assertNotIn("being executed", self.running.log())


class ExactlyOncePoisonTest(PoisonTest):
    """The same where the dead letter is in the transaction."""
    DELIVERY = "exactly_once"


class BesidePoisonTest(KafkaCase):
    """The other worker executes something whenever the process crashes."""
    PARTITIONS = 2

    def test_what_another_worker_executes_is_not_blamed(self):
        running = self.run_pipeline("workers: 2\npin_threads: false\n" + self.configuration(
            self.definition_file(BESIDE), IN_PROCESS))
        self.send({"n": 1, "crash": False, "left": 30_000_000}, partition=1)
        self.send({"n": 0, "crash": True}, partition=0)
        for _ in range(3):
            self.assertEqual(running.wait(), -signal.SIGABRT, running.log())
            running.start()
        letter, = self.dead_letters(1, running)
        self.assertEqual(error_header(letter, "error"), "Aslx.PoisonRecord")
        self.assertEqual(json.loads(letter.value)["n"], 0)
        self.assertEqual(json.loads(self.outputs(1, running)[0].value), {"n": 1, "left": 0})
        self.assertEqual(running.drain(), 0, running.log())
        self.assertEqual(running.log().count("was being executed when the process crashed"), 3, running.log())
