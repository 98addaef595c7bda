"""The soak's verdict: a leak is found in the jitter of an allocator, and jitter is no leak."""
import os
import random
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "soak"))
import slope


def samples(kib_per_hour, jitter_kib, seed, seconds=3000):
    chance = random.Random(seed)
    return [(600 + t, 50_000 + kib_per_hour * t / 3600 + chance.uniform(-jitter_kib, jitter_kib)) for t in range(0, seconds, 5)]


class SlopeTest(unittest.TestCase):
    def setUp(self):
        self.seed = random.randrange(2 ** 32)

    def verdict(self, points):
        per_hour = slope.least_squares(points).slope * slope.SECONDS_PER_HOUR
        return slope.holds(per_hour, points[-1][0] - points[0][0]), per_hour

    def test_a_line_is_found_exactly(self):
        line = slope.least_squares([(10, 5), (20, 25), (30, 45)])
        self.assertAlmostEqual(line.slope, 2)
        self.assertAlmostEqual(line.at_start, 5)

    def test_a_leak_is_found(self):
        held, per_hour = self.verdict(samples(4000, 2000, self.seed))
        self.assertFalse(held, f"seed {self.seed}: {per_hour}")

    def test_jitter_is_no_leak(self):
        held, per_hour = self.verdict(samples(0, 2000, self.seed))
        self.assertTrue(held, f"seed {self.seed}: {per_hour}")

    def test_a_byte_an_event_is_a_leak(self):
        held, _ = self.verdict(samples(2000 * 3600 / 1024, 100, self.seed))  # of 2,000 events a second
        self.assertFalse(held, f"seed {self.seed}")

    def test_a_short_run_is_judged_by_what_it_grew(self):
        held, _ = self.verdict(samples(10_000, 10, self.seed, seconds=120))
        self.assertTrue(held, "333 KiB say nothing")
        held, _ = self.verdict(samples(200_000, 10, self.seed, seconds=120))
        self.assertFalse(held)


if __name__ == "__main__":
    unittest.main()
