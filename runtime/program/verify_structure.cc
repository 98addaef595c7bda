// Regions, states, switch tables and the operands of instructions.
#include <bit>
#include <vector>

#include "runtime/base/limits.h"
#include "runtime/program/verification.h"

namespace aslx {
namespace {

/// A region's ancestors lead to the root in a bounded number of steps.
void VerifyRegion(Verification& v, size_t i) {
  std::span<const RegionRecord> regions = v.program.regions();
  const RegionRecord& region = regions[i];
  v.RequireIndex(region.entry_pc, v.program.code().size(), "regions", i, "entry_pc");
  v.Require(static_cast<uint8_t>(region.kind) <= static_cast<uint8_t>(RegionKind::kMapIteration),
            "regions", i, "kind {}, expected 0 to 2", static_cast<int>(region.kind));
  bool is_root = region.kind == RegionKind::kRoot;
  v.Require(is_root == (i == 0) && is_root == (region.parent_region == kNoIndex) &&
                is_root == (region.state == kNoIndex),
            "regions", i, "kind {}, parent {} and state {}, expected a root at 0 and only there",
            static_cast<int>(region.kind), region.parent_region, region.state);
  uint32_t needed = region.kind == RegionKind::kMapIteration ? kRegisterOuter : kRegisterInput;
  v.Require(region.register_count > needed && region.register_count <= limits::kRegistersMax,
            "regions", i, "{} registers, expected {} to {}", region.register_count, needed + 1,
            limits::kRegistersMax);
  if (!v.RequireRange(region.first_variable, region.variable_count, v.program.variables().size(),
                      "regions", i, "variables"))
    return;
  uint32_t at = static_cast<uint32_t>(i);
  for (uint32_t depth = 0; regions[at].parent_region != kNoIndex; ++depth) {
    if (!v.RequireIndex(regions[at].parent_region, regions.size(), "regions", at,
                        "parent_region") ||
        !v.Require(depth < limits::kRegionNestingMax, "regions", i, "nested deeper than {}",
                   limits::kRegionNestingMax))
      return;
    at = regions[at].parent_region;
  }
  if (is_root || !v.RequireIndex(region.state, v.program.states().size(), "regions", i, "state"))
    return;
  StateType wanted =
      region.kind == RegionKind::kParallelBranch ? StateType::kParallel : StateType::kMap;
  const StateRecord& state = v.program.states()[region.state];
  v.Require(state.type == wanted && state.region == region.parent_region, "regions", i,
            "state {} is not the one that holds it", region.state);
}

void VerifyState(Verification& v, size_t i) {
  const Program& program = v.program;
  const StateRecord& state = program.states()[i];
  v.RequireText(state.name, "states", i, "name");
  v.Require(static_cast<uint8_t>(state.type) <= static_cast<uint8_t>(StateType::kMap), "states", i,
            "type {}, expected 0 to 7", static_cast<int>(state.type));
  v.RequireIndex(state.region, program.regions().size(), "states", i, "region");
  if (!v.Require(state.pc_begin < state.pc_end && state.pc_end <= program.code().size(), "states",
                 i, "code {} to {}, expected some within {}", state.pc_begin, state.pc_end,
                 program.code().size()))
    return;
  const Instruction& first = program.code()[state.pc_begin];
  v.Require(first.op == Opcode::kEnterState && first.c == i, "states", i,
            "its code begins with another instruction than enter_state {}", i);
  auto inside = [&state](uint32_t pc) { return pc >= state.pc_begin && pc < state.pc_end; };
  v.RequireRange(state.first_retrier, state.retrier_count, program.retriers().size(), "states", i,
                 "retriers");
  v.Require(state.retrier_count == 0 || inside(state.retry_pc), "states", i,
            "retry_pc {} outside of its code", state.retry_pc);
  if (!v.RequireRange(state.first_catcher, state.catcher_count, program.catchers().size(), "states",
                      i, "catchers"))
    return;
  for (uint32_t c = state.first_catcher; c < state.first_catcher + state.catcher_count; ++c)
    v.Require(inside(program.catchers()[c].handler_pc), "catchers", c,
              "handler_pc {} outside of its state's code", program.catchers()[c].handler_pc);
}

void VerifySwitch(Verification& v, size_t i) {
  const Program& program = v.program;
  const SwitchRecord& table = program.switches()[i];
  if (!v.Require(std::has_single_bit(table.case_count), "switches", i,
                 "{} places, expected a power of two", table.case_count) ||
      !v.RequireRange(table.first_case, table.case_count, program.switch_cases().size(), "switches",
                      i, "cases"))
    return;
  std::span<const SwitchCase> cases =
      program.switch_cases().subspan(table.first_case, table.case_count);
  uint32_t empty_count = 0;
  for (const SwitchCase& entry : cases)
    empty_count += entry.pc == kNoIndex ? 1 : 0;
  if (!v.Require(empty_count > 0, "switches", i, "no empty place, where a search would end"))
    return;
  for (uint32_t place = 0; place < table.case_count && v.ok(); ++place) {
    const SwitchCase& entry = cases[place];
    uint32_t index = table.first_case + place;
    if (entry.pc == kNoIndex) continue;
    v.RequireIndex(entry.pc, program.code().size(), "switch_cases", index, "pc");
    if (!v.RequireText(entry.text, "switch_cases", index, "text")) return;
    std::string_view text = program.TextOf(entry.text);
    uint32_t hash = SwitchHash(text.data(), entry.text.size);
    v.Require(entry.hash == hash, "switch_cases", index, "hash {:08x}, expected {:08x}", entry.hash,
              hash);
    uint32_t found = hash & (table.case_count - 1);
    while (found != place && cases[found].pc != kNoIndex)
      found = (found + 1) & (table.case_count - 1);
    v.Require(found == place, "switch_cases", index, "a search for it ends at place {} before it",
              found);
  }
}

/// Regions that a Parallel or Map starts are its own.
void VerifyJoins(Verification& v) {
  const Program& program = v.program;
  for (size_t i = 0; i < program.parallels().size(); ++i) {
    const ParallelRecord& record = program.parallels()[i];
    if (!v.RequireRange(record.first_region, record.region_count, program.regions().size(),
                        "parallels", i, "regions") ||
        !v.Require(record.region_count > 0, "parallels", i, "no regions, expected at least 1"))
      return;
    uint32_t state = program.regions()[record.first_region].state;
    for (uint32_t r = record.first_region; r < record.first_region + record.region_count; ++r)
      v.Require(program.regions()[r].kind == RegionKind::kParallelBranch &&
                    program.regions()[r].state == state,
                "parallels", i, "region {} is not a branch of its state", r);
  }
  for (size_t i = 0; i < program.maps().size(); ++i) {
    if (!v.RequireIndex(program.maps()[i].region, program.regions().size(), "maps", i, "region"))
      return;
    v.Require(program.regions()[program.maps()[i].region].kind == RegionKind::kMapIteration, "maps",
              i, "region {} is no Map's", program.maps()[i].region);
  }
}

/// Number of records that an operand in C of this kind may name; 0: it names none.
size_t RecordsOf(const Program& program, OperandKind kind) {
  switch (kind) {
    case OperandKind::kConst: return program.constants().size();
    case OperandKind::kPathUse: return program.path_uses().size();
    case OperandKind::kTemplate: return program.templates().size();
    case OperandKind::kCall: return program.calls().size();
    case OperandKind::kState: return program.states().size();
    case OperandKind::kPc: return program.code().size();
    case OperandKind::kSwitch: return program.switches().size();
    case OperandKind::kTask: return program.tasks().size();
    case OperandKind::kWait: return program.waits().size();
    case OperandKind::kMap: return program.maps().size();
    case OperandKind::kParallel: return program.parallels().size();
    case OperandKind::kGraft: return program.grafts().size();
    case OperandKind::kAssign: return program.assigns().size();
    case OperandKind::kSrc: return limits::kRegistersMax;
    case OperandKind::kNone:
    case OperandKind::kDst:
    case OperandKind::kTwo:
    case OperandKind::kHole: return 0;
  }
  return 0;
}

/// The type that the constant of a test must have; kUndefined: any.
Type ConstantTypeOf(Opcode op) {
#define ASLX_TYPE_String Type::kString
#define ASLX_TYPE_Numeric Type::kNumber
#define ASLX_TYPE_Boolean Type::kBool
#define ASLX_TYPE_Timestamp Type::kString
#define ASLX_RELATIONS(Family)                \
  case Opcode::kTest##Family##Equals:         \
  case Opcode::kTest##Family##LessThan:       \
  case Opcode::kTest##Family##GreaterThan:    \
  case Opcode::kTest##Family##LessThanEquals: \
  case Opcode::kTest##Family##GreaterThanEquals: return ASLX_TYPE_##Family
  switch (op) {
    ASLX_RELATIONS(String);
    ASLX_RELATIONS(Numeric);
    ASLX_RELATIONS(Timestamp);
    case Opcode::kTestBooleanEquals: return Type::kBool;
    case Opcode::kTestStringMatches: return Type::kString;
    default: return Type::kUndefined;
  }
#undef ASLX_RELATIONS
#undef ASLX_TYPE_String
#undef ASLX_TYPE_Numeric
#undef ASLX_TYPE_Boolean
#undef ASLX_TYPE_Timestamp
}

void VerifyInstruction(Verification& v, size_t pc) {
  const Instruction& at = v.program.code()[pc];
  if (!v.Require(static_cast<uint32_t>(at.op) < kOpcodeCount, "code", pc,
                 "opcode {}, expected one below {}", static_cast<uint32_t>(at.op), kOpcodeCount))
    return;
  const OpcodeFacts& facts = FactsOf(at.op);
  size_t records = RecordsOf(v.program, facts.c);
  if (records == 0 && facts.c == OperandKind::kNone) {
    v.Require(at.c == 0, "code", pc, "{} with {} in C, expected 0", facts.mnemonic, at.c);
  } else if (!v.Require(at.c < records, "code", pc, "{} with {} in C, expected one below {}",
                        facts.mnemonic, at.c, records)) {
    return;
  }
  Type wanted = ConstantTypeOf(at.op);
  if (facts.c != OperandKind::kConst || wanted == Type::kUndefined) return;
  v.Require(v.program.constants()[at.c].type == static_cast<uint8_t>(wanted), "code", pc,
            "{} with a constant of type {}, expected {}", facts.mnemonic,
            v.program.constants()[at.c].type, static_cast<int>(wanted));
}

}  // namespace

void VerifyStructure(Verification& v) {
  const Program& program = v.program;
  v.Require(!program.regions().empty(), "regions", 0, "none, expected the root");
  for (size_t i = 0; i < program.code().size() && v.ok(); ++i)
    VerifyInstruction(v, i);
  for (size_t i = 0; i < program.states().size() && v.ok(); ++i)
    VerifyState(v, i);
  for (size_t i = 0; i < program.regions().size() && v.ok(); ++i)
    VerifyRegion(v, i);
  for (size_t i = 0; i < program.switches().size() && v.ok(); ++i)
    VerifySwitch(v, i);
  if (v.ok()) VerifyJoins(v);
}

}  // namespace aslx
