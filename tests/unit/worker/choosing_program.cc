#include "tests/unit/worker/choosing_program.h"

#include <string_view>

#include <gtest/gtest.h>

#include "runtime/program/builder.h"

namespace aslx {
namespace {

class Writer {
 public:
  Writer() {
    MachineRecord machine{};
    machine.timeout_seconds = 60;
    b.machines.push_back(machine);
    RegionRecord region{};
    region.kind = RegionKind::kRoot;
    region.parent_region = kNoIndex;
    region.state = kNoIndex;
    region.register_count = 4;
    b.regions.push_back(region);
  }

  uint32_t pc() const { return static_cast<uint32_t>(b.code.size()); }
  uint32_t Emit(Opcode op, uint8_t a = 0, uint16_t b16 = 0, uint32_t c = 0) {
    b.code.push_back({op, a, b16, c});
    return pc() - 1;
  }
  uint32_t Begin(std::string_view name, StateType type) {
    StateRecord state{};
    state.name = b.Text(name);
    state.type = type;
    state.pc_begin = state.retry_pc = pc();
    b.states.push_back(state);
    const auto index = static_cast<uint32_t>(b.states.size() - 1);
    Emit(Opcode::kEnterState, 0, 0, index);
    return index;
  }
  void End(uint32_t state) { b.states[state].pc_end = pc(); }
  void LeaveWith(uint8_t reg) {
    Emit(Opcode::kExitState, reg);
    Emit(Opcode::kEnd, reg);
  }
  uint32_t UseOf(std::string_view key) {
    PathRecord path{};
    path.first_step = static_cast<uint32_t>(b.path_steps.size());
    path.step_count = 1;
    const TextRef text = b.Text(key);
    b.path_steps.push_back({PathStepKind::kKey, 0, 0, text.offset, text.size, 0});
    path.text = b.Text("$." + std::string(key));
    path.slot = kNoSlot;
    path.definite = 1;
    b.paths.push_back(path);
    PathUse use{};
    use.path = static_cast<uint32_t>(b.paths.size() - 1);
    use.miss = MissMode::kUndefined;
    b.path_uses.push_back(use);
    return static_cast<uint32_t>(b.path_uses.size() - 1);
  }

  ProgramBuilder b;
};

void AddWaiting(Writer& w) {
  const uint32_t state = w.Begin("Waiting", StateType::kWait);
  w.Emit(Opcode::kGetPath, 1, 0, w.UseOf("seconds"));
  w.b.waits.push_back({WaitKind::kSecondsPath, {}, w.b.Text("$.seconds")});
  w.Emit(Opcode::kWait, 1, 0, 0);
  w.LeaveWith(0);
  w.End(state);
}

void AddCalling(Writer& w) {
  const uint32_t state = w.Begin("Calling", StateType::kTask);
  TaskRecord task{};
  task.kind = TaskKind::kService;
  task.timeout_register = task.heartbeat_register = task.credentials_register = kNoRegister;
  task.timeout_seconds = 30;
  task.heartbeat_seconds = 10;
  task.arn = w.b.Text("arn:aws:states:::lambda:invoke");
  task.resource_type = w.b.Text("lambda");
  task.resource = w.b.Text("invoke");
  w.b.tasks.push_back(task);
  w.Emit(Opcode::kTask, 2, 0, 0);
  w.LeaveWith(2);
  w.End(state);
}

void AddFailing(Writer& w) {
  const uint32_t state = w.Begin("Failing", StateType::kFail);
  w.Emit(Opcode::kLoad, 1, 0, w.b.Constant("\"Broken\""));
  w.Emit(Opcode::kLoad, 2, 0, w.b.Constant("\"on purpose\""));
  w.Emit(Opcode::kFailState, 1, 2);
  w.End(state);
}

void AddSpinning(Writer& w) {
  const uint32_t begin = w.pc();
  const uint32_t state = w.Begin("Spinning", StateType::kPass);
  w.Emit(Opcode::kExitState, 0);
  w.Emit(Opcode::kJump, 0, 0, begin);
  w.End(state);
}

void AddDone(Writer& w) {
  const uint32_t state = w.Begin("Done", StateType::kSucceed);
  w.LeaveWith(0);
  w.End(state);
}

}  // namespace

std::shared_ptr<const Program> ChoosingProgram() {
  static constexpr struct {
    std::string_view word;
    void (*add)(Writer&);
  } kStates[] = {{"\"wait\"", AddWaiting},
                 {"\"task\"", AddCalling},
                 {"\"fail\"", AddFailing},
                 {"\"spin\"", AddSpinning},
                 {"", AddDone}};
  Writer w;
  const uint32_t state = w.Begin("Choosing", StateType::kChoice);
  w.Emit(Opcode::kGetPath, 1, 0, w.UseOf("do"));
  std::vector<uint32_t> tests;
  for (const auto& target : kStates) {
    if (target.word.empty()) break;
    w.Emit(Opcode::kTestStringEquals, 1, 0, w.b.Constant(target.word));
    tests.push_back(w.Emit(Opcode::kJump));
  }
  tests.push_back(w.Emit(Opcode::kJump));
  std::vector<uint32_t> jumps;
  for (const uint32_t test : tests) {
    w.b.code[test].c = w.Emit(Opcode::kExitState, 0);
    jumps.push_back(w.Emit(Opcode::kJump));
  }
  w.End(state);
  for (size_t i = 0; i < jumps.size(); ++i) {
    w.b.code[jumps[i]].c = w.pc();
    kStates[i].add(w);
  }
  auto program = Program::Load(w.b.Finish(4711));
  if (!program) ADD_FAILURE() << program.error().message;
  return program.value_or(nullptr);
}

}  // namespace aslx
