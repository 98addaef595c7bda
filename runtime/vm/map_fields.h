// The numbers of a Map that paths may give: MaxConcurrency and the tolerated failures.
//
// Source: recorded causes for values that are no numbers. Thread: the worker's.
#pragma once

#include "runtime/vm/branch.h"

namespace aslx {

/// How many iterations run at once: the field or its path, at most limits::kMapConcurrencyMax.
bool ReadConcurrency(Execution& execution, Branch& branch, const MapRecord& map,
                     uint32_t* concurrency, Fault* fault);

/// Sets the join's tolerated count and percentage.
bool ReadTolerance(Execution& execution, Branch& branch, const MapRecord& map, Join* join,
                   Fault* fault);

}  // namespace aslx
