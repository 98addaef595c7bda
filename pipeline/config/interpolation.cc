#include "pipeline/config/interpolation.h"

#include <fmt/core.h>

namespace aslx {
namespace {

bool IsVariableName(std::string_view text) {
  if (text.empty()) return false;
  for (char c : text) {
    bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (!letter && c != '_') return false;
  }
  return true;
}

/// The text with its variables filled in; nullopt when `error` says what is wrong.
std::optional<std::string> Filled(const std::string& text, const Environment& environment,
                                  bool* changed, std::string* error) {
  std::string result;
  size_t at = 0;
  for (;;) {
    size_t open = text.find("${", at);
    if (open == std::string::npos) break;
    if (open > at && text[open - 1] == '$') {  // $${ is ${
      result.append(text, at, open - 1 - at).append("${");
      at = open + 2;
      continue;
    }
    size_t close = text.find('}', open);
    if (close == std::string::npos) {
      *error = "'${' without '}'; write '$${' for the text itself";
      return std::nullopt;
    }
    std::string inner = text.substr(open + 2, close - open - 2);
    size_t otherwise = inner.find(":-");
    std::string variable = inner.substr(0, otherwise);
    if (!IsVariableName(variable)) {
      *error = fmt::format("'${{{}}}' is no environment variable; write '$${{' for the text itself",
                           inner);
      return std::nullopt;
    }
    std::optional<std::string> value = environment(variable);
    if (otherwise != std::string::npos && (!value || value->empty()))
      value = inner.substr(otherwise + 2);
    if (!value) {
      *error = fmt::format("environment variable '{}' is not set; '${{{}:-…}}' gives a default",
                           variable, variable);
      return std::nullopt;
    }
    result.append(text, at, open - at).append(*value);
    *changed = true;
    at = close + 1;
  }
  return result.append(text, at);
}

}  // namespace

// Depth: that of the tree, which config_yaml.cc limits.
void Interpolate(const Environment& environment, ConfigNode* node,
                 std::vector<ConfigFinding>* findings) {
  if (node->kind == ConfigNode::Kind::kScalar && node->text.find("${") != std::string::npos) {
    std::string error;
    std::optional<std::string> filled =
        Filled(node->text, environment, &node->interpolated, &error);
    if (filled)
      node->text = std::move(*filled);
    else
      findings->push_back({node->line, node->column, std::move(error)});
  }
  for (ConfigNode& child : node->children)
    Interpolate(environment, &child, findings);
}

}  // namespace aslx
