#include <algorithm>
#include <array>
#include <map>

#include "compiler/passes/control_flow.h"
#include "compiler/passes/passes.h"
#include "runtime/base/limits.h"

namespace aslx::compiler {
namespace {

// One bit a shared path in a word.
constexpr size_t kSharedMax = 64;
using Available = uint64_t;
constexpr Available kAll = ~Available{0};

/// One walk over code whose jumps within it all lead forward. A shared path has a register of its
/// own; a read of it is dropped where the path is available on every way that leads there.
class LoadSharing {
 public:
  LoadSharing(ir::Module* module, ir::State* state, uint8_t first_register)
      : module_(module), state_(state), first_register_(first_register) {}

  uint8_t Run() {
    Choose();
    if (bit_of_.empty()) return first_register_;
    ir::Code kept;
    bool skipped_over = false;
    for (ir::Instruction instruction : state_->code) {
      if (instruction.is_label) {
        EnterLabel(instruction.c);
      } else if (!Visit(&instruction, skipped_over)) {
        continue;
      }
      skipped_over = ir::Skips(instruction);
      kept.push_back(instruction);
    }
    state_->code = std::move(kept);
    return static_cast<uint8_t>(first_register_ + bit_of_.size());
  }

 private:
  /// Uses that are read at least twice, as many as there are registers for.
  void Choose() {
    std::map<uint32_t, uint32_t> counts;
    for (const ir::Instruction& instruction : state_->code) {
      if (!instruction.is_label && instruction.op == Opcode::kGetPath) ++counts[instruction.c];
    }
    const size_t room = std::min<size_t>(kSharedMax, limits::kRegistersMax - first_register_);
    for (const auto& [use, count] : counts) {
      if (count > 1 && bit_of_.size() < room)
        bit_of_.emplace(use, static_cast<uint32_t>(bit_of_.size()));
    }
  }

  void EnterLabel(ir::Label label) {
    const auto found = at_label_.find(label);
    const Available jumped = found == at_label_.end() ? kAll : found->second;
    available_ = reachable_ ? available_ & jumped : jumped;
    reachable_ = true;
    renamed_.fill(kNoRegister);
  }

  /// False when the instruction is not needed.
  bool Visit(ir::Instruction* instruction, bool skipped_over) {
    ir::RewriteSources(*instruction, [this](ir::Register reg) {
      return renamed_[reg] == kNoRegister ? reg : renamed_[reg];
    });
    const auto shared =
        instruction->op == Opcode::kGetPath ? bit_of_.find(instruction->c) : bit_of_.end();
    if (FactsOf(instruction->op).a == OperandKind::kDst) renamed_[instruction->a] = kNoRegister;
    if (shared != bit_of_.end()) {
      const Available bit = Available{1} << shared->second;
      renamed_[instruction->a] = static_cast<uint8_t>(first_register_ + shared->second);
      instruction->a = renamed_[instruction->a];
      if ((available_ & bit) != 0) return false;
      available_ |= bit;
    }
    ForEachTarget(module_, instruction, [this](ir::Label label) {
      const auto [at, is_new] = at_label_.try_emplace(label, available_);
      if (!is_new) at->second &= available_;
    });
    if (ir::Terminates(*instruction) && !skipped_over) reachable_ = false;
    return true;
  }

  ir::Module* module_;
  ir::State* state_;
  uint8_t first_register_;
  std::map<uint32_t, uint32_t> bit_of_;
  std::map<ir::Label, Available> at_label_;
  std::array<uint8_t, 256> renamed_ = [] {
    std::array<uint8_t, 256> none{};
    none.fill(kNoRegister);
    return none;
  }();
  Available available_ = 0;
  bool reachable_ = true;
};

/// The first register that `code` does not touch.
uint8_t RegistersOf(const ir::Code& code) {
  uint8_t count = 1;
  for (ir::Instruction instruction : code) {
    if (instruction.is_label) continue;
    const auto touch = [&count](ir::Register reg) {
      if (reg != kNoRegister) count = std::max(count, static_cast<uint8_t>(reg + 1));
      return reg;
    };
    ir::RewriteSources(instruction, touch);
    if (FactsOf(instruction.op).a == OperandKind::kDst) touch(instruction.a);
  }
  return count;
}

}  // namespace

void ShareChoiceLoads(ir::Module* module) {
  for (ir::Region& region : module->regions) {
    for (uint32_t index : region.states) {
      ir::State& state = module->states[index];
      if (state.state->type() != ast::StateType::kChoice) continue;
      const uint8_t count = LoadSharing(module, &state, RegistersOf(state.code)).Run();
      region.register_count = std::max(region.register_count, count);
    }
  }
}

}  // namespace aslx::compiler
