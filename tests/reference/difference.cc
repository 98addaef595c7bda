#include "tests/reference/difference.h"

#include <set>

namespace aslx::reference {
namespace {

// What follows these words is nobody's text but ours, unless it quotes a path that was missed.
std::string Comparable(const std::string& cause) {
  static const std::string kReason = "' had the following error: ";
  const size_t at = cause.find(kReason);
  if (at == std::string::npos) return cause;
  const std::string reason = cause.substr(at + kReason.size());
  const bool known =
      reason.rfind("The JsonPath argument", 0) == 0 || reason.rfind("Filter: ", 0) == 0;
  return known ? cause : cause.substr(0, at + kReason.size());
}

// The text in one form: compact, strings escaped alike.
std::string Canonical(const std::string& text) {
  const std::optional<Json> value = ParseJson(text);
  return value.has_value() ? WriteJson(*value) : "not JSON: " + text;
}

std::string Normal(const std::string& key, const Json& value) {
  static const std::set<std::string> kPayloads = {"input", "output", "parameters"};
  if (value.is_string() && kPayloads.count(key) != 0) return Canonical(value.text());
  if (value.is_string() && key == "cause") return Comparable(value.text());
  if (key == "assignedVariables" && value.is_object()) {
    std::string out;
    for (const auto& [name, text] : value.members()) {
      const std::optional<Json> parsed = ParseJson(text.text());
      out += name + "=" + (parsed.has_value() ? WriteJson(*parsed) : text.text()) + ";";
    }
    return out;
  }
  return WriteJson(value);
}

std::string Shown(const std::string& text) {
  constexpr size_t kShownMax = 700;
  return text.size() <= kShownMax ? text : text.substr(0, kShownMax) + "…";
}

std::string Compare(const std::string& place, const Json& a, const Json& b);

// Members of both, whatever their order: details are named, not ordered.
std::string CompareMembers(const std::string& place, const Json& a, const Json& b) {
  static const std::set<std::string> kIgnored = {"timestamp",     "events",
                                                 "mapRunArn",     "inputDetails",
                                                 "outputDetails", "assignedVariablesDetails"};
  std::set<std::string> keys;
  for (const auto& member : a.members())
    keys.insert(member.first);
  for (const auto& member : b.members())
    keys.insert(member.first);
  for (const std::string& key : keys) {
    if (kIgnored.count(key) != 0) continue;
    const Json* left = a.Find(key);
    const Json* right = b.Find(key);
    const std::string where = place + "." + key;
    if (left == nullptr) return where + ": only the engine has it: " + Shown(WriteJson(*right));
    if (right == nullptr) return where + ": only the reference has it: " + Shown(WriteJson(*left));
    const bool details = key.find("EventDetails") != std::string::npos;
    const std::string why =
        details ? CompareMembers(where, *left, *right) : Compare(where, *left, *right);
    if (!why.empty()) return why;
  }
  return {};
}

std::string Compare(const std::string& place, const Json& a, const Json& b) {
  const std::string key = place.substr(place.rfind('.') + 1);
  const std::string left = Normal(key, a);
  const std::string right = Normal(key, b);
  if (left == right) return {};
  return place + ":\n    reference " + Shown(left) + "\n    engine    " + Shown(right);
}

const Json::Items& EventsOf(const Json& report) {
  static const Json::Items kNone;
  const Json* events = report.Find("events");
  return events != nullptr && events->is_array() ? events->items() : kNone;
}

}  // namespace

std::string Difference(const Json& reference, const Json& engine) {
  const Json::Items& left = EventsOf(reference);
  const Json::Items& right = EventsOf(engine);
  for (size_t i = 0; i < left.size() && i < right.size(); ++i) {
    const std::string place = "event " + std::to_string(i + 1) + " " + left[i].Find("type")->text();
    if (left[i].Find("type")->text() != right[i].Find("type")->text()) {
      return place + ": the engine has " + WriteJson(right[i]);
    }
    const std::string why = CompareMembers(place, left[i], right[i]);
    if (!why.empty()) return why;
  }
  if (left.size() != right.size()) {
    return "events: reference " + std::to_string(left.size()) + ", engine " +
           std::to_string(right.size());
  }
  return CompareMembers("report", reference, engine);
}

}  // namespace aslx::reference
