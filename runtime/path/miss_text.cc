// The words of a miss, which causes quote.
#include <charconv>
#include <string>

#include "runtime/path/path.h"
#include "runtime/value/json_writer.h"
#include "runtime/value/number.h"

namespace aslx {
namespace {

void AppendIndex(int32_t index, std::string* out) {
  *out += '[';
  *out += std::to_string(index);
  *out += ']';
}

/// The first `count` steps in the library's own notation: $['a'][0].
std::string PathText(const Program& program, const PathRecord& path, uint32_t count) {
  std::string out = "$";
  for (const PathStep& step : program.path_steps().subspan(path.first_step, count)) {
    if (step.kind == PathStepKind::kKey) {
      out += "['";
      out += program.TextOf({step.operand, step.extra});
      out += "']";
    } else if (step.kind == PathStepKind::kIndex) {
      AppendIndex(static_cast<int32_t>(step.operand), &out);
    }
  }
  return out;
}

/// The step itself: ['a'], ['a','b'] or [0].
std::string StepText(const Program& program, const PathStep& step) {
  std::string out;
  if (step.kind == PathStepKind::kIndex) {
    AppendIndex(static_cast<int32_t>(step.operand), &out);
    return out;
  }
  PathKey single{step.operand, step.extra};
  std::span<const PathKey> keys(&single, 1);
  if (step.kind == PathStepKind::kKeys)
    keys = program.path_keys().subspan(step.operand, step.extra);
  for (const PathKey& key : keys) {
    out += out.empty() ? "['" : ",'";
    out += program.TextOf(key);
    out += "'";
  }
  return out + "]";
}

/// The class of the service's JSON library that holds such a value.
std::string_view NodeClass(const Value& value) {
  switch (value.type) {
    case Type::kUndefined: return "null";
    case Type::kNull: return "com.fasterxml.jackson.databind.node.NullNode";
    case Type::kBool: return "com.fasterxml.jackson.databind.node.BooleanNode";
    case Type::kString: return "com.fasterxml.jackson.databind.node.TextNode";
    case Type::kArray: return "com.fasterxml.jackson.databind.node.ArrayNode";
    case Type::kObject: return "com.fasterxml.jackson.databind.node.ObjectNode";
    case Type::kNumber: break;
  }
  bool is_real = (value.flags & value_flags::kReal) != 0 ||
                 (value.raw() && value.text_view().find_first_of(".eE") != std::string_view::npos);
  if (is_real) return "com.fasterxml.jackson.databind.node.DoubleNode";
  Number number = ToNumber(value);
  if (!number.is_integer) return "com.fasterxml.jackson.databind.node.BigIntegerNode";
  bool is_int = number.integer >= INT32_MIN && number.integer <= INT32_MAX;
  return is_int ? "com.fasterxml.jackson.databind.node.IntNode"
                : "com.fasterxml.jackson.databind.node.LongNode";
}

std::string MissText(const Program& program, const PathRecord& path, const PathMiss& miss,
                     Arena& arena) {
  std::string before = PathText(program, path, miss.step);
  switch (miss.kind) {
    case PathMiss::Kind::kNone:
    case PathMiss::Kind::kMissingLeaf:
    case PathMiss::Kind::kIndexOutOfRange:
      return "No results for path: " + PathText(program, path, path.step_count);
    case PathMiss::Kind::kMissingParent:
      return "Missing property in path " + PathText(program, path, miss.step + 1);
    case PathMiss::Kind::kNotAnArray:
    case PathMiss::Kind::kNotAnObject: break;
  }
  std::string step = StepText(program, program.path_steps()[path.first_step + miss.step]);
  if (miss.kind == PathMiss::Kind::kNotAnObject)
    return "Expected to find an object with property " + step + " in path " + before +
           " but found '" + std::string(NodeClass(miss.at)) +
           "'. This is not a json object according to the JsonProvider: "
           "'com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider'.";
  if (miss.at.undefined()) return "The path " + before + " is null";
  return "Filter: " + step + " can only be applied to arrays. Current context is: " +
         std::string(JsonText(miss.at, arena));
}

}  // namespace

// Off the good path: an execution that comes here ends or goes to a handler, so a std::string is
// no matter.
std::string_view DescribeMiss(const Program& program, const PathRecord& path, const PathMiss& miss,
                              Arena& arena) {
  return arena.Copy(MissText(program, path, miss, arena));
}

}  // namespace aslx
