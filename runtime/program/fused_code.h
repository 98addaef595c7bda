// The code that the interpreter runs: the file's, but that an instruction which begins a usual
// sequence is replaced by one that does all of it.
//
// What it is not: a format or a translation. Every instruction keeps its pc, those inside a
// sequence stay where they are, and whoever jumps there or saves a pc knows of nothing. A fused
// instruction does only the usual case; for everything else (a slot without a value, a listener, a
// limit) it does nothing, and the interpreter runs the file's instruction at the same pc.
// Who uses it: Program makes it at load, the interpreter runs it.
// Thread: immutable once made. Memory: its own; at most 8 bytes an instruction and a record each.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/program/format.h"
#include "runtime/program/shortcut.h"

namespace aslx {

/// test_slot: `get_path target, slot of source; test_… target, constant`, and the jump that the
/// test guards.
struct SlotTest {
  Opcode test;
  uint8_t source;  // register that may hold the event
  uint8_t target;
  uint16_t slot;
  uint32_t constant;
  uint32_t pc_holds;
  uint32_t pc_fails;
};

/// render_slots: `new_template target`, and a `fill_path` from a slot of `source` for each of the
/// first holes.
struct SlotRendering {
  uint32_t template_index;
  uint32_t first_slot;  // of FusedCode::slots, one a hole
  uint32_t slot_count;
  uint8_t source;
  uint8_t target;
};

/// next_state: `exit_state output; jump; enter_state`, from a state without Retry, Catch and Assign
/// to one that stands behind it.
struct StateChange {
  uint8_t output;
  uint32_t state;  // that is entered
  uint32_t pc_entered;
};

struct FusedCode {
  /// As long as the file's code. Operand C of a fused instruction: its record.
  std::vector<Instruction> code;
  std::vector<SlotTest> slot_tests;
  std::vector<SlotRendering> slot_renderings;
  std::vector<uint16_t> slots;
  std::vector<StateChange> state_changes;
  Shortcuts shortcuts;  // take_shortcut stands at the enter_state where one begins
};

/// The sections of a verified program that decide.
class Program;
FusedCode FuseCode(const Program& program);

}  // namespace aslx
