// What the first states of a branch do with its input, worked out at load.
//
// As long as states only test the event and make documents of its parts, what stands in each
// register is known before there is an event: a slot, a constant, a template with such in its
// holes. A shortcut is what is left of those states then: a tree of tests on slots and, at each
// leaf, what the registers hold. Documents that only the states in between would look at are never
// made.
//
// What it is not: a translation of all code. A shortcut ends where anything else is done (a call, a
// task, a fault), and the interpreter goes on there. Nothing is done before a leaf is reached: when
// anything is unusual (a listener, a slot without a value, a size near a limit), nothing was, and
// the interpreter runs the file's instructions from where the shortcut began.
// Who uses it: FuseCode has them planned, the interpreter follows them
// (runtime/vm/take_shortcut.h). Thread: immutable once planned. Memory: its own, a few times the
// code's at most.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/program/event_templates.h"
#include "runtime/program/format.h"
#include "runtime/value/number.h"
#include "runtime/value/value.h"

namespace aslx {

/// Where a value comes from.
enum class ShortcutSource : uint8_t {
  kUndefined,
  kInput,     // index: kRegisterInput, where the input stands until the leaf writes there last
  kSlot,      // index: of the read set
  kKnown,     // index: of Shortcuts::known
  kRegister,  // index: one that the leaf has written before
  kTemplate,  // index: the template; holes: from first_hole on
};

struct ShortcutHole {
  ShortcutSource source;  // none of the last two
  uint32_t index;
};

struct ShortcutWrite {
  ShortcutSource source;
  uint8_t target;
  uint32_t index;
  uint32_t first_hole;
};

/// Where a shortcut goes on: a leaf when this bit is set, else a test.
inline constexpr uint32_t kShortcutLeaf = uint32_t{1} << 31;

/// A comparison of a slot with a constant; or switch_string over it, whose targets are `holds` plus
/// the number of the case.
struct ShortcutTest {
  Opcode op;
  /// A number is compared with a short integer, and how they may stand to each other for the test
  /// to hold (OrderBit); else 0.
  uint8_t orders;
  uint16_t slot;
  uint32_t operand;  // constant or switch
  uint32_t holds;    // comparison: where it goes on; switch: the first of Shortcuts::case_targets
  uint32_t fails;
  ShortInteger integer;  // with `orders`: the constant
};

struct ShortcutLeaf {
  uint32_t pc;      // where the interpreter goes on: an `end`, where one is reached
  bool ends;        // then the leaf writes nothing but the register ...
  uint8_t result;   // ... that holds what the branch ends with
  uint32_t state;   // that the branch is in
  uint32_t states;  // entered since the shortcut began
  uint32_t events;  // that they are
  uint32_t first_write;
  uint32_t write_count;
  /// Where the execution ends with a template of nothing but slots: the same in
  /// Shortcuts::event_templates, else kNoIndex.
  uint32_t event_template;
  uint32_t first_needed;  // slots that have to have a value, aside from those tested, and, where it
                          // ends without an event_template, those that go into holes
  uint32_t needed_count;
};

struct Shortcut {
  uint32_t pc;                // where it begins: a region's first enter_state
  uint32_t first;             // kShortcutLeaf or test
  uint32_t states_max;        // on any way
  uint32_t input_bytes_max;   // with it nothing made on the way can exceed a limit ...
  uint16_t input_height_max;  // ... nor with this
  bool reads_event;           // the input has to be the event
  bool ends;                  // on some way
};

struct Shortcuts {
  uint32_t root = kNoIndex;  // the shortcut that executions begin with
  std::vector<Shortcut> all;
  std::vector<ShortcutTest> tests;
  std::vector<ShortcutLeaf> leaves;
  std::vector<ShortcutWrite> writes;
  std::vector<ShortcutHole> holes;
  std::vector<uint16_t> needed;
  std::vector<uint32_t> case_targets;
  std::vector<Value> known;
  EventTemplates event_templates;
  TemplateTable event_table;  // of event_templates, wherever these are moved
};

class Program;
/// One for each region that begins with states to leave behind. The program is verified.
Shortcuts PlanShortcuts(const Program& program);

}  // namespace aslx
