#include "runtime/vm/interpreter.h"

#include <algorithm>
#include <tuple>

#include "runtime/base/check.h"
#include "runtime/functions/function.h"
#include "runtime/value/compare.h"
#include "runtime/value/graft.h"
#include "runtime/value/json_writer.h"
#include "runtime/vm/assignment.h"
#include "runtime/vm/choice.h"
#include "runtime/vm/error_handling.h"
#include "runtime/vm/fault_text.h"
#include "runtime/vm/history.h"
#include "runtime/vm/join.h"
#include "runtime/vm/parking.h"
#include "runtime/vm/path_use.h"
#include "runtime/vm/payload_template.h"
#include "runtime/vm/state_boundary.h"
#include "runtime/vm/suspension.h"
#include "runtime/vm/take_shortcut.h"

namespace aslx {
namespace {

// What an instruction did, as far as the loop has to know.
enum class Step : uint8_t { kNext, kFault, kSuspended, kOutOfFuel, kCollect };

bool CallFunction(Execution& execution, Branch& branch, const Instruction& at, VmContext& context,
                  Fault* fault) {
  const Program& program = *execution.program;
  const CallRecord& call = program.calls()[at.c];
  const TemplateInstance* arguments = Unread(branch.registers()[at.b]);
  ASLX_CHECK(call.argument_count <= arguments->hole_count);
  FunctionContext function{&execution.arena, context.random, context.reader, {}};
  const Value result =
      FunctionAt(call.function)({arguments->holes(), call.argument_count}, function);
  if (!result.undefined()) {
    branch.registers()[at.a] = result;
    return true;
  }
  *fault = RuntimeFault(execution, branch,
                        Concat(execution, {"The function '", program.TextOf(call.expression),
                                           "' had the following error: ", function.error}));
  return false;
}

bool SetPath(Execution& execution, Branch& branch, const Instruction& at, Fault* fault) {
  const Program& program = *execution.program;
  const GraftRecord& record = program.grafts()[at.c];
  auto* steps = execution.arena.AllocateArray<GraftStep>(record.step_count);
  for (uint32_t i = 0; i < record.step_count; ++i) {
    const GraftStepRecord& step = program.graft_steps()[record.first_step + i];
    steps[i] = {program.TextOf(step.key), step.index, step.is_index != 0};
  }
  Value* const registers = branch.registers();
  Value result;
  const GraftStatus status = Graft(registers[at.b & 0xff], {steps, record.step_count},
                                   registers[at.b >> 8], execution.arena, &result);
  if (status == GraftStatus::kDone) {
    registers[at.a] = result;
    return true;
  }
  if (status == GraftStatus::kTooDeep) {
    *fault = PrefixedFault(execution, branch, error_names::kDataLimitExceeded,
                           "The value nests deeper than 1000 levels.");
    return false;
  }
  *fault = PrefixedFault(
      execution, branch, error_names::kResultPathMatchFailure,
      Concat(execution, {"Unable to apply step \"", program.TextOf(record.text), "\" to input ",
                         JsonText(registers[at.b & 0xff], execution.arena)}));
  return false;
}

// The fault of a Fail state: strings as they are, Undefined where a field is absent. A path may
// lead to something else, which is an error of its own.
Fault FailStateFault(Execution& execution, const Branch& branch, const Value& error,
                     const Value& cause) {
  Fault fault;
  for (const auto& [from, to, field] : {std::tuple{&error, &fault.name, "ErrorPath"},
                                        std::tuple{&cause, &fault.cause, "CausePath"}}) {
    if (from->undefined()) continue;
    if (from->type != Type::kString) {
      return RuntimeFault(
          execution, branch,
          Concat(execution, {"The ", field, " field must reference a string, but was: ",
                             JsonText(*from, execution.arena)}));
    }
    *to = Value::String(Decode(*from, execution.arena));
  }
  return fault;
}

Step FromJoin(JoinStart start, Branch& branch, const Instruction& at, const Value& result) {
  if (start == JoinStart::kFault) return Step::kFault;
  if (start == JoinStart::kWaiting) return Step::kSuspended;
  branch.registers()[at.a] = result;
  ++branch.pc;
  return Step::kNext;
}

// Runs `branch` until it ends, suspends, faults or is out of fuel. branch.pc is where it stands.
Step RunBranch(Execution& execution, Branch& branch, VmContext& context, Fault* fault) {
  const Program& program = *execution.program;
  const FusedCode& fused = program.fused();
  const Instruction* const code = fused.code.data();
  const PathUse* const path_uses = program.path_uses().data();
  const PathRecord* const paths = program.paths().data();
  Value* const registers = branch.registers();
  Arena& arena = execution.arena;
  uint32_t pc = branch.pc;
  const auto fail = [&] {
    branch.pc = pc;
    return Step::kFault;
  };
  const auto suspended = [&](bool started) { return started ? Step::kSuspended : Step::kFault; };
  const Instruction* next;  // no copy: it would go through the stack
  while (true) {
    next = &code[pc];
  run:
    const Instruction& at = *next;
    if (static_cast<uint32_t>(at.op) >= kRunOpcodeCount) __builtin_unreachable();  // verified
    switch (at.op) {
      case Opcode::kEnterState:
        if (execution.fuel == 0) {
          branch.pc = pc;
          return Step::kOutOfFuel;
        }
        if (__builtin_expect(arena.reserved_bytes() > execution.collect_at_bytes, 0)) {
          branch.pc = pc;
          return Step::kCollect;
        }
        --execution.fuel;
        EnterState(execution, branch, at, context);
        if (__builtin_expect(arena.over_limit(), 0)) {
          *fault = MemoryFault(execution, branch);
          return fail();
        }
        break;
      case Opcode::kExitState:
        if (!ExitState(execution, branch, registers[at.a], context, fault)) return fail();
        break;
      case Opcode::kEnd:
        if (branch.parent == kNoBranch) {
          EndExecution(execution, branch, registers[at.a], context);
        } else {
          EndBranch(execution, branch, registers[at.a], context);
        }
        return Step::kSuspended;
      case Opcode::kFailState:
        *fault = FailStateFault(execution, branch, registers[at.a], registers[at.b]);
        return fail();
      case Opcode::kJump:
        if (at.c <= pc) {
          if (execution.fuel == 0) {
            branch.pc = pc;
            return Step::kOutOfFuel;
          }
          --execution.fuel;
        }
        pc = at.c;
        continue;
      case Opcode::kLoad: registers[at.a] = program.ConstantAt(at.c); break;
      case Opcode::kLoadUndefined: registers[at.a] = Value{}; break;
      case Opcode::kMove: registers[at.a] = registers[at.b]; break;
      case Opcode::kGetPath: {
        const PathUse& use = path_uses[at.c];
        if (const Value* slot = SlotOf(execution, paths[use.path], use, registers)) {
          registers[at.a] = *slot;
        } else if (!EvaluateUse(execution, branch, use, &registers[at.a], fault)) {
          return fail();
        }
        break;
      }
      case Opcode::kNewTemplate: NewTemplate(execution, &registers[at.a], at.c); break;
      case Opcode::kFill:
        if (!FillHole(execution, branch, &registers[at.a], at.b, registers[at.c], fault)) {
          return fail();
        }
        break;
      case Opcode::kFillPath: {
        const PathUse& use = path_uses[at.c];
        if (const Value* slot = SlotOf(execution, paths[use.path], use, registers)) {
          if (!FillHole(execution, branch, &registers[at.a], at.b, *slot, fault)) return fail();
          break;
        }
        Value value;
        if (!EvaluateUse(execution, branch, use, &value, fault)) return fail();
        if (!FillHole(execution, branch, &registers[at.a], at.b, value, fault)) return fail();
        break;
      }
      case Opcode::kCall:
        if (!CallFunction(execution, branch, at, context, fault)) return fail();
        if (__builtin_expect(arena.over_limit(), 0)) {
          *fault = MemoryFault(execution, branch);
          return fail();
        }
        break;
      case Opcode::kGraft:
        if (!SetPath(execution, branch, at, fault)) return fail();
        break;
      case Opcode::kAssign:
        if (!AssignVariables(execution, branch, at, fault)) return fail();
        break;
#define TEST_CONSTANT(name, mnemonic)                                               \
  case Opcode::kTest##name:                                                         \
    pc += Compare(at.op, registers[at.a], program.ConstantAt(at.c), arena) ? 1 : 2; \
    continue;
#define TEST_PATH(name, mnemonic)                                          \
  case Opcode::kTest##name##Path:                                          \
    pc += Compare(at.op, registers[at.a], registers[at.b], arena) ? 1 : 2; \
    continue;
        ASLX_COMPARISONS(TEST_CONSTANT)
        ASLX_COMPARISONS(TEST_PATH)
#undef TEST_CONSTANT
#undef TEST_PATH
      case Opcode::kTestStringMatches: {
        const Value& value = registers[at.a];
        const bool matches =
            value.type == Type::kString &&
            StringMatches(Decode(value, arena), Decode(program.ConstantAt(at.c), arena));
        pc += matches ? 1 : 2;
        continue;
      }
      case Opcode::kTestIsNull: pc += registers[at.a].type == Type::kNull ? 1 : 2; continue;
      case Opcode::kTestIsPresent: pc += registers[at.a].undefined() ? 2 : 1; continue;
      case Opcode::kTestIsNumeric: pc += registers[at.a].type == Type::kNumber ? 1 : 2; continue;
      case Opcode::kTestIsString: pc += registers[at.a].type == Type::kString ? 1 : 2; continue;
      case Opcode::kTestIsBoolean: pc += registers[at.a].type == Type::kBool ? 1 : 2; continue;
      case Opcode::kTestIsTimestamp: pc += IsTimestamp(registers[at.a], arena) ? 1 : 2; continue;
      case Opcode::kSwitchString: {
        const SwitchCase* found =
            FindCase(program, program.switches()[at.c], registers[at.a], arena);
        pc = found != nullptr ? found->pc : pc + 1;
        continue;
      }
      case Opcode::kNoChoice:
        *fault = RuntimeFault(execution, branch,
                              "Failed to transition out of the state. The state does not point to "
                              "a next state.");
        return fail();
      case Opcode::kWait:
        branch.pc = pc;
        return suspended(StartWait(execution, branch, at, context, fault));
      case Opcode::kTask:
        branch.pc = pc;
        return suspended(StartTask(execution, branch, at, context, fault));
      case Opcode::kParallel:
        branch.pc = pc;
        return FromJoin(StartParallel(execution, branch, at, context, fault), branch, at, Value{});
      case Opcode::kMap: {
        branch.pc = pc;
        Value result;
        const JoinStart start = StartMap(execution, branch, at, context, &result, fault);
        const Step step = FromJoin(start, branch, at, result);
        if (step != Step::kNext) return step;
        break;
      }
      case Opcode::kBeginIteration: BeginIteration(execution, branch, context); break;

      // Fused: the usual case, or else the file's own instruction.
      case Opcode::kTakeShortcut: {
        const ShortcutLeaf* const leaf =
            TakeShortcut(execution, branch, fused.shortcuts, fused.shortcuts.all[at.c], context);
        if (leaf == nullptr) goto unusual;
        pc = leaf->pc;
        continue;
      }
      case Opcode::kTestSlot: {
        const SlotTest& test = fused.slot_tests[at.c];
        const Value* const slot = SlotOf(execution, test.slot, registers[test.source]);
        if (slot == nullptr) goto unusual;
        registers[test.target] = *slot;
        const bool holds = Compare(test.test, *slot, program.ConstantAt(test.constant), arena);
        pc = holds ? test.pc_holds : test.pc_fails;
        continue;
      }
      case Opcode::kRenderSlots: {
        const SlotRendering& rendering = fused.slot_renderings[at.c];
        if (!RenderSlots(execution, rendering, registers)) goto unusual;
        pc += 1 + rendering.slot_count;
        continue;
      }
      case Opcode::kNextState: {
        const StateChange& change = fused.state_changes[at.c];
        if (!ChangeState(execution, branch, change, registers[change.output], context)) {
          goto unusual;
        }
        pc = change.pc_entered;
        continue;
      }
    }
    ++pc;
    continue;
  unusual:
    next = &program.code()[pc];
    goto run;
  }
}

void RunReadyBranch(Execution& execution, uint32_t slot, VmContext& context) {
  Fault fault;
  while (true) {
    Branch& branch = *execution.branches[slot];  // a collection moves it
    switch (RunBranch(execution, branch, context, &fault)) {
      case Step::kNext:
      case Step::kSuspended: return;
      case Step::kOutOfFuel: MakeReady(execution, branch); return;
      case Step::kCollect: Compact(execution, context); continue;
      case Step::kFault: break;
    }
    switch (HandleFault(execution, branch, fault, context)) {
      case FaultOutcome::kContinue: continue;
      case FaultOutcome::kSuspended: return;
      case FaultOutcome::kUncaught: FailBranch(execution, branch, fault, context); return;
    }
  }
}

// Not inline in Run: where a shortcut ends the execution, its frame is not needed.
[[gnu::noinline]] RunResult RunBranches(Execution& execution, VmContext& context) {
  while (execution.status == ExecutionStatus::kRunning) {
    if (execution.fuel == 0) return RunResult::kOutOfFuel;
    Branch* const branch = NextReady(execution);
    if (branch == nullptr) return RunResult::kSuspended;
    RunReadyBranch(execution, branch->slot, context);
  }
  // Where nothing ever suspended nothing is left to call off.
  if (execution.last_serial != 0) CancelBranches(execution, context);
  return RunResult::kEnded;
}

}  // namespace

JsonError Begin(Execution& execution, const Program& program, std::string_view input,
                VmContext& context) {
  ASLX_CHECK(execution.status == ExecutionStatus::kIdle);
  const ReadSet& read_set = program.read_set();
  execution.event = static_cast<TemplateInstance*>(execution.arena.Allocate(
      sizeof(TemplateInstance) + sizeof(Value) * read_set.slot_count, alignof(Value)));
  execution.slots = execution.event->holes();
  const JsonError error =
      context.reader->Read(input, &read_set, execution.slots, &execution.root_input);
  if (error.kind != JsonError::Kind::kNone) return error;
  execution.program = &program;
  execution.status = ExecutionStatus::kRunning;
  execution.source_text = input;
  execution.collect_at_bytes = limits::kCollectionBytesMin;
  execution.begin_wall_ns = context.wall_ns;
  execution.deadline_ns = context.After(program.duration_ns());
  Record(execution, context, EventType::kExecutionStarted, 0,
         [&](Event& event) { event.input = execution.root_input; });
  return error;
}

RunResult Run(Execution& execution, VmContext& context) {
  execution.fuel = limits::kFuelPerTurn;
  if (execution.branch_slots == 0) {
    if (EndByShortcut(execution)) return RunResult::kEnded;
    Branch* const root = NewRootBranch(execution);
    CopyFresh(&root->registers()[kRegisterInput], execution.root_input);
    MakeReady(execution, *root);
  }
  return RunBranches(execution, context);
}

void TimeOut(Execution& execution, VmContext& context) {
  if (execution.status != ExecutionStatus::kRunning) return;
  CancelBranches(execution, context);
  execution.status = ExecutionStatus::kTimedOut;
  execution.fault.name = Value::String(error_names::kTimeout);
  const Branch* const root = execution.branches[0];
  if (root != nullptr && root->state != kNoIndex) {
    execution.failed_state = StateName(execution, *root);
  }
  Record(execution, context, EventType::kExecutionTimedOut, 0,
         [&](Event& event) { event.error = execution.fault.name; });
}

void Abort(Execution& execution, VmContext& context) {
  if (execution.status != ExecutionStatus::kRunning) return;
  CancelBranches(execution, context);
  execution.status = ExecutionStatus::kIdle;
}

}  // namespace aslx
