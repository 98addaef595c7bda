"""The example configurations for managed services: each passes every check up to the first connection."""
import glob
import os
import re
import shutil
import subprocess
import tempfile
import unittest

import broker as broker_module
from certificates import Authority

FOLDER = os.path.join(broker_module.ROOT, "configs", "examples", "clusters")
UNREACHABLE = 69
WRONG_CONFIGURATION = 78


class ClustersTest(unittest.TestCase):
    def setUp(self):
        scratch = os.path.join(broker_module.ROOT, "build", "kafka-tests")
        os.makedirs(scratch, exist_ok=True)
        folder = tempfile.TemporaryDirectory(dir=scratch)
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        authority = Authority(self.folder, "authority")
        authority.sign("client")
        self.environment = {
            "KAFKA_BROKERS": f"127.0.0.1:{broker_module.free_ports(1)[0]}",
            "KAFKA_CA": authority.certificate,
            "KAFKA_CERTIFICATE": authority.path("client.pem"),
            "KAFKA_KEY": authority.path("client.key"),
        }

    def run_example(self, path):
        """With a value for every variable, and without patience."""
        with open(path, encoding="utf-8") as file:
            text = file.read()
        environment = {name: "x" for name in re.findall(r"\$\{(\w+)", text)} | self.environment
        environment["OIDC_TOKEN_ENDPOINT"] = "https://127.0.0.1:1/token"
        copy = os.path.join(self.folder, "clusters", os.path.basename(path))
        os.makedirs(os.path.dirname(copy), exist_ok=True)
        shutil.copy(os.path.join(FOLDER, "..", "iot.asl.json"), self.folder)
        with open(copy, "w", encoding="utf-8") as file:
            file.write(text.replace("cluster:\n", "cluster:\n  wait_ms: 300\n", 1))
        return subprocess.run([os.environ["ASLX_UNDER_TEST"], "run", copy], env={**os.environ, **environment},
                              capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL)

    def test_each_is_complete_up_to_the_connection(self):
        examples = sorted(glob.glob(os.path.join(FOLDER, "*.yaml")))
        self.assertGreaterEqual(len(examples), 9)
        for path in examples:
            name = os.path.basename(path)
            with self.subTest(name):
                done = self.run_example(path)
                if name == "oauth-oidc.yaml" and done.returncode == WRONG_CONFIGURATION:
                    # A librdkafka without libcurl, such as Debian 12's, says what it lacks.
                    self.assertRegex(done.stderr, "sasl.oauthbearer.method.*libcurl")
                    continue
                self.assertEqual(done.returncode, UNREACHABLE, done.stderr)
                self.assertIn(self.environment["KAFKA_BROKERS"], done.stderr)

    def test_a_misspelt_property_is_found(self):
        path = os.path.join(self.folder, "aiven.yaml")
        with open(os.path.join(FOLDER, "aiven.yaml"), encoding="utf-8") as file:
            text = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace("ssl.ca.location", "ssl.ca.locatoin"))
        done = self.run_example(path)
        self.assertEqual(done.returncode, WRONG_CONFIGURATION, done.stderr)
        self.assertIn("ssl.ca.locatoin", done.stderr)

    def test_secrets_may_not_stand_in_the_file(self):
        path = os.path.join(self.folder, "confluent-cloud.yaml")
        with open(os.path.join(FOLDER, "confluent-cloud.yaml"), encoding="utf-8") as file:
            text = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace("${KAFKA_API_SECRET}", "secret"))
        done = self.run_example(path)
        self.assertEqual(done.returncode, WRONG_CONFIGURATION, done.stderr)
        self.assertIn("'sasl.password' is a secret", done.stderr)
