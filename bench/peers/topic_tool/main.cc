// topic_tool: writes the events of the comparisons and holds every output against its event.
#include <CLI/CLI.hpp>

#include "bench/peers/topic_tool/commands.h"

namespace aslx::peers {
namespace {

int Main(int argc, char** argv) {
  CLI::App app(
      "Events for the comparison with other programs, and the check of what they made of them.",
      "topic_tool");
  app.require_subcommand(1);
  ToolOptions options;
  auto add = [&](const char* name, const char* what) { return app.add_subcommand(name, what); };
  CLI::App* produce = add("produce", "write events to a topic");
  CLI::App* compare = add("compare", "hold a topic of outputs against the events");
  CLI::App* lines = add("compare-lines", "hold a file of outputs against the events, in order");
  CLI::App* committed = add("committed", "how many records of a topic a group has committed");
  for (CLI::App* command : {produce, compare, committed})
    command->add_option("--brokers", options.brokers, "host:port of some")->required();
  for (CLI::App* command : {produce, compare, lines}) {
    command->add_option("--pool", options.pool, "a file of events, one a line")->required();
    command->add_option("--events", options.event_count, "how many there are")->required();
  }
  for (CLI::App* command : {produce, compare})
    command->add_option("--topic", options.topic, "the topic")->required();
  produce->add_option("--compression", options.compression, "none, lz4");
  compare->add_option("--idle-ms", options.idle_ms, "give up when nothing came for so long");
  compare->add_flag("--any-timestamp", options.any_timestamp, "timestamps need not pass through");
  lines->add_option("--outputs", options.outputs, "the file of outputs")->required();
  committed->add_option("--group", options.group, "the group")->required();
  committed->add_option("--source", options.source, "the topic of events")->required();
  CLI11_PARSE(app, argc, argv);
  if (produce->parsed()) return Produce(options);
  if (compare->parsed()) return Compare(options);
  return lines->parsed() ? CompareLines(options) : Committed(options);
}

}  // namespace
}  // namespace aslx::peers

int main(int argc, char** argv) {
  return aslx::peers::Main(argc, argv);
}
