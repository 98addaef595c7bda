#include "compiler/lower/template_expression.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "runtime/base/check.h"
#include "runtime/base/limits.h"
#include "runtime/value/json_writer.h"

namespace aslx::compiler {
namespace {

// The reader of definitions refuses deeper ones; calls nest within one string.
constexpr uint32_t kDepthMax = limits::kJsonDepthMax + limits::kIntrinsicNestingMax;

ir::Expression LiteralOf(const ast::IntrinsicLiteral& literal) {
  switch (literal.kind) {
    case ast::IntrinsicLiteral::Kind::kString: return ConstantText(literal.text);
    case ast::IntrinsicLiteral::Kind::kNumber: return {ir::Constant{literal.text}};
    case ast::IntrinsicLiteral::Kind::kTrue: return {ir::Constant{"true"}};
    case ast::IntrinsicLiteral::Kind::kFalse: return {ir::Constant{"false"}};
    case ast::IntrinsicLiteral::Kind::kNull: return {ir::Constant{"null"}};
  }
  return {ir::Constant{"null"}};
}

/// The function knows only `{}`: a pair that the author escaped becomes a placeholder of its own,
/// whose argument is the text "{}". Returns the numbers of such placeholders.
std::vector<size_t> EscapedPairs(std::string_view raw) {
  std::vector<size_t> pairs;
  size_t placeholder = 0;
  char before = 0;
  bool before_escaped = false;
  for (size_t i = 0; i < raw.size(); ++i) {
    const bool escaped = raw[i] == '\\' && i + 1 < raw.size();
    if (escaped) ++i;
    if (before == '{' && raw[i] == '}') {
      if (escaped || before_escaped) pairs.push_back(placeholder);
      ++placeholder;
      before = 0;
      continue;
    }
    before = raw[i];
    before_escaped = escaped;
  }
  return pairs;
}

ir::Expression CallOf(const ast::IntrinsicCall& call, std::string_view outermost, uint32_t depth) {
  ASLX_CHECK(depth <= kDepthMax);
  ir::Call result{call.function, {}, outermost};
  for (const ast::IntrinsicArgument& argument : call.arguments) {
    if (const auto* path = std::get_if<ast::Path>(&argument)) {
      result.arguments.push_back({ir::PathRead{path, MissMode::kArgument, {}, outermost}});
    } else if (const auto* literal = std::get_if<ast::IntrinsicLiteral>(&argument)) {
      result.arguments.push_back(LiteralOf(*literal));
    } else {
      const auto& nested = std::get<std::unique_ptr<ast::IntrinsicCall>>(argument);
      result.arguments.push_back(CallOf(*nested, outermost, depth + 1));
    }
  }
  if (call.function != FunctionId::kFormat || call.arguments.empty()) return {std::move(result)};
  const auto* text = std::get_if<ast::IntrinsicLiteral>(&call.arguments.front());
  if (text == nullptr || text->kind != ast::IntrinsicLiteral::Kind::kString)
    return {std::move(result)};
  for (size_t placeholder : EscapedPairs(text->raw)) {
    const size_t at = std::min(placeholder + 1, result.arguments.size());
    result.arguments.insert(result.arguments.begin() + static_cast<ptrdiff_t>(at),
                            ConstantText("{}"));
  }
  return {std::move(result)};
}

/// Of members with the same name the last value stands at the place of the first, as in any object.
void SetMember(std::string_view name, ir::Expression value,
               std::unordered_map<std::string_view, size_t>* places, ir::Object* object) {
  const auto [at, is_new] = places->try_emplace(name, object->members.size());
  if (is_new) {
    object->members.push_back({name, std::move(value)});
  } else {
    object->members[at->second].value = std::move(value);
  }
}

ir::Expression TemplateOf(const ast::Template& source, std::string_view field, uint32_t depth) {
  ASLX_CHECK(depth <= kDepthMax);
  if (const auto* object = std::get_if<ast::TemplateObject>(&source.value)) {
    ir::Object result;
    std::unordered_map<std::string_view, size_t> places;
    for (const ast::TemplateMember& member : object->members)
      SetMember(member.name, TemplateOf(member.value, member.field, depth + 1), &places, &result);
    return {std::move(result)};
  }
  if (const auto* array = std::get_if<ast::TemplateArray>(&source.value)) {
    ir::Array result;
    for (const ast::Template& item : array->items)
      result.items.push_back(TemplateOf(item, field, depth + 1));
    return {std::move(result)};
  }
  if (const auto* path = std::get_if<ast::Path>(&source.value))
    return {ir::PathRead{path, MissMode::kField, field, {}}};
  if (const auto* call = std::get_if<ast::IntrinsicCall>(&source.value))
    return CallOf(*call, call->text, depth);
  // JSONata never gets here: the front-end refuses it first.
  ASLX_CHECK(source.is_literal());
  return {ir::Constant{ToJsonText(*source.source)}};
}

}  // namespace

ir::Expression ConstantText(std::string_view text) {
  std::string json;
  AppendQuoted(text, &json);
  return {ir::Constant{std::move(json)}};
}

ir::Expression ExpressionOf(const ast::Template& source, std::string_view field) {
  return TemplateOf(source, field, 0);
}

ir::Expression ExpressionOf(const std::vector<ast::Assignment>& assignments) {
  ir::Object object;
  std::unordered_map<std::string_view, size_t> places;
  for (const ast::Assignment& assignment : assignments) {
    SetMember(assignment.variable, TemplateOf(assignment.value, assignment.field, 1), &places,
              &object);
  }
  return {std::move(object)};
}

ir::Expression ExpressionOf(const ast::IntrinsicCall& call) {
  return CallOf(call, call.text, 0);
}

ir::Expression ExpressionOf(const ast::TextSetting& setting, std::string_view field) {
  if (const auto* text = std::get_if<std::string>(&setting.value)) return ConstantText(*text);
  if (const auto* path = std::get_if<ast::Path>(&setting.value))
    return {ir::PathRead{path, MissMode::kField, field, {}}};
  return ExpressionOf(std::get<ast::IntrinsicCall>(setting.value));
}

}  // namespace aslx::compiler
