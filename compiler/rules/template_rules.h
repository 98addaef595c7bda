// Payload templates (Parameters, ItemSelector, ResultSelector, Arguments, Output, …) and Assign.
//
// Thread: one at a time. Memory: none of its own.
#pragma once

#include "compiler/rules/rule_context.h"

namespace aslx::compiler {

/// Every text that is to be computed must be computable: a path or an intrinsic call under a name
/// that ends in `.$`, an expression between `{%` and `%}` in JSONata mode. Any JSON value is a
/// template.
void CheckTemplate(const StateContext& state, const JsonNode& node);

/// An Assign: an object of variables with allowed names, its values templates.
void CheckAssign(const StateContext& state, const JsonNode& node);

/// `name` without the `.$` of a computed field.
std::string_view WithoutDollar(std::string_view name);
bool EndsInDollar(std::string_view name);

}  // namespace aslx::compiler
