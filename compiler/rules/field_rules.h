// Which fields an object may, must and may not have together.
//
// Thread: one at a time. Memory: none of its own.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "compiler/rules/rule_context.h"

namespace aslx::compiler {

/// One report that names all that is missing.
void CheckRequiredFields(const RuleContext& rules, const JsonNode& node,
                         const std::vector<std::string_view>& names);
/// At most one of them.
void CheckExclusiveFields(const RuleContext& rules, const JsonNode& node,
                          const std::vector<std::string_view>& names);
/// One of them, and no second one.
void CheckExactlyOneField(const RuleContext& rules, const JsonNode& node,
                          const std::vector<std::string_view>& names);
void ReportUnsupportedField(const RuleContext& rules, const JsonNode& node, std::string_view name);

enum class FieldLanguage : uint8_t { kEither, kJsonPath, kJsonata };

/// Reports at `node` when its field belongs to the other query language.
bool CheckFieldLanguage(const StateContext& state, const JsonNode& node, std::string_view name,
                        FieldLanguage language);

}  // namespace aslx::compiler
