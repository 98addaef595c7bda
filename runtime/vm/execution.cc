#include "runtime/vm/execution.h"

#include "runtime/vm/interpreter.h"

namespace aslx {

Execution::Execution(BlockPool* pool) : arena(pool, limits::kArenaBytesMax, first_bytes) {}
Execution::~Execution() = default;

const RecordMetadata* CopyMetadata(const RecordMetadata& from, Arena& to) {
  auto* const copy = new (to.AllocateArray<RecordMetadata>(1)) RecordMetadata(from);
  copy->topic = to.Copy(from.topic);
  copy->key = to.Copy(from.key);
  copy->headers_json = to.Copy(from.headers_json);
  return copy;
}

void Recycle(Execution& execution) {
  execution.arena.Reset();
  // What Begin sets stays. What ended by a shortcut had neither a branch nor a fault.
  const bool had_branches =
      execution.branch_slots != 0 || execution.status != ExecutionStatus::kSucceeded;
  execution.status = ExecutionStatus::kIdle;
  execution.program = nullptr;
  execution.info = &kNoExecutionInfo;
  execution.record = nullptr;
  execution.sink = nullptr;
  execution.output = {};
  execution.final_state = {};
  execution.last_event_id = 0;
  if (!had_branches) return;
  execution.fault = {};
  execution.failed_state = {};
  execution.last_serial = 0;
  execution.first_branches[0] = nullptr;
  execution.branches = execution.first_branches;
  execution.branch_slots = 0;
  execution.branch_capacity = Execution::kFirstBranches;
  execution.branch_count = 0;
  execution.free_slot_hint = 0;
  execution.ready_first = UINT32_MAX;
  execution.ready_last = UINT32_MAX;
  execution.variables_bytes = 0;
}

}  // namespace aslx
