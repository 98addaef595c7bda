"""Where outputs go: by the state that was reached, by what is in them, nowhere, or as one record an item."""
import json

import records
from kafka_case import PASS, KafkaCase
from pipeline import example

READING = {"sensor": "s-1", "time": "2026-01-01T00:00:00Z", "temperature": 20, "battery": 90, "location": {"hall": 1}}


class RoutingTest(KafkaCase):
    def test_readings_are_routed_by_state_and_split_from_their_failures(self):
        alerts = self.sink + "-alerts"
        self.broker.create_topics(2, alerts)
        output = f"""routes:
      - name: alerts
        states: ["Too hot", "Battery low"]
        topic: {alerts}
        key:
          from: output
          path: $.sensor
      - name: quiet
        path: $.value
        equals: '0'
        action: drop
    output:
      topic: {self.sink}"""
        running = self.run_pipeline(self.configuration(example("iot.asl.json"), output=output))
        self.send(READING, {**READING, "temperature": 81}, {**READING, "battery": 3}, {**READING, "temperature": 0},
                  {"sensor": "s-2"}, {**READING, "temperature": 21}, key="plant-3")
        self.assertEqual([json.loads(record.value)["value"] for record in self.outputs(2, running)], [20, 21])
        found = records.consume(self.broker, alerts, 2)
        self.assertEqual(sorted(json.loads(record.value)["alert"] for record in found), ["battery low", "too hot"])
        self.assertEqual({record.key for record in found}, {b"s-1"})
        letter, = self.dead_letters(1, running)
        self.assertEqual(json.loads(letter.value), {"sensor": "s-2"})
        self.assertEqual(running.drain(), 0, running.log())
        self.assertEqual(len(records.consume(self.broker, self.sink)), 2)

    def test_an_array_becomes_a_record_an_item_and_topics_come_from_the_output(self):
        red, blue = self.sink + "-red", self.sink + "-blue"
        self.broker.create_topics(1, red, blue)
        output = f"""output:
      split: $.parts
      topic_path: $.to
      topics_allowed: [{red}, {blue}]
      key:
        from: output
        path: $.id"""
        running = self.run_pipeline(self.configuration(self.definition_file(PASS), output=output))
        self.send({"parts": [{"to": red, "id": "1"}, {"to": blue, "id": "2"}, {"to": red, "id": "3"}]}, {"parts": []},
                  {"parts": [{"to": "nowhere", "id": "4"}]})
        self.assertEqual([record.key for record in records.consume(self.broker, red, 2)], [b"1", b"3"])
        self.assertEqual([json.loads(record.value) for record in records.consume(self.broker, blue, 1)], [{"to": blue, "id": "2"}])
        letter, = self.dead_letters(1, running)
        self.assertEqual(json.loads(letter.value)["parts"][0]["id"], "4")
        self.assertEqual(running.drain(), 0, running.log())
