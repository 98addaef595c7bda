#include "compiler/rules/express_rules.h"

#include <string>

namespace aslx::compiler {

bool CheckExpressResource(const RuleContext& rules, const JsonNode& node,
                          const std::optional<ResourceName>& name) {
  constexpr std::string_view kPrefix = "Express state machine does not support ";
  if (name && name->kind == ResourceKind::kActivity) {
    rules.SchemaError(node, std::string(kPrefix) + "Activity ARN");
    return false;
  }
  if (name && name->kind == ResourceKind::kOther) return true;
  switch (PatternOf(node.text)) {
    case CallPattern::kRequestResponse: return true;
    case CallPattern::kSync:
    case CallPattern::kSync2:
      rules.SchemaError(node, std::string(kPrefix) + "'.sync' service integration");
      return false;
    case CallPattern::kWaitForTaskToken:
      // The blank at the end is the service's.
      rules.SchemaError(node, std::string(kPrefix) + "'.waitForTaskToken' service integration ");
      return false;
  }
  return true;
}

void CheckExpressMapMode(const RuleContext& rules, const JsonNode& mode) {
  if (!rules.express() || mode.text != "DISTRIBUTED") return;
  rules.SchemaError(mode,
                    "The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' "
                    "state machines");
}

}  // namespace aslx::compiler
