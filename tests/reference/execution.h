#pragma once

// What it is: what one execution is made of: its definition, clock, history and stubs, its lines of
// control and the state each of them stands in.
// What it is not: the meaning of a state; that is in machine, task, map and parallel.
// Used by: those. Thread: one.
// Memory: the Execution outlives its lines, a line the states it runs.

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "tests/reference/clock.h"
#include "tests/reference/fault.h"
#include "tests/reference/history.h"
#include "tests/reference/job.h"
#include "tests/reference/json.h"
#include "tests/reference/scope.h"
#include "tests/reference/stubs.h"

namespace aslx::reference {

inline constexpr int64_t kNanosecondsPerSecond = 1'000'000'000;
inline constexpr size_t kPayloadMax = 262'144;  // bytes of UTF-8, the service's quota

struct Execution {
  Execution(const Json& definition_json, const Json& stubs_json)
      : definition(definition_json), stubs(stubs_json) {}

  Json definition;
  Stubs stubs;
  Clock clock;
  History history;
  Json execution_context;  // $$.Execution
  Json machine_context;    // $$.StateMachine
  std::string region;
  int64_t start_ms = 0;
  std::mt19937_64 random;

  int64_t now_ms() const { return start_ms + clock.now_ns() / 1'000'000; }
};

// A line of control: the machine itself, a branch or an iteration.
struct Line {
  Execution& execution;
  History& history;  // the execution's, or that of a distributed Map's child
  Variables variables = {};
  int64_t last_event = 0;       // what the next event points to
  Json item = {};               // $$.Map.Item, or null
  std::string state_type = {};  // of the state it stands in; empty between states
};

// A state that runs.
struct Frame {
  Line& line;
  const std::string name;
  const Json& form;
  const Json input;  // before InputPath
  int64_t entered_id = 0;
  std::string entered_time = {};
  Json context = {};
  int64_t retry_count = 0;

  Execution& execution() const { return line.execution; }
  std::string type() const { return form.Find("Type")->text(); }
  Scope scope() const { return {&line.variables, &context, &line.execution.random}; }

  // Adds an event that follows the line's last one, and makes it the last.
  void Add(const std::string& event, std::string_view kind = {}, Json::Members details = {}) {
    line.last_event = AddBeside(event, line.last_event, kind, std::move(details));
  }
  // Adds an event without making it the line's last.
  int64_t AddBeside(const std::string& event, int64_t previous, std::string_view kind = {},
                    Json::Members details = {}) {
    return line.history.Add(event, previous, execution().now_ms(), kind, std::move(details));
  }
};

// Where a state leads: its output, the next state's name or none at the end, and what it assigns.
struct Transition {
  Json output;
  std::optional<std::string> next;
  Json::Members assigned;
};

// --- machine.cc ---
// Runs the states of a machine, a branch or an item processor on the line.
Job<Outcome<Json>> RunStates(Line& line, const Json& machine, Json input);
// Says in which state it happened, for a fault whose cause needs that.
void AddPrefix(const Frame& frame, Fault& fault);
// Gives $$ of the frame its present form.
void RefreshContext(Frame& frame);
// The members of JSON text that an event shows, with the mark that nothing was cut.
void AddPayload(Json::Members& details, const std::string& key, const Json& value);

// --- flow.cc: input and output of a state ---
Outcome<Json> EffectiveInput(const Frame& frame);
// InputPath and then Parameters.
Outcome<Json> TaskInput(const Frame& frame);
// The path fields after a result: ResultSelector, ResultPath, OutputPath, and Assign.
Outcome<Transition> FinishWithResult(const Frame& frame, const Json& result, bool select);
// Only OutputPath and Assign; `next` is the frame's own when none is given.
Outcome<Transition> FinishWithInput(const Frame& frame, const Json& effective, const Json* assign);
// The name after the state, or none when it ends the line.
std::optional<std::string> NextOf(const Json& form);
Outcome<Json> Graft(const Json& input, const std::string& path, Json value);
// States.DataLimitExceeded when the value is too large, named after whom it comes from.
Outcome<Json> WithinLimit(Json value, const std::string& whose);
// The same for all that leaves a state: what it assigns, then its output.
Outcome<Json> ExitWithinLimits(const Transition& transition, const std::string& state);
// A whole number at a path, or the fault that says what is wrong; `field` is like SecondsPath.
Outcome<int64_t> LongAt(const Frame& frame, const std::string& field, const Json& effective);

// --- retry.cc ---
// Task, Parallel and Map: attempts until one succeeds, a catcher takes the fault, or neither does.
Job<Outcome<Transition>> RunWithRetries(Frame& frame);

// --- task.cc, parallel.cc, map.cc: one attempt each ---
// What an attempt that fails leaves to say.
struct Attempt {
  // The event to add once no retrier takes the fault, and what it points to.
  std::string failed_event;
  int64_t failed_previous = 0;
  // The fault came while the line was waiting: a catcher takes it when its turn comes.
  bool while_waiting = false;
};
Job<Outcome<Transition>> AttemptTask(Frame& frame, Attempt& attempt);
Job<Outcome<Transition>> AttemptParallel(Frame& frame, Attempt& attempt);
Job<Outcome<Transition>> AttemptMap(Frame& frame, Attempt& attempt);

}  // namespace aslx::reference
