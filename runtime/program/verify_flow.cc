// Follows every way through the code with what is known about each register, until nothing new is
// learned (a forward data-flow analysis).
//
// Where ways meet, a register holds what all of them agree on; what is known only ever shrinks, so
// this ends after a few rounds.
#include <algorithm>
#include <vector>

#include "runtime/base/limits.h"
#include "runtime/program/verification.h"

namespace aslx {
namespace {

struct Register {
  enum class Holds : uint8_t {
    kValue,       // a value of a document; detail: its members when it is known to be an object
    kMaybe,       // a value or Undefined
    kInstance,    // an instance of template `detail`, of which `filled` holes are filled
    kUnreadable,  // on some way an instance that is not complete
  };
  Holds holds = Holds::kMaybe;
  uint32_t detail = kNoIndex;
  uint32_t filled = 0;

  friend bool operator==(const Register&, const Register&) = default;
};
using Registers = std::vector<Register>;
using Holds = Register::Holds;

constexpr Register kAnyValue = {Holds::kValue, kNoIndex, 0};

class FlowVerifier {
 public:
  explicit FlowVerifier(Verification& v)
      : v_(v),
        program_(v.program),
        state_of_(program_.code().size(), kNoIndex),
        region_of_(program_.code().size(), kNoIndex),
        before_(program_.code().size()),
        faulting_(program_.states().size()) {}

  void Verify() {
    for (uint32_t s = 0; s < program_.states().size() && v_.ok(); ++s)
      PlaceState(s);
    for (uint32_t r = 0; r < program_.regions().size() && v_.ok(); ++r) {
      const RegionRecord& region = program_.regions()[r];
      Registers registers(region.register_count);
      registers[kRegisterInput] = kAnyValue;
      if (region.kind == RegionKind::kMapIteration) registers[kRegisterOuter] = kAnyValue;
      region_ = r;
      Reach(kNoIndex, region.entry_pc, registers);
      while (!waiting_.empty() && v_.ok()) {
        uint32_t pc = waiting_.back();
        waiting_.pop_back();
        Step(pc);
      }
    }
  }

 private:
  const RegionRecord& region() const { return program_.regions()[region_]; }
  const StateRecord* StateAt(uint32_t pc) const {
    return state_of_[pc] == kNoIndex ? nullptr : &program_.states()[state_of_[pc]];
  }
  const char* Name(uint32_t pc) const { return FactsOf(program_.code()[pc].op).mnemonic; }

  void PlaceState(uint32_t s) {
    const StateRecord& state = program_.states()[s];
    for (uint32_t pc = state.pc_begin; pc < state.pc_end; ++pc) {
      if (!v_.Require(state_of_[pc] == kNoIndex, "states", s, "pc {} belongs to state {}, too", pc,
                      state_of_[pc]))
        return;
      state_of_[pc] = s;
    }
  }

  // --- Registers ---------------------------------------------------------------------------------

  uint32_t HoleCount(const Register& instance) const {
    return program_.templates()[instance.detail].hole_count;
  }
  bool IsComplete(const Register& reg) const {
    return reg.holds == Holds::kInstance && reg.filled == HoleCount(reg);
  }

  /// What a register tells when nothing but its value counts.
  Register AsValue(const Register& reg) const {
    if (reg.holds != Holds::kInstance) return reg;
    if (!IsComplete(reg)) return {Holds::kUnreadable, kNoIndex, 0};
    const TemplateNode& node = program_.template_nodes()[program_.templates()[reg.detail].node];
    return {Holds::kValue, node.is_object != 0 ? node.member_count : kNoIndex, 0};
  }

  Register Agree(const Register& left, const Register& right) const {
    if (left == right) return left;
    Register a = AsValue(left);
    Register b = AsValue(right);
    if (a == b) return a;
    return {std::max(a.holds, b.holds, Weaker), kNoIndex, 0};
  }
  static bool Weaker(Holds left, Holds right) {
    return static_cast<uint8_t>(left) < static_cast<uint8_t>(right);
  }

  bool RequireRegister(uint32_t pc, uint32_t reg) {
    return v_.Require(reg < region().register_count, "code", pc,
                      "{} with register {}, expected one below {}", Name(pc), reg,
                      region().register_count);
  }
  /// A register that holds a value, or perhaps Undefined.
  bool RequireReadable(uint32_t pc, const Registers& registers, uint32_t reg) {
    return RequireRegister(pc, reg) &&
           v_.Require(AsValue(registers[reg]).holds != Holds::kUnreadable, "code", pc,
                      "{} reads register {}, a template whose holes are not all filled", Name(pc),
                      reg);
  }
  bool RequireValue(uint32_t pc, const Registers& registers, uint32_t reg) {
    return RequireReadable(pc, registers, reg) &&
           v_.Require(AsValue(registers[reg]).holds == Holds::kValue, "code", pc,
                      "{} reads register {}, which may be Undefined", Name(pc), reg);
  }
  bool RequireOptional(uint32_t pc, const Registers& registers, uint8_t reg) {
    return reg == kNoRegister || RequireValue(pc, registers, reg);
  }

