#pragma once

// What it is: the evaluator's entry: one execution of a definition from beginning to end.
// What it is not: a command line (exec_main.cc) or a check of definitions.
// Used by: exec_main, the comparison. Thread: any, one a call. Memory: the report is the caller's.

#include <cstdint>

#include "tests/reference/json.h"

namespace aslx::reference {

struct Request {
  Json definition;
  Json input;
  Json mock;     // {"stubs":[…]}
  Json context;  // {state_machine_name, …, now}, as `aslx exec --context` takes it
  bool express = true;
  int64_t now_ms = 0;  // the clock at the start where `context` has no `now`
  uint64_t seed = 0;   // of States.UUID, States.MathRandom and jitter
};

// The report of `aslx exec --report json`.
Json RunExecution(const Request& request);

}  // namespace aslx::reference
