// Parallel and Map: the states that hold machines of their own.
#include "compiler/lower/state_lowering.h"
#include "runtime/base/check.h"

namespace aslx::compiler {

void StateLowering::LowerState(const ast::ParallelState& parallel) {
  DeclareHandlers(parallel.handling);
  const Subject input = Selected(parallel.parameters, "Parameters", EffectiveInput());
  const Subject result{ResultRegister(parallel.handling), false};
  module_->parallels.push_back({plan_->states[state_index_].first_child_region,
                                static_cast<uint32_t>(parallel.branches.size())});
  code_.SetSource(state_.source);
  code_.Emit(Opcode::kParallel, result.reg, input.reg,
             static_cast<uint32_t>(module_->parallels.size() - 1));
  Finish(result, parallel.handling.result_selector, parallel.handling.result_path);
  LowerHandlers();
}

void StateLowering::LowerState(const ast::MapState& map) {
  DeclareHandlers(map.handling);
  const Subject input = EffectiveInput();
  ir::Map record;
  record.region = plan_->states[state_index_].first_child_region;
  record.distributed = map.distributed;
  SetConcurrency(map, input, &record);
  ir::Register items = input.reg;
  if (map.items_path.kind == ast::PathSetting::Kind::kPath) {
    record.items_path = map.items_path.path.text;
    code_.SetSource(map.items_path.source);
    if (!PassesThrough(map.items_path)) items = ReadStatePath(map.items_path.path, input);
  }
  SetTolerance(map, input, &record);

  const Subject result{ResultRegister(map.handling), false};
  module_->maps.push_back(record);
  code_.SetSource(state_.source);
  code_.Emit(Opcode::kMap, result.reg, static_cast<uint32_t>(items | input.reg << 8),
             static_cast<uint32_t>(module_->maps.size() - 1));
  Finish(result, map.handling.result_selector, map.handling.result_path);
  LowerHandlers();
}

void StateLowering::SetConcurrency(const ast::MapState& map, Subject input, ir::Map* record) {
  if (!map.concurrency_max) return;
  code_.SetSource(map.concurrency_max->source);
  if (const auto* number = std::get_if<int64_t>(&map.concurrency_max->value)) {
    record->concurrency_max = ir::Clamped(*number);
    return;
  }
  const auto& path = std::get<ast::Path>(map.concurrency_max->value);
  record->concurrency_path = path.text;
  record->concurrency_register = ReadStatePath(path, input);
}

void StateLowering::SetTolerance(const ast::MapState& map, Subject input, ir::Map* record) {
  if (map.tolerated_failure_count) {
    code_.SetSource(map.tolerated_failure_count->source);
    if (const auto* number = std::get_if<int64_t>(&map.tolerated_failure_count->value)) {
      record->tolerated_count = ir::Clamped(*number);
    } else {
      const auto& path = std::get<ast::Path>(map.tolerated_failure_count->value);
      record->tolerated_count_path = path.text;
      record->tolerated_count_register = ReadStatePath(path, input);
    }
  }
  if (map.tolerated_failure_percentage) {
    code_.SetSource(map.tolerated_failure_percentage->source);
    if (const auto* number = std::get_if<double>(&map.tolerated_failure_percentage->value)) {
      record->has_tolerated_percentage = true;
      record->tolerated_percentage = *number;
    } else {
      const auto& path = std::get<ast::Path>(map.tolerated_failure_percentage->value);
      record->tolerated_percentage_path = path.text;
      record->tolerated_percentage_register = ReadStatePath(path, input);
    }
  }
}

}  // namespace aslx::compiler
