"""That cpu_parts.py gives a sample to whom it belongs."""
import unittest

import rig  # puts tests/kafka on the path
import cpu_parts

ASLX, FORWARDER = "/build/release/aslx", "/build/release/bench/e2e/e2e_forwarder"
RDKAFKA, LIBC, KERNEL = "/usr/lib/librdkafka.so.1", "/usr/lib/libc.so.6", "[kernel.kallsyms]"


def sample(thread, *frames):
    return "\n".join([f"{thread} 42 ", *(f"\t          2f66aa {function} ({file})" for file, function in frames)])


class PartOf(unittest.TestCase):
    def test_the_innermost_that_is_named_has_it(self):
        flow, run = (ASLX, "aslx::Flow::Turn"), (ASLX, "aslx::Run")
        for part, frames in (
                (cpu_parts.CALLS, [(KERNEL, "sendmsg"), (LIBC, "send"), (RDKAFKA, "[unknown]"), flow]),
                (cpu_parts.AROUND, [(LIBC, "memcpy"), flow, (RDKAFKA, "[unknown]")]),
                (cpu_parts.READING, [(ASLX, "aslx::JsonPass::Members"), (ASLX, "aslx::Begin"), flow]),
                (cpu_parts.EXECUTING, [(ASLX, "aslx::CompareNumbers"), run, (ASLX, "aslx::Worker::RunSlot"), flow]),
                (cpu_parts.AROUND, [(ASLX, "non-virtual thunk to aslx::Flow::BeforeRun(unsigned long)"), run]),
                (cpu_parts.WRITING, [(LIBC, "memmove"), (ASLX, "aslx::OutputWriter::WriteRecord"), flow]),
                (cpu_parts.READING, [("/usr/lib/libsimdjson.so.14", "[unknown]"), (FORWARDER, "IotByHand::Parts::ByDom")]),
                (cpu_parts.WRITING, [(FORWARDER, "(anonymous namespace)::PutString"), (FORWARDER, "main")]),
                (cpu_parts.EXECUTING, [(FORWARDER, "aslx::bench::IotByHand::Parts::ByDom"), (FORWARDER, "main")]),
                (cpu_parts.OTHER, [(LIBC, "clone3")]), (cpu_parts.OTHER, [])):
            with self.subTest(part=part, frames=frames):
                self.assertEqual(cpu_parts.part_of("aslx", frames), part)

    def test_a_thread_of_librdkafka_is_librdkafka(self):
        self.assertEqual(cpu_parts.part_of("rdk:broker1", [(ASLX, "aslx::Flow::Turn")]), cpu_parts.THREADS)


class Shares(unittest.TestCase):
    def test_every_sample_counts_once(self):
        stacks = [sample("rdk:broker1", (KERNEL, "recvmsg"))] * 300
        stacks += [sample("aslx", (ASLX, "aslx::(anonymous namespace)::WriteJson"), (ASLX, "aslx::WriteJson"))] * 100
        shares, samples = cpu_parts.shares("\n\n".join(stacks) + "\n\n")
        self.assertEqual(samples, 400)
        self.assertEqual({part: share for part, share in shares.items() if share},
                         {cpu_parts.THREADS: 0.75, cpu_parts.WRITING: 0.25})

    def test_too_few_are_refused(self):
        with self.assertRaisesRegex(cpu_parts.Unavailable, "2 samples"):
            cpu_parts.shares("\n\n".join([sample("aslx", (KERNEL, "read"))] * 2))

    def test_without_the_kernel_they_are_refused(self):
        with self.assertRaisesRegex(cpu_parts.Unavailable, "kernel"):
            cpu_parts.shares("\n\n".join([sample("aslx", (ASLX, "aslx::Run"))] * cpu_parts.SAMPLES_MIN))


if __name__ == "__main__":
    unittest.main()
