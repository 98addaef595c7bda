#include "compiler/parser/machine_builder.h"

#include <memory>
#include <string>
#include <utility>

#include "compiler/parser/choice_builder.h"
#include "compiler/parser/expression_builder.h"
#include "compiler/rules/map_rules.h"
#include "compiler/rules/scalar_rules.h"
#include "compiler/rules/state_rules.h"
#include "runtime/base/check.h"

namespace aslx::compiler {
namespace {

ast::Machine BuildMachineIn(const JsonNode& node, ast::QueryLanguage inherited);

std::vector<std::string> BuildErrorEquals(const JsonNode& node) {
  std::vector<std::string> names;
  for (const JsonNode& name : node.Find("ErrorEquals")->items)
    names.emplace_back(name.text);
  return names;
}

ast::Retrier BuildRetrier(const JsonNode& node) {
  ast::Retrier retrier;
  retrier.source = &node;
  retrier.error_equals = BuildErrorEquals(node);
  if (const JsonNode* field = node.Find("IntervalSeconds")) {
    retrier.interval_seconds = *IntegerOf(*field);
  }
  if (const JsonNode* field = node.Find("MaxAttempts")) retrier.attempts_max = *IntegerOf(*field);
  if (const JsonNode* field = node.Find("BackoffRate")) retrier.backoff_rate = *DoubleOf(*field);
  if (const JsonNode* field = node.Find("MaxDelaySeconds")) {
    retrier.delay_seconds_max = *IntegerOf(*field);
  }
  if (TextOf(node, "JitterStrategy") == "FULL") retrier.jitter = ast::JitterStrategy::kFull;
  return retrier;
}

ast::Catcher BuildCatcher(const JsonNode& node, ast::QueryLanguage language) {
  ast::Catcher catcher;
  catcher.source = &node;
  catcher.error_equals = BuildErrorEquals(node);
  catcher.result_path = BuildPathSetting(node.Find("ResultPath"));
  catcher.assign = BuildAssign(node.Find("Assign"), language);
  if (const JsonNode* output = node.Find("Output")) {
    catcher.output = BuildTemplate(*output, language);
  }
  catcher.next = TextOf(node, "Next");
  return catcher;
}

/// Builds one state; each method the details of one type.
class StateBuilder {
 public:
  StateBuilder(const JsonMember& member, ast::QueryLanguage inherited)
      : node_(member.value), inherited_(inherited), language_(LanguageOf(node_, inherited)) {
    state_.name = member.key;
  }

  ast::State Build() {
    state_.source = &node_;
    state_.query_language = language_;
    state_.comment = TextOf(node_, "Comment");
    state_.input_path = BuildPathSetting(Field("InputPath"));
    state_.output_path = BuildPathSetting(Field("OutputPath"));
    state_.assign = BuildAssign(Field("Assign"), language_);
    state_.output = OptionalTemplate("Output");
    state_.next = TextOf(node_, "Next");
    const JsonNode* end = Field("End");
    state_.end = end != nullptr && BooleanOf(*end).value_or(false);
    BuildDetails();
    return std::move(state_);
  }

 private:
  void BuildDetails() {
    const auto type = FindStateType(node_);
    ASLX_CHECK(type.has_value());
    switch (*type) {
      case ast::StateType::kPass: return BuildPass();
      case ast::StateType::kTask: return BuildTask();
      case ast::StateType::kChoice: return BuildChoice();
      case ast::StateType::kWait: return BuildWait();
      case ast::StateType::kSucceed: state_.details = ast::SucceedState{}; return;
      case ast::StateType::kFail: return BuildFail();
      case ast::StateType::kParallel: return BuildParallel();
      case ast::StateType::kMap: return BuildMap();
    }
  }

  void BuildPass() {
    ast::PassState pass;
    pass.parameters = OptionalTemplate("Parameters");
    pass.result = Field("Result");
    pass.result_path = BuildPathSetting(Field("ResultPath"));
    state_.details = std::move(pass);
  }

  void BuildTask() {
    ast::TaskState task;
    task.resource = TextOf(node_, "Resource");
    task.parameters = ParametersOrArguments();
    task.credentials = OptionalTemplate("Credentials");
    task.timeout_seconds = BuildInteger(Field("TimeoutSeconds"), Field("TimeoutSecondsPath"));
    task.heartbeat_seconds = BuildInteger(Field("HeartbeatSeconds"), Field("HeartbeatSecondsPath"));
    task.handling = BuildHandling();
    state_.details = std::move(task);
  }

