"""The judgement of tests/kafka/waiting_head.sh: a slowdown is found where the pace hides it."""
import unittest

import waiting_head

RATE = 50_000


def run(cpu_us, outcomes=1000, written=RATE, repeated=0):
    return {"events": 1000, "outcomes": outcomes, "written_a_second": written, "cpu_us_an_event": cpu_us,
            "repeated_after_a_kill": repeated}


class WaitingHeadTest(unittest.TestCase):
    def holds(self, waiting, mode="exactly_once", value=1.0):
        return waiting_head.holds(mode, RATE, value, run(2.0), waiting)

    def test_what_costs_nothing_holds(self):
        self.assertTrue(self.holds(run(2.1)))

    def test_more_cpu_time_an_event_is_found_though_the_rate_is_the_same(self):
        self.assertFalse(self.holds(run(2.4)))

    def test_a_lower_rate_what_is_missing_and_a_slow_producer_are_found(self):
        self.assertFalse(self.holds(run(2.0), value=0.8))
        self.assertFalse(self.holds(run(2.0, outcomes=999)))
        self.assertFalse(self.holds(run(2.0, written=0.9 * RATE)))

    def test_what_is_repeated_is_judged_by_the_mode(self):
        self.assertFalse(self.holds(run(2.0, repeated=1)))
        self.assertTrue(self.holds(run(2.0, repeated=1), mode="at_least_once"))
