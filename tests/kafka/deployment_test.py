"""configs/deployment/pipeline.yaml as two pods run it, but for the cluster's security."""
import json
import os
import re
import subprocess
import tempfile
import time

import yaml

import broker as broker_module
from kafka_case import KafkaCase

READY_TIMEOUT_S = 60
FOLDER = os.path.join(broker_module.ROOT, "configs", "deployment")


class DeploymentTest(KafkaCase):
    def setUp(self):
        super().setUp()
        with open(os.path.join(FOLDER, "pipeline.yaml"), encoding="utf-8") as file:
            self.text = file.read()
        topics = [self.source, self.sink, self.dead]
        for name, topic in zip(("sensor-readings", "sensor-alerts-failed", "sensor-alerts"),
                               (self.source, self.dead, self.sink)):
            self.text = re.sub(rf"\b{name}(?=[\]\n])", topic, self.text)
        self.assertTrue(all(topic in self.text for topic in topics))

    def volume(self):
        state = tempfile.TemporaryDirectory(dir=os.path.join(broker_module.ROOT, "build", "kafka-tests"))
        self.addCleanup(state.cleanup)
        return state.name

    def pod(self, number, state=None, port=0):
        text = re.sub(r"  librdkafka:\n(    .*\n)+", "", self.text)
        for was, now in {"${POD_NAMESPACE}": "default", "${POD_NAME}": f"aslx-{number}", "${KAFKA_BROKERS}": self.broker.bootstrap_servers,
                         "/var/lib/aslx": state or self.volume(), ":9464": f":{port}",
                         "alerts.asl.json": os.path.join(FOLDER, "alerts.asl.json")}.items():
            self.assertIn(was, text)
            text = text.replace(was, now)
        return self.run_pipeline(text)

    def test_pods_share_the_work_and_one_that_is_killed_comes_back(self):
        pods = [self.pod(number) for number in range(2)]
        sent = 0
        for killed in (None, 0, 1):
            if killed is not None:
                pods[killed].kill()
                pods[killed].start()
            for partition in range(self.PARTITIONS):
                self.send(*({"sensor": f"s{sent + n}", "temperature": 90 - 40 * (n % 2)} for n in range(50)),
                          partition=partition)
                sent += 50
            self.all_alerts(sent, pods[0])
        self.send(b"no reading", partition=0)
        self.dead_letters(1, pods[0])
        for pod in pods:
            self.assertEqual(pod.drain(), 0, pod.log())

    def probe(self, name, port):
        """The exit status of the StatefulSet's probe."""
        with open(os.path.join(FOLDER, "statefulset.yaml"), encoding="utf-8") as file:
            container, = yaml.safe_load(file)["spec"]["template"]["spec"]["containers"]
        command = [word.replace(":9464", f":{port}") for word in container[name]["exec"]["command"]]
        return subprocess.run(command, stdout=subprocess.DEVNULL, timeout=60, check=False).returncode

    def test_probes_say_when_a_pod_is_ready(self):
        port, = broker_module.free_ports(1)
        self.assertNotEqual(self.probe("livenessProbe", port), 0, "nothing runs yet")
        pod = self.pod(0, port=port)
        deadline = time.monotonic() + READY_TIMEOUT_S
        while self.probe("readinessProbe", port) != 0:
            self.assertTrue(pod.running(), pod.log())
            self.assertLess(time.monotonic(), deadline, pod.log())
        self.assertEqual(self.probe("livenessProbe", port), 0)
        self.send({"sensor": "s0", "temperature": 90}, partition=0)
        self.all_alerts(1, pod)
        self.assertEqual(pod.drain(), 0, pod.log())

    def test_a_second_pod_of_one_name_is_refused_and_leaves_the_first_alone(self):
        state = self.volume()
        first = self.pod(0, state)
        self.send({"sensor": "s0", "temperature": 90}, partition=0)
        self.all_alerts(1, first)
        second = self.pod(0, state)
        self.assertEqual(second.wait(), 78, second.log())
        self.assertIn("instance_id", second.log())
        self.send({"sensor": "s2", "temperature": 90}, partition=0)
        self.all_alerts(3, first)
        self.assertEqual(first.drain(), 0, first.log())

    def all_alerts(self, sent, running):
        """One a hot reading; a kill may repeat some."""
        wanted, count = {f"s{n}" for n in range(0, sent, 2)}, (sent + 1) // 2
        while True:
            found = [json.loads(record.value)["sensor"] for record in self.outputs(count, running)]
            if wanted <= set(found):
                self.assertEqual(set(found), wanted)
                return
            count = len(found) + 1
