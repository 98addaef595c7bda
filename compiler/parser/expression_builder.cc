#include "compiler/parser/expression_builder.h"

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "compiler/parser/intrinsic_parser.h"
#include "compiler/parser/path_parser.h"
#include "compiler/rules/scalar_rules.h"
#include "compiler/rules/template_rules.h"
#include "runtime/base/check.h"

namespace aslx::compiler {
namespace {

ast::IntrinsicCall BuildIntrinsic(const JsonNode& node) {
  auto call = ParseIntrinsic(node.text);
  ASLX_CHECK(call.has_value());
  return std::move(*call);
}

bool IsExpression(const JsonNode& node) {
  return node.is_string() && IsJsonataExpression(node.text);
}

/// Depth is that of the JSON, which the reader limits.
ast::Template BuildObject(const JsonNode& node, ast::QueryLanguage language) {
  ast::TemplateObject object;
  bool literal = true;
  for (const JsonMember& member : node.members) {
    ast::TemplateMember built;
    built.field = member.key;
    built.name = member.key;
    if (language == ast::QueryLanguage::kJsonPath && EndsInDollar(member.key)) {
      built.name = WithoutDollar(member.key);
      built.value.source = &member.value;
      if (LooksLikeIntrinsic(member.value.text)) {
        built.value.value = BuildIntrinsic(member.value);
      } else {
        built.value.value = BuildPath(member.value);
      }
    } else {
      built.value = BuildTemplate(member.value, language);
    }
    literal = literal && built.value.is_literal();
    object.members.push_back(std::move(built));
  }
  ast::Template result;
  result.source = &node;
  if (!literal) result.value = std::move(object);
  return result;
}

}  // namespace

ast::Path BuildPath(const JsonNode& node) {
  auto path = ParsePath(node.text);
  ASLX_CHECK(path.has_value());
  return std::move(*path);
}

ast::PathSetting BuildPathSetting(const JsonNode* node) {
  ast::PathSetting setting;
  setting.source = node;
  if (node == nullptr) return setting;
  if (node->is_null()) {
    setting.kind = ast::PathSetting::Kind::kNull;
    return setting;
  }
  setting.kind = ast::PathSetting::Kind::kPath;
  setting.path = BuildPath(*node);
  return setting;
}

ast::JsonataExpression BuildJsonata(const JsonNode& node) {
  return {std::string(node.text.substr(2, node.text.size() - 4)), &node};
}

ast::Template BuildTemplate(const JsonNode& node, ast::QueryLanguage language) {
  ast::Template result;
  result.source = &node;
  if (node.is_object()) return BuildObject(node, language);
  if (node.is_array()) {
    ast::TemplateArray array;
    bool literal = true;
    for (const JsonNode& item : node.items) {
      array.items.push_back(BuildTemplate(item, language));
      literal = literal && array.items.back().is_literal();
    }
    if (!literal) result.value = std::move(array);
    return result;
  }
  if (language == ast::QueryLanguage::kJsonata && IsExpression(node)) {
    result.value = BuildJsonata(node);
  }
  return result;
}

std::vector<ast::Assignment> BuildAssign(const JsonNode* node, ast::QueryLanguage language) {
  std::vector<ast::Assignment> assignments;
  if (node == nullptr) return assignments;
  ast::Template whole = BuildTemplate(*node, language);
  auto* object = std::get_if<ast::TemplateObject>(&whole.value);
  for (size_t i = 0; i < node->members.size(); ++i) {
    ast::Assignment assignment;
    assignment.field = node->members[i].key;
    assignment.variable = node->members[i].key;
    if (object != nullptr) {
      assignment.variable = std::move(object->members[i].name);
      assignment.value = std::move(object->members[i].value);
    } else {
      assignment.value.source = &node->members[i].value;
    }
    assignments.push_back(std::move(assignment));
  }
  return assignments;
}

std::optional<ast::IntegerSetting> BuildInteger(const JsonNode* literal, const JsonNode* path) {
  if (path != nullptr) return ast::IntegerSetting{BuildPath(*path), path};
  if (literal == nullptr) return std::nullopt;
  if (IsExpression(*literal)) return ast::IntegerSetting{BuildJsonata(*literal), literal};
  return ast::IntegerSetting{IntegerOf(*literal).value_or(0), literal};
}

std::optional<ast::NumberSetting> BuildNumber(const JsonNode* literal, const JsonNode* path) {
  if (path != nullptr) return ast::NumberSetting{BuildPath(*path), path};
  if (literal == nullptr) return std::nullopt;
  if (IsExpression(*literal)) return ast::NumberSetting{BuildJsonata(*literal), literal};
  return ast::NumberSetting{DoubleOf(*literal).value_or(0.0), literal};
}

std::optional<ast::TextSetting> BuildText(const JsonNode* literal, const JsonNode* path,
                                          ast::QueryLanguage language) {
  if (path != nullptr) {
    if (LooksLikeIntrinsic(path->text)) return ast::TextSetting{BuildIntrinsic(*path), path};
    return ast::TextSetting{BuildPath(*path), path};
  }
  if (literal == nullptr) return std::nullopt;
  if (language == ast::QueryLanguage::kJsonata && IsExpression(*literal)) {
    return ast::TextSetting{BuildJsonata(*literal), literal};
  }
  return ast::TextSetting{std::string(literal->text), literal};
}

std::string TextOf(const JsonNode& object, std::string_view name) {
  const JsonNode* node = object.Find(name);
  return node == nullptr ? std::string() : std::string(node->text);
}

}  // namespace aslx::compiler
