"""configs/deployment: the manifests, the unit, the image and the configuration agree with each other."""
import configparser
import os
import re
import subprocess

import yaml

from program import ROOT, ProgramTest

FOLDER = os.path.join(ROOT, "configs", "deployment")
MARGIN_MS = 10_000
MIB = 1 << 20
PREFETCH = 64 * MIB
RECORD = 4096
ENVIRONMENT = {"POD_NAME": "aslx-0", "POD_NAMESPACE": "default", "KAFKA_BROKERS": "127.0.0.1:1",
               "KAFKA_USERNAME": "u", "KAFKA_PASSWORD": "p"}


def read(name):
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        return file.read()


def document(name):
    return yaml.safe_load(read(name))


def quantity(text):
    number, unit = re.fullmatch(r"(\d+)(Mi|Gi)?", text).groups()
    return int(number) * {None: 1, "Mi": MIB, "Gi": 1024 * MIB}[unit]


class ManifestTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.kustomization = document("kustomization.yaml")
        self.pipeline = document("pipeline.yaml")
        self.set = document("statefulset.yaml")
        self.pod = self.set["spec"]["template"]["spec"]
        self.container, = self.pod["containers"]

    def test_every_file_is_used(self):
        generator, = self.kustomization["configMapGenerator"]
        applied = set(self.kustomization["resources"]) | set(generator["files"]) | {"kustomization.yaml"}
        self.assertEqual(set(os.listdir(FOLDER)), applied | {"README.md", "Containerfile", "aslx@.service"})
        self.assertEqual([image["name"] for image in self.kustomization["images"]], [self.container["image"]])

    def test_labels_select_the_pods(self):
        labels = self.set["spec"]["template"]["metadata"]["labels"]
        for selector in (self.set["spec"]["selector"]["matchLabels"], document("service.yaml")["spec"]["selector"],
                         document("disruption-budget.yaml")["spec"]["selector"]["matchLabels"],
                         self.pod["topologySpreadConstraints"][0]["labelSelector"]["matchLabels"]):
            self.assertLessEqual(selector.items(), labels.items())
        self.assertEqual(self.set["spec"]["serviceName"], document("service.yaml")["metadata"]["name"])
        self.assertEqual(document("service.yaml")["spec"]["clusterIP"], "None")

    def test_volumes_are_where_the_configuration_looks(self):
        mounts = {mount["mountPath"]: mount["name"] for mount in self.container["volumeMounts"]}
        claims = {claim["metadata"]["name"] for claim in self.set["spec"]["volumeClaimTemplates"]}
        volumes = {volume["name"]: volume for volume in self.pod["volumes"]}
        self.assertIn(mounts[self.pipeline["state_dir"]], claims, "the poison journal must outlive the container")
        generator, = self.kustomization["configMapGenerator"]
        config = volumes[mounts[os.path.dirname(self.container["args"][1])]]
        self.assertEqual(config["configMap"]["name"], generator["name"])
        self.assertIn(os.path.basename(self.container["args"][1]), generator["files"])
        for pipeline in self.pipeline["pipelines"]:
            self.assertIn(pipeline["machine"]["definition"], generator["files"])

    def test_the_environment_is_what_the_configuration_needs(self):
        given = {variable["name"]: variable for variable in self.container["env"]}
        self.assertEqual(set(re.findall(r"\$\{(\w+)\}", read("pipeline.yaml"))), set(given))
        self.assertEqual(set(given), set(ENVIRONMENT))
        self.assertEqual(self.pipeline["cluster"]["instance_id"], "${POD_NAMESPACE}.${POD_NAME}")
        for name, path in (("POD_NAMESPACE", "metadata.namespace"), ("POD_NAME", "metadata.name")):
            self.assertEqual(given[name]["valueFrom"]["fieldRef"]["fieldPath"], path)
        for name in ("KAFKA_USERNAME", "KAFKA_PASSWORD"):
            secret = given[name]["valueFrom"]["secretKeyRef"]
            self.assertRegex(read("README.md"), rf"secret generic {secret['name']} .*--from-literal={secret['key']}=")

    def test_probes_ask_where_the_process_listens(self):
        for probe, path in (("livenessProbe", "livez"), ("readinessProbe", "readyz")):
            program, *_, url = self.container[probe]["exec"]["command"]
            self.assertEqual(url, f"http://{self.pipeline['admin']['listen']}/{path}")
            self.assertIn(program, read("Containerfile").split())
            self.assertIn("--fail", self.container[probe]["exec"]["command"])

    def test_a_drain_fits_into_the_grace_period(self):
        unit = self.unit()
        for grace_s in (self.pod["terminationGracePeriodSeconds"], int(unit["Service"]["TimeoutStopSec"])):
            for pipeline in self.pipeline["pipelines"]:
                self.assertGreater(grace_s * 1000, pipeline["drain_limit_ms"] + MARGIN_MS)

    def test_workers_and_memory_fit_into_the_container(self):
        resources = self.container["resources"]
        self.assertEqual(resources["requests"], resources["limits"])
        self.assertEqual(self.pipeline["workers"], int(resources["limits"]["cpu"]))
        windows = [pipeline["window"] for pipeline in self.pipeline["pipelines"]]
        most = sum(2 * window["bytes_max"] + RECORD * window["records_max"] + window["outbox_bytes_max"] + PREFETCH
                   for window in windows) * self.pipeline["workers"]
        self.assertLess(most, quantity(resources["limits"]["memory"]))
        self.assertIn(f"{most // self.pipeline['workers'] // MIB} MiB", read("README.md"))

    def test_the_configuration_starts_up_to_the_first_broker(self):
        """Keys, definition, routes and librdkafka's properties are right: only the broker is missing."""
        text = read("pipeline.yaml").replace(":9464", ":0").replace("cluster:\n", "cluster:\n  wait_ms: 300\n").replace(
            self.pipeline["state_dir"], self.path("state"))
        self.file("alerts.asl.json", read("alerts.asl.json"))
        done = self.run_with_environment(self.file("pipeline.yaml", text))
        self.assertEqual(done.returncode, 69, done.stderr)
        self.assertIn("127.0.0.1:1", done.stderr)

    def run_with_environment(self, path):
        return subprocess.run([os.environ["ASLX_UNDER_TEST"], "run", path], env={**os.environ, **ENVIRONMENT},
                              capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60, check=False)

    @staticmethod
    def unit():
        unit = configparser.ConfigParser(interpolation=None, strict=True)
        unit.optionxform = str
        unit.read_string(read("aslx@.service"))
        return unit

    def test_the_unit_restarts_on_what_passes_and_not_on_what_stays_wrong(self):
        service = self.unit()["Service"]
        self.assertEqual(service["Restart"], "on-failure")
        self.assertEqual(service["RestartForceExitStatus"].split(), ["75", "69"])
        self.assertEqual(service["RestartPreventExitStatus"].split(), ["2", "65", "78"])
        self.assertIn("StateDirectory", service)

    def test_the_image_has_the_libraries_that_the_program_links(self):
        packages = set(read("Containerfile").replace("\\\n", " ").split())
        out = subprocess.run(["readelf", "-d", os.environ["ASLX_UNDER_TEST"]], capture_output=True, text=True,
                             check=True).stdout
        needed = re.findall(r"Shared library: \[(\S+)\]", out)
        self.assertTrue(needed)
        for library in needed:
            if library.startswith(("libc.so", "libm.so", "libgcc_s", "ld-linux", "libasan", "libubsan")):
                continue  # in every image; the sanitizers in none
            found = subprocess.run(["dpkg-query", "-S", f"*/{library}"], capture_output=True, text=True, check=False)
            owners = {line.split(":")[0] for line in found.stdout.splitlines()}
            self.assertTrue(owners & packages, f"{library} is of {owners or 'no package'}")
