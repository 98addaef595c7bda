#include "compiler/findings/shape_sources.h"

#include <optional>
#include <string>
#include <utility>

#include "compiler/definition/json_reader.h"

namespace aslx::compiler {
namespace {

Result<Shape> Refuse(std::string_view file_name, size_t line, const std::string& what) {
  return Fail(ErrorKind::kData, std::string(file_name) + ":" + std::to_string(line) + ": " + what);
}

bool Read(std::string_view text, JsonDocument* document, Diagnostics* diagnostics) {
  const Substitutions none;
  Placeholders placeholders(none);
  return ReadJson(text, false, &placeholders, document, diagnostics);
}

bool HasUnknownKeyword(const JsonNode& schema) {
  for (const std::string_view name :
       {"$ref", "$dynamicRef", "anyOf", "oneOf", "allOf", "if", "patternProperties"}) {
    if (schema.Find(name) != nullptr) return true;
  }
  return false;
}

/// Nesting is that of JSON, which the reader limits.
Shape FromSchema(const JsonNode& schema) {
  if (!schema.is_object() || HasUnknownKeyword(schema)) return Shape::Anything();
  const JsonNode* type = schema.Find("type");
  if (type == nullptr || !type->is_string()) return Shape::Anything();
  if (type->text == "array") {
    const JsonNode* items = schema.Find("items");
    return Shape::Array(items == nullptr ? Shape::Anything() : FromSchema(*items));
  }
  if (type->text != "object") return Shape::Scalar();
  Shape::Members members;
  if (const JsonNode* properties = schema.Find("properties")) {
    for (const JsonMember& member : properties->members) {
      members.insert_or_assign(std::string(member.key), FromSchema(member.value));
    }
  }
  const JsonNode* additional = schema.Find("additionalProperties");
  const bool closed = additional != nullptr && additional->is_boolean() && !additional->boolean;
  return Shape::Object(std::move(members), !closed);
}

}  // namespace

Result<Shape> ShapeOfSamples(std::string_view text, std::string_view file_name) {
  std::optional<Shape> all;
  size_t line = 0;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view sample = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    ++line;
    if (sample.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    JsonDocument document;
    Diagnostics diagnostics;
    if (!Read(sample, &document, &diagnostics)) {
      return Refuse(file_name, line, diagnostics.all().front().message);
    }
    const Shape shape = Shape::FromJson(document.root);
    all = all ? Join(*all, shape) : shape;
  }
  if (!all) return Refuse(file_name, 1, "at least one sample is expected, found none");
  return *all;
}

Result<Shape> ShapeOfSchema(std::string_view text, std::string_view file_name) {
  JsonDocument document;
  Diagnostics diagnostics;
  if (!Read(text, &document, &diagnostics)) {
    const Diagnostic& first = diagnostics.all().front();
    return Refuse(file_name, first.line, first.message);
  }
  return FromSchema(document.root);
}

}  // namespace aslx::compiler
