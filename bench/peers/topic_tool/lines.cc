// topic_tool compare-lines: the outputs of an interpreter, one a line in the order of the events.
#include <fstream>

#include <fmt/format.h>

#include "bench/peers/topic_tool/commands.h"
#include "bench/peers/topic_tool/event.h"
#include "tests/kafka/faults/client.h"

namespace aslx::peers {

int CompareLines(const ToolOptions& options) {
  const Pool pool = Pool::Load(options.pool);
  std::ifstream file(options.outputs);
  if (!file) faults::Die(fmt::format("cannot read the outputs in {}", options.outputs));
  uint64_t count = 0;
  for (std::string line; std::getline(file, line); ++count) {
    if (!Matches(line, pool.expected(count)))
      faults::Die(fmt::format("event {} ({}) came out as {}", count, pool.text(count), line));
  }
  if (count != options.event_count)
    faults::Die(fmt::format("{} events came out as {} lines", options.event_count, count));
  return 0;
}

}  // namespace aslx::peers
