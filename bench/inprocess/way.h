// The ways of doing a workload that stand side by side: ours, and what one would write instead.
//
// A way is one object that turns an event's text into its result's text, so that all are timed by
// the same loop (bench_workloads.cc) and their results compared before.
// What it is not: Kafka, threads, or cold memory.
// Thread: one. Memory: the result lives until the next call.
#pragma once

#include <memory>
#include <string_view>

#include "bench/inprocess/workload.h"

namespace aslx {
class Program;
}

namespace aslx::bench {

class Way {
 public:
  virtual ~Way() = default;
  virtual std::string_view Run(std::string_view event) = 0;
};

std::shared_ptr<const Program> LoadProgram(std::string_view definition);

/// aslx: the compiled definition, executed. Every workload. A program may be that of several.
std::unique_ptr<Way> MakeEngine(std::shared_ptr<const Program> program);
inline std::unique_ptr<Way> MakeEngine(std::string_view definition) {
  return MakeEngine(LoadProgram(definition));
}
inline std::unique_ptr<Way> MakeEngine(const Workload& workload) {
  return MakeEngine(workload.definition());
}

/// simdjson's DOM parse and nothing else, the bar: has no result ("").
std::unique_ptr<Way> MakeDomParse(const Workload& workload);

// Written by hand for one workload each; null for a workload that nobody wrote it for.

/// simdjson On-Demand, the result spliced from raw text. Does not check what it skips.
std::unique_ptr<Way> MakeOnDemand(const Workload& workload);
/// The same over our reader, which checks every byte: the same work as ours without bytecode.
std::unique_ptr<Way> MakeHandWritten(const Workload& workload);
/// simdjson's DOM, a tree of the whole event (nlohmann::json), a tree of the result, its text.
std::unique_ptr<Way> MakeTree(const Workload& workload);

}  // namespace aslx::bench
