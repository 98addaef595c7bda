"""SIGKILL, SIGTERM and a broker that goes away: no event is without an outcome."""
import json
import signal

from kafka_case import KafkaCase

# A third of the events waits a second, so that a kill always finds executions in flight.
MACHINE = {
    "StartAt": "Wait?",
    "States": {
        "Wait?": {"Type": "Choice", "Choices": [{"Variable": "$.wait", "NumericGreaterThan": 0, "Next": "Wait"}],
                  "Default": "Answer"},
        "Wait": {"Type": "Wait", "SecondsPath": "$.wait", "Next": "Answer"},
        "Answer": {"Type": "Pass", "Parameters": {"n.$": "$.n"}, "End": True},
    },
}


class RestartTest(KafkaCase):
    def setUp(self):
        super().setUp()
        self.running = self.run_pipeline(self.configuration(self.definition_file(MACHINE)))

    def send_range(self, first, last, wait=0):
        self.send(*({"n": n, "wait": wait if n % 3 == 0 else 0} for n in range(first, last)))

    def answered(self, count):
        return [json.loads(record.value)["n"] for record in self.outputs(count, self.running)]

    def all_answered(self, count):
        """Every number is among the outputs; duplicates after a crash are allowed, strangers are not."""
        wanted, seen, most = set(range(count)), set(), count
        while not wanted <= seen:
            numbers = self.answered(most)
            seen = set(numbers)
            most = len(numbers) + 1
        self.assertEqual(seen, wanted)
        return numbers

    def test_killing_the_process_loses_nothing(self):
        total = 0
        for _ in range(4):
            self.send_range(total, total + 3000, wait=1)
            total += 3000
            self.answered(total - 2000)  # it is at work, and what waits is not yet answered
            self.running.kill()
            self.running.start()
        self.all_answered(total)
        self.assertEqual(self.running.drain(), 0, self.running.log())

    def test_a_drain_finishes_what_is_in_flight_and_repeats_nothing(self):
        self.send_range(0, 300, wait=1)
        self.answered(200)
        self.assertEqual(self.running.drain(), 0, self.running.log())
        self.running.start()
        self.send_range(300, 310)
        numbers = self.all_answered(310)
        self.assertEqual(len(numbers), 310, "a clean restart repeated an event")

    def test_another_process_with_the_same_identity_stops_the_first(self):
        self.send_range(0, 100)
        self.answered(100)
        first = self.running
        first.signal(signal.SIGSTOP)
        self.running = self.run_pipeline(self.configuration(self.definition_file(MACHINE)))
        self.send_range(100, 200)
        self.all_answered(200)
        first.signal(signal.SIGCONT)
        self.assertEqual(first.wait(), 69, first.log())
        self.assertIn("instance_id", first.log())

    def test_a_second_signal_aborts(self):
        self.send_range(0, 30, wait=200)
        self.answered(20)
        self.running.signal(signal.SIGTERM)
        self.running.signal(signal.SIGINT)
        self.assertEqual(self.running.wait(), 130, self.running.log())

    def test_a_broker_that_is_killed_and_comes_back(self):
        self.send_range(0, 1000)
        self.answered(1000)
        self.broker.nodes[0].kill()
        self.broker.nodes[0].start()
        self.broker.wait_until_ready()
        self.send_range(1000, 2000)
        self.all_answered(2000)
        self.assertTrue(self.running.running(), self.running.log())
