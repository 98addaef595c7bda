// The commands of topic_tool. What each prints and means is said at its file.
// What it is not: a program that may go on after a surprise; it ends with a sentence and 1.
// Who uses it: main.cc. Thread: one.
#pragma once

#include <cstdint>
#include <string>

namespace aslx::peers {

struct ToolOptions {
  std::string brokers;
  std::string pool;
  std::string topic;
  std::string source;
  std::string group;
  std::string compression = "none";
  std::string outputs;
  uint64_t event_count = 0;
  int idle_ms = 20'000;
  bool any_timestamp = false;
};

int Produce(const ToolOptions& options);
int Compare(const ToolOptions& options);
int CompareLines(const ToolOptions& options);
int Committed(const ToolOptions& options);

}  // namespace aslx::peers
