#include "compiler/ir/dump.h"

namespace aslx::compiler::ir {
namespace {

std::string RegisterText(uint32_t number) {
  return "r" + std::to_string(number);
}

std::string_view MissText(MissMode miss) {
  switch (miss) {
    case MissMode::kStatePath: return "";
    case MissMode::kField: return " field";
    case MissMode::kArgument: return " argument";
    case MissMode::kChoice: return " choice";
    case MissMode::kUndefined: return " or undefined";
  }
  return "";
}

std::string PathUseText(const Module& module, uint32_t index) {
  const PathUse& use = module.path_uses[index];
  const Path& path = module.paths[use.path];
  std::string text = path.path->text;
  if (path.path->root == ast::PathRoot::kInput) text += " of " + RegisterText(use.reg);
  if (path.of_event) text += " (event)";
  text += MissText(use.miss);
  if (use.miss == MissMode::kField) text += " " + std::string(use.field);
  return text;
}

void AppendNode(const Template& shape, uint32_t index, std::string* out) {
  const TemplateNode& node = shape.nodes[index];
  *out += node.is_object ? '{' : '[';
  bool first = true;
  for (const TemplatePlace& place : node.places) {
    if (!first) *out += ',';
    first = false;
    if (node.is_object) *out += "\"" + std::string(place.key) + "\":";
    switch (place.kind) {
      case TemplateMemberKind::kHole: *out += "<" + std::to_string(place.index) + ">"; break;
      case TemplateMemberKind::kLiteral: *out += place.literal; break;
      case TemplateMemberKind::kNode: AppendNode(shape, place.index, out); break;
    }
  }
  *out += node.is_object ? '}' : ']';
}

std::string SwitchText(const Switch& cases) {
  std::string text;
  for (const SwitchCase& one : cases) {
    if (!text.empty()) text += ", ";
    text += "'" + std::string(one.text) + "' L" + std::to_string(one.target);
  }
  return text;
}

std::string AssignText(const Assign& assign) {
  std::string text;
  for (const AssignTarget& target : assign) {
    if (!text.empty()) text += ", ";
    text += "$" + std::string(target.name);
  }
  return text;
}

std::string TaskText(const Task& task) {
  std::string text(task.arn);
  if (task.timeout_seconds != kNoIndex) text += " timeout " + std::to_string(task.timeout_seconds);
  if (task.timeout_register != kNoRegister)
    text += " timeout " + RegisterText(task.timeout_register);
  if (task.heartbeat_seconds != kNoIndex)
    text += " heartbeat " + std::to_string(task.heartbeat_seconds);
  if (task.heartbeat_register != kNoRegister)
    text += " heartbeat " + RegisterText(task.heartbeat_register);
  if (task.credentials_register != kNoRegister)
    text += " credentials " + RegisterText(task.credentials_register);
  return text;
}

std::string MapText(const Map& map) {
  std::string text = "region " + std::to_string(map.region);
  if (map.concurrency_max != 0) text += " concurrency " + std::to_string(map.concurrency_max);
  if (map.concurrency_register != kNoRegister)
    text += " concurrency " + RegisterText(map.concurrency_register);
  if (map.tolerated_count != kNoIndex) text += " tolerated " + std::to_string(map.tolerated_count);
  if (map.tolerated_count_register != kNoRegister)
    text += " tolerated " + RegisterText(map.tolerated_count_register);
  if (map.tolerated_percentage_register != kNoRegister)
    text += " tolerated % " + RegisterText(map.tolerated_percentage_register);
  if (map.distributed) text += " distributed";
  return text;
}

std::string_view WaitText(WaitKind kind) {
  switch (kind) {
    case WaitKind::kSeconds: return "seconds";
    case WaitKind::kSecondsPath: return "SecondsPath";
    case WaitKind::kTimestamp: return "timestamp";
    case WaitKind::kTimestampPath: return "TimestampPath";
  }
  return "";
}

std::string OperandText(const Module& module, OperandKind kind, uint32_t value) {
  switch (kind) {
    case OperandKind::kNone: return "";
    case OperandKind::kDst:
    case OperandKind::kSrc: return RegisterText(value);
    case OperandKind::kTwo: return RegisterText(value & 0xff) + ", " + RegisterText(value >> 8);
    case OperandKind::kConst: return module.constants[value].json;
    case OperandKind::kPathUse: return PathUseText(module, value);
    case OperandKind::kTemplate: {
      std::string text;
      AppendNode(module.templates[value], 0, &text);
      return text;
    }
    case OperandKind::kHole: return "<" + std::to_string(value) + ">";
    case OperandKind::kCall: return FactsOf(module.calls[value].function).name;
    case OperandKind::kState: return module.states[value].state->name;
    case OperandKind::kPc: return "L" + std::to_string(value);
    case OperandKind::kSwitch: return SwitchText(module.switches[value]);
    case OperandKind::kTask: return TaskText(module.tasks[value]);
    case OperandKind::kWait: return std::string(WaitText(module.waits[value].kind));
    case OperandKind::kMap: return MapText(module.maps[value]);
    case OperandKind::kParallel: {
      const Parallel& parallel = module.parallels[value];
      return "regions " + std::to_string(parallel.first_region) + " to " +
             std::to_string(parallel.first_region + parallel.region_count - 1);
    }
    case OperandKind::kGraft: return module.grafts[value]->text;
    case OperandKind::kAssign: return AssignText(module.assigns[value]);
  }
  return "";
}

void DumpCode(const Module& module, const Code& code, std::string* out) {
  for (const Instruction& instruction : code) {
    if (instruction.is_label) {
      *out += "L" + std::to_string(instruction.c) + ":\n";
      continue;
    }
    const OpcodeFacts& facts = FactsOf(instruction.op);
    *out += std::string("  ") + facts.mnemonic;
    const std::pair<OperandKind, uint32_t> operands[] = {
        {facts.a, instruction.a}, {facts.b, instruction.b}, {facts.c, instruction.c}};
    const char* separator = " ";
    for (const auto& [kind, value] : operands) {
      if (kind == OperandKind::kNone) continue;
      *out += separator + OperandText(module, kind, value);
      separator = ", ";
    }
    *out += '\n';
  }
}

void DumpOneState(const Module& module, const State& state, std::string* out) {
  DumpCode(module, state.code, out);
  for (const Catcher& catcher : state.catchers) {
    *out += "  catch";
    for (const std::string& error : catcher.catcher->error_equals)
      *out += " " + error;
    *out += ": L" + std::to_string(catcher.handler) + ", " + RegisterText(catcher.error_register) +
            "\n";
  }
}

}  // namespace

std::string Dump(const Module& module) {
  std::string out;
  for (size_t i = 0; i < module.regions.size(); ++i) {
    const Region& region = module.regions[i];
    if (!region.live) continue;
    out += "region " + std::to_string(i) + "\n";
    DumpCode(module, region.prologue, &out);
    for (uint32_t state : region.states)
      DumpOneState(module, module.states[state], &out);
  }
  return out;
}

std::string DumpState(const Module& module, std::string_view state_name) {
  std::string out;
  for (const State& state : module.states)
    if (state.state->name == state_name) DumpOneState(module, state, &out);
  return out;
}

}  // namespace aslx::compiler::ir
