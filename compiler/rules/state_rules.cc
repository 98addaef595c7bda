#include "compiler/rules/state_rules.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "compiler/rules/choice_rules.h"
#include "compiler/rules/field_rules.h"
#include "compiler/rules/machine_rules.h"
#include "compiler/rules/map_rules.h"
#include "compiler/rules/path_rules.h"
#include "compiler/rules/resource_rules.h"
#include "compiler/rules/retry_catch_rules.h"
#include "compiler/rules/scalar_rules.h"
#include "compiler/rules/template_rules.h"
#include "compiler/rules/timestamp_rules.h"

namespace aslx::compiler {
namespace {

/// The largest number of seconds that the service takes.
constexpr int64_t kSecondsMax = 99'999'999;

enum class FieldKind : uint8_t {
  kAnything,
  kAssign,
  kBoolean,
  kBranches,
  kCatch,
  kChoices,
  kCount,
  kCredentials,
  kItemBatcher,
  kItemReader,
  kItemsPath,
  kLabel,
  kMapNumberPath,
  kPath,
  kPercentage,
  kProcessor,
  kQueryLanguage,
  kReferencePath,
  kResource,
  kResultPath,
  kResultWriter,
  kRetry,
  kStateName,
  kTaskSeconds,
  kTemplate,
  kText,
  kTextPath,
  kTimestamp,
  kType,
  kWaitSeconds,
};

constexpr uint32_t Bit(ast::StateType type) {
  return 1u << static_cast<uint32_t>(type);
}
constexpr uint32_t kPass = Bit(ast::StateType::kPass);
constexpr uint32_t kTask = Bit(ast::StateType::kTask);
constexpr uint32_t kChoice = Bit(ast::StateType::kChoice);
constexpr uint32_t kWait = Bit(ast::StateType::kWait);
constexpr uint32_t kSucceed = Bit(ast::StateType::kSucceed);
constexpr uint32_t kFail = Bit(ast::StateType::kFail);
constexpr uint32_t kParallel = Bit(ast::StateType::kParallel);
constexpr uint32_t kMap = Bit(ast::StateType::kMap);
constexpr uint32_t kAllStates = 0xFF;

struct FieldFacts {
  std::string_view name;
  uint32_t states;
  FieldLanguage language;
  FieldKind kind;
};

constexpr std::array kFields = {
#define ASLX_STATE_FIELD(name, states, language, kind) \
  FieldFacts{name, states, FieldLanguage::language, FieldKind::kind},
#include "compiler/rules/state_fields.def"
#undef ASLX_STATE_FIELD
};

const FieldFacts* FindField(std::string_view name) {
  const auto it = std::find_if(kFields.begin(), kFields.end(),
                               [&](const FieldFacts& field) { return field.name == name; });
  return it == kFields.end() ? nullptr : it;
}

void CheckFieldValue(const MachineContext& machine, const StateContext& state,
                     const JsonMember& member, FieldKind kind) {
  const RuleContext& rules = state.rules;
  const JsonNode& value = member.value;
  switch (kind) {
    case FieldKind::kAnything: return;
    case FieldKind::kAssign: return CheckAssign(state, value);
    case FieldKind::kBoolean: CheckBoolean(rules, value); return;
    case FieldKind::kBranches: return CheckBranches(machine, value);
    case FieldKind::kCatch: return CheckCatch(state, value);
    case FieldKind::kChoices: return CheckChoices(state, value);
    case FieldKind::kCount: CheckIntegerOrExpression(state, value, {0, INT64_MAX}); return;
    case FieldKind::kCredentials: return CheckCredentials(state, state.state, value);
    case FieldKind::kItemBatcher: return CheckItemBatcher(state, value);
    case FieldKind::kItemReader: return CheckItemReader(state, value);
    case FieldKind::kItemsPath: return CheckReferencePath(rules, value, {true, true, true});
    case FieldKind::kLabel: return CheckLabel(rules, value);
    case FieldKind::kMapNumberPath: return CheckReferencePath(rules, value, {false, false, true});
    case FieldKind::kPath: return CheckPath(rules, value);
    case FieldKind::kPercentage: CheckNumberOrExpression(state, value, {0.0, 100.0}); return;
    case FieldKind::kProcessor: return CheckProcessor(machine, value);
    case FieldKind::kQueryLanguage: CheckOneOf(rules, value, {"JSONPath", "JSONata"}); return;
    case FieldKind::kReferencePath: return CheckReferencePath(rules, value, {});
    case FieldKind::kResource: return CheckResource(rules, value);
    case FieldKind::kResultPath: return CheckReferencePath(rules, value, {true, false, false});
    case FieldKind::kResultWriter: return CheckResultWriter(state, value);
    case FieldKind::kRetry: return CheckRetry(state, value);
    case FieldKind::kStateName: CheckNotEmptyText(rules, value); return;
    case FieldKind::kTaskSeconds: CheckIntegerOrExpression(state, value, {1, kSecondsMax}); return;
    case FieldKind::kTemplate: return CheckTemplate(state, value);
    case FieldKind::kText: CheckText(rules, value); return;
    case FieldKind::kTextPath: return CheckTextPath(rules, value, member.key);
    case FieldKind::kTimestamp:
      if (state.jsonata() && value.is_string() && IsJsonataExpression(value.text)) return;
      return CheckTimestamp(rules, value);
    case FieldKind::kType: return;
    case FieldKind::kWaitSeconds: CheckIntegerOrExpression(state, value, {0, kSecondsMax}); return;
  }
}

// --- Fields that go together
// -----------------------------------------------------------------------

bool IsTrue(const JsonNode* node) {
  return node != nullptr && BooleanOf(*node).value_or(false);
}

void CheckTransition(const RuleContext& rules, const JsonNode& state) {
  const bool next = state.Find("Next") != nullptr;
  const JsonNode* end = state.Find("End");
  if (next && IsTrue(end)) rules.SchemaError(state, OnlyOneOf({"Next", "End"}));
  // An End that is no boolean is reported as such.
  const bool is_boolean = end == nullptr || BooleanOf(*end).has_value();
  if (!next && !IsTrue(end) && is_boolean) {
    rules.SchemaError(state, ExactlyOneOf({"Next", "End"}));
  }
}

void CheckTaskTimes(const RuleContext& rules, const JsonNode& state) {
  CheckExclusiveFields(rules, state, {"TimeoutSeconds", "TimeoutSecondsPath"});
  CheckExclusiveFields(rules, state, {"HeartbeatSeconds", "HeartbeatSecondsPath"});
  const JsonNode* timeout = state.Find("TimeoutSeconds");
  const JsonNode* heartbeat = state.Find("HeartbeatSeconds");
  if (timeout == nullptr || heartbeat == nullptr) return;
  const auto timeout_seconds = IntegerOf(*timeout);
  const auto heartbeat_seconds = IntegerOf(*heartbeat);
  if (timeout_seconds && heartbeat_seconds && *heartbeat_seconds >= *timeout_seconds) {
    rules.SchemaError(*heartbeat, "HeartbeatSeconds must be smaller than TimeoutSeconds");
  }
}

void CheckTogether(const RuleContext& rules, const JsonNode& state, ast::StateType type) {
  switch (type) {
    case ast::StateType::kTask:
      CheckRequiredFields(rules, state, {"Resource"});
      CheckTaskTimes(rules, state);
      break;
    case ast::StateType::kChoice: CheckRequiredFields(rules, state, {"Choices"}); break;
    case ast::StateType::kWait:
      CheckExactlyOneField(rules, state, {"SecondsPath", "Seconds", "TimestampPath", "Timestamp"});
      break;
    case ast::StateType::kFail:
      CheckExclusiveFields(rules, state, {"Error", "ErrorPath"});
      CheckExclusiveFields(rules, state, {"Cause", "CausePath"});
      break;
    case ast::StateType::kParallel: CheckRequiredFields(rules, state, {"Branches"}); break;
    case ast::StateType::kMap:
      CheckExactlyOneField(rules, state, {"ItemProcessor", "Iterator"});
      CheckExclusiveFields(rules, state, {"ItemSelector", "Parameters"});
      CheckExclusiveFields(rules, state, {"MaxConcurrency", "MaxConcurrencyPath"});
      CheckExclusiveFields(rules, state, {"ToleratedFailureCount", "ToleratedFailureCountPath"});
      CheckExclusiveFields(rules, state,
                           {"ToleratedFailurePercentage", "ToleratedFailurePercentagePath"});
      break;
    case ast::StateType::kPass:
    case ast::StateType::kSucceed: break;
  }
  if ((Bit(type) & (kPass | kTask | kWait | kParallel | kMap)) != 0) CheckTransition(rules, state);
}

/// False when the state's type is not known, so that its fields cannot be judged.
bool CheckType(const RuleContext& rules, const JsonNode& state) {
  const JsonNode* type = state.Find("Type");
  if (type == nullptr) {
    rules.SchemaError(state, RequiredFields({"Type"}));
    return false;
  }
  if (FindStateType(state)) return true;
  if (CheckText(rules, *type) && !rules.IsUnknown(*type)) {
    rules.SchemaError(*type,
                      "The field 'Type' should have one of these values: [Task, Wait, Pass, "
                      "Succeed, Fail, Choice, Parallel, Map]");
  }
  return false;
}

}  // namespace

std::optional<ast::StateType> FindStateType(const JsonNode& state) {
  const JsonNode* type = state.Find("Type");
  if (type == nullptr || !type->is_string()) return std::nullopt;
  for (uint32_t i = 0; i < std::variant_size_v<decltype(ast::State::details)>; ++i) {
    const auto candidate = static_cast<ast::StateType>(i);
    if (ast::NameOf(candidate) == type->text) return candidate;
  }
  return std::nullopt;
}

ast::QueryLanguage LanguageOf(const JsonNode& state, ast::QueryLanguage inherited) {
  const JsonNode* language = state.Find("QueryLanguage");
  if (language == nullptr) return inherited;
  // Whatever is not exactly JSONPath counts as JSONata, as on AWS.
  return language->is_string() && language->text == "JSONPath" ? ast::QueryLanguage::kJsonPath
                                                               : ast::QueryLanguage::kJsonata;
}

void CheckState(const MachineContext& machine, const JsonNode& node) {
  const RuleContext& rules = machine.rules;
  if (!CheckObject(rules, node) || !CheckType(rules, node)) return;
  StateContext state{rules, node, LanguageOf(node, machine.language)};
  // Only the states of the definition itself are held to its language; AWS accepts a state in
  // JSONPath mode within a Map or Parallel of a JSONata machine.
  if (!machine.nested && machine.language == ast::QueryLanguage::kJsonata && !state.jsonata()) {
    rules.SchemaError(node,
                      "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state "
                      "machine");
    state.check_field_language = false;
  }
  const ast::StateType type = *FindStateType(node);
  CheckTogether(rules, node, type);
  for (const JsonMember& member : node.members) {
    const FieldFacts* field = FindField(member.key);
    if (field == nullptr || (field->states & Bit(type)) == 0) {
      ReportUnsupportedField(rules, node, member.key);
    } else if (CheckFieldLanguage(state, node, member.key, field->language)) {
      CheckFieldValue(machine, state, member, field->kind);
    }
  }
}

}  // namespace aslx::compiler
