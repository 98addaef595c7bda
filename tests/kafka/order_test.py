"""Orders through Apache Kafka with functions behind HTTP: our example, and the introduction's definition."""
import json
import threading

import function_endpoint as functions
from kafka_case import KafkaCase, error_header
from pipeline import example

ORDER = {"order_id": "o-1", "item": {"id": "apple", "num_of_items": 2}}


def stock(count):
    return functions.compute(lambda payload: {**payload, "inventory": {"num_of_items": count}})


class OrderTest(KafkaCase):
    def setUp(self):
        super().setUp()
        self.endpoint = functions.FunctionEndpoint()
        self.endpoint.__enter__()
        self.addCleanup(self.endpoint.__exit__)
        self.endpoint.behave("updateOrder", functions.compute(lambda payload: {"order_id": payload["order_id"], "status": "COMPLETE"}))
        self.endpoint.behave("updateInventory", functions.succeed({"num_of_items": 1}))
        self.running = self.run_pipeline(self.configuration(example("order.asl.json"), self.functions_at(self.endpoint.url)))

    def one_output(self):
        return json.loads(self.outputs(1, self.running)[0].value)

    def test_an_order_in_stock_is_booked(self):
        self.endpoint.behave("checkInventory", stock(3))
        self.send(ORDER, key="c-7", headers=[("trace", "t-1")])
        record, = self.outputs(1, self.running)
        self.assertEqual(json.loads(record.value), {**ORDER, "inventory": {"num_of_items": 3}, "booking": {"status": "COMPLETE", "left": 1}})
        self.assertEqual(record.key, b"c-7")
        self.assertIn(("trace", "t-1"), record.headers)
        self.assertEqual(self.endpoint.calls("checkInventory"), [ORDER])
        self.assertEqual(len(self.endpoint.calls("updateOrder")), 1)
        self.assertEqual(len(self.endpoint.calls("updateInventory")), 1)
        self.assertEqual(self.running.drain(), 0, self.running.log())

    def test_too_large_an_order_is_cancelled(self):
        self.endpoint.behave("checkInventory", stock(1))
        self.send(ORDER)
        letter, = self.dead_letters(1, self.running)
        self.assertEqual(json.loads(letter.value), ORDER)
        self.assertEqual(error_header(letter, "error"), "OrderCancelled")
        self.assertEqual(error_header(letter, "cause"), "2 of apple were ordered, 1 are there")
        self.assertEqual(error_header(letter, "state"), "Order cancelled")
        self.assertEqual(error_header(letter, "topic"), self.source)
        self.assertEqual(len(self.endpoint.calls("updateOrder")), 1)
        self.assertEqual(self.endpoint.calls("updateInventory"), [])

    def test_a_function_that_fails_twice_succeeds_at_the_third_call(self):
        busy = functions.function_error("InventoryBusy", "try again")
        self.endpoint.behave("checkInventory", functions.in_order(busy, busy, stock(5)))
        self.send(ORDER)
        self.assertEqual(self.one_output()["booking"]["status"], "COMPLETE")
        self.assertEqual(len(self.endpoint.calls("checkInventory")), 3)

    def test_a_service_that_is_overloaded_or_gone_is_asked_again(self):
        self.endpoint.behave("checkInventory", functions.in_order(
            functions.service_error(429, "TooManyRequestsException", "slow down"),
            functions.service_error(500, "ServiceException", "sorry"), functions.close_connection(), stock(5)))
        self.send(ORDER)
        self.assertEqual(self.one_output()["booking"]["status"], "COMPLETE")
        self.assertEqual(len(self.endpoint.calls("checkInventory")), 4)

    def test_a_function_that_times_out_is_caught(self):
        self.endpoint.behave("checkInventory", functions.hang())
        self.send(ORDER)
        self.assertEqual(self.one_output(), {"order_id": "o-1", "status": "DELAYED", "because": "States.Timeout"})

    def test_a_function_that_is_not_there_is_caught_by_the_rest(self):
        self.send(ORDER)
        letter, = self.dead_letters(1, self.running)
        self.assertEqual(error_header(letter, "error"), "Lambda.ResourceNotFoundException")


class ConcurrencyTest(KafkaCase):
    ASK = {"StartAt": "Ask", "States": {"Ask": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
                                                "Parameters": {"FunctionName": "ask", "Payload.$": "$"},
                                                "OutputPath": "$.Payload", "End": True}}}

    def test_events_do_not_wait_for_each_other(self):
        """One event's function does not answer yet; those behind it in the same partition are through before."""
        release = threading.Event()
        self.addCleanup(release.set)
        echo = functions.compute(lambda payload: payload)
        with functions.FunctionEndpoint() as endpoint:
            endpoint.behave("ask", lambda payload: (functions.held_until(release, echo) if payload["n"] < 0 else echo)(payload))
            running = self.run_pipeline(self.configuration(self.definition_file(self.ASK), self.functions_at(endpoint.url)))
            self.send(*({"n": n} for n in range(-1, 20)), partition=0)
            quick = [json.loads(record.value)["n"] for record in self.outputs(20, running)]
            self.assertEqual(sorted(quick), list(range(20)))
            release.set()
            self.assertEqual(len(self.outputs(21, running)), 21)
            self.assertEqual(running.drain(), 0, running.log())


class IntroductionTest(KafkaCase):
    """The definition is used as it stands; its functions are the ARNs that it names."""

    def setUp(self):
        super().setUp()
        self.endpoint = functions.FunctionEndpoint()
        self.endpoint.__enter__()
        self.addCleanup(self.endpoint.__exit__)
        self.endpoint.behave("updateOrder", functions.succeed({"status": "updated"}))
        self.endpoint.behave("updateInventory", functions.succeed({"left": 1}))
        self.running = self.run_pipeline(self.configuration(
            example("order-fulfilment.asl.json"), self.functions_at(self.endpoint.url)))

    def test_success(self):
        self.endpoint.behave("checkInventory", functions.succeed({"item": {"num_of_items": 1}, "inventory": {"num_of_items": 2}}))
        self.send({"any": "order"})
        record, = self.outputs(1, self.running)
        self.assertEqual(json.loads(record.value), [{"status": "updated"}, {"left": 1}])
        self.assertEqual(self.endpoint.calls("checkInventory"), [{}])

    def test_cancel(self):
        self.endpoint.behave("checkInventory", functions.succeed({"item": {"num_of_items": 3}, "inventory": {"num_of_items": 2}}))
        self.send({"any": "order"})
        letter, = self.dead_letters(1, self.running)
        self.assertEqual(json.loads(letter.value), {"any": "order"})
        self.assertEqual(error_header(letter, "state"), "Fail")
        self.assertEqual(self.endpoint.calls("updateOrder"), [{"item": {"num_of_items": 3}, "inventory": {"num_of_items": 2}}])
