// Following a shortcut: what the first states of a branch do, without going through them.
//
// What it is not: the planning (runtime/program/shortcut.h), nor the events of a listener: with one
// the states are gone through.
// Who uses it: the interpreter only, inline. Thread: the worker's.
// Memory: instances live in the execution's arena.
#pragma once

#include <algorithm>

#include "runtime/program/shortcut.h"
#include "runtime/vm/choice.h"
#include "runtime/vm/path_use.h"
#include "runtime/vm/payload_template.h"
#include "runtime/vm/state_boundary.h"

namespace aslx {

/// The states of the way to `leaf` have been entered and left, but for the last.
inline void EnterLastState(Execution& execution, Branch& branch, const ShortcutLeaf& leaf,
                           const VmContext& context) {
  execution.fuel -= leaf.states;
  BeginState(branch, leaf.state, context);
  if (!branch.muted) branch.last_event_id = execution.last_event_id += leaf.events;
  branch.entered_event_id = branch.last_event_id;
}

/// Whether no document on the way can reach a limit.
inline bool IsSmall(const Value& input, const Shortcut& shortcut) {
  if (input.raw()) {
    return input.size <= shortcut.input_bytes_max && input.height <= shortcut.input_height_max;
  }
  return !input.container() && input.type != Type::kString;
}

/// Whether everything is as a shortcut takes it to be.
inline bool MayTake(const Execution& execution, const Shortcut& shortcut, const Value& input) {
  return execution.sink == nullptr && execution.fuel >= shortcut.states_max &&
         execution.arena.reserved_bytes() <= execution.collect_at_bytes &&
         !execution.arena.over_limit() && (!shortcut.reads_event || HoldsEvent(execution, input)) &&
         IsSmall(input, shortcut);
}

/// The leaf that the tests lead to, or null when a slot that was read has no value.
inline const ShortcutLeaf* FindLeaf(Execution& execution, const Shortcuts& shortcuts,
                                    const Shortcut& shortcut) {
  const Program& program = *execution.program;
  uint32_t at = shortcut.first;
  while ((at & kShortcutLeaf) == 0) {
    const ShortcutTest& test = shortcuts.tests[at];
    const Value& value = execution.slots[test.slot];
    if (value.undefined()) return nullptr;
    if (test.orders != 0 && value.type == Type::kNumber) {
      const int order = test.integer.Order(value);
      at = (test.orders & OrderBit(order)) != 0 ? test.holds : test.fails;
    } else if (__builtin_expect(test.op == Opcode::kSwitchString, 0)) {
      const SwitchRecord& table = program.switches()[test.operand];
      const SwitchCase* found = FindCase(program, table, value, execution.arena);
      at =
          found == nullptr
              ? test.fails
              : shortcuts
                    .case_targets[test.holds + (found - &program.switch_cases()[table.first_case])];
    } else {
      at = Compare(test.op, value, program.ConstantAt(test.operand), execution.arena) ? test.holds
                                                                                      : test.fails;
    }
  }
  const ShortcutLeaf& leaf = shortcuts.leaves[at & ~kShortcutLeaf];
  const uint16_t* needed = shortcuts.needed.data() + leaf.first_needed;
  for (const uint16_t* const end = needed + leaf.needed_count; needed != end; ++needed)
    if (execution.slots[*needed].undefined()) return nullptr;
  return &leaf;
}

/// Where the values of each ShortcutSource begin; a template has none.
struct ShortcutSources {
  const Value* first[5];
  const Value& At(ShortcutSource source, uint32_t index) const {
    return first[static_cast<size_t>(source)][index];
  }
};

/// An instance with its holes filled. False when a slot has no value: then nothing was done.
inline bool Render(Execution& execution, const Shortcuts& shortcuts, const ShortcutWrite& write,
                   const ShortcutSources& sources, Value* target) {
  const TemplateRecord& record = execution.program->templates()[write.index];
  TemplateInstance* const instance = AllocateInstance(execution, record);
  const ShortcutHole* const from = shortcuts.holes.data() + write.first_hole;
  uint32_t height = 0;
  for (uint32_t i = 0; i < record.hole_count; ++i) {
    const Value& value = sources.At(from[i].source, from[i].index);
    if (value.undefined() && from[i].source != ShortcutSource::kUndefined) return false;
    height = std::max<uint32_t>(height, value.height);
    CopyFresh(&instance->holes()[i], value);  // a slot may have been filled just now
  }
  const bool fits = PutInstance(instance, record.node, height, target);
  ASLX_CHECK(fits);  // IsSmall has bounded the height of the input
  return true;
}

/// False: nothing was done.
inline bool Write(Execution& execution, const Shortcuts& shortcuts, const ShortcutWrite& write,
                  const ShortcutSources& sources, Value* target) {
  if (write.source == ShortcutSource::kTemplate)
    return Render(execution, shortcuts, write, sources, target);
  CopyFresh(target, sources.At(write.source, write.index));
  return true;
}

inline ShortcutSources SourcesOf(const Execution& execution, const Shortcuts& shortcuts,
                                 const Value* registers) {
  static constexpr Value kUndefinedValue{};
  return {{&kUndefinedValue, registers, execution.slots, shortcuts.known.data(), registers}};
}

/// take_shortcut. Null: nothing was done.
inline const ShortcutLeaf* TakeShortcut(Execution& execution, Branch& branch,
                                        const Shortcuts& shortcuts, const Shortcut& shortcut,
                                        const VmContext& context) {
  Value* const registers = branch.registers();
  if (!MayTake(execution, shortcut, registers[kRegisterInput])) return nullptr;
  const ShortcutLeaf* const leaf = FindLeaf(execution, shortcuts, shortcut);
  if (leaf == nullptr) return nullptr;
  const ShortcutSources sources = SourcesOf(execution, shortcuts, registers);
  for (uint32_t i = 0; i < leaf->write_count; ++i) {
    const ShortcutWrite& write = shortcuts.writes[leaf->first_write + i];
    if (!Write(execution, shortcuts, write, sources, &registers[write.target])) return nullptr;
  }
  EnterLastState(execution, branch, *leaf, context);
  return leaf;
}

/// What a leaf ends the execution with, where it is no event template. False: nothing was done. Not
/// inline, or Run would pay for its registers.
[[gnu::noinline]] inline bool WriteOutput(Execution& execution, const Shortcuts& shortcuts,
                                          const ShortcutLeaf& leaf) {
  if (leaf.write_count == 0) {
    if (leaf.result != kRegisterInput) return false;  // that nobody has set: of a damaged file
    CopyFresh(&execution.output, execution.root_input);
    return true;
  }
  const ShortcutSources sources = SourcesOf(execution, shortcuts, &execution.root_input);
  const ShortcutWrite& write = shortcuts.writes[leaf.first_write];
  return Write(execution, shortcuts, write, sources, &execution.output);
}

/// An execution whose shortcut leads to its end needs no branch. False: nothing was done. It has
/// all of its fuel, and its arena is as good as empty.
inline bool EndByShortcut(Execution& execution) {
  const Program& program = *execution.program;
  const Shortcuts& shortcuts = program.fused().shortcuts;
  if (shortcuts.root == kNoIndex) return false;
  const Shortcut& shortcut = shortcuts.all[shortcuts.root];
  if (!shortcut.ends || execution.sink != nullptr || !IsSmall(execution.root_input, shortcut))
    return false;
  const ShortcutLeaf* const leaf = FindLeaf(execution, shortcuts, shortcut);
  if (leaf == nullptr || !leaf->ends) return false;
  if (leaf->event_template != kNoIndex) {
    *execution.event = {&shortcuts.event_table, program.read_set().slot_count, 0};
    // A part of the input is no higher than it, and IsSmall has bounded that.
    ASLX_CHECK(PutInstance(execution.event, leaf->event_template, execution.root_input.height,
                           &execution.output));
  } else if (!WriteOutput(execution, shortcuts, *leaf)) {
    return false;
  }
  execution.status = ExecutionStatus::kSucceeded;
  execution.final_state = program.TextOf(program.states()[leaf->state].name);
  execution.last_event_id += leaf->events + 1;  // and ExecutionSucceeded
  return true;
}

}  // namespace aslx
