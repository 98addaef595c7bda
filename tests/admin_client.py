"""What a running `aslx` shows of itself: its admin address, and what it answers there.

Not here: judgements. Used by the tests of the command line, those against Kafka, and the soak.
"""
import re
import ssl
import time
import urllib.error
import urllib.request

TIMEOUT_S = 60
INTERVAL_S = 0.05
ADDRESS = re.compile(r"^admin: (https?://\S+)/metrics", re.M)
SAMPLE = re.compile(r'^([a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\]|\\.)*",?)*)\})? (\S+)$')
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\]|\\.)*)"')


def until(look, what):
    """What `look` returns, once that is true; the world is asked again and again."""
    deadline = time.monotonic() + TIMEOUT_S
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"after {TIMEOUT_S} s: {what() if callable(what) else what}")
        time.sleep(INTERVAL_S)


class Admin:
    """`log` returns what the process has said on standard error so far."""

    def __init__(self, log, token=None, ca_file=None):
        self._log = log
        self._token = token
        self._tls = ssl.create_default_context(cafile=ca_file) if ca_file else None
        # The log may hold several runs: the last one is alive.
        self.url = until(lambda: ADDRESS.findall(log()), log)[-1]

    def get(self, path):
        """The status, and the text with it."""
        request = urllib.request.Request(self.url + path)
        if self._token is not None:
            request.add_header("Authorization", f"Bearer {self._token}")
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S, context=self._tls) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def metrics(self):
        """Each sample: its name and its labels, as pairs in the order of their names, to its value."""
        status, text = self.get("/metrics")
        if status != 200:
            raise AssertionError(f"/metrics answers {status}: {text}")
        return parse(text)

    def until_ready(self):
        until(lambda: self.get("/readyz")[0] == 200, lambda: f"{self.get('/readyz')}\n{self._log()}")

    def until_not_ready(self, reason):
        """Until /readyz has a line with this reason in it; the line."""
        def look():
            status, text = self.get("/readyz")
            return next((line for line in text.splitlines() if status == 503 and reason in line), None)
        return until(look, lambda: f"no '{reason}' in {self.get('/readyz')}\n{self._log()}")

    def until_metric(self, name, wanted, **labels):
        """Until the samples of this name that have these labels add up to what `wanted` accepts."""
        until(lambda: wanted(total(self.metrics(), name, **labels)),
              lambda: f"{name} {labels} is {total(self.metrics(), name, **labels)}\n{self._log()}")


def parse(text):
    samples = {}
    typed = {}
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            typed[name] = kind
        elif not line.startswith("# HELP "):
            match = SAMPLE.match(line)
            if not match:
                raise AssertionError(f"no sample: {line}")
            name, labels, value = match.groups()
            family = re.sub(r"_(bucket|sum|count)$", "", name)
            if typed.get(family) != "histogram" and name not in typed:
                raise AssertionError(f"a sample before its type: {line}")
            key = name, tuple(sorted(LABEL.findall(labels or "")))
            if key in samples:
                raise AssertionError(f"a sample that stands there twice: {line}")
            samples[key] = float(value)
    return samples


def total(samples, name, **labels):
    return sum(value for (found, pairs), value in samples.items()
               if found == name and set(labels.items()) <= set(pairs))
