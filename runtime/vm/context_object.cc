#include "runtime/vm/context_object.h"

#include <algorithm>

#include "runtime/value/timestamp.h"
#include "runtime/vm/history.h"

namespace aslx {
namespace {

// Collects the members of one object in the arena.
class ObjectMaker {
 public:
  ObjectMaker(Arena& arena, uint32_t capacity)
      : members_(arena.AllocateArray<Member>(capacity)), capacity_(capacity) {}

  void Add(std::string_view key, const Value& value) {
    if (count_ == capacity_) return;
    members_[count_++] = {Value::String(key), value};
    height_ = std::max(height_, value.height);
  }
  void AddText(std::string_view key, std::string_view text) { Add(key, Value::String(text)); }
  Value Finish() const {
    return Value::Object(members_, count_, static_cast<uint16_t>(height_ + 1));
  }

 private:
  Member* members_;
  uint32_t capacity_;
  uint32_t count_ = 0;
  uint16_t height_ = 0;
};

std::string_view TimeText(Arena& arena, int64_t wall_ns) {
  char text[25];
  WriteTimestamp(wall_ns, text);
  return arena.Copy({text, 24});
}

Value ExecutionSection(Execution& execution) {
  Arena& arena = execution.arena;
  const ExecutionInfo& info = *execution.info;
  ObjectMaker object(arena, 6);
  object.AddText("Id", ExecutionArn(execution));
  object.Add("Input", execution.root_input);
  object.AddText("StartTime", TimeText(arena, execution.begin_wall_ns));
  object.AddText("Name", ExecutionName(execution));
  object.AddText("RoleArn", info.role_arn);
  if (info.redrive_count >= 0) object.Add("RedriveCount", Value::Integer(info.redrive_count));
  return object.Finish();
}

Value StateMachineSection(Execution& execution) {
  ObjectMaker object(execution.arena, 2);
  object.AddText("Id", execution.info->state_machine_id);
  object.AddText("Name", execution.info->state_machine_name);
  return object.Finish();
}

Value StateSection(Execution& execution, const Branch& of) {
  const Branch& branch = InState(execution, of);
  ObjectMaker object(execution.arena, 3);
  object.AddText("Name", StateName(execution, branch));
  object.AddText("EnteredTime", TimeText(execution.arena, branch.entered_wall_ns));
  if (StateTypeOf(execution, branch) == StateType::kTask) {
    object.Add("RetryCount", Value::Integer(branch.retry_count));
  }
  return object.Finish();
}

// The innermost iteration that the branch runs in.
const Branch* IterationOf(const Execution& execution, const Branch& branch) {
  const Branch* at = &branch;
  while (execution.program->regions()[at->region].kind != RegionKind::kMapIteration) {
    if (at->parent == kNoBranch) return nullptr;
    at = execution.branches[at->parent];
  }
  return at;
}

Value MapSection(Execution& execution, const Branch& iteration) {
  ObjectMaker item(execution.arena, 2);
  item.Add("Index", Value::Integer(iteration.index));
  item.Add("Value", iteration.item);
  ObjectMaker object(execution.arena, 1);
  object.Add("Item", item.Finish());
  return object.Finish();
}

Value TaskSection(Execution& execution) {
  ObjectMaker object(execution.arena, 1);
  object.AddText("Token", execution.info->task_token);
  return object.Finish();
}

Value KafkaSection(Execution& execution) {
  const RecordMetadata& record = *execution.record;
  ObjectMaker object(execution.arena, 6);
  object.AddText("Topic", record.topic);
  object.Add("Partition", Value::Integer(record.partition));
  object.Add("Offset", Value::Integer(record.offset));
  object.Add("Timestamp",
             record.timestamp_ms < 0 ? Value::Null() : Value::Integer(record.timestamp_ms));
  object.Add("Key", record.has_key ? Value::String(record.key) : Value::Null());
  const std::string_view headers = record.headers_json.empty() ? "{}" : record.headers_json;
  const auto height = static_cast<uint16_t>(headers.size() > 2 ? 2 : 1);
  object.Add("Headers", Value::Text(Type::kObject, value_flags::kRaw, headers, height));
  return object.Finish();
}

}  // namespace

Value ContextObject(Execution& execution, const Branch& branch, std::string_view section) {
  const bool all = section.empty();
  ObjectMaker object(execution.arena, all ? 6 : 1);
  if (all || section == "Execution") object.Add("Execution", ExecutionSection(execution));
  if (all || section == "StateMachine") object.Add("StateMachine", StateMachineSection(execution));
  if (all || section == "State") object.Add("State", StateSection(execution, branch));
  if (all || section == "Map") {
    if (const Branch* iteration = IterationOf(execution, branch)) {
      object.Add("Map", MapSection(execution, *iteration));
    }
  }
  if ((all || section == "Task") && !execution.info->task_token.empty()) {
    object.Add("Task", TaskSection(execution));
  }
  if ((all || section == "Kafka") && execution.record != nullptr) {
    object.Add("Kafka", KafkaSection(execution));
  }
  return object.Finish();
}

}  // namespace aslx
