#include "runtime/program/shortcut.h"

#include <algorithm>
#include <deque>

#include "runtime/base/limits.h"
#include "runtime/program/program.h"
#include "runtime/value/number.h"

namespace aslx {
namespace {

constexpr uint32_t kStatesMax = 100;  // a turn's fuel is a hundred times that
constexpr uint32_t kHolesMax = 32;    // instances are copied with each hole that is filled
constexpr size_t kScalarBytesMax = 32;

// The orders for which a comparison of a number with a constant holds; 0: another instruction.
uint8_t NumericOrders(Opcode op) {
  switch (op) {
    case Opcode::kTestNumericEquals: return OrderBit(0);
    case Opcode::kTestNumericLessThan: return OrderBit(-1);
    case Opcode::kTestNumericGreaterThan: return OrderBit(1);
    case Opcode::kTestNumericLessThanEquals: return OrderBit(-1) | OrderBit(0);
    case Opcode::kTestNumericGreaterThanEquals: return OrderBit(1) | OrderBit(0);
    default: return 0;
  }
}

// What a register or a hole holds, before there is an event.
struct Symbol {
  enum class Kind : uint8_t { kUnset, kUndefined, kInput, kSlot, kKnown, kInstance };
  Kind kind = Kind::kUnset;
  uint32_t index = 0;  // slot, Shortcuts::known, instance

  friend bool operator==(const Symbol&, const Symbol&) = default;
};
using Kind = Symbol::Kind;

struct Instance {
  uint32_t template_index;
  std::vector<Symbol> holes;
};

// Where a way stands.
struct Place {
  uint32_t pc;
  uint32_t state = kNoIndex;
  uint32_t states = 0;
  uint32_t events = 0;
  std::vector<Symbol> registers;
  std::vector<uint16_t> needed;  // slots that were read and not tested
};

// One shortcut: follows every way from where it begins until something is done that a leaf cannot
// say.
class Planning {
 public:
  Planning(const Program& program, RegionKind kind, Shortcuts* shortcuts, size_t* steps_left)
      : program_(program),
        code_(program.code()),
        kind_(kind),
        shortcuts_(*shortcuts),
        steps_left_(*steps_left) {}

  // False when no way leaves a state behind: then it is not worth its check.
  bool Plan(uint32_t pc, uint32_t register_count) {
    shortcut_ = {pc, 0, 0, limits::kPayloadBytesMax - 2, limits::kJsonDepthMax, false, false};
    Place place;
    place.pc = pc;
    place.registers.resize(register_count);
    place.registers[kRegisterInput] = {Kind::kInput, kRegisterInput};
    shortcut_.first = Walk(std::move(place));
    while (!waiting_.empty()) {
      Waiting next = std::move(waiting_.front());
      waiting_.pop_front();
      const uint32_t target = Walk(std::move(next.place));
      switch (next.end) {
        case End::kHolds: shortcuts_.tests[next.index].holds = target; break;
        case End::kFails: shortcuts_.tests[next.index].fails = target; break;
        case End::kCase: shortcuts_.case_targets[next.index] = target; break;
      }
    }
    if (!leaves_states_) return false;
    shortcuts_.all.push_back(shortcut_);
    return true;
  }

 private:
  enum class End : uint8_t { kHolds, kFails, kCase };
  struct Waiting {
    Place place;
    End end;
    uint32_t index;
  };

  // Follows the way until it forks or ends; the test or leaf there.
  uint32_t Walk(Place place) {
    while (steps_left_ > 0) {
      --steps_left_;
      const Instruction& at = code_[place.pc];
      if (ComparesWithConstant(at.op) || at.op == Opcode::kSwitchString) {
        if (place.registers[at.a].kind != Kind::kSlot || !HasStepsFor(at)) break;
        return Fork(std::move(place), at);
      }
      if (at.op == Opcode::kEnd) return Leaf(place, at.a);
      if (!Step(at, &place)) break;
    }
    return Leaf(place, kNoRegister);
  }

