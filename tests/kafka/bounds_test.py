"""The judgement of tests/kafka/faults on times and duplicates: what is promised holds, what is not is found."""
import os
import sys
import unittest

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "faults"))
import bounds
import fleet

MODES = ("at-least-once", "exactly-once")


class BoundsTest(unittest.TestCase):
    def test_what_is_usual_holds(self):
        for mode in MODES:
            self.assertEqual(bounds.late(mode, [1.2, 1.4, 5.0], [7.0, 9.7]), [])
            self.assertEqual(bounds.late(mode, [], []), [])

    def test_one_slow_start_is_no_take_over(self):
        self.assertEqual(bounds.late("at-least-once", [1.2, 1.4, 16.0], []), [])

    def test_recoveries_that_wait_for_the_session_are_found(self):
        finding, = bounds.late("exactly-once", [1.2, 6.5, 7.0], [])
        self.assertIn("6.5 s (median), expected less than the session time-out of 6 s", finding)

    def test_one_recovery_without_end_is_found(self):
        finding, = bounds.late("at-least-once", [1.2, 1.4, bounds.RECOVERY_S_MAX + 1], [])
        self.assertIn("the same identity was back after 37.0 s, expected at most 36 s", finding)

    def test_a_late_take_over_is_found_in_each_mode_by_its_own_bound(self):
        between = 45.0  # the transaction's time-out and the scan explain it
        finding, = bounds.late("at-least-once", [], [7.0, between])
        self.assertIn("others had taken over after 45.0 s, expected at most 41 s", finding)
        self.assertEqual(bounds.late("exactly-once", [], [7.0, between]), [])
        finding, = bounds.late("exactly-once", [], [bounds.takeover_s_max("exactly-once") + 1])
        self.assertIn("expected at most 61 s", finding)

    def test_nothing_ended_nothing_may_come_twice(self):
        self.assertEqual(bounds.duplicates_max(0, 0), 0)
        self.assertEqual(bounds.duplicates_max(3, 1), 3 * fleet.WORKERS * fleet.RECORDS_MAX + fleet.RECORDS_MAX)


if __name__ == "__main__":
    unittest.main()
