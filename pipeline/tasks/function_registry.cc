#include "pipeline/tasks/function_registry.h"

#include "runtime/value/json_reader.h"
#include "runtime/value/json_writer.h"
#include "runtime/value/number.h"

namespace aslx {

double FunctionInvocation::NumberOr(std::string_view key, double otherwise) {
  if (payload_.type != Type::kObject) return otherwise;
  Value member = FindMember(payload_, key, arena_);
  return member.type == Type::kNumber ? ToNumber(member).real : otherwise;
}

std::string_view FunctionInvocation::TextOr(std::string_view key, std::string_view otherwise) {
  if (payload_.type != Type::kObject) return otherwise;
  Value member = FindMember(payload_, key, arena_);
  return member.type == Type::kString ? Decode(member, arena_) : otherwise;
}

void FunctionInvocation::Fail(std::string_view error_type, std::string_view message) {
  failed_ = true;
  // The spacing is that of the Python runtime, whose error objects people know.
  reply_ = "{\"errorMessage\": ";
  AppendQuoted(message, &reply_);
  reply_ += ", \"errorType\": ";
  AppendQuoted(error_type, &reply_);
  reply_ += "}";
}

std::string FunctionRegistry::Names() const {
  std::string names;
  for (const auto& [name, handler] : handlers_) {
    if (!names.empty()) names += ", ";
    names += name;
  }
  return names;
}

}  // namespace aslx
