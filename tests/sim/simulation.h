// One seed from its scenario to its end.
//
// Who uses it: main.cc. Thread: any; seeds share nothing but the machine.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "pipeline/flow/pipeline_spec.h"
#include "runtime/program/program.h"

namespace aslx::sim {

struct SeedReport {
  uint64_t digest = 0;
  uint64_t steps = 0;
  std::string finding;  // empty: every promise was kept
};

/// `trace` may be null; `guarantee` overrides what the seed chooses.
SeedReport Simulate(uint64_t seed, std::shared_ptr<const Program> machine,
                    std::optional<Guarantee> guarantee, std::FILE* trace);

}  // namespace aslx::sim
