"""Judges a count of instructions against the kept one."""
from typing import NamedTuple

PERCENT_MAX = 3.0


class Verdict(NamedTuple):
    holds: bool
    says: str


def judge(counted, kept):
    """`counted` and `kept` are {"instructions": an event, "counted_with": {what: version}}."""
    change = round((counted["instructions"] / kept["instructions"] - 1) * 100, 2)  # as it is shown
    says = f"{counted['instructions']:.1f} instructions an event, {kept['instructions']:.1f} kept: {change:+.2f} %"
    if change > PERCENT_MAX:
        says += f", more than +{PERCENT_MAX:g} % is not allowed"
    if change < -PERCENT_MAX:
        says += "; keep what was won: bench/instructions/run.py --renew"
    differ = sorted(what for what in counted["counted_with"].keys() | kept["counted_with"].keys()
                    if counted["counted_with"].get(what) != kept["counted_with"].get(what))
    if differ and abs(change) > PERCENT_MAX:
        says += "".join(f"; {what} is {counted['counted_with'].get(what)} here, "
                        f"{kept['counted_with'].get(what)} where it was kept" for what in differ)
    return Verdict(change <= PERCENT_MAX, says)
