#include "runtime/program/fused_code.h"

#include "runtime/program/program.h"

namespace aslx {
namespace {

// Verified: control stays within the code, operands within their tables.
class Fusing {
 public:
  explicit Fusing(const Program& program) : program_(program), code_(program.code()) {}

  FusedCode Run() {
    fused_.code.assign(code_.begin(), code_.end());
    for (uint32_t s = 0; s < program_.states().size(); ++s) {
      const StateRecord& state = program_.states()[s];
      const bool leaves_plainly = LeavesPlainly(state);
      for (uint32_t pc = state.pc_begin; pc < state.pc_end; ++pc) {
        switch (code_[pc].op) {
          case Opcode::kGetPath: FuseTest(pc); break;
          case Opcode::kNewTemplate: FuseRendering(pc); break;
          case Opcode::kExitState:
            if (leaves_plainly) FuseStateChange(pc);
            break;
          default: break;
        }
      }
    }
    fused_.shortcuts = PlanShortcuts(program_);
    for (size_t i = 0; i < fused_.shortcuts.all.size(); ++i)
      Put(fused_.shortcuts.all[i].pc, Opcode::kTakeShortcut, i);
    return std::move(fused_);
  }

 private:
  bool Has(uint32_t pc) const { return pc < code_.size(); }
  uint16_t SlotOf(const PathUse& use) const {
    const PathRecord& path = program_.paths()[use.path];
    return path.root == PathRoot::kRegister ? path.slot : kNoSlot;
  }

  // Where control goes on from `pc` without fuel being spent.
  uint32_t Follow(uint32_t pc) const {
    return Has(pc) && code_[pc].op == Opcode::kJump && code_[pc].c > pc ? code_[pc].c : pc;
  }

  void FuseTest(uint32_t pc) {
    const Instruction& get = code_[pc];
    const PathUse& use = program_.path_uses()[get.c];
    const uint16_t slot = SlotOf(use);
    if (slot == kNoSlot || !Has(pc + 1)) return;
    const Instruction& test = code_[pc + 1];
    if (!ComparesWithConstant(test.op) || test.a != get.a) return;
    Put(pc, Opcode::kTestSlot, fused_.slot_tests.size());
    fused_.slot_tests.push_back(
        {test.op, use.reg, get.a, slot, test.c, Follow(pc + 2), Follow(pc + 3)});
  }

  void FuseRendering(uint32_t pc) {
    const Instruction& made = code_[pc];
    SlotRendering rendering{made.c, static_cast<uint32_t>(fused_.slots.size()), 0, 0, made.a};
    for (uint32_t at = pc + 1; Has(at); ++at) {
      const Instruction& fill = code_[at];
      // The next hole of this instance, since holes are filled in order.
      if (fill.op != Opcode::kFillPath || fill.a != made.a) break;
      const PathUse& use = program_.path_uses()[fill.c];
      const uint16_t slot = SlotOf(use);
      if (slot == kNoSlot || (rendering.slot_count > 0 && use.reg != rendering.source)) break;
      rendering.source = use.reg;
      fused_.slots.push_back(slot);
      ++rendering.slot_count;
    }
    if (rendering.slot_count == 0 || rendering.source == made.a) {
      fused_.slots.resize(rendering.first_slot);
      return;
    }
    Put(pc, Opcode::kRenderSlots, fused_.slot_renderings.size());
    fused_.slot_renderings.push_back(rendering);
  }

  // Whether leaving it leaves nothing behind that the next state has to clear.
  bool LeavesPlainly(const StateRecord& state) const {
    if (state.retrier_count > 0 || state.catcher_count > 0) return false;
    for (uint32_t pc = state.pc_begin; pc < state.pc_end; ++pc)
      if (code_[pc].op == Opcode::kAssign) return false;
    return true;
  }

  void FuseStateChange(uint32_t pc) {
    const uint32_t entered = Follow(pc + 1);
    if (!Has(entered) || code_[entered].op != Opcode::kEnterState) return;
    Put(pc, Opcode::kNextState, fused_.state_changes.size());
    fused_.state_changes.push_back({code_[pc].a, code_[entered].c, entered + 1});
  }

  void Put(uint32_t pc, Opcode op, size_t record) {
    fused_.code[pc] = {op, 0, 0, static_cast<uint32_t>(record)};
  }

  const Program& program_;
  std::span<const Instruction> code_;
  FusedCode fused_;
};

}  // namespace

FusedCode FuseCode(const Program& program) {
  return Fusing(program).Run();
}

}  // namespace aslx
