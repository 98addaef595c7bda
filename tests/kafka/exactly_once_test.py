"""`delivery: exactly_once`: a read_committed reader sees each outcome once, whatever happens to the process."""
import json
import signal
import subprocess
import time

import records
import transaction
from kafka_case import KafkaCase
from restart_test import MACHINE

LOOK_S = 5
COME_BACK_S = 120


class ExactlyOnceTest(KafkaCase):
    def setUp(self):
        super().setUp()
        self.running = self.run_pipeline(self.exactly_once())

    def exactly_once(self):
        return self.configuration(self.definition_file(MACHINE), extra="    delivery: exactly_once\n")

    def send_range(self, first, last, wait=0):
        self.send(*({"n": n, "wait": wait if n % 3 == 0 else 0} for n in range(first, last)))

    def answered(self, count):
        return [json.loads(record.value)["n"] for record in self.outputs(count, self.running)]

    def each_answered_once(self, count):
        """Waits for as many, drains, and looks at all that a read_committed reader sees."""
        self.answered(count)
        self.assertEqual(self.running.drain(), 0, self.running.log())
        numbers = self.answered(count)
        self.assertEqual(sorted(numbers), list(range(count)))

    def supervise_until(self, count):
        """Starts the process again whenever it ends because the outcome of a transaction is not known (75), or because
        no coordinator was there for a new producer (69)."""
        end = time.monotonic() + COME_BACK_S
        while time.monotonic() < end:
            try:
                return records.consume(self.broker, self.sink, count, timeout=LOOK_S)
            except subprocess.TimeoutExpired:
                if not self.running.running():
                    self.assertIn(self.running.wait(), (75, 69), self.running.log())
                    self.running.start()
        raise AssertionError(f"no {count} records after {COME_BACK_S} s\n{self.running.log()}")

    def test_results_are_seen_once_over_a_clean_restart(self):
        self.send_range(0, 3000, wait=1)
        self.answered(2500)
        self.assertEqual(self.running.drain(), 0, self.running.log())
        self.running.start()
        self.send_range(3000, 4000)
        self.each_answered_once(4000)

    def test_killing_the_process_repeats_nothing_and_loses_nothing(self):
        total = 0
        for _ in range(5):
            self.send_range(total, total + 3000, wait=1)
            total += 3000
            self.answered(total - 2000)  # it is at work, and what waits is not yet answered
            self.running.kill()
            self.running.start()
        self.each_answered_once(total)

    def test_a_transaction_that_was_left_open_ends_with_the_next_start(self):
        self.running.kill()
        transaction.leave_open(self.broker, f"{self.group}-{self.group}-0", self.group, self.source)
        self.running.start()
        self.send_range(0, 100)
        self.each_answered_once(100)

    def test_a_broker_that_is_killed_and_comes_back(self):
        self.send_range(0, 2000, wait=1)
        self.answered(1400)
        self.broker.nodes[0].kill()
        self.broker.nodes[0].start()
        self.broker.wait_until_ready()
        self.send_range(2000, 4000)
        self.supervise_until(4000)
        # A broker that is still busy with coming back may leave the last transaction without an answer, too.
        total = 4000
        while self.running.drain() in (75, 69):
            self.running.start()
            self.send_range(total, total + 1)
            total += 1
            self.supervise_until(total)  # it is at work, and hears the next signal
        self.each_answered_once(total)

    def test_two_processes_share_the_partitions_and_one_is_killed(self):
        self.running.kill()
        others = [self.run_pipeline(self.exactly_once().replace(
            f"instance_id: {self.group}", f"instance_id: {self.group}-{n}")) for n in range(2)]
        self.running = others[0]
        self.send_range(0, 3000, wait=1)
        self.answered(1500)
        others[1].kill()
        self.send_range(3000, 6000, wait=1)
        self.each_answered_once(6000)

    def test_another_process_with_the_same_identity_stops_the_first(self):
        self.send_range(0, 100)
        self.answered(100)
        self.running.signal(signal.SIGSTOP)
        first = self.running
        self.running = self.run_pipeline(self.exactly_once())
        self.send_range(100, 200)
        self.answered(200)
        first.signal(signal.SIGCONT)
        self.assertIn(first.wait(), (75, 69), first.log())
        self.assertIn("instance_id", first.log())
        self.each_answered_once(200)