  // --- Ways --------------------------------------------------------------------------------------

  /// A way leads from `from` (kNoIndex: the start of the region) to `to` with these registers.
  void Reach(uint32_t from, uint32_t to, const Registers& registers) {
    if (!v_.Require(to < before_.size(), "code", from, "it goes on behind the end of the code"))
      return;
    if (region_of_[to] == kNoIndex) {
      region_of_[to] = region_;
      const StateRecord* state = StateAt(to);
      v_.Require(state == nullptr || state->region == region_, "code", to,
                 "state {} is in region {}, but the code in region {}", state_of_[to],
                 state == nullptr ? 0 : state->region, region_);
      before_[to] = registers;
      waiting_.push_back(to);
    } else if (v_.Require(region_of_[to] == region_, "code", to, "regions {} and {} share it",
                          region_of_[to], region_)) {
      Learn(to, registers);
    }
    uint32_t state = from == kNoIndex ? kNoIndex : state_of_[from];
    bool stays = from != kNoIndex && state == state_of_[to];
    bool enters = state_of_[to] == kNoIndex ? from == kNoIndex
                                            : program_.states()[state_of_[to]].pc_begin == to;
    v_.Require(stays || enters, "code", to, "state {} is entered in its midst or left for nowhere",
               state_of_[to] == kNoIndex ? state : state_of_[to]);
  }

  void Learn(uint32_t pc, const Registers& registers) {
    bool changed = false;
    for (size_t i = 0; i < registers.size(); ++i) {
      Register agreed = Agree(before_[pc][i], registers[i]);
      changed |= agreed != before_[pc][i];
      before_[pc][i] = agreed;
    }
    if (changed) waiting_.push_back(pc);
  }

  void Step(uint32_t pc) {
    const Instruction& at = program_.code()[pc];
    const OpcodeFacts& facts = FactsOf(at.op);
    Registers registers = before_[pc];
    if ((facts.flags & opcode_flags::kMayFault) != 0) ReachHandlers(pc, registers);
    if (!v_.ok() || !CheckPlace(pc, at) || !Apply(pc, at, &registers)) return;
    if ((facts.flags & opcode_flags::kEnds) != 0 || at.op == Opcode::kNoChoice) return;
    if (at.op == Opcode::kJump) return Reach(pc, at.c, registers);
    if (at.op == Opcode::kSwitchString) ReachCases(pc, program_.switches()[at.c], registers);
    Reach(pc, pc + 1, registers);
    if ((facts.flags & opcode_flags::kSkips) != 0) Reach(pc, pc + 2, registers);
  }

  /// A switch spends no fuel, so it may lead back only to where a state begins and does.
  void ReachCases(uint32_t pc, const SwitchRecord& table, const Registers& registers) {
    for (uint32_t i = table.first_case; i < table.first_case + table.case_count; ++i) {
      uint32_t to = program_.switch_cases()[i].pc;
      if (to == kNoIndex) continue;
      const StateRecord* state = StateAt(to);
      if (!v_.Require(to > pc || (state != nullptr && state->pc_begin == to), "switch_cases", i,
                      "it leads back to pc {}", to))
        return;
      Reach(pc, to, registers);
    }
  }

  /// A fault leads to the retry and to every catcher of the state, with the registers as they were
  /// before; but for get_path, which leaves Undefined, and what was being built, which is lost.
  void ReachHandlers(uint32_t pc, const Registers& before) {
    const StateRecord* state = StateAt(pc);
    if (state == nullptr || state->retrier_count + uint64_t{state->catcher_count} == 0) return;
    Registers registers = before;
    for (Register& reg : registers)
      reg = AsValue(reg);
    const Instruction& at = program_.code()[pc];
    if (at.op == Opcode::kGetPath && at.a < registers.size())
      registers[at.a] = Agree(registers[at.a], {Holds::kMaybe, kNoIndex, 0});
    if (!LearnFault(state_of_[pc], registers)) return;
    registers = faulting_[state_of_[pc]];
    if (state->retrier_count > 0) Reach(pc, state->retry_pc, registers);
    for (uint32_t c = state->first_catcher; c < state->first_catcher + state->catcher_count; ++c) {
      const CatcherRecord& catcher = program_.catchers()[c];
      if (!RequireRegister(pc, catcher.error_register)) return;
      Registers caught = registers;
      caught[catcher.error_register] = kAnyValue;
      Reach(pc, catcher.handler_pc, caught);
    }
  }

