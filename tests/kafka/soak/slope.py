"""Whether a quantity grows: a straight line through its samples, and the bound it is held against.

Not here: the run (run.py).
"""
import collections

SECONDS_PER_HOUR = 3600
# Growth within which a line through samples says nothing: under the default load the resident memory goes up
# and down by 8 MiB within minutes (jemalloc keeps what it may need, librdkafka's buffers come and go).
JITTER_KIB = 4096
# From here on that jitter moves the slope by less than a quarter of the bound.
MEASURED_S_MIN = 1800
# An hour's growth that would matter: at 2 MiB an hour a process takes three weeks to take one GiB more.
BOUND_KIB_PER_HOUR = 2048
# Pools, tables and caches grow to what the load needs at once, and the slowest execution takes some seconds.
WARM_UP_S_MAX = 600

Line = collections.namedtuple("Line", "slope at_start")


def warm_up_s(duration_s):
    return min(WARM_UP_S_MAX, duration_s / 3)


def least_squares(samples):
    """The line through pairs of time and value: value = at_start + slope * (time - the first time)."""
    begin = samples[0][0]
    times = [time - begin for time, _ in samples]
    values = [value for _, value in samples]
    mean_time, mean_value = sum(times) / len(times), sum(values) / len(values)
    spread = sum((time - mean_time) ** 2 for time in times)
    slope = sum((time - mean_time) * (value - mean_value) for time, value in zip(times, values)) / spread
    return Line(slope, mean_value - slope * mean_time)


def holds(slope_kib_per_hour, measured_s):
    """Growth within the bound; in a run too short to tell, within the jitter."""
    if measured_s >= MEASURED_S_MIN:
        return slope_kib_per_hour <= BOUND_KIB_PER_HOUR
    return slope_kib_per_hour * measured_s / SECONDS_PER_HOUR <= JITTER_KIB


def goal():
    return f"<= {BOUND_KIB_PER_HOUR} KiB per hour; measured for less than {MEASURED_S_MIN} s: {JITTER_KIB} KiB in all"
