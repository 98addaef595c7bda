// An execution with tasks: on a worker, with functions of this process, in simulated time.
//
// What it is not: a wait. A retry's second passes at once, so that what is left is work.
// Who uses it: engine_way.cc. Thread: one. Memory: as in way.h.
#pragma once

#include "bench/inprocess/way.h"
#include "runtime/program/program.h"

namespace aslx::bench {

std::unique_ptr<Way> MakeOrder(std::shared_ptr<const Program> program);

}  // namespace aslx::bench
