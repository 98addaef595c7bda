// Values and templates of a checked definition, as AST.
//
// What it is not: a check. The rules have accepted the text, so what cannot be parsed here is a
// mistake of our own (ASLX_CHECK).
// Thread: any. Memory: results own their texts and point to the nodes.
#pragma once

#include <string_view>
#include <vector>

#include "compiler/ast/fields.h"
#include "compiler/definition/json_node.h"

namespace aslx::compiler {

ast::Path BuildPath(const JsonNode& node);
ast::PathSetting BuildPathSetting(const JsonNode* node);
ast::Template BuildTemplate(const JsonNode& node, ast::QueryLanguage language);
std::vector<ast::Assignment> BuildAssign(const JsonNode* node, ast::QueryLanguage language);
ast::JsonataExpression BuildJsonata(const JsonNode& node);

/// A number or an expression under `literal`, or a path under `path`; at most one is there.
std::optional<ast::IntegerSetting> BuildInteger(const JsonNode* literal, const JsonNode* path);
std::optional<ast::NumberSetting> BuildNumber(const JsonNode* literal, const JsonNode* path);
/// A text or an expression under `literal`, or a path or an intrinsic call under `path`.
std::optional<ast::TextSetting> BuildText(const JsonNode* literal, const JsonNode* path,
                                          ast::QueryLanguage language);

/// The text of the member, or empty.
std::string TextOf(const JsonNode& object, std::string_view name);

}  // namespace aslx::compiler