  /// What all faults of a state agree on goes to its handlers once it has changed, so that many
  /// catchers and many instructions add up and do not multiply.
  bool LearnFault(uint32_t state, const Registers& registers) {
    Registers& known = faulting_[state];
    bool changed = known.empty();
    if (changed) known = registers;
    for (size_t i = 0; i < known.size(); ++i) {
      Register agreed = Agree(known[i], registers[i]);
      changed |= agreed != known[i];
      known[i] = agreed;
    }
    return changed;
  }

  // --- Instructions ------------------------------------------------------------------------------

  /// Instructions that act on the current state stand inside one, of the right type.
  bool CheckPlace(uint32_t pc, const Instruction& at) {
    const StateRecord* state = StateAt(pc);
    auto in_state = [&](StateType type) {
      return v_.Require(state != nullptr && state->type == type, "code", pc,
                        "{} stands in no state of its type", Name(pc));
    };
    switch (at.op) {
      case Opcode::kEnterState:
        return v_.Require(state != nullptr && state->pc_begin == pc && state_of_[pc] == at.c,
                          "code", pc, "enter_state {} is not the beginning of that state", at.c);
      case Opcode::kExitState:
      case Opcode::kEnd:
      case Opcode::kAssign:
        return v_.Require(state != nullptr, "code", pc, "{} stands in no state", Name(pc));
      case Opcode::kFailState: return in_state(StateType::kFail);
      case Opcode::kNoChoice: return in_state(StateType::kChoice);
      case Opcode::kWait: return in_state(StateType::kWait);
      case Opcode::kTask: return in_state(StateType::kTask);
      case Opcode::kParallel: {
        uint32_t first = program_.parallels()[at.c].first_region;
        return in_state(StateType::kParallel) && CheckHolds(pc, first);
      }
      case Opcode::kMap:
        return in_state(StateType::kMap) && CheckHolds(pc, program_.maps()[at.c].region);
      case Opcode::kBeginIteration:
        return v_.Require(region().kind == RegionKind::kMapIteration, "code", pc,
                          "begin_iteration outside of a Map's region");
      default: return true;
    }
  }

  bool CheckHolds(uint32_t pc, uint32_t started) {
    return v_.Require(program_.regions()[started].state == state_of_[pc], "code", pc,
                      "{} starts region {}, which is not its state's", Name(pc), started);
  }

  /// Checks the operands and changes the registers as the instruction does.
  bool Apply(uint32_t pc, const Instruction& at, Registers* registers) {
    const OpcodeFacts& facts = FactsOf(at.op);
    if (facts.a != OperandKind::kNone && !RequireRegister(pc, at.a)) return false;
    if (!CheckSources(pc, at, *registers)) return false;
    Register& a = (*registers)[facts.a == OperandKind::kNone ? 0 : at.a];
    switch (at.op) {
      case Opcode::kLoad: a = {Holds::kValue, MembersOfConstant(at.c), 0}; return true;
      case Opcode::kLoadUndefined: a = {Holds::kMaybe, kNoIndex, 0}; return true;
      case Opcode::kMove: a = (*registers)[at.b]; return true;
      case Opcode::kGetPath:
        a = program_.path_uses()[at.c].miss == MissMode::kUndefined
                ? Register{Holds::kMaybe, kNoIndex, 0}
                : kAnyValue;
        return true;
      case Opcode::kNewTemplate: a = {Holds::kInstance, at.c, 0}; return true;
      case Opcode::kFill:
      case Opcode::kFillPath: return Fill(pc, at, &a);
      case Opcode::kAssign: return CheckAssign(pc, at, a);
      default:
        if (facts.a == OperandKind::kDst) a = kAnyValue;
        return true;
    }
  }