  // False, and nothing changed, when a leaf is to stand before `at`.
  bool Step(const Instruction& at, Place* place) {
    std::vector<Symbol>& registers = place->registers;
    switch (at.op) {
      case Opcode::kEnterState:
        if (place->states == kStatesMax) return false;
        place->state = at.c;
        ++place->states;
        ++place->events;
        break;
      case Opcode::kExitState:
        if (!BoundOutput(registers[at.a])) return false;
        ++place->events;
        break;
      case Opcode::kJump:
        if (at.c <= place->pc) return false;  // spends fuel
        place->pc = at.c;
        return true;
      case Opcode::kLoad: registers[at.a] = Known(program_.ConstantAt(at.c)); break;
      case Opcode::kLoadUndefined: registers[at.a] = {Kind::kUndefined, 0}; break;
      case Opcode::kMove: registers[at.a] = registers[at.b]; break;
      case Opcode::kGetPath: {
        const Symbol found = Resolve(program_.path_uses()[at.c], place);
        if (found.kind == Kind::kUnset) return false;
        registers[at.a] = found;
        break;
      }
      case Opcode::kNewTemplate: {
        const uint32_t holes = program_.templates()[at.c].hole_count;
        if (holes > kHolesMax) return false;
        registers[at.a] = Made({at.c, std::vector<Symbol>(holes)});
        break;
      }
      case Opcode::kFill:
        if (!Fill(&registers[at.a], at.b, registers[at.c])) return false;
        break;
      case Opcode::kFillPath:
        if (!Fill(&registers[at.a], at.b, Resolve(program_.path_uses()[at.c], place))) return false;
        break;
      default: return false;
    }
    ++place->pc;
    return true;
  }

  // --- Symbols -----------------------------------------------------------------------------------

  Symbol Known(const Value& value) {
    shortcuts_.known.push_back(value);
    return {Kind::kKnown, static_cast<uint32_t>(shortcuts_.known.size() - 1)};
  }
  Symbol Made(Instance instance) {
    instances_.push_back(std::move(instance));
    return {Kind::kInstance, static_cast<uint32_t>(instances_.size() - 1)};
  }
  const TemplateNode& NodeOf(const Instance& instance) const {
    return program_.template_nodes()[program_.templates()[instance.template_index].node];
  }

  // Unset when it is not known what the path leads to.
  Symbol Resolve(const PathUse& use, Place* place) {
    const PathRecord& path = program_.paths()[use.path];
    if (path.root != PathRoot::kRegister || path.definite == 0) return {};
    const Symbol root = place->registers[use.reg];
    if (root.kind == Kind::kUndefined) return {};
    if (path.step_count == 0) return root;
    if (root.kind == Kind::kInput && path.slot != kNoSlot) {
      shortcut_.reads_event = true;
      if (std::find(place->needed.begin(), place->needed.end(), path.slot) == place->needed.end())
        place->needed.push_back(path.slot);
      return {Kind::kSlot, path.slot};
    }
    return root.kind == Kind::kInstance ? Inside(instances_[root.index], path) : Symbol{};
  }

  Symbol Inside(const Instance& instance, const PathRecord& path) {
    const TemplateNode* node = &NodeOf(instance);
    for (uint32_t i = 0; i < path.step_count; ++i) {
      const PathStep& step = program_.path_steps()[path.first_step + i];
      if (step.kind != PathStepKind::kKey || node->is_object == 0) return {};
      const TemplateMember* member = FindTemplateMember(
          program_.template_table(), *node, program_.TextOf({step.operand, step.extra}));
      if (member == nullptr) return {};
      const bool last = i + 1 == path.step_count;
      switch (member->kind) {
        case TemplateMemberKind::kNode: node = &program_.template_nodes()[member->index]; break;
        case TemplateMemberKind::kHole: return last ? instance.holes[member->index] : Symbol{};
        case TemplateMemberKind::kLiteral:
          return last ? Known(LiteralOf(program_.template_table(), *member)) : Symbol{};
      }
    }
    return {};
  }

  // A template in a hole is not followed: few documents hold what an earlier state made whole.
  bool Fill(Symbol* target, uint32_t hole, Symbol value) {
    if (value.kind != Kind::kInput && value.kind != Kind::kSlot && value.kind != Kind::kKnown)
      return false;
    if (target->kind != Kind::kInstance) return false;
    Instance filled = instances_[target->index];
    const uint32_t deepest = NodeOf(filled).hole_depth_max;
    if (value.kind == Kind::kKnown) {
      if (deepest + shortcuts_.known[value.index].height > limits::kJsonDepthMax) return false;
    } else {
      if (deepest > limits::kJsonDepthMax) return false;
      shortcut_.input_height_max = std::min<uint16_t>(
          shortcut_.input_height_max, static_cast<uint16_t>(limits::kJsonDepthMax - deepest));
    }
    filled.holes[hole] = value;
    *target = Made(std::move(filled));
    return true;
  }

