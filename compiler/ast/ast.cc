#include <algorithm>

#include "compiler/ast/machine.h"

namespace aslx::compiler::ast {

bool Path::is_definite() const {
  return std::all_of(steps.begin(), steps.end(), [](const PathStep& step) {
    return std::holds_alternative<ChildStep>(step) || std::holds_alternative<IndexStep>(step) ||
           std::holds_alternative<FunctionStep>(step);
  });
}

bool Path::is_reference() const {
  return root != PathRoot::kCurrent &&
         std::all_of(steps.begin(), steps.end(), [](const PathStep& step) {
           return std::holds_alternative<ChildStep>(step) ||
                  std::holds_alternative<IndexStep>(step);
         });
}

std::optional<ComparisonOperator> FindComparison(std::string_view name) {
  for (size_t i = 0; i < kComparisonFacts.size(); ++i) {
    if (kComparisonFacts[i].name == name) return static_cast<ComparisonOperator>(i);
  }
  return std::nullopt;
}

std::string_view NameOf(StateType type) {
  static constexpr std::array<std::string_view, 8> kNames = {"Pass",    "Task", "Choice",   "Wait",
                                                             "Succeed", "Fail", "Parallel", "Map"};
  return kNames[static_cast<size_t>(type)];
}

const State* Machine::Find(std::string_view name) const {
  for (const State& state : states) {
    if (state.name == name) return &state;
  }
  return nullptr;
}

}  // namespace aslx::compiler::ast
