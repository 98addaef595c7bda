#include "compiler/emit/code_emitter.h"

#include <algorithm>

#include "runtime/base/check.h"

namespace aslx::compiler {
namespace {

uint32_t Count(size_t size) {
  return static_cast<uint32_t>(size);
}

}  // namespace

CodeEmitter::CodeEmitter(const ir::Module& module, ProgramBuilder* builder)
    : module_(module),
      builder_(builder),
      read_set_(builder),
      paths_(builder, &read_set_),
      templates_(builder) {}

template <typename Make>
uint32_t CodeEmitter::Once(Places* places, uint32_t index, Make make) {
  uint32_t& place = (*places)[index];
  if (place == kNoIndex) place = make();
  return place;
}

void CodeEmitter::Emit() {
  path_places_.assign(module_.paths.size(), kNoIndex);
  use_places_.assign(module_.path_uses.size(), kNoIndex);
  template_places_.assign(module_.templates.size(), kNoIndex);
  Number();
  for (const ir::Region& region : module_.regions) {
    if (!region.live) continue;
    EmitRegion(region);
    EmitCode(region.prologue);
    for (uint32_t state : region.states)
      EmitState(state);
  }
  MachineRecord machine{};
  machine.comment = builder_->Text(module_.comment);
  machine.timeout_seconds = module_.timeout_seconds;
  machine.slot_count = read_set_.slot_count();
  machine.type = module_.type;
  builder_->machines.push_back(machine);
}

/// Numbers of regions and states, and the pc of each label, before any of them is written.
void CodeEmitter::Number() {
  region_places_.assign(module_.regions.size(), kNoIndex);
  state_places_.assign(module_.states.size(), kNoIndex);
  label_pcs_.assign(module_.label_count, kNoIndex);
  uint32_t region_count = 0;
  uint32_t state_count = 0;
  for (size_t i = 0; i < module_.regions.size(); ++i) {
    const ir::Region& region = module_.regions[i];
    if (!region.live) continue;
    region_places_[i] = region_count++;
    Place(region.prologue);
    for (uint32_t state : region.states) {
      state_places_[state] = state_count++;
      Place(module_.states[state].code);
    }
  }
  pc_ = 0;
}

void CodeEmitter::Place(const ir::Code& code) {
  for (const ir::Instruction& instruction : code) {
    if (instruction.is_label) {
      label_pcs_[instruction.c] = pc_;
    } else {
      ++pc_;
    }
  }
}

void CodeEmitter::EmitRegion(const ir::Region& region) {
  RegionRecord record{};
  record.entry_pc = pc_;
  record.parent_region = region.parent == kNoIndex ? kNoIndex : region_places_[region.parent];
  record.state = region.state == kNoIndex ? kNoIndex : state_places_[region.state];
  record.first_variable = Count(builder_->variables.size());
  record.variable_count = static_cast<uint16_t>(region.variables.size());
  record.register_count = region.register_count;
  record.kind = region.kind;
  for (uint32_t slot = 0; slot < region.variables.size(); ++slot)
    builder_->variables.push_back({builder_->Text(region.variables[slot]), slot});
  builder_->regions.push_back(record);
}

void CodeEmitter::EmitState(uint32_t index) {
  const ir::State& state = module_.states[index];
  StateRecord record{};
  record.name = builder_->Text(state.state->name);
  record.type = static_cast<StateType>(state.state->type());
  record.region = region_places_[state.region];
  record.pc_begin = pc_;
  record.retry_pc = pc_ + 1;
  EmitHandlers(state, &record);
  EmitCode(state.code);
  record.pc_end = pc_;
  builder_->states.push_back(record);
}

void CodeEmitter::EmitHandlers(const ir::State& state, StateRecord* record) {
  record->first_retrier = Count(builder_->retriers.size());
  if (state.retriers != nullptr) {
    for (const ast::Retrier& from : *state.retriers) {
      RetrierRecord retrier{};
      retrier.first_error = EmitErrors(from.error_equals);
      retrier.error_count = Count(from.error_equals.size());
      retrier.interval_seconds = ir::Clamped(from.interval_seconds);
      retrier.max_attempts = ir::Clamped(from.attempts_max);
      retrier.backoff_rate = from.backoff_rate;
      retrier.max_delay_seconds =
          from.delay_seconds_max ? ir::Clamped(*from.delay_seconds_max) : kNoIndex;
      retrier.jitter = from.jitter == ast::JitterStrategy::kFull ? Jitter::kFull : Jitter::kNone;
      builder_->retriers.push_back(retrier);
    }
  }
  record->retrier_count = Count(builder_->retriers.size()) - record->first_retrier;
  record->first_catcher = Count(builder_->catchers.size());
  for (const ir::Catcher& from : state.catchers) {
    CatcherRecord catcher{};
    catcher.first_error = EmitErrors(from.catcher->error_equals);
    catcher.error_count = Count(from.catcher->error_equals.size());
    catcher.handler_pc = label_pcs_[from.handler];
    catcher.error_register = from.error_register;
    builder_->catchers.push_back(catcher);
  }
  record->catcher_count = Count(builder_->catchers.size()) - record->first_catcher;
}

uint32_t CodeEmitter::EmitErrors(const std::vector<std::string>& names) {
  const uint32_t first = Count(builder_->error_names.size());
  for (const std::string& name : names)
    builder_->error_names.push_back(builder_->Text(name));
  return first;
}

void CodeEmitter::EmitCode(const ir::Code& code) {
  for (const ir::Instruction& from : code) {
    if (from.is_label) continue;
    EmitLine(from.source);
    const OpcodeFacts& facts = FactsOf(from.op);
    builder_->code.push_back({from.op, from.a, from.b, OperandOf(facts.c, from.c)});
    ++pc_;
  }
}

void CodeEmitter::EmitLine(const JsonNode* source) {
  if (source == nullptr || source == line_source_) return;
  line_source_ = source;
  builder_->lines.push_back(
      {pc_, source->line, source->column, builder_->Text(LocationOf(*source))});
}

uint32_t CodeEmitter::OperandOf(OperandKind kind, uint32_t value) {
  switch (kind) {
    case OperandKind::kNone:
    case OperandKind::kDst:
    case OperandKind::kSrc:
    case OperandKind::kTwo:
    case OperandKind::kHole: return value;
    case OperandKind::kPc: return label_pcs_[value];
    case OperandKind::kState: return state_places_[value];
    case OperandKind::kConst: return builder_->Constant(module_.constants[value].json);
    case OperandKind::kPathUse: return EmitPathUse(value);
    case OperandKind::kTemplate:
      return Once(&template_places_, value,
                  [&] { return templates_.Emit(module_.templates[value]); });
    case OperandKind::kCall: return EmitCall(value);
    case OperandKind::kSwitch: return EmitSwitch(value);
    case OperandKind::kTask: return EmitTask(value);
    case OperandKind::kWait: return EmitWait(value);
    case OperandKind::kMap: return EmitMap(value);
    case OperandKind::kParallel: return EmitParallel(value);
    case OperandKind::kGraft: return EmitGraft(value);
    case OperandKind::kAssign: return EmitAssign(value);
  }
  return value;
}

uint32_t CodeEmitter::EmitPathUse(uint32_t index) {
  return Once(&use_places_, index, [&] {
    const ir::PathUse& from = module_.path_uses[index];
    const ir::Path& path = module_.paths[from.path];
    aslx::PathUse use{};
    use.path =
        Once(&path_places_, from.path, [&] { return paths_.Emit(*path.path, path.of_event); });
    use.miss = from.miss;
    use.reg = from.reg;
    use.variable_depth = from.variable_depth;
    use.variable = from.variable;
    use.field = builder_->Text(from.field);
    use.expression = TextOfCall(from.expression);
    builder_->path_uses.push_back(use);
    return Count(builder_->path_uses.size()) - 1;
  });
}

TextRef CodeEmitter::TextOfCall(std::string_view expression) {
  const auto [at, is_new] = call_texts_.try_emplace(expression);
  if (is_new) at->second = builder_->Text(expression);
  return at->second;
}

uint32_t CodeEmitter::EmitCall(uint32_t index) {
  const ir::CallSite& from = module_.calls[index];
  builder_->calls.push_back({from.function, 0, from.argument_count, TextOfCall(from.expression)});
  return Count(builder_->calls.size()) - 1;
}

uint32_t CodeEmitter::EmitGraft(uint32_t index) {
  const ast::Path& from = *module_.grafts[index];
  GraftRecord record{};
  record.first_step = Count(builder_->graft_steps.size());
  record.step_count = Count(from.steps.size());
  record.text = builder_->Text(from.text);
  for (const ast::PathStep& step : from.steps) {
    if (const auto* key = std::get_if<ast::ChildStep>(&step)) {
      builder_->graft_steps.push_back({builder_->Text(key->name), 0, 0});
      continue;
    }
    // No array has an item beyond 32 bits: the bound misses as well.
    const int64_t item = std::get<ast::IndexStep>(step).index;
    const auto clamped = static_cast<int32_t>(std::clamp<int64_t>(item, INT32_MIN, INT32_MAX));
    builder_->graft_steps.push_back({{}, clamped, 1});
  }
  builder_->grafts.push_back(record);
  return Count(builder_->grafts.size()) - 1;
}

uint32_t CodeEmitter::EmitAssign(uint32_t index) {
  const ir::Assign& from = module_.assigns[index];
  builder_->assigns.push_back({Count(builder_->variables.size()), Count(from.size())});
  for (const ir::AssignTarget& target : from)
    builder_->variables.push_back({builder_->Text(target.name), target.slot});
  return Count(builder_->assigns.size()) - 1;
}

uint32_t CodeEmitter::EmitSwitch(uint32_t index) {
  const ir::Switch& from = module_.switches[index];
  // At most half full: searches stay short, and one always ends at an empty place.
  uint32_t size = 2;
  while (size < from.size() * 2)
    size *= 2;
  const uint32_t first = Count(builder_->switch_cases.size());
  builder_->switch_cases.resize(first + size, {{}, 0, kNoIndex});
  for (const ir::SwitchCase& one : from) {
    const uint32_t hash = SwitchHash(one.text.data(), Count(one.text.size()));
    uint32_t at = hash & (size - 1);
    while (builder_->switch_cases[first + at].pc != kNoIndex)
      at = (at + 1) & (size - 1);
    builder_->switch_cases[first + at] = {builder_->Text(one.text), hash, label_pcs_[one.target]};
  }
  builder_->switches.push_back({first, size, 0});
  return Count(builder_->switches.size()) - 1;
}

}  // namespace aslx::compiler
