"""Health and metrics of a running `aslx run`, asked over HTTP and HTTPS; files are its world."""
import os
import signal
import socket
import ssl
import subprocess
import urllib.error

from admin_client import Admin, until
from program import PASS, ProgramTest

TIMEOUT_S = 60


class AdminTest(ProgramTest):
    def configuration(self, admin, source='files: ["-"]', sink='file: "-"', dead='file: dead.ndjson', top=""):
        return self.file("p.yaml", f"""workers: 2
admin: {admin}
{top}
pipelines:
  - name: p
    source: {{{source}}}
    machine: {{definition: {self.file("d.asl.json", PASS)}}}
    output: {{{sink}}}
    dead_letters: {{{dead}}}
""")

    def start(self, configuration, **variables):
        """The process, reading what the test writes to its standard input."""
        self.log_path = self.path("log.txt")
        with open(self.log_path, "wb") as log, open(self.path("out.ndjson"), "wb") as out:
            process = subprocess.Popen([os.environ["ASLX_UNDER_TEST"], "run", configuration], cwd=self.folder,
                                       stdin=subprocess.PIPE, stdout=out, stderr=log, env={**os.environ, **variables})
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.addCleanup(process.stdin.close)
        return process

    def log(self):
        with open(self.log_path, encoding="utf-8") as file:
            return file.read()

    def certificate(self):
        """Of 127.0.0.1, signed by itself."""
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", self.path("a.key"), "-out", self.path("a.crt")],
                       check=True, capture_output=True, timeout=TIMEOUT_S)
        return "tls: {certificate_file: a.crt, key_file: a.key}"

    def test_a_pipeline_at_work_is_alive_and_ready_and_counts(self):
        process = self.start(self.configuration('{listen: "127.0.0.1:0"}'))
        admin = Admin(self.log)
        admin.until_ready()
        self.assertEqual(admin.get("/livez"), (200, "ok\n"))
        self.assertEqual(admin.get("/readyz"), (200, "ok\n"))
        process.stdin.write(b'{"n":1}\n{"n":2}\nnot json\n')
        process.stdin.flush()
        admin.until_metric("aslx_events_received_total", lambda count: count == 3, pipeline="p")
        admin.until_metric("aslx_event_latency_seconds_count", lambda count: count == 3, pipeline="p")
        admin.until_metric("aslx_executions_total", lambda count: count == 2, outcome="succeeded")
        admin.until_metric("aslx_executions_total", lambda count: count == 1, outcome="malformed")
        admin.until_metric("aslx_outputs_written_total", lambda count: count == 2)
        admin.until_metric("aslx_dead_letters_total", lambda count: count == 1)
        admin.until_metric("process_resident_memory_bytes", lambda size: size > 1e6)
        process.stdin.close()
        self.assertEqual(process.wait(TIMEOUT_S), 0, self.log())

    def test_retries_of_states_are_counted(self):
        fails = {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E"}}}
        retry = {"ErrorEquals": ["E"], "IntervalSeconds": 1, "MaxAttempts": 2, "BackoffRate": 1, "JitterStrategy": "FULL"}
        configuration = self.configuration('{listen: "127.0.0.1:0"}')
        self.file("d.asl.json", {"StartAt": "P", "States": {
            "P": {"Type": "Parallel", "Branches": [fails], "Retry": [retry], "End": True}}})
        process = self.start(configuration)
        admin = Admin(self.log)
        process.stdin.write(b"1\n2\n3\n")
        process.stdin.flush()
        admin.until_metric("aslx_executions_total", lambda count: count == 3, outcome="failed")
        admin.until_metric("aslx_state_retries_total", lambda count: count == 6, pipeline="p")
        process.stdin.close()
        self.assertEqual(process.wait(TIMEOUT_S), 0, self.log())

    def test_nothing_else_is_there(self):
        self.start(self.configuration('{listen: "127.0.0.1:0"}'))
        admin = Admin(self.log)
        for path in ("/", "/metrics/", "/healthz", "/../etc/passwd"):
            self.assertEqual(admin.get(path)[0], 404, path)

    def test_nothing_listens_unless_it_is_asked_for(self):
        configuration = self.configuration("")
        done = self.aslx("run", configuration, data=b"1\n", code=0)
        self.assertNotIn("admin:", done.err)

    def test_a_token_is_needed_where_one_is_configured(self):
        self.start(self.configuration('{listen: "127.0.0.1:0", token: "${TOKEN}"}'), TOKEN="s3cret")
        self.assertEqual(Admin(self.log, token="s3cret").get("/livez")[0], 200)
        for wrong in (None, "", "s3cre", "s3cret1", "S3cret", "x3cret"):
            for path in ("/livez", "/readyz", "/metrics", "/"):
                self.assertEqual(Admin(self.log, token=wrong).get(path)[0], 401, f"{wrong} {path}")

    def test_https(self):
        tls = self.certificate()
        self.start(self.configuration(f'{{listen: "127.0.0.1:0", {tls}}}'))
        admin = Admin(self.log, ca_file=self.path("a.crt"))
        self.assertTrue(admin.url.startswith("https://"), admin.url)
        self.assertEqual(admin.get("/livez"), (200, "ok\n"))
        admin.until_metric("aslx_build_info", lambda value: value == 1)
        host, port = admin.url.removeprefix("https://").split(":")
        with self.assertRaises(urllib.error.URLError, msg="a certificate that nobody vouches for"):
            admin._tls = ssl.create_default_context()
            admin.get("/livez")
        with socket.create_connection((host, int(port)), timeout=TIMEOUT_S) as plain:
            plain.sendall(b"GET /livez HTTP/1.0\r\n\r\n")
            self.assertNotIn(b"HTTP/1", plain.recv(100))
        old = subprocess.run(["openssl", "s_client", "-connect", f"{host}:{port}", "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"],
                             stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT_S, check=False)
        self.assertIn(b"alert protocol version", old.stderr)

    def test_every_address_with_a_token_and_tls_only(self):
        tls = self.certificate()
        for admin, missing in (('{listen: "0.0.0.0:0"}', "both are"), (f'{{listen: "0.0.0.0:0", {tls}}}', "'token' is"),
                               ('{listen: "0.0.0.0:0", token_file: token}', "'tls' is")):
            self.file("token", "s3cret\n")
            done = self.aslx("run", self.configuration(admin), code=78)
            self.assertIn("p.yaml:2:17: '0.0.0.0' can be reached from elsewhere", done.err)
            self.assertIn(f"{missing} missing", done.err)
        self.start(self.configuration(f'{{listen: "0.0.0.0:0", token_file: token, {tls}}}'))
        log = lambda: self.log().replace("0.0.0.0", "127.0.0.1")
        self.assertEqual(Admin(log, token="s3cret", ca_file=self.path("a.crt")).get("/livez")[0], 200)
        self.assertEqual(Admin(log, ca_file=self.path("a.crt")).get("/livez")[0], 401)

    def test_a_port_that_is_taken_ends_the_start(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            done = self.aslx("run", self.configuration(f'{{listen: "{address}"}}'), data=b"1\n", code=78)
        self.assertIn(f"p.yaml:2:17: admin: cannot listen on {address}: Address already in use", done.err)
        self.assertEqual(done.out, "")

    def test_a_second_process_cannot_share_the_port(self):
        self.start(self.configuration('{listen: "127.0.0.1:0"}'))
        address = Admin(self.log).url.removeprefix("http://")
        done = self.aslx("run", self.configuration(f'{{listen: "{address}"}}'), data=b"1\n", code=78)
        self.assertIn(f"{address}: Address already in use", done.err)

    def test_certificates_that_do_not_do(self):
        tls = self.certificate()
        self.file("other.crt", "no certificate")
        for wrong, word in ((tls.replace("a.crt", "gone.crt"), "gone.crt"), (tls.replace("a.crt", "other.crt"), "other.crt"),
                            (tls.replace("a.key", "a.crt"), "key_file")):
            done = self.aslx("run", self.configuration(f'{{listen: "127.0.0.1:0", {wrong}}}'), data=b"1\n", code=78)
            self.assertIn("p.yaml:2:17: admin.tls: ", done.err)
            self.assertIn(word, done.err)

    def test_a_start_that_waits_for_a_broker_is_alive_not_ready_and_ends_with_a_signal(self):
        process = self.start(self.configuration(
            '{listen: "127.0.0.1:0"}', source="topics: [t], group: g", sink="topic: o", dead="topic: d",
            top='cluster: {brokers: ["127.0.0.1:1"], wait_ms: 600000}'))
        admin = Admin(self.log)
        self.assertEqual(admin.get("/livez"), (200, "ok\n"))
        self.assertEqual(admin.get("/readyz"), (503, "starting\n"))
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(TIMEOUT_S), 0, self.log())
        self.assertIn("before anything was read", self.log())

    def test_a_drain_is_not_ready_and_still_answers(self):
        waits = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 250, "End": True}}}
        configuration = self.configuration('{listen: "127.0.0.1:0"}')
        self.file("d.asl.json", waits)
        process = self.start(configuration)
        admin = Admin(self.log)
        process.stdin.write(b"1\n")
        process.stdin.flush()
        admin.until_metric("aslx_running_executions", lambda count: count == 1)
        process.send_signal(signal.SIGTERM)
        admin.until_not_ready("draining")
        self.assertEqual(admin.get("/livez")[0], 200)
        self.assertEqual(process.wait(TIMEOUT_S), 0, self.log())
