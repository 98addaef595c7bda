// The eight state types.
//
// What it is not: checked. A Machine handed out by ParseDefinition has passed the rules, so readers
// may rely on what the comments promise. Written by compiler/parser/state_parser.cc, read by
// lowering.
// Thread: any. Memory: owns its texts; `source` points into the definition's JsonDocument.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/ast/choice.h"
#include "compiler/ast/error_handling.h"
#include "compiler/ast/fields.h"

namespace aslx::compiler::ast {

struct Machine;

/// What Task, Parallel and Map do with a result and with an error.
struct ResultHandling {
  std::optional<Template> result_selector;
  PathSetting result_path;
  std::vector<Retrier> retry;
  std::vector<Catcher> catchers;
};

struct PassState {
  std::optional<Template> parameters;
  /// Never evaluated: plain JSON.
  const JsonNode* result = nullptr;
  PathSetting result_path;
};

struct TaskState {
  std::string resource;
  /// Parameters in JSONPath mode, Arguments in JSONata mode.
  std::optional<Template> parameters;
  /// The RoleArn of Credentials, computed like a template.
  std::optional<Template> credentials;
  std::optional<IntegerSetting> timeout_seconds;
  std::optional<IntegerSetting> heartbeat_seconds;
  ResultHandling handling;
};

struct ChoiceRule {
  ChoiceTest test;
  std::string next;
  std::vector<Assignment> assign;
  std::optional<Template> output;
  const JsonNode* source = nullptr;
};

struct ChoiceState {
  std::vector<ChoiceRule> rules;
  std::optional<std::string> default_next;
};

struct WaitState {
  /// Exactly one of the two.
  std::optional<IntegerSetting> seconds;
  std::optional<TextSetting> timestamp;
};

struct SucceedState {};

struct FailState {
  std::optional<TextSetting> error;
  std::optional<TextSetting> cause;
};

struct ParallelState {
  std::vector<std::unique_ptr<Machine>> branches;
  /// Parameters in JSONPath mode, Arguments in JSONata mode.
  std::optional<Template> parameters;
  ResultHandling handling;
};

/// What only a distributed Map has. Kept as JSON: such a Map is checked, not run.
struct DistributedMap {
  const JsonNode* item_reader = nullptr;
  const JsonNode* item_batcher = nullptr;
  const JsonNode* result_writer = nullptr;
  const JsonNode* label = nullptr;
};

struct MapState {
  std::unique_ptr<Machine> processor;
  bool distributed = false;
  /// JSONPath mode; absent means `$`.
  PathSetting items_path;
  /// JSONata mode.
  std::optional<Template> items;
  /// ItemSelector, or the older Parameters.
  std::optional<Template> item_selector;
  /// "ItemSelector" or "Parameters".
  std::string_view item_selector_field = "ItemSelector";
  std::optional<IntegerSetting> concurrency_max;
  std::optional<NumberSetting> tolerated_failure_percentage;
  std::optional<IntegerSetting> tolerated_failure_count;
  DistributedMap distribution;
  ResultHandling handling;
};

enum class StateType : uint8_t { kPass, kTask, kChoice, kWait, kSucceed, kFail, kParallel, kMap };

std::string_view NameOf(StateType type);

struct State {
  std::string name;
  const JsonNode* source = nullptr;
  QueryLanguage query_language = QueryLanguage::kJsonPath;
  std::string comment;

  PathSetting input_path;
  PathSetting output_path;
  std::vector<Assignment> assign;
  /// JSONata mode.
  std::optional<Template> output;

  /// Empty when `end` is true, and for Choice, Succeed and Fail.
  std::string next;
  bool end = false;

  /// In the order of StateType.
  std::variant<PassState, TaskState, ChoiceState, WaitState, SucceedState, FailState, ParallelState,
               MapState>
      details;

  StateType type() const { return static_cast<StateType>(details.index()); }
};

}  // namespace aslx::compiler::ast
