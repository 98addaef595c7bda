#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "compiler/findings/finding.h"
#include "compiler/findings/visit.h"
#include "runtime/base/limits.h"

namespace aslx::compiler {
namespace {

constexpr std::array<std::string_view, 16> kReservedNames = {
    "States.ALL",
    "States.BranchFailed",
    "States.DataLimitExceeded",
    "States.ExceedToleratedFailureThreshold",
    "States.HeartbeatTimeout",
    "States.Http.Socket",
    "States.IntrinsicFailure",
    "States.ItemReaderFailed",
    "States.NoChoiceMatched",
    "States.ParameterPathFailure",
    "States.Permissions",
    "States.QueryEvaluationError",
    "States.ResultPathMatchFailure",
    "States.ResultWriterFailed",
    "States.Runtime",
    "States.TaskFailed",
};

bool IsReserved(std::string_view name) {
  return name == "States.Timeout" || name.substr(0, 23) == "States.Http.StatusCode." ||
         std::find(kReservedNames.begin(), kReservedNames.end(), name) != kReservedNames.end();
}

/// What is reported as States.Runtime, which nothing handles.
bool IsNeverHandled(std::string_view name) {
  return name == "States.Runtime" || name == "States.NoChoiceMatched" ||
         name == "States.ParameterPathFailure" || name == "States.IntrinsicFailure";
}

struct Handler {
  const JsonNode* source;
  const std::vector<std::string>* names;
};

class HandlerFinder {
 public:
  HandlerFinder(std::string_view kind, Diagnostics* diagnostics)
      : kind_(kind), diagnostics_(diagnostics) {}

  void Find(const std::vector<Handler>& handlers) {
    std::vector<std::string_view> earlier;
    for (const Handler& handler : handlers) {
      const JsonNode& list = *handler.source->Find("ErrorEquals");
      for (size_t i = 0; i < handler.names->size(); ++i) {
        FindInName((*handler.names)[i], list.items[i], earlier);
      }
      earlier.insert(earlier.end(), handler.names->begin(), handler.names->end());
    }
  }

 private:
  void FindInName(const std::string& name, const JsonNode& node,
                  const std::vector<std::string_view>& earlier) {
    if (IsNeverHandled(name)) {
      std::string why = "nothing handles States.Runtime";
      if (name != "States.Runtime")
        why = "'" + name + "' is reported as States.Runtime, and " + why;
      return Never(node, std::move(why), "remove it, or test for the cause in a Choice before");
    }
    const bool looks_reserved = name.substr(0, 7) == "States." || name.substr(0, 6) == "State.";
    if (looks_reserved && !IsReserved(name)) {
      AddFinding(
          "ASLX_UNKNOWN_ERROR_NAME", node,
          "'" + name + "' is not one of the names that the language reserves",
          "only an error of exactly this name is handled; reserved names begin with 'States.'",
          diagnostics_);
    }
    if (std::find(earlier.begin(), earlier.end(), name) != earlier.end()) {
      return Never(node, "an earlier entry handles '" + name + "' already",
                   "remove it or put it first");
    }
    const bool custom = name.substr(0, 7) != "States.";
    const bool all_failures =
        std::find(earlier.begin(), earlier.end(), "States.TaskFailed") != earlier.end();
    if (custom && all_failures) {
      Never(node, "an earlier entry handles States.TaskFailed, which stands for '" + name + "' too",
            "put the entry for the single name first");
    }
  }

  void Never(const JsonNode& node, std::string why, std::string hint) {
    AddFinding("ASLX_HANDLER_NEVER_FIRES", node,
               "This " + std::string(kind_) + " can never fire: " + std::move(why), std::move(hint),
               diagnostics_);
  }

  std::string_view kind_;
  Diagnostics* diagnostics_;
};

constexpr double kBudgetSeconds = static_cast<double>(limits::kExpressDurationMsMax) / 1000.0;

/// The waits of all attempts in seconds; stops counting once beyond the budget.
double SumOfDelays(const ast::Retrier& retrier) {
  double sum = 0;
  double delay = static_cast<double>(retrier.interval_seconds);
  for (int64_t attempt = 0; attempt < retrier.attempts_max && sum <= kBudgetSeconds; ++attempt) {
    double wait = delay;
    if (retrier.delay_seconds_max) {
      wait = std::min(wait, static_cast<double>(*retrier.delay_seconds_max));
    }
    if (wait <= 0) break;
    sum += wait;
    delay *= retrier.backoff_rate;
  }
  return sum;
}

void FindInBudget(const ast::Retrier& retrier, Diagnostics* diagnostics) {
  // With jitter the waits are half as long on average, and may be nothing.
  if (retrier.jitter == ast::JitterStrategy::kFull) return;
  if (SumOfDelays(retrier) <= kBudgetSeconds) return;
  AddFinding(
      "ASLX_RETRY_OUTLIVES_BUDGET", *retrier.source,
      "The waits between the attempts add up to more than 300 seconds, after which an Express "
      "execution ends with States.Timeout",
      "lower MaxAttempts, BackoffRate or IntervalSeconds, or set MaxDelaySeconds", diagnostics);
}

}  // namespace

void FindInHandlers(const ast::State& state, MachineType type, Diagnostics* diagnostics) {
  const ast::ResultHandling* handling = HandlingOf(state);
  if (handling == nullptr) return;
  std::vector<Handler> retriers;
  for (const ast::Retrier& retrier : handling->retry) {
    retriers.push_back({retrier.source, &retrier.error_equals});
    if (type == MachineType::kExpress) FindInBudget(retrier, diagnostics);
  }
  std::vector<Handler> catchers;
  for (const ast::Catcher& catcher : handling->catchers) {
    catchers.push_back({catcher.source, &catcher.error_equals});
  }
  HandlerFinder("Retry", diagnostics).Find(retriers);
  HandlerFinder("Catch", diagnostics).Find(catchers);
}

}  // namespace aslx::compiler
