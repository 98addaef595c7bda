// What is made of a configured pipeline before any worker runs it: its program, and whether
// program, functions and routes fit each other.
//
// What it is not: a running pipeline (pipeline_core.h).
// Who uses it: `aslx run`, `aslx bench`. Thread: main's.
// Memory: a plan refers to its configuration.
#pragma once

#include <string>
#include <vector>

#include "pipeline/cli/pipeline_core.h"

namespace aslx {

/// The error names the place in the configuration.
Result<PipelinePlan> PlanOf(const PipelineConfig& config, uint32_t worker_count);

/// The functions of this program, and an HTTP client where any function wants it.
void PrepareIntegrations(const RunConfig& config, SharedIntegrations* integrations);

/// A line each finding: a resource that nothing maps is an error now, not at the first event, and
/// so is a route that the machine can never take.
std::vector<std::string> CheckPlan(const PipelinePlan& plan, SharedIntegrations* integrations);

}  // namespace aslx