  // Of the text of a known value.
  static size_t BytesMax(const Value& value) {
    return value.container() || value.type == Type::kString || value.raw() ? size_t{value.size} + 2
                                                                           : kScalarBytesMax;
  }

  // Lowers the bound of the input so that this output is within the payload limit. A part of the
  // input is no longer than it.
  bool BoundOutput(const Symbol& output) {
    if (output.kind == Kind::kUndefined || output.kind == Kind::kUnset) return false;
    if (output.kind == Kind::kKnown)
      return BytesMax(shortcuts_.known[output.index]) <= limits::kPayloadBytesMax;
    if (output.kind != Kind::kInstance) return true;
    const Instance& instance = instances_[output.index];
    size_t bytes = NodeOf(instance).literal_bytes;
    size_t parts = 0;
    for (const Symbol& hole : instance.holes) {
      if (hole.kind == Kind::kKnown) {
        bytes += BytesMax(shortcuts_.known[hole.index]);
      } else {
        ++parts;
      }
    }
    if (bytes + parts * kScalarBytesMax > limits::kPayloadBytesMax) return false;
    if (parts == 0) return true;
    const size_t each = (limits::kPayloadBytesMax - bytes) / parts - 2;
    shortcut_.input_bytes_max = std::min(shortcut_.input_bytes_max, static_cast<uint32_t>(each));
    return true;
  }

  // --- Tests and leaves --------------------------------------------------------------------------

  // Each case of a switch is a way of its own.
  bool HasStepsFor(const Instruction& at) {
    const size_t cases = at.op == Opcode::kSwitchString ? program_.switches()[at.c].case_count : 0;
    if (cases > steps_left_) return false;
    steps_left_ -= cases;
    return true;
  }

  uint32_t Fork(Place place, const Instruction& at) {
    const auto index = static_cast<uint32_t>(shortcuts_.tests.size());
    const auto slot = static_cast<uint16_t>(place.registers[at.a].index);
    std::erase(place.needed, slot);
    ShortcutTest test{at.op, 0, slot, at.c, 0, 0, {}};
    if (const uint8_t orders = NumericOrders(at.op); orders != 0) {
      const Value& constant = program_.ConstantAt(at.c);
      if (ShortInteger::Is(constant)) {
        test.orders = orders;
        test.integer = ShortInteger(constant.integer);
      }
    }
    shortcuts_.tests.push_back(test);
    const auto go_on = [&](uint32_t pc, End end, uint32_t of) {
      waiting_.push_back({place, end, of});
      waiting_.back().place.pc = pc;
    };
    if (at.op == Opcode::kSwitchString) {
      const SwitchRecord& table = program_.switches()[at.c];
      const auto first = static_cast<uint32_t>(shortcuts_.case_targets.size());
      shortcuts_.tests[index].holds = first;
      shortcuts_.case_targets.resize(first + table.case_count);
      for (uint32_t i = 0; i < table.case_count; ++i) {
        const SwitchCase& entry = program_.switch_cases()[table.first_case + i];
        if (entry.pc != kNoIndex) go_on(entry.pc, End::kCase, first + i);
      }
    } else {
      go_on(place.pc + 1, End::kHolds, index);
    }
    go_on(place.pc + (at.op == Opcode::kSwitchString ? 1 : 2), End::kFails, index);
    return index;
  }

  // The interpreter goes on at the place. `only`: the one register that is read there, or none.
  uint32_t Leaf(const Place& place, uint8_t only) {
    const bool ends = only != kNoRegister;
    ShortcutLeaf leaf{place.pc, ends, only, place.state, place.states, place.events, 0, 0,
                      kNoIndex, 0,    0};
    leaf.first_write = static_cast<uint32_t>(shortcuts_.writes.size());
    std::vector<Symbol> written(place.registers.size());
    // The input's register last, since the others may be made from it.
    for (size_t r = place.registers.size(); r-- > 0;) {
      if (ends && r != only) continue;
      const Symbol& symbol = place.registers[r];
      if (symbol.kind == Kind::kUnset || (r == kRegisterInput && symbol.kind == Kind::kInput))
        continue;
      Write(static_cast<uint8_t>(r), symbol, written);
      written[r] = symbol;
    }
    leaf.write_count = static_cast<uint32_t>(shortcuts_.writes.size()) - leaf.first_write;
    leaf.first_needed = static_cast<uint32_t>(shortcuts_.needed.size());
    if (ends) leaf.event_template = EventTemplate(place.registers[only]);
    for (const uint16_t slot : place.needed)
      if (!ends || leaf.event_template != kNoIndex || !IsInHole(place.registers[only], slot))
        shortcuts_.needed.push_back(slot);
    leaf.needed_count = static_cast<uint32_t>(shortcuts_.needed.size()) - leaf.first_needed;
    shortcuts_.leaves.push_back(leaf);
    shortcut_.ends = shortcut_.ends || ends;
    shortcut_.states_max = std::max(shortcut_.states_max, place.states);
    leaves_states_ = leaves_states_ || place.events > 1;
    return kShortcutLeaf | static_cast<uint32_t>(shortcuts_.leaves.size() - 1);
  }

