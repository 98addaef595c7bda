#include "tests/reference/stubs.h"

#include "tests/reference/decimal.h"

namespace aslx::reference {
namespace {

constexpr std::string_view kAny = "{{ANY}}";

bool MatchesText(std::string_view pattern, std::string_view text) {
  const size_t any = pattern.find(kAny);
  if (any == std::string_view::npos) return pattern == text;
  if (text.substr(0, any) != pattern.substr(0, any)) return false;
  pattern.remove_prefix(any + kAny.size());
  text.remove_prefix(any);
  // Every piece between two wildcards where it is found first; the last one at the end.
  for (size_t next = pattern.find(kAny); next != std::string_view::npos;
       next = pattern.find(kAny)) {
    const size_t found = text.find(pattern.substr(0, next));
    if (found == std::string_view::npos) return false;
    text.remove_prefix(found + next);
    pattern.remove_prefix(next + kAny.size());
  }
  return text.size() >= pattern.size() && text.substr(text.size() - pattern.size()) == pattern;
}

const Json::Items& ResponsesOf(const Json& form) {
  static const Json::Items kNone;
  const Json* responses = form.Find("responses");
  return responses != nullptr && responses->is_array() ? responses->items() : kNone;
}

bool Repeats(const Json& form) {
  const Json* repeats = form.Find("repeat_last");
  return repeats != nullptr && repeats->is_bool() && repeats->boolean();
}

bool TextIs(const Json& form, std::string_view key, const std::string& text) {
  const Json* value = form.Find(key);
  return value == nullptr || value->is_null() || MatchesText(value->text(), text);
}

}  // namespace

bool MatchesPattern(const Json& pattern, const Json& value) {
  if (pattern.is_string() && pattern.text() == kAny) return true;
  if (pattern.type() != value.type()) return false;
  if (pattern.is_string()) return MatchesText(pattern.text(), value.text());
  if (pattern.is_array()) {
    if (pattern.items().size() != value.items().size()) return false;
    for (size_t i = 0; i < pattern.items().size(); ++i) {
      if (!MatchesPattern(pattern.items()[i], value.items()[i])) return false;
    }
    return true;
  }
  if (pattern.is_object()) {
    if (pattern.members().size() != value.members().size()) return false;
    for (const auto& [key, member] : pattern.members()) {
      const Json* other = value.Find(key);
      if (other == nullptr || !MatchesPattern(member, *other)) return false;
    }
    return true;
  }
  return SameValue(pattern, value);
}

Stubs::Stubs(const Json& file) {
  const Json* stubs = file.Find("stubs");
  if (stubs == nullptr || !stubs->is_array()) return;
  for (const Json& form : stubs->items())
    stubs_.push_back({form});
}

std::optional<Json> Stubs::Take(const std::string& state, const std::string& resource_type,
                                const std::string& resource, const Json& parameters) {
  for (Stub& stub : stubs_) {
    const Json::Items& responses = ResponsesOf(stub.form);
    if (responses.empty()) continue;
    const bool left = stub.used < responses.size();
    if (!left && !Repeats(stub.form)) continue;
    if (!TextIs(stub.form, "state", state)) continue;
    if (!TextIs(stub.form, "resource_type", resource_type)) continue;
    if (!TextIs(stub.form, "resource", resource)) continue;
    const Json* pattern = stub.form.Find("parameters");
    if (pattern != nullptr && !MatchesPattern(*pattern, parameters)) continue;
    return left ? responses[stub.used++] : responses.back();
  }
  return std::nullopt;
}

int64_t Stubs::unused() const {
  int64_t count = 0;
  for (const Stub& stub : stubs_) {
    size_t expected = ResponsesOf(stub.form).size();
    if (Repeats(stub.form) && expected > 0) --expected;
    if (expected > stub.used) count += static_cast<int64_t>(expected - stub.used);
  }
  return count;
}

}  // namespace aslx::reference
