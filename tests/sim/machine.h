// The machine that the simulated pipelines run: the event says what it does.
//
// What it is not: part of a seed. It is compiled once, by the product's own compiler.
#pragma once

#include <memory>

#include "runtime/program/program.h"

namespace aslx::sim {

/// Ends the program when the definition does not compile.
std::shared_ptr<const Program> SimulatedMachine();

/// What the definition says of itself, in seconds.
inline constexpr int64_t kMachineTimeoutSeconds = 60;
inline constexpr int64_t kTaskTimeoutSeconds = 30;
inline constexpr int64_t kHeartbeatSeconds = 5;
inline constexpr int64_t kRetriedTaskTimeoutSeconds = 10;

}  // namespace aslx::sim
