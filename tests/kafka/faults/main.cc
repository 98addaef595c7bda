// event_tool: writes the events of a fault run, watches their outcomes, and gives the verdict.
#include <CLI/CLI.hpp>

#include "tests/kafka/faults/commands.h"

int main(int argc, char** argv) {
  CLI::App app("Events with known outcomes, for fault runs against Apache Kafka.", "event_tool");
  app.require_subcommand(1);
  aslx::faults::ToolOptions options;
  auto add = [&](const char* name, const char* what) {
    CLI::App* command = app.add_subcommand(name, what);
    command->add_option("--brokers", options.brokers, "host:port of some")->required();
    command->add_option("--source", options.source, "the topic of events")->required();
    command->add_option("--events", options.event_count, "how many there are")->required();
    return command;
  };
  CLI::App* produce = add("produce", "write the events, as far as standard input says");
  CLI::App* watch = add("watch", "read outcomes as they come, until standard input ends");
  CLI::App* audit = add("audit", "read all of it again and give the verdict as JSON");
  for (CLI::App* command : {watch, audit}) {
    command->add_option("--sinks", options.sinks, "the topics of outputs: out, side, dead letters")
        ->required()
        ->expected(3);
  }
  audit->add_option("--group", options.group, "the pipeline's group")->required();
  audit->add_option("--log-folder", options.log_folder, "the log.dirs of a broker")->required();
  CLI11_PARSE(app, argc, argv);
  if (produce->parsed()) return aslx::faults::Produce(options);
  return watch->parsed() ? aslx::faults::Watch(options) : aslx::faults::Audit(options);
}
