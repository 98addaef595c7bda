#include "compiler/passes/control_flow.h"
#include "compiler/passes/passes.h"

namespace aslx::compiler {
namespace {

// A chain of jumps is never longer than And, Or and Not nest; a loop of empty jumps cannot occur,
// since every state has its enter_state.
constexpr int kHopsMax = 1'000;

/// For each label: the label of the jump that stands there, or itself.
std::vector<ir::Label> Forwarding(ir::Module* module) {
  std::vector<ir::Label> forward(module->label_count);
  for (ir::Label label = 0; label < forward.size(); ++label)
    forward[label] = label;
  ForEachCode(module, [&](ir::Code& code) {
    for (size_t i = code.size(); i-- > 0;) {
      if (!code[i].is_label) continue;
      size_t next = i + 1;
      while (next < code.size() && code[next].is_label)
        ++next;
      if (next < code.size() && code[next].op == Opcode::kJump) forward[code[i].c] = code[next].c;
    }
  });
  return forward;
}

std::vector<bool> ReferredLabels(ir::Module* module) {
  std::vector<bool> referred(module->label_count);
  for (const ir::Region& region : module->regions)
    referred[region.start] = true;
  for (const ir::State& state : module->states) {
    referred[state.enter] = true;
    for (const ir::Catcher& catcher : state.catchers)
      referred[catcher.handler] = true;
  }
  ForEachCode(module, [&](ir::Code& code) {
    for (ir::Instruction& instruction : code)
      ForEachTarget(module, &instruction, [&](ir::Label label) { referred[label] = true; });
  });
  return referred;
}

/// Drops labels that nothing refers to, and what stands between the end of a flow and a label.
void RemoveDead(const std::vector<bool>& referred, ir::Code* code) {
  ir::Code kept;
  bool reachable = true;
  bool guarded = false;  // the instruction before skips this one
  for (const ir::Instruction& instruction : *code) {
    if (instruction.is_label) {
      if (!referred[instruction.c]) continue;
      reachable = true;
    }
    if (!reachable) continue;
    kept.push_back(instruction);
    if (ir::Terminates(instruction) && !guarded) reachable = false;
    guarded = ir::Skips(instruction);
  }
  *code = std::move(kept);
}

}  // namespace

void ThreadJumps(ir::Module* module) {
  const std::vector<ir::Label> forward = Forwarding(module);
  ForEachCode(module, [&](ir::Code& code) {
    for (ir::Instruction& instruction : code) {
      ForEachTarget(module, &instruction, [&](ir::Label& label) {
        for (int hops = 0; hops < kHopsMax && forward[label] != label; ++hops)
          label = forward[label];
      });
    }
  });
  // Dead code may hold the last reference to a label, whose code is then dead, too.
  size_t size_before = 0;
  size_t size = 1;
  while (size != size_before) {
    size_before = size;
    size = 0;
    const std::vector<bool> referred = ReferredLabels(module);
    ForEachCode(module, [&](ir::Code& code) {
      RemoveDead(referred, &code);
      size += code.size();
    });
  }
}

}  // namespace aslx::compiler
