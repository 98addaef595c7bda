#include "compiler/rules/timestamp_rules.h"

#include "compiler/rules/scalar_rules.h"
#include "runtime/value/timestamp.h"

namespace aslx::compiler {

void CheckTimestamp(const RuleContext& rules, const JsonNode& node) {
  if (!CheckText(rules, node) || rules.IsUnknown(node)) return;
  Timestamp timestamp;
  if (ParseTimestamp(node.text, &timestamp)) return;
  rules.SchemaError(node, "String does not match RFC3339 timestamp",
                    "write it as 2030-01-31T23:59:59Z or with an offset, +01:00");
}

}  // namespace aslx::compiler
