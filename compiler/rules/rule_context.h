// What every rule needs: the options, the list of findings, and how a finding is worded.
//
// Rules look at the text tree (JsonNode), not at the AST: the AST is built only from what the rules
// have accepted. One rule family a file; definition_rules.cc says in which order they run.
// Thread: one at a time. Memory: none of its own.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/ast/expression.h"
#include "compiler/definition/json_node.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/parse.h"

namespace aslx::compiler {

class RuleContext {
 public:
  RuleContext(const ParseOptions& options, Diagnostics* diagnostics)
      : options_(options), diagnostics_(diagnostics) {}

  bool express() const { return options_.type == MachineType::kExpress; }
  bool placeholders_allowed() const { return options_.allow_placeholders; }

  /// SCHEMA_VALIDATION_FAILED at `node`.
  void SchemaError(const JsonNode& node, std::string message, std::string hint = {}) const {
    Error(codes::kSchema, node, node, std::move(message), std::move(hint));
  }
  void Error(std::string_view code, const JsonNode& node, std::string message) const {
    Error(code, node, node, std::move(message), {});
  }
  /// For texts that name a field of `location`: the caret stands at `place`.
  void Error(std::string_view code, const JsonNode& location, const JsonNode& place,
             std::string message, std::string hint) const;

  /// For what AWS reports without a place; the caret still has one.
  void ErrorWithoutLocation(std::string_view code, const JsonNode& place,
                            std::string message) const;

  /// True when what the value will be is known only after deployment: it holds a placeholder, or it
  /// is a function of a deployment template, `{"Ref": …}` or `{"Fn::…": …}`, and they are allowed.
  bool IsUnknown(const JsonNode& node) const;
  /// True for an empty object where placeholders are allowed: templates leave one where the
  /// deployment puts a rule.
  bool IsToBeFilledIn(const JsonNode& node) const {
    return options_.allow_placeholders && node.is_object() && node.members.empty();
  }

 private:
  const ParseOptions& options_;
  Diagnostics* diagnostics_;
};

/// The state that a rule looks at.
struct StateContext {
  const RuleContext& rules;
  const JsonNode& state;
  ast::QueryLanguage language = ast::QueryLanguage::kJsonPath;
  /// False where an error about the language itself would only be repeated for every field.
  bool check_field_language = true;

  bool jsonata() const { return language == ast::QueryLanguage::kJsonata; }
};

/// `[A, B]`, as AWS prints lists of fields and values.
std::string ListOf(const std::vector<std::string_view>& names);

/// These three words are AWS's.
std::string RequiredFields(const std::vector<std::string_view>& names);
std::string OnlyOneOf(const std::vector<std::string_view>& names);
std::string ExactlyOneOf(const std::vector<std::string_view>& names);

}  // namespace aslx::compiler
