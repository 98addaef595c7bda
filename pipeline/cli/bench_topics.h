// Between which topics the pipeline of `aslx bench` lies, and how its outcomes are told apart.
//
// What it is not: the making of topics (pipeline/kafka/topic_admin.h).
// Who uses it: bench_plan.cc. Thread: main's.
#pragma once

#include "pipeline/cli/bench_plan.h"

namespace aslx {

/// Topics of this run alone, unless others are given, with the pipeline put between them, and the
/// correlation that passes through it.
Result<void> MakeTopics(const BenchOptions& options, BenchPlan* plan);

}  // namespace aslx
