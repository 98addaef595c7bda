"""What is promised after a fault, as bounds that a row is judged by: how soon, and how much may come twice.

Not here: what a row measures (row.py), or the instants of faults (scenarios.py). The promises are those of
configs/deployment/README.md, "Identity and time-outs"; README.md one folder up says how they become bounds.
"""
import statistics

import fleet

EXACTLY_ONCE = "exactly-once"
SESSION_S = fleet.SESSION_TIMEOUT_MS / 1000
REVOKE_S = 5  # revoke_limit_ms: so long the others keep what they give back before they rejoin
TRANSACTION_S = 10  # transaction_timeout_ms
SCAN_S = 10  # transaction.abort.timed.out.transaction.cleanup.interval.ms of the brokers
# A machine may be busy, and the first event behind a take-over may be one that waits.
MARGIN_S = 30

RECOVERY_S_MAX = SESSION_S + MARGIN_S


def takeover_s_max(mode):
    """Until others are at work in the place of one that does not come back."""
    session_and_rejoin = SESSION_S + REVOKE_S + MARGIN_S
    return session_and_rejoin + (TRANSACTION_S + SCAN_S if mode == EXACTLY_ONCE else 0)


def late(mode, recovery_s, takeover_s):
    """What took longer than promised, as findings."""
    findings = []
    # One that were only taken over from would need the session time-out at least; a single one may be unlucky.
    if recovery_s and statistics.median(recovery_s) >= SESSION_S:
        findings.append(f"the same identity was back after {statistics.median(recovery_s):.1f} s (median), expected "
                        f"less than the session time-out of {SESSION_S:.0f} s")
    for what, seconds, most in (("the same identity was back", recovery_s, RECOVERY_S_MAX),
                                ("others had taken over", takeover_s, takeover_s_max(mode))):
        if seconds and max(seconds) > most:
            findings.append(f"{what} after {max(seconds):.1f} s, expected at most {most:.0f} s")
    return findings


def duplicates_max(ended_count, lost_session_count):
    """At least once: each process that ended, or was stopped, with work under way, and each worker whose session the
    group gave up, repeats at most what it had received and not committed."""
    return ended_count * fleet.IN_FLIGHT_WINDOW + lost_session_count * fleet.RECORDS_MAX