  // What the execution ends with. kNoIndex: it is no template, or more than slots are in it.
  uint32_t EventTemplate(const Symbol& symbol) {
    if (kind_ != RegionKind::kRoot || symbol.kind != Kind::kInstance) return kNoIndex;
    const Instance& instance = instances_[symbol.index];
    std::vector<uint16_t> slots;
    for (const Symbol& hole : instance.holes) {
      if (hole.kind != Kind::kSlot) return kNoIndex;
      slots.push_back(static_cast<uint16_t>(hole.index));
    }
    return shortcuts_.event_templates.Add(program_.templates()[instance.template_index].node,
                                          slots);
  }

  bool IsInHole(const Symbol& symbol, uint16_t slot) const {
    if (symbol.kind != Kind::kInstance) return false;
    const std::vector<Symbol>& holes = instances_[symbol.index].holes;
    return std::find(holes.begin(), holes.end(), Symbol{Kind::kSlot, slot}) != holes.end();
  }

  static ShortcutSource SourceOf(Kind kind) {
    switch (kind) {
      case Kind::kUnset:
      case Kind::kUndefined: return ShortcutSource::kUndefined;
      case Kind::kInput: return ShortcutSource::kInput;
      case Kind::kSlot: return ShortcutSource::kSlot;
      case Kind::kKnown: return ShortcutSource::kKnown;
      case Kind::kInstance: return ShortcutSource::kTemplate;
    }
    return ShortcutSource::kUndefined;
  }

  void Write(uint8_t target, const Symbol& symbol, const std::vector<Symbol>& written) {
    ShortcutWrite write{SourceOf(symbol.kind), target, symbol.index, 0};
    if (symbol.kind == Kind::kInstance) {
      const auto same = std::find(written.begin(), written.end(), symbol);
      const Instance& instance = instances_[symbol.index];
      write.index = instance.template_index;
      write.first_hole = static_cast<uint32_t>(shortcuts_.holes.size());
      if (same != written.end()) {
        write.source = ShortcutSource::kRegister;
        write.index = static_cast<uint32_t>(same - written.begin());
      } else {
        for (const Symbol& hole : instance.holes)
          shortcuts_.holes.push_back({SourceOf(hole.kind), hole.index});
      }
    }
    shortcuts_.writes.push_back(write);
  }

  const Program& program_;
  const std::span<const Instruction> code_;
  const RegionKind kind_;
  Shortcuts& shortcuts_;
  size_t& steps_left_;
  Shortcut shortcut_{};
  bool leaves_states_ = false;
  std::vector<Instance> instances_;
  std::deque<Waiting> waiting_;
};

}  // namespace

Shortcuts PlanShortcuts(const Program& program) {
  Shortcuts shortcuts;
  // Ways that meet again are followed twice, and their templates copied. This bounds all of them
  // together: what is left of a way when it is used up is the interpreter's.
  size_t steps_left = 8 * program.code().size();
  shortcuts.event_templates = {program.template_table(), steps_left};
  for (const RegionRecord& region : program.regions()) {
    uint32_t pc = region.entry_pc;
    if (program.code()[pc].op == Opcode::kBeginIteration) ++pc;
    if (program.code()[pc].op != Opcode::kEnterState) continue;
    const bool planned =
        Planning(program, region.kind, &shortcuts, &steps_left).Plan(pc, region.register_count);
    if (planned && region.kind == RegionKind::kRoot)
      shortcuts.root = static_cast<uint32_t>(shortcuts.all.size() - 1);
  }
  shortcuts.event_table = shortcuts.event_templates.table();
  return shortcuts;
}

}  // namespace aslx
