// The machine as code before it becomes bytes: regions and states with instructions, labels instead
// of program counters, and the tables that the instructions index.
//
// What it is not: the file format. Tables may hold entries that nothing refers to any more; emit
// writes only what live code reaches. Made by compiler/lower, changed by compiler/passes, written
// by compiler/emit, printed by ir/dump.h. Thread: one. Memory: owns its tables; texts and paths
// point into the AST, which outlives it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "compiler/ast/machine.h"
#include "runtime/program/format.h"

namespace aslx::compiler::ir {

using Register = uint8_t;
using Label = uint32_t;

/// An instruction, or the place of a label. Operands are those of opcodes.def, but that Pc operands
/// are labels and tables are the Module's.
struct Instruction {
  Opcode op = Opcode::kJump;
  uint8_t a = 0;
  uint16_t b = 0;
  uint32_t c = 0;
  /// Not an instruction: label `c` stands here.
  bool is_label = false;
  const JsonNode* source = nullptr;
};
using Code = std::vector<Instruction>;

struct Path {
  const ast::Path* path = nullptr;
  /// Some use of it may find the event itself in its register: worth a slot of the read set.
  bool of_event = false;
};

struct PathUse {
  uint32_t path = 0;
  MissMode miss = MissMode::kStatePath;
  Register reg = 0;
  uint8_t variable_depth = 0;
  uint32_t variable = 0;
  std::string_view field;
  std::string_view expression;
};

/// What stands at one place of a template node: a hole, a literal, or a node of the same template.
struct TemplatePlace {
  TemplateMemberKind kind = TemplateMemberKind::kLiteral;
  std::string_view key;
  std::string literal;
  /// Of the hole or the node.
  uint32_t index = 0;
};
struct TemplateNode {
  bool is_object = false;
  std::vector<TemplatePlace> places;
};
/// nodes[0] is the root. Holes are numbered in source order.
struct Template {
  std::vector<TemplateNode> nodes;
  uint32_t hole_count = 0;
};

struct CallSite {
  FunctionId function = FunctionId{};
  uint32_t argument_count = 0;
  std::string_view expression;
};

struct AssignTarget {
  std::string_view name;
  uint32_t slot = 0;
};
using Assign = std::vector<AssignTarget>;

struct SwitchCase {
  std::string_view text;
  Label target = 0;
};
using Switch = std::vector<SwitchCase>;

struct Wait {
  WaitKind kind = WaitKind::kSeconds;
  std::string_view path;
};

struct Task {
  TaskKind kind = TaskKind::kService;
  Register timeout_register = kNoRegister;
  Register heartbeat_register = kNoRegister;
  Register credentials_register = kNoRegister;
  uint32_t timeout_seconds = kNoIndex;
  uint32_t heartbeat_seconds = kNoIndex;
  std::string_view arn;
  std::string_view resource_type;
  std::string_view resource;
  std::string_view timeout_path;
  std::string_view heartbeat_path;
};

struct Parallel {
  uint32_t first_region = 0;
  uint32_t region_count = 0;
};

struct Map {
  uint32_t region = 0;
  uint32_t concurrency_max = 0;
  uint32_t tolerated_count = kNoIndex;
  Register concurrency_register = kNoRegister;
  Register tolerated_count_register = kNoRegister;
  Register tolerated_percentage_register = kNoRegister;
  bool has_tolerated_percentage = false;
  bool distributed = false;
  double tolerated_percentage = 0;
  std::string_view concurrency_path;
  std::string_view tolerated_count_path;
  std::string_view tolerated_percentage_path;
  std::string_view items_path;
};

/// A constant; `string` is the decoded text where it is a string that the definition spells out.
struct ConstantEntry {
  std::string json;
  std::string_view string;
};

struct Catcher {
  const ast::Catcher* catcher = nullptr;
  Label handler = 0;
  Register error_register = 0;
};

struct State {
  const ast::State* state = nullptr;
  uint32_t region = 0;
  /// Of its enter_state.
  Label enter = 0;
  Code code;
  const std::vector<ast::Retrier>* retriers = nullptr;
  std::vector<Catcher> catchers;
};

struct Region {
  RegionKind kind = RegionKind::kRoot;
  uint32_t parent = kNoIndex;
  /// The Parallel or Map that holds it.
  uint32_t state = kNoIndex;
  std::vector<std::string_view> variables;
  /// What an iteration does before its first state; ends with a jump. Elsewhere the jump alone.
  Code prologue;
  /// Of StartAt's enter_state.
  Label start = 0;
  /// Live states in the order in which they are laid out.
  std::vector<uint32_t> states;
  uint8_t register_count = 1;
  bool live = true;
};

struct Module {
  std::string_view comment;
  uint32_t timeout_seconds = kNoIndex;
  ::aslx::MachineType type = ::aslx::MachineType::kExpress;
  /// The root first; branches of one Parallel follow each other.
  std::vector<Region> regions;
  std::vector<State> states;
  uint32_t label_count = 0;

  std::vector<ConstantEntry> constants;
  std::vector<Path> paths;
  std::vector<PathUse> path_uses;
  std::vector<Template> templates;
  std::vector<CallSite> calls;
  std::vector<const ast::Path*> grafts;
  std::vector<Assign> assigns;
  std::vector<Switch> switches;
  std::vector<Wait> waits;
  std::vector<Task> tasks;
  std::vector<Parallel> parallels;
  std::vector<Map> maps;
};

/// Calls `visit(Register&)`-like setters for every register that `instruction` reads: each is given
/// as a value and replaced by what `visit` returns.
template <typename Visit>
void RewriteSources(Instruction& instruction, Visit visit) {
  const OpcodeFacts& facts = FactsOf(instruction.op);
  if (facts.a == OperandKind::kSrc) instruction.a = visit(instruction.a);
  if (facts.b == OperandKind::kSrc)
    instruction.b = visit(static_cast<Register>(instruction.b & 0xff));
  if (facts.b == OperandKind::kTwo) {
    const Register low = visit(static_cast<Register>(instruction.b & 0xff));
    const Register high = visit(static_cast<Register>(instruction.b >> 8));
    instruction.b = static_cast<uint16_t>(low | high << 8);
  }
  if (facts.c == OperandKind::kSrc)
    instruction.c = visit(static_cast<Register>(instruction.c & 0xff));
}

/// Seconds, attempts and counts of a definition, which the rules keep within the service's bound.
inline uint32_t Clamped(int64_t number) {
  constexpr int64_t kMax = 99'999'999;
  return static_cast<uint32_t>(number < 0 ? 0 : number > kMax ? kMax : number);
}

inline bool Skips(const Instruction& instruction) {
  return !instruction.is_label && (FactsOf(instruction.op).flags & opcode_flags::kSkips) != 0;
}

/// Whether control never goes on to the next instruction, unless it was skipped.
inline bool Terminates(const Instruction& instruction) {
  return !instruction.is_label &&
         (instruction.op == Opcode::kJump || instruction.op == Opcode::kNoChoice ||
          (FactsOf(instruction.op).flags & opcode_flags::kEnds) != 0);
}

}  // namespace aslx::compiler::ir
