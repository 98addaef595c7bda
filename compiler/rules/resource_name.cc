#include "compiler/rules/resource_name.h"

#include <array>
#include <utility>

namespace aslx::compiler {
namespace {

constexpr std::array<std::pair<std::string_view, CallPattern>, 3> kPatterns = {{
    {".sync", CallPattern::kSync},
    {".sync:2", CallPattern::kSync2},
    {".waitForTaskToken", CallPattern::kWaitForTaskToken},
}};

bool EndsIn(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

/// Cuts the text up to the next colon off `rest`. Colons within `${…}` do not count.
std::optional<std::string_view> TakeField(std::string_view* rest) {
  size_t end = 0;
  for (; end < rest->size() && (*rest)[end] != ':'; ++end) {
    if (rest->substr(end, 2) != "${") continue;
    const size_t close = rest->find('}', end);
    if (close == std::string_view::npos) return std::nullopt;
    end = close;
  }
  if (end == rest->size()) return std::nullopt;
  const std::string_view field = rest->substr(0, end);
  rest->remove_prefix(end + 1);
  return field;
}

}  // namespace

CallPattern PatternOf(std::string_view resource) {
  for (const auto& [text, pattern] : kPatterns) {
    if (EndsIn(resource, text)) return pattern;
  }
  return CallPattern::kRequestResponse;
}

std::optional<ResourceName> ParseResource(std::string_view text) {
  std::string_view rest = text;
  const auto scheme = TakeField(&rest);
  const auto partition = TakeField(&rest);
  const auto service = TakeField(&rest);
  const auto region = TakeField(&rest);
  const auto account = TakeField(&rest);
  if (!scheme || *scheme != "arn" || !partition || partition->empty() || !service ||
      service->empty() || !region || !account || rest.empty()) {
    return std::nullopt;
  }
  ResourceName name;
  if (*service != "states") return name;
  const auto target = TakeField(&rest);
  if (!target || rest.empty()) {
    name.kind = ResourceKind::kIntegration;
    name.service = rest;
    return name;
  }
  if (*target == "activity") {
    name.kind = ResourceKind::kActivity;
    return name;
  }
  name.kind = ResourceKind::kIntegration;
  name.service = *target;
  name.pattern = PatternOf(rest);
  name.action = rest;
  for (const auto& [end, pattern] : kPatterns) {
    if (pattern == name.pattern) name.action.remove_suffix(end.size());
  }
  return name;
}

}  // namespace aslx::compiler
