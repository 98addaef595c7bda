// The records of states that suspend: Wait, Task, Parallel, Map.
#include "compiler/emit/code_emitter.h"

namespace aslx::compiler {

uint32_t CodeEmitter::EmitWait(uint32_t index) {
  WaitRecord record{};
  record.kind = module_.waits[index].kind;
  record.path = builder_->Text(module_.waits[index].path);
  builder_->waits.push_back(record);
  return static_cast<uint32_t>(builder_->waits.size() - 1);
}

uint32_t CodeEmitter::EmitTask(uint32_t index) {
  const ir::Task& from = module_.tasks[index];
  TaskRecord record{};
  record.kind = from.kind;
  record.timeout_register = from.timeout_register;
  record.heartbeat_register = from.heartbeat_register;
  record.credentials_register = from.credentials_register;
  record.timeout_seconds = from.timeout_seconds;
  record.heartbeat_seconds = from.heartbeat_seconds;
  record.arn = builder_->Text(from.arn);
  record.resource_type = builder_->Text(from.resource_type);
  record.resource = builder_->Text(from.resource);
  record.timeout_path = builder_->Text(from.timeout_path);
  record.heartbeat_path = builder_->Text(from.heartbeat_path);
  builder_->tasks.push_back(record);
  return static_cast<uint32_t>(builder_->tasks.size() - 1);
}

uint32_t CodeEmitter::EmitParallel(uint32_t index) {
  const ir::Parallel& from = module_.parallels[index];
  builder_->parallels.push_back({region_places_[from.first_region], from.region_count});
  return static_cast<uint32_t>(builder_->parallels.size() - 1);
}

uint32_t CodeEmitter::EmitMap(uint32_t index) {
  const ir::Map& from = module_.maps[index];
  MapRecord record{};
  record.region = region_places_[from.region];
  record.max_concurrency = from.concurrency_max;
  record.tolerated_count = from.tolerated_count;
  record.max_concurrency_register = from.concurrency_register;
  record.tolerated_count_register = from.tolerated_count_register;
  record.tolerated_percentage_register = from.tolerated_percentage_register;
  record.has_tolerated_percentage = from.has_tolerated_percentage ? 1 : 0;
  record.tolerated_percentage = from.tolerated_percentage;
  record.max_concurrency_path = builder_->Text(from.concurrency_path);
  record.tolerated_count_path = builder_->Text(from.tolerated_count_path);
  record.tolerated_percentage_path = builder_->Text(from.tolerated_percentage_path);
  record.items_path = builder_->Text(from.items_path);
  record.distributed = from.distributed ? 1 : 0;
  builder_->maps.push_back(record);
  return static_cast<uint32_t>(builder_->maps.size() - 1);
}

}  // namespace aslx::compiler
