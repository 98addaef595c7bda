// One execution of a Program: data, not a stack. It suspends by returning from the interpreter with
// the program counters of its branches saved.
//
// What it is: the arena, the branches, the event counter and the outcome of one run.
// What it is not: scheduled by itself; the worker's table owns it and decides when it runs.
// Thread: the worker's. Memory: everything it makes lives in its arena; the input text is the
// caller's until the end, and may be elsewhere after Park().
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "runtime/base/arena.h"
#include "runtime/program/program.h"
#include "runtime/value/value.h"
#include "runtime/vm/execution_id.h"
#include "runtime/vm/fault.h"

namespace aslx {

class EventSink;
struct Branch;
struct TemplateInstance;

/// Identifies one suspension of one branch: a late answer does not match and is refused.
struct SuspensionToken {
  uint32_t execution = 0;   // slot in the worker's table
  uint32_t generation = 0;  // of that slot
  uint32_t branch = 0;      // slot in the execution
  uint32_t serial = 0;      // of the suspension, per execution; never 0 for a real one
  friend bool operator==(const SuspensionToken&, const SuspensionToken&) = default;
};

/// What `$$` shows of the record an execution was begun for.
struct RecordMetadata {
  std::string_view topic;  // a file's path for files
  int32_t partition = 0;
  int64_t offset = 0;  // a line's number for files
  int64_t timestamp_ms = -1;
  std::string_view key;
  bool has_key = false;
  /// The JSON text of an object, header name to string; empty: no headers.
  std::string_view headers_json;
};

const RecordMetadata* CopyMetadata(const RecordMetadata& from, Arena& to);

/// What `$$` shows of the executions that somebody starts, and what tasks are told.
struct ExecutionInfo {
  /// An execution's ARN is this and its id. Empty: there is only one, and its texts are these two.
  std::string_view arn_prefix;
  std::string_view execution_id;
  std::string_view execution_name;
  std::string_view role_arn;
  std::string_view state_machine_id;
  std::string_view state_machine_name;
  std::string_view task_token;
  int64_t redrive_count = -1;  // -1: not in the context object
};
inline constexpr ExecutionInfo kNoExecutionInfo;

enum class ExecutionStatus : uint8_t { kIdle, kRunning, kSucceeded, kFailed, kTimedOut };

/// What an execution keeps while it waits, beside its branches and values: plain, so that Park()
/// packs it as it stands.
struct ExecutionState {
  ExecutionStatus status = ExecutionStatus::kIdle;
  const Program* program = nullptr;
  const ExecutionInfo* info = &kNoExecutionInfo;  // the starter's, until the end
  ExecutionId id;
  const RecordMetadata* record = nullptr;  // null: there is none, or nobody looks
  EventSink* sink = nullptr;               // null: untraced

  /// Monotonic ns: the smaller of TimeoutSeconds and the five minutes of an Express execution.
  int64_t deadline_ns = 0;
  int64_t begin_wall_ns = 0;

  // The host's: what it knows the execution by, and what the timer of its deadline by.
  uint64_t user = 0;
  uint32_t deadline_timer = UINT32_MAX;
  uint32_t table_slot = 0;
  uint32_t generation = 0;

  // --- The rest is the interpreter's own ---
  uint32_t last_serial = 0;      // of the suspensions so far
  Value root_input;              // the event as it was read
  std::string_view source_text;  // its text, the starter's
  uint64_t last_event_id = 0;    // ids given so far
  uint32_t branch_slots = 0;
  uint32_t branch_count = 0;  // alive
  uint32_t free_slot_hint = 0;
  size_t variables_bytes = 0;
};

/// Invariant: between Begin and the end, the branches form a tree whose root is branch 0.
class Execution : public ExecutionState {
 public:
  explicit Execution(BlockPool* pool);
  ~Execution();
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;

  /// The outcome: output when succeeded, fault when failed.
  Value output;
  Fault fault;
  /// Name of the state whose Fault ended the execution; for dead letters.
  std::string_view failed_state;
  /// Name of the state that ended a succeeded execution; a pipeline routes by it.
  std::string_view final_state;

  /// What a small execution makes: no block of the pool is taken for it.
  static constexpr size_t kFirstBytes = 512;
  alignas(Value) std::byte first_bytes[kFirstBytes];
  Arena arena;

  // --- The rest is the interpreter's own ---
  Value* slots = nullptr;             // of the read set
  TemplateInstance* event = nullptr;  // whose holes they are, until something is parked
  /// Branches by slot, null where free; links between branches are slots, so that they can move.
  static constexpr uint32_t kFirstBranches = 4;
  Branch* first_branches[kFirstBranches] = {};  // the table until there are more
  Branch** branches = first_branches;
  uint32_t branch_capacity = kFirstBranches;
  uint32_t fuel = 0;
  uint32_t ready_first = UINT32_MAX;  // branches that can run now, in order
  uint32_t ready_last = UINT32_MAX;
  /// When the arena has grown to this, what is dead in it is dropped at the next state boundary.
  size_t collect_at_bytes = 0;
};

}  // namespace aslx
