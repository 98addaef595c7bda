#include "tests/reference/payload.h"

#include "tests/reference/call.h"

namespace aslx::reference {

Outcome<Json> EvaluateField(std::string_view field, std::string_view text, const Json& input,
                            const Scope& scope) {
  if (text.substr(0, 1) != "$") return EvaluateCall(text, input, scope);
  const std::optional<Path> path = ParsePath(text);
  if (!path.has_value()) return RuntimeFault("Invalid path '" + std::string(text) + "'");
  const Json* root = RootOf(*path, input, scope);
  PathResult result;
  if (root != nullptr) result = Evaluate(*path, *root);
  if (result.found) return std::move(result.value);
  return RuntimeFault("The JSONPath '" + std::string(text) + "' specified for the field '" +
                      std::string(field) + "' could not be found in the input '" +
                      WriteJson(root != nullptr ? *root : Json()) + "'");
}

// Recursion follows the definition, which is at most 1,000 levels deep.
Outcome<Json> EvaluateTemplate(const Json& form, const Json& input, const Scope& scope) {
  if (form.is_array()) {
    Json::Items items;
    for (const Json& item : form.items()) {
      Outcome<Json> value = EvaluateTemplate(item, input, scope);
      if (!value.has_value()) return value;
      items.push_back(std::move(*value));
    }
    return Json::Array(std::move(items));
  }
  if (!form.is_object()) return form;
  Json::Members members;
  for (const auto& [key, member] : form.members()) {
    const bool dynamic = key.size() >= 2 && key.substr(key.size() - 2) == ".$";
    Outcome<Json> value = dynamic && member.is_string()
                              ? EvaluateField(key, member.text(), input, scope)
                              : EvaluateTemplate(member, input, scope);
    if (!value.has_value()) return value;
    const std::string name = dynamic ? key.substr(0, key.size() - 2) : key;
    members.emplace_back(name, std::move(*value));
  }
  return Json::Object(std::move(members));
}

Outcome<Json> EvaluatePathField(std::string_view text, const Json& input, const Scope& scope) {
  const std::optional<Path> path = ParsePath(text);
  if (!path.has_value()) return RuntimeFault("Invalid path '" + std::string(text) + "'");
  const Json* root = RootOf(*path, input, scope);
  if (root == nullptr) {
    return RuntimeFault("Invalid path '" + std::string(text) + "' : No results for path: $");
  }
  PathResult result = Evaluate(*path, *root);
  if (result.found) return std::move(result.value);
  return RuntimeFault("Invalid path '" + std::string(text) + "' : " + result.why);
}

std::optional<Json> FindAt(std::string_view text, const Json& input, const Scope& scope) {
  const std::optional<Path> path = ParsePath(text);
  if (!path.has_value()) return std::nullopt;
  const Json* root = RootOf(*path, input, scope);
  if (root == nullptr) return std::nullopt;
  PathResult result = Evaluate(*path, *root);
  if (!result.found || result.past_end) return std::nullopt;
  return std::move(result.value);
}

}  // namespace aslx::reference
