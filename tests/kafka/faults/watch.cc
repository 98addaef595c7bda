// event_tool watch: what a read_committed reader sees while faults happen. One line each:
//
//   owner PARTITION LIFE      outcomes of this partition of the source come from LIFE from now on
//   progress WHOLE VISIBLE    so many outcomes are whole, of so many that there will be
//
// LIFE is the header `life` that a process puts on its outputs: which process, and its how manieth.
#include <chrono>
#include <cstdio>

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "tests/kafka/faults/client.h"
#include "tests/kafka/faults/commands.h"
#include "tests/kafka/faults/event.h"
#include "tests/kafka/faults/tally.h"

namespace aslx::faults {
namespace {

bool InputEnded() {
  pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  char byte;
  return poll(&input, 1, 0) > 0 && read(STDIN_FILENO, &byte, 1) <= 0;
}

}  // namespace

int Watch(const ToolOptions& options) {
  TopicReader reader(options.brokers, options.sinks, true);
  int32_t partition_count = 0;
  {
    rd_kafka_t* client = MakeClient(RD_KAFKA_CONSUMER, options.brokers, {});
    partition_count = PartitionCountOf(client, options.source);
    rd_kafka_destroy(client);
  }
  std::vector<std::string> owners(static_cast<size_t>(partition_count));
  Tally tally(options.event_count);
  const uint64_t visible = VisibleBelow(options.event_count);
  uint64_t shown = UINT64_MAX;
  while (!InputEnded()) {
    reader.Read(20, [&](size_t topic, const rd_kafka_message_t& message) {
      std::string_view error = HeaderOf(message, "__asl.errors.error");
      uint64_t number = tally.Count(static_cast<Sink>(topic), PayloadOf(message), error);
      std::string_view life = HeaderOf(message, "life");
      if (number == Tally::kNone || life.empty()) return;
      std::string& owner = owners[static_cast<size_t>(PartitionOf(number, partition_count))];
      if (owner == life) return;
      owner = life;
      fmt::print("owner {} {}\n", PartitionOf(number, partition_count), life);
    });
    if (tally.whole() != shown) fmt::print("progress {} {}\n", tally.whole(), visible);
    shown = tally.whole();
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace aslx::faults
