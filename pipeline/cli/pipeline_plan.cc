#include "pipeline/cli/pipeline_plan.h"

#include <sstream>

#include <fmt/core.h>

#include "pipeline/cli/commands.h"
#include "pipeline/cli/definition_file.h"
#include "pipeline/flow/router.h"

namespace aslx {

Result<PipelinePlan> PlanOf(const PipelineConfig& config, uint32_t worker_count) {
  PipelinePlan plan;
  plan.config = &config;
  SubstitutionOptions substitutions;
  for (const auto& [name, value] : config.substitutions)
    substitutions.assignments.push_back(name + "=" + value);
  Result<std::shared_ptr<const Program>> program =
      LoadProgram(config.spec.machine_path, "EXPRESS", substitutions);
  if (!program) {
    // A machine that cannot be read is a mistake of the configuration that names it.
    const Error& error = program.error();
    ErrorKind kind = error.kind == ErrorKind::kUsage ? ErrorKind::kConfiguration : error.kind;
    return Fail(kind,
                fmt::format("{}: pipeline '{}': {}", config.spec.PlaceOf("machine.definition"),
                            config.spec.name, error.message));
  }
  plan.program = std::move(*program);
  if (plan.program->machine().type == MachineType::kStandard) {
    return Fail(ErrorKind::kConfiguration,
                fmt::format("{}: pipeline '{}': {} was compiled with --type STANDARD; pipelines "
                            "run EXPRESS machines",
                            config.spec.PlaceOf("machine.definition"), config.spec.name,
                            config.spec.machine_path));
  }
  for (uint32_t i = 0; i < worker_count; ++i)
    plan.workers.push_back(std::make_unique<CoreStatus>(config.spec.name, i));
  return plan;
}

void PrepareIntegrations(const RunConfig& config, SharedIntegrations* integrations) {
  AddDemoFunctions(&integrations->registry);
  AddOrderFunctions(&integrations->registry);
  for (const PipelineConfig& pipeline : config.pipelines) {
    for (const FunctionConfig& function : pipeline.functions) {
      if (function.kind != FunctionConfig::Kind::kHttp || integrations->http != nullptr) continue;
      integrations->http = std::make_unique<HttpClient>(
          HttpLimits{config.http_connections_per_host_max, config.http_connections_max});
    }
  }
}

std::vector<std::string> CheckPlan(const PipelinePlan& plan, SharedIntegrations* integrations) {
  const PipelineSpec& spec = plan.config->spec;
  std::string_view key = "functions";
  CompletionQueue queue(nullptr);
  Result<std::unique_ptr<TaskGateways>> gateways =
      TaskGateways::Make(plan.config->functions, integrations, &queue);
  std::string message;
  if (!gateways) {
    message = gateways.error().message;
  } else if (Result<void> checked = (*gateways)->router().Check(*plan.program); !checked) {
    key = "machine";
    message = checked.error().message;
  }
  std::vector<std::string> findings;
  std::istringstream lines(message);
  for (std::string line; std::getline(lines, line);)
    findings.push_back(fmt::format("{}: pipeline '{}': {}", spec.PlaceOf(key), spec.name, line));
  for (std::string& finding : Router::Check(spec, *plan.program))
    findings.push_back(std::move(finding));
  return findings;
}

}  // namespace aslx