  bool CheckSources(uint32_t pc, const Instruction& at, const Registers& registers) {
    const OpcodeFacts& facts = FactsOf(at.op);
    bool may_be_undefined = (facts.flags & opcode_flags::kSkips) != 0 || at.op == Opcode::kMove ||
                            at.op == Opcode::kFailState || at.op == Opcode::kWait ||
                            at.op == Opcode::kSwitchString;
    bool fills = at.op == Opcode::kFill || at.op == Opcode::kFillPath;
    auto source = [&](uint32_t reg) {
      return may_be_undefined ? RequireReadable(pc, registers, reg)
                              : RequireValue(pc, registers, reg);
    };
    if (facts.a == OperandKind::kSrc && !fills && !source(at.a)) return false;
    if (facts.b == OperandKind::kSrc && !source(at.b)) return false;
    if (facts.b == OperandKind::kTwo && !(source(at.b & 0xFF) && source(at.b >> 8))) return false;
    if (facts.c == OperandKind::kSrc && !source(at.c)) return false;
    if (facts.c == OperandKind::kPathUse) return CheckUse(pc, at, registers);
    if (at.op == Opcode::kCall) return CheckCall(pc, at, registers);
    if (at.op == Opcode::kTask) {
      const TaskRecord& task = program_.tasks()[at.c];
      return RequireOptional(pc, registers, task.timeout_register) &&
             RequireOptional(pc, registers, task.heartbeat_register) &&
             RequireOptional(pc, registers, task.credentials_register);
    }
    if (at.op == Opcode::kMap) {
      const MapRecord& map = program_.maps()[at.c];
      return RequireOptional(pc, registers, map.max_concurrency_register) &&
             RequireOptional(pc, registers, map.tolerated_count_register) &&
             RequireOptional(pc, registers, map.tolerated_percentage_register);
    }
    return true;
  }

  bool CheckUse(uint32_t pc, const Instruction& at, const Registers& registers) {
    const PathUse& use = program_.path_uses()[at.c];
    if (!v_.Require(at.op == Opcode::kGetPath || use.miss != MissMode::kUndefined, "code", pc,
                    "{} with a path that may leave Undefined", Name(pc)))
      return false;
    switch (program_.paths()[use.path].root) {
      case PathRoot::kRegister: return RequireReadable(pc, registers, use.reg);
      case PathRoot::kVariable: break;
      default: return true;
    }
    uint32_t frame = region_;
    for (uint32_t depth = use.variable_depth; depth > 0; --depth) {
      frame = program_.regions()[frame].parent_region;
      if (!v_.Require(frame != kNoIndex, "path_uses", at.c,
                      "a variable {} frames up at pc {}, expected fewer", use.variable_depth, pc))
        return false;
    }
    return v_.Require(use.variable < program_.regions()[frame].variable_count, "path_uses", at.c,
                      "variable {} at pc {}, expected one below {}", use.variable, pc,
                      program_.regions()[frame].variable_count);
  }

  bool CheckCall(uint32_t pc, const Instruction& at, const Registers& registers) {
    const Register& arguments = registers[at.b];
    return v_.Require(
        IsComplete(arguments) && HoleCount(arguments) >= program_.calls()[at.c].argument_count,
        "code", pc, "call reads register {}, expected a template of its {} arguments", at.b,
        program_.calls()[at.c].argument_count);
  }

  bool CheckAssign(uint32_t pc, const Instruction& at, const Register& source) {
    const AssignRecord& assign = program_.assigns()[at.c];
    for (uint32_t i = assign.first_variable; i < assign.first_variable + assign.variable_count; ++i)
      v_.Require(program_.variables()[i].slot < region().variable_count, "variables", i,
                 "slot {} at pc {}, expected one below {}", program_.variables()[i].slot, pc,
                 region().variable_count);
    return v_.Require(assign.variable_count == 0 || AsValue(source).detail == assign.variable_count,
                      "code", pc, "assign reads register {}, expected an object of {} members",
                      at.a, assign.variable_count);
  }

  bool Fill(uint32_t pc, const Instruction& at, Register* target) {
    bool fits = target->holds == Holds::kInstance && at.b == target->filled &&
                target->filled < HoleCount(*target);
    if (fits) ++target->filled;
    return v_.Require(fits, "code", pc,
                      "{} fills hole {} of register {}, expected the next hole of an instance",
                      Name(pc), at.b, at.a);
  }

  uint32_t MembersOfConstant(uint32_t index) {
    Value value = program_.ReadConstant(index);
    if (value.type != Type::kObject) return kNoIndex;
    uint32_t count = CountOf(value, v_.arena);
    v_.arena.Reset();
    return count;
  }

  Verification& v_;
  const Program& program_;
  std::vector<uint32_t> state_of_;
  std::vector<uint32_t> region_of_;
  std::vector<Registers> before_;    // empty: not reached
  std::vector<Registers> faulting_;  // what the faults of a state agree on; empty: none yet
  std::vector<uint32_t> waiting_;
  uint32_t region_ = 0;
};

}  // namespace

void VerifyFlow(Verification& v) {
  FlowVerifier(v).Verify();
}

}  // namespace aslx
