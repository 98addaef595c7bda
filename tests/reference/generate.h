#pragma once

// What it is: random state machines with an input and answers for their tasks, the same for the
// same seed everywhere. What it is not: valid in every corner of AWS's checks; it makes what the
// checks accept and the evaluators can disagree about.
// Used by: the comparison. Thread: any. Memory: results are the caller's.

#include <cstdint>

#include "tests/reference/json.h"

namespace aslx::reference {

struct Specimen {
  Json definition;
  Json input;
  Json mock;     // {"stubs":[…]}
  Json context;  // as `aslx exec --context` takes it
};

Specimen Generate(uint64_t seed);

}  // namespace aslx::reference
