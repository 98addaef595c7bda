#include "pipeline/tasks/literal_function_names.h"

#include "runtime/value/json_reader.h"

namespace aslx {
namespace {

constexpr std::string_view kFunctionName = "FunctionName";

std::string_view NameInObject(const Value& object, Arena& arena) {
  if (object.type != Type::kObject) return {};
  Value name = FindMember(object, kFunctionName, arena);
  return name.type == Type::kString ? Decode(name, arena) : std::string_view{};
}

std::string_view NameInTemplate(const Program& program, uint32_t template_index, Arena& arena) {
  const TemplateTable& table = program.template_table();
  const TemplateNode& node = table.nodes[program.templates()[template_index].node];
  for (uint32_t i = 0; i < node.member_count; ++i) {
    const TemplateMember& member = table.members[node.first_member + i];
    std::string_view key(table.text + member.key_offset, member.key_size);
    if (key != kFunctionName || member.kind != TemplateMemberKind::kLiteral) continue;
    if (static_cast<Type>(member.literal_type) != Type::kString) return {};
    Value name =
        Value::Text(Type::kString, member.literal_flags, {table.text + member.index, member.size});
    return Decode(name, arena);
  }
  return {};
}

/// The instruction in the state that last wrote the register of the task's parameters, before pc.
std::string_view NameBefore(const Program& program, const StateRecord& state, uint32_t pc,
                            uint32_t parameters_register, Arena& arena) {
  for (uint32_t at = pc; at > state.pc_begin; --at) {
    const Instruction& instruction = program.code()[at - 1];
    if (instruction.a != parameters_register) continue;
    if (instruction.op == Opcode::kLoad)
      return NameInObject(program.ConstantAt(instruction.c), arena);
    if (instruction.op == Opcode::kNewTemplate)
      return NameInTemplate(program, instruction.c, arena);
  }
  return {};
}

}  // namespace

std::vector<TaskTarget> TaskTargets(const Program& program, Arena& arena) {
  std::vector<TaskTarget> targets;
  for (const StateRecord& state : program.states()) {
    if (state.type != StateType::kTask) continue;
    for (uint32_t pc = state.pc_begin; pc < state.pc_end; ++pc) {
      const Instruction& instruction = program.code()[pc];
      if (instruction.op != Opcode::kTask) continue;
      targets.push_back({&program.tasks()[instruction.c], program.TextOf(state.name),
                         NameBefore(program, state, pc, instruction.b, arena)});
    }
  }
  return targets;
}

}  // namespace aslx
