// The commands of event_tool.
//
// What it is not: their options, which main.cc reads. Who uses it: main.cc. Thread: main's.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace aslx::faults {

struct ToolOptions {
  std::string brokers;
  std::string source;              // the topic of events
  std::vector<std::string> sinks;  // those of outputs: out, side, dead letters
  std::string group;
  uint64_t event_count = 0;
  std::string log_folder;  // a broker's log.dirs
};

/// Writes the events as far as standard input says: each line is a number of events from the
/// beginning that may be written by now. Exit status 0 when all were acknowledged.
int Produce(const ToolOptions& options);

/// Reads the outcomes as they come, until standard input ends; see watch.cc for what it prints.
int Watch(const ToolOptions& options);

/// Reads everything again, both ways, holds it against the log on disk, and prints a JSON object.
int Audit(const ToolOptions& options);

}  // namespace aslx::faults
