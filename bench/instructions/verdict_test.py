"""The comparison of instruction counts: what it lets pass and what not."""
import unittest

import verdict

WITH = {"compiler": "g++ 12.2.0"}


def count(instructions, counted_with=None):
    return {"instructions": instructions, "counted_with": counted_with or WITH}


class VerdictTest(unittest.TestCase):
    def test_a_rise_of_more_than_three_percent_fails(self):
        for instructions, holds in ((1_000, True), (1_030, True), (1_031, False), (2_000, False)):
            with self.subTest(instructions=instructions):
                self.assertEqual(verdict.judge(count(instructions), count(1_000)).holds, holds)

    def test_a_fall_passes_and_a_large_one_asks_for_renewal(self):
        self.assertNotIn("--renew", verdict.judge(count(971), count(1_000)).says)
        fallen = verdict.judge(count(969), count(1_000))
        self.assertTrue(fallen.holds)
        self.assertIn("--renew", fallen.says)

    def test_another_compiler_is_named_where_it_may_be_why(self):
        other = {"compiler": "g++ 13"}
        self.assertIn("compiler is g++ 13 here, g++ 12.2.0 where", verdict.judge(count(1_100, other), count(1_000)).says)
        self.assertNotIn("g++", verdict.judge(count(1_001, other), count(1_000)).says)
        self.assertNotIn("g++", verdict.judge(count(1_100), count(1_000)).says)
