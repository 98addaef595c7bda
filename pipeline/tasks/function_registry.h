// Functions that run inside this process, by name.
//
// What it is not: how they are called by a state machine (in_process_tasks.h).
// Who uses it: main builds one, adds what it wants callable, and hands it down; nothing registers
// itself.
// Thread: filled before the workers start, read-only afterwards. Handlers are called on any
// worker's thread, so they share nothing without a lock of their own.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "runtime/base/arena.h"
#include "runtime/value/value.h"

namespace aslx {

/// One call of a function. The handler sets what comes back: nothing set is `null`.
class FunctionInvocation {
 public:
  FunctionInvocation(std::string_view name, std::string_view payload_text, const Value& payload,
                     std::string_view execution_id, Arena& arena)
      : name_(name),
        payload_text_(payload_text),
        payload_(payload),
        execution_id_(execution_id),
        arena_(arena) {}

  std::string_view name() const { return name_; }
  std::string_view payload_text() const { return payload_text_; }
  const Value& payload() const { return payload_; }
  /// The idempotency key of side effects.
  std::string_view execution_id() const { return execution_id_; }
  Arena& arena() { return arena_; }

  /// Members of the payload; the default when it is absent or of another type.
  double NumberOr(std::string_view key, double otherwise);
  std::string_view TextOr(std::string_view key, std::string_view otherwise);

  /// The result, one JSON text.
  void Succeed(std::string json) {
    failed_ = false;
    reply_ = std::move(json);
  }
  /// As a Lambda function that raises: the error name is `error_type`.
  void Fail(std::string_view error_type, std::string_view message);
  /// The answer comes this much later.
  void DelayMs(int64_t delay_ms) { delay_ms_ = delay_ms; }

  bool failed() const { return failed_; }
  const std::string& reply() const { return reply_; }
  int64_t delay_ms() const { return delay_ms_; }

 private:
  std::string_view name_;
  std::string_view payload_text_;
  Value payload_;
  std::string_view execution_id_;
  Arena& arena_;
  bool failed_ = false;
  std::string reply_ = "null";
  int64_t delay_ms_ = 0;
};

using FunctionHandler = std::function<void(FunctionInvocation&)>;

class FunctionRegistry {
 public:
  FunctionRegistry() = default;
  FunctionRegistry(const FunctionRegistry&) = delete;
  FunctionRegistry& operator=(const FunctionRegistry&) = delete;

  void Add(std::string name, FunctionHandler handler) {
    handlers_[std::move(name)] = std::move(handler);
  }
  /// Null when there is none.
  const FunctionHandler* Find(std::string_view name) const {
    auto found = handlers_.find(name);
    return found == handlers_.end() ? nullptr : &found->second;
  }
  /// All names, for messages.
  std::string Names() const;

 private:
  std::map<std::string, FunctionHandler, std::less<>> handlers_;
};

/// echo, delay, fail, flaky, crash: for demos, tests and benchmarks.
void AddDemoFunctions(FunctionRegistry* registry);
/// checkInventory, updateOrder, updateInventory: what the order examples in configs/ call.
void AddOrderFunctions(FunctionRegistry* registry);

}  // namespace aslx
