#include "runtime/program/operand_text.h"

#include <fmt/format.h>

#include "runtime/value/json_writer.h"

namespace aslx {
namespace {

/// Longer literals are cut: the line is for the eye, the definition has the whole.
constexpr size_t kLiteralBytesMax = 72;

std::string Shortened(std::string text) {
  if (text.size() <= kLiteralBytesMax) return text;
  size_t size = kLiteralBytesMax;
  while (size > 0 && (static_cast<uint8_t>(text[size]) & 0xC0) == 0x80)
    --size;
  size_t whole = text.size();
  text.resize(size);
  return text + fmt::format("… ({} bytes)", whole);
}

std::string_view MissText(MissMode miss) {
  switch (miss) {
    case MissMode::kStatePath: return "invalid path";
    case MissMode::kField: return "field";
    case MissMode::kArgument: return "argument";
    case MissMode::kChoice: return "choice";
    case MissMode::kUndefined: return "undefined";
  }
  return "";
}

}  // namespace

std::string OperandText::Of(const Instruction& instruction) const {
  const OpcodeFacts& facts = FactsOf(instruction.op);
  std::string out;
  auto add = [&out](const std::string& operand) {
    if (operand.empty()) return;
    if (!out.empty()) out += ", ";
    out += operand;
  };
  add(OfRegisters(facts.a, instruction.a));
  add(OfRegisters(facts.b, instruction.b));
  add(facts.c == OperandKind::kSrc ? OfRegisters(facts.c, instruction.c)
                                   : OfTable(facts.c, instruction.c));
  return out;
}

std::string OperandText::Target(uint32_t pc) const {
  for (const StateRecord& state : program_.states())
    if (state.pc_begin == pc) return fmt::format("{} {}", pc, Quoted(program_.TextOf(state.name)));
  return std::to_string(pc);
}

std::string OperandText::Quoted(std::string_view text) {
  std::string out;
  AppendQuoted(text, &out);
  return Shortened(out);
}

std::string OperandText::OfRegisters(OperandKind kind, uint32_t operand) const {
  switch (kind) {
    case OperandKind::kDst:
    case OperandKind::kSrc: return fmt::format("r{}", operand);
    case OperandKind::kTwo: return fmt::format("r{}, r{}", operand & 0xFF, operand >> 8);
    case OperandKind::kHole: return fmt::format("hole {}", operand);
    default: return {};
  }
}

std::string OperandText::OfTable(OperandKind kind, uint32_t record) const {
  switch (kind) {
    case OperandKind::kConst: return Shortened(JsonString(program_.ConstantAt(record)));
    case OperandKind::kPathUse: return OfPathUse(program_.path_uses()[record]);
    case OperandKind::kTemplate: return OfTemplate(program_.templates()[record]);
    case OperandKind::kCall: {
      const CallRecord& call = program_.calls()[record];
      return fmt::format("{}/{}", FactsOf(call.function).name, call.argument_count);
    }
    case OperandKind::kState: return Quoted(program_.TextOf(program_.states()[record].name));
    case OperandKind::kPc: return "-> " + Target(record);
    case OperandKind::kSwitch: return fmt::format("switch {}", record);
    case OperandKind::kTask: return OfTask(program_.tasks()[record]);
    case OperandKind::kWait: {
      const WaitRecord& wait = program_.waits()[record];
      bool is_seconds = wait.kind == WaitKind::kSeconds || wait.kind == WaitKind::kSecondsPath;
      return fmt::format("{}{}{}", is_seconds ? "seconds" : "timestamp",
                         wait.path.size > 0 ? " " : "", program_.TextOf(wait.path));
    }
    case OperandKind::kMap: return OfMap(program_.maps()[record]);
    case OperandKind::kParallel: {
      const ParallelRecord& parallel = program_.parallels()[record];
      return fmt::format("regions {} to {}", parallel.first_region,
                         parallel.first_region + parallel.region_count - 1);
    }
    case OperandKind::kGraft: return std::string(program_.TextOf(program_.grafts()[record].text));
    case OperandKind::kAssign: {
      const AssignRecord& assign = program_.assigns()[record];
      std::string out;
      for (const VariableRecord& variable :
           program_.variables().subspan(assign.first_variable, assign.variable_count))
        out += fmt::format("{}${}", out.empty() ? "" : " ", program_.TextOf(variable.name));
      return out;
    }
    case OperandKind::kNone:
    case OperandKind::kDst:
    case OperandKind::kSrc:
    case OperandKind::kTwo:
    case OperandKind::kHole: return {};
  }
  return {};
}

std::string OperandText::OfPathUse(const PathUse& use) const {
  const PathRecord& path = program_.paths()[use.path];
  std::string out(program_.TextOf(path.text));
  switch (path.root) {
    case PathRoot::kRegister: out += fmt::format(" of r{}", use.reg); break;
    case PathRoot::kVariable:
      out += fmt::format(" (slot {}, {} frames up)", use.variable, use.variable_depth);
      break;
    case PathRoot::kContext:
    case PathRoot::kCurrent:
    case PathRoot::kDocument: break;
  }
  if (path.slot != kNoSlot) out += fmt::format(" [read set {}]", path.slot);
  out += fmt::format(", missing: {}", MissText(use.miss));
  if (use.field.size > 0) out += fmt::format(" {}", Quoted(program_.TextOf(use.field)));
  return out;
}

std::string OperandText::OfTemplate(const TemplateRecord& record) const {
  const TemplateNode& node = program_.template_nodes()[record.node];
  std::string out;
  for (const TemplatePart& part :
       program_.template_parts().subspan(node.first_part, node.part_count)) {
    out += program_.TextOf({part.literal_offset, part.literal_size});
    if (part.hole != kNoHole) out += fmt::format("<{}>", part.hole);
  }
  return Shortened(out);
}

std::string OperandText::OfTask(const TaskRecord& task) const {
  std::string out(program_.TextOf(task.arn));
  auto limit = [&out](const char* name, uint32_t seconds, uint8_t reg) {
    if (reg != kNoRegister) out += fmt::format(", {} r{}", name, reg);
    if (reg == kNoRegister && seconds != kNoIndex) out += fmt::format(", {} {} s", name, seconds);
  };
  limit("timeout", task.timeout_seconds, task.timeout_register);
  limit("heartbeat", task.heartbeat_seconds, task.heartbeat_register);
  if (task.credentials_register != kNoRegister)
    out += fmt::format(", credentials r{}", task.credentials_register);
  return out;
}

std::string OperandText::OfMap(const MapRecord& map) const {
  std::string out = fmt::format("region {}", map.region);
  if (map.max_concurrency_register != kNoRegister)
    out += fmt::format(", concurrency r{}", map.max_concurrency_register);
  else if (map.max_concurrency > 0)
    out += fmt::format(", concurrency {}", map.max_concurrency);
  if (map.tolerated_count_register != kNoRegister)
    out += fmt::format(", tolerates r{} failures", map.tolerated_count_register);
  else if (map.tolerated_count != kNoIndex)
    out += fmt::format(", tolerates {} failures", map.tolerated_count);
  if (map.tolerated_percentage_register != kNoRegister)
    out += fmt::format(", tolerates r{} %", map.tolerated_percentage_register);
  else if (map.has_tolerated_percentage != 0)
    out += fmt::format(", tolerates {} %", map.tolerated_percentage);
  if (map.distributed != 0) out += ", distributed";
  return out;
}

}  // namespace aslx
