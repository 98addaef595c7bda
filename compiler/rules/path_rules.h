// Fields that hold a path: which kinds of path each may hold.
//
// Thread: one at a time. Memory: none of its own.
#pragma once

#include "compiler/rules/rule_context.h"

namespace aslx::compiler {

/// InputPath, OutputPath: any path, or null.
void CheckPath(const RuleContext& rules, const JsonNode& node);

struct ReferencePathOptions {
  bool null_allowed = false;
  /// `$$.…`
  bool context_allowed = true;
  /// `$name`
  bool variable_allowed = true;
};
/// ResultPath, ItemsPath, SecondsPath, …: names and single indices only.
void CheckReferencePath(const RuleContext& rules, const JsonNode& node,
                        ReferencePathOptions options);

/// Variable and the …Path operands of a Choice Rule, which have a wording of their own.
void CheckChoicePath(const RuleContext& rules, const JsonNode& node);

/// ErrorPath, CausePath: a reference path or an intrinsic call.
void CheckTextPath(const RuleContext& rules, const JsonNode& node, std::string_view field);

}  // namespace aslx::compiler