  void BuildChoice() {
    ast::ChoiceState choice;
    for (const JsonNode& rule : Field("Choices")->items) {
      choice.rules.push_back(BuildChoiceRule(rule, language_));
    }
    if (const JsonNode* target = Field("Default")) choice.default_next = std::string(target->text);
    state_.details = std::move(choice);
  }

  void BuildWait() {
    ast::WaitState wait;
    wait.seconds = BuildInteger(Field("Seconds"), Field("SecondsPath"));
    wait.timestamp = BuildText(Field("Timestamp"), Field("TimestampPath"), language_);
    state_.details = std::move(wait);
  }

  void BuildFail() {
    ast::FailState fail;
    fail.error = BuildText(Field("Error"), Field("ErrorPath"), language_);
    fail.cause = BuildText(Field("Cause"), Field("CausePath"), language_);
    state_.details = std::move(fail);
  }

  void BuildParallel() {
    ast::ParallelState parallel;
    for (const JsonNode& branch : Field("Branches")->items) {
      parallel.branches.push_back(
          std::make_unique<ast::Machine>(BuildMachineIn(branch, inherited_)));
    }
    parallel.parameters = ParametersOrArguments();
    parallel.handling = BuildHandling();
    state_.details = std::move(parallel);
  }

  void BuildMap() {
    ast::MapState map;
    const JsonNode* processor = Field("ItemProcessor");
    if (processor == nullptr) processor = Field("Iterator");
    map.processor = std::make_unique<ast::Machine>(BuildMachineIn(*processor, inherited_));
    map.distributed = IsDistributedMap(node_);
    map.items_path = BuildPathSetting(Field("ItemsPath"));
    map.items = OptionalTemplate("Items");
    map.item_selector = OptionalTemplate("ItemSelector");
    if (!map.item_selector && Field("Parameters") != nullptr) {
      map.item_selector = OptionalTemplate("Parameters");
      map.item_selector_field = "Parameters";
    }
    map.concurrency_max = BuildInteger(Field("MaxConcurrency"), Field("MaxConcurrencyPath"));
    map.tolerated_failure_count =
        BuildInteger(Field("ToleratedFailureCount"), Field("ToleratedFailureCountPath"));
    map.tolerated_failure_percentage =
        BuildNumber(Field("ToleratedFailurePercentage"), Field("ToleratedFailurePercentagePath"));
    map.distribution = {Field("ItemReader"), Field("ItemBatcher"), Field("ResultWriter"),
                        Field("Label")};
    map.handling = BuildHandling();
    state_.details = std::move(map);
  }

  // -----------------------------------------------------------------------------------------------

  ast::ResultHandling BuildHandling() {
    ast::ResultHandling handling;
    handling.result_selector = OptionalTemplate("ResultSelector");
    handling.result_path = BuildPathSetting(Field("ResultPath"));
    if (const JsonNode* retry = Field("Retry")) {
      for (const JsonNode& node : retry->items)
        handling.retry.push_back(BuildRetrier(node));
    }
    if (const JsonNode* catchers = Field("Catch")) {
      for (const JsonNode& node : catchers->items) {
        handling.catchers.push_back(BuildCatcher(node, language_));
      }
    }
    return handling;
  }

  std::optional<ast::Template> ParametersOrArguments() {
    return OptionalTemplate(language_ == ast::QueryLanguage::kJsonata ? "Arguments" : "Parameters");
  }

  std::optional<ast::Template> OptionalTemplate(std::string_view name) {
    const JsonNode* field = Field(name);
    if (field == nullptr) return std::nullopt;
    return BuildTemplate(*field, language_);
  }

  const JsonNode* Field(std::string_view name) const { return node_.Find(name); }

  const JsonNode& node_;
  ast::QueryLanguage inherited_;
  ast::QueryLanguage language_;
  ast::State state_;
};

/// Nested machines are nested JSON, whose depth the reader limits.
ast::Machine BuildMachineIn(const JsonNode& node, ast::QueryLanguage inherited) {
  ast::Machine machine;
  machine.source = &node;
  machine.comment = TextOf(node, "Comment");
  machine.version = TextOf(node, "Version");
  machine.start_at = TextOf(node, "StartAt");
  if (const JsonNode* timeout = node.Find("TimeoutSeconds")) {
    machine.timeout_seconds = IntegerOf(*timeout);
  }
  for (const JsonMember& member : node.Find("States")->members) {
    machine.states.push_back(StateBuilder(member, inherited).Build());
  }
  return machine;
}

}  // namespace

ast::Machine BuildMachine(const JsonNode& root) {
  return BuildMachineIn(root, LanguageOf(root, ast::QueryLanguage::kJsonPath));
}

}  // namespace aslx::compiler
