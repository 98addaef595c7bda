"""Each worker, with the threads of its Kafka clients, stays on one processor; unpinned, all go anywhere."""
import collections
import os

from kafka_case import PASS, KafkaCase

WORKERS = 2


def threads_of(pid):
    """Of each set of processors, the names of the threads that may run on those; the main thread, which only waits
    for signals, is left out."""
    found = collections.defaultdict(collections.Counter)
    for thread in os.listdir(f"/proc/{pid}/task"):
        if int(thread) == pid:
            continue
        try:
            with open(f"/proc/{pid}/task/{thread}/comm", encoding="utf-8") as file:
                name = file.read().strip()
            found[tuple(sorted(os.sched_getaffinity(int(thread))))][name] += 1
        except (FileNotFoundError, ProcessLookupError):  # it has ended since
            pass
    return found


class PinningTest(KafkaCase):
    def threads_at_work(self, pinned):
        running = self.run_pipeline(f"workers: {WORKERS}\npin_threads: {pinned}\n" + self.configuration(
            self.definition_file(PASS), extra="    delivery: exactly_once\n"))
        for partition in range(self.PARTITIONS):  # each worker has some of them
            self.send({"n": partition}, partition=partition)
        self.outputs(self.PARTITIONS, running)
        return threads_of(running.pid)

    def test_each_worker_has_a_processor_and_its_kafka_threads_stay_there(self):
        processors = sorted(os.sched_getaffinity(0))
        self.assertGreaterEqual(len(processors), WORKERS, "processors for two workers are needed to tell them apart")
        found = self.threads_at_work("true")
        self.assertEqual(sorted(found), [(processor,) for processor in processors[:WORKERS]])
        for names in found.values():
            self.assertEqual(names["rdk:main"], 2, f"a consumer's and a producer's: {dict(found)}")
            self.assertGreater(names["rdk:broker1"], 0, dict(found))

    def test_unpinned_threads_may_run_anywhere(self):
        found = self.threads_at_work("false")
        self.assertEqual(list(found), [tuple(sorted(os.sched_getaffinity(0)))])
        names, = found.values()
        self.assertEqual(names["rdk:main"], 2 * WORKERS, dict(found))
