#include "compiler/passes/fold_constants.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "runtime/base/arena.h"
#include "runtime/base/check.h"
#include "runtime/base/limits.h"
#include "runtime/functions/function.h"
#include "runtime/value/json_reader.h"
#include "runtime/value/json_writer.h"

namespace aslx::compiler {
namespace {

// Definitions nest no deeper, calls within them not at all beyond their own limit.
constexpr uint32_t kDepthMax = limits::kJsonDepthMax + limits::kIntrinsicNestingMax + 1;

/// Larger results stay calls: a program should not outgrow its definition.
constexpr size_t kFoldedBytesMax = 4'096;

std::optional<std::string> Result(const ir::Call& call) {
  BlockPool pool;
  Arena arena(&pool);
  JsonReader reader;
  std::vector<Value> arguments;
  for (const ir::Expression& argument : call.arguments) {
    Value value;
    if (reader.Read(argument.constant()->json, nullptr, nullptr, &value).kind !=
        JsonError::Kind::kNone) {
      return std::nullopt;
    }
    arguments.push_back(value);
  }
  FunctionContext context;
  context.arena = &arena;
  context.reader = &reader;
  const Value result = FunctionAt(call.function)(arguments, context);
  if (result.undefined() || arena.over_limit()) return std::nullopt;
  std::string json = JsonString(result);
  // What a function makes of bytes (Base64) need not be a text that a program may hold.
  Value again;
  if (json.size() > kFoldedBytesMax ||
      reader.Read(json, nullptr, nullptr, &again).kind != JsonError::Kind::kNone) {
    return std::nullopt;
  }
  return json;
}

bool IsConstant(const ir::Expression& expression) {
  return expression.constant() != nullptr;
}

void Fold(ir::Expression* expression, uint32_t depth) {
  ASLX_CHECK(depth <= kDepthMax);
  if (auto* call = std::get_if<ir::Call>(&expression->node)) {
    for (ir::Expression& argument : call->arguments)
      Fold(&argument, depth + 1);
    if (!IsPure(call->function) ||
        !std::all_of(call->arguments.begin(), call->arguments.end(), IsConstant)) {
      return;
    }
    if (std::optional<std::string> json = Result(*call))
      expression->node = ir::Constant{std::move(*json)};
  } else if (auto* object = std::get_if<ir::Object>(&expression->node)) {
    std::string json = "{";
    bool constant = true;
    for (ir::ObjectMember& member : object->members) {
      Fold(&member.value, depth + 1);
      constant = constant && IsConstant(member.value);
      if (!constant) continue;
      if (json.size() > 1) json += ',';
      AppendQuoted(member.name, &json);
      json += ':' + member.value.constant()->json;
    }
    if (constant) expression->node = ir::Constant{json + '}'};
  } else if (auto* array = std::get_if<ir::Array>(&expression->node)) {
    std::string json = "[";
    bool constant = true;
    for (ir::Expression& item : array->items) {
      Fold(&item, depth + 1);
      constant = constant && IsConstant(item);
      if (!constant) continue;
      if (json.size() > 1) json += ',';
      json += item.constant()->json;
    }
    if (constant) expression->node = ir::Constant{json + ']'};
  }
}

}  // namespace

void FoldConstants(ir::Expression* expression) {
  Fold(expression, 0);
}

}  // namespace aslx::compiler
