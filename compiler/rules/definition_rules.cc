#include "compiler/rules/definition_rules.h"

#include "compiler/rules/machine_rules.h"
#include "compiler/rules/name_rules.h"
#include "compiler/rules/transition_rules.h"
#include "compiler/rules/variable_rules.h"

namespace aslx::compiler {

void CheckDefinition(const RuleContext& rules, const JsonNode& root) {
  if (!root.is_object()) {
    return rules.SchemaError(root, "Definition must be a valid JSON object");
  }
  CheckDefinitionShape(rules, root);
  CheckNames(rules, root);
  CheckTransitions(rules, root);
  CheckVariableScopes(rules, root);
}

}  // namespace aslx::compiler
