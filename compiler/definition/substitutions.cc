#include "compiler/definition/substitutions.h"

#include <string>

#include "compiler/definition/json_node.h"
#include "compiler/definition/yaml_reader.h"
#include "compiler/diagnostics/diagnostic.h"

namespace aslx::compiler {
namespace {

tl::unexpected<Error> Refuse(std::string_view file_name, uint32_t line, uint32_t column,
                             const std::string& what) {
  return Fail(ErrorKind::kUsage, std::string(file_name) + ":" + std::to_string(line) + ":" +
                                     std::to_string(column) + ": " + what);
}

}  // namespace

Result<void> ReadSubstitutionMap(std::string_view text, std::string_view file_name,
                                 Substitutions* substitutions) {
  JsonDocument document;
  Diagnostics diagnostics;
  const Substitutions none;
  Placeholders placeholders(none);
  // JSON is YAML.
  if (!ReadYaml(text, &placeholders, &document, &diagnostics)) {
    const Diagnostic& first = diagnostics.all().front();
    return Refuse(file_name, first.line, first.column, first.message);
  }
  const JsonNode& root = document.root;
  if (!root.is_object()) {
    return Refuse(file_name, root.line, root.column, "an object of NAME: VALUE is expected");
  }
  for (const JsonMember& member : root.members) {
    const JsonNode& value = member.value;
    if (value.is_string() || value.is_number()) {
      (*substitutions)[std::string(member.key)] = value.text;
    } else if (value.is_boolean()) {
      (*substitutions)[std::string(member.key)] = value.boolean ? "true" : "false";
    } else {
      return Refuse(
          file_name, member.line, member.column,
          "the value of '" + std::string(member.key) + "' must be a text, a number or a boolean");
    }
  }
  return {};
}

}  // namespace aslx::compiler
