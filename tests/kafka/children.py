"""Child processes that never outlive the test that started them, however it ends."""
import ctypes
import signal
import subprocess

PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL("libc.so.6", use_errno=True)


def _die_with_parent():
    _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def start(command, stdin=subprocess.DEVNULL, **options):
    """subprocess.Popen of a process that the kernel kills when this one ends."""
    return subprocess.Popen(command, preexec_fn=_die_with_parent, stdin=stdin, **options)


def kill(process):
    """SIGKILL, and no zombie stays."""
    if process.poll() is None:
        process.kill()
    process.wait(timeout=30)
