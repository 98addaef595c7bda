#include "compiler/lower/code_builder.h"

#include <algorithm>
#include <utility>

#include "compiler/lower/path_support.h"
#include "compiler/passes/fold_constants.h"
#include "runtime/base/check.h"
#include "runtime/base/limits.h"
#include "runtime/value/json_writer.h"

namespace aslx::compiler {
namespace {

/// The containers of an expression that is not constant, as nodes with holes. Children stand behind
/// their parent.
uint32_t AddNode(const ir::Expression& expression, ir::Template* shape) {
  const auto index = static_cast<uint32_t>(shape->nodes.size());
  shape->nodes.emplace_back();
  const auto* object = std::get_if<ir::Object>(&expression.node);
  const size_t count = object != nullptr ? object->members.size()
                                         : std::get<ir::Array>(expression.node).items.size();
  shape->nodes[index].is_object = object != nullptr;
  for (size_t i = 0; i < count; ++i) {
    const ir::Expression& value = object != nullptr ? object->members[i].value
                                                    : std::get<ir::Array>(expression.node).items[i];
    ir::TemplatePlace place;
    if (object != nullptr) place.key = object->members[i].name;
    if (const ir::Constant* constant = value.constant()) {
      place.kind = TemplateMemberKind::kLiteral;
      place.literal = constant->json;
    } else if (std::holds_alternative<ir::Object>(value.node) ||
               std::holds_alternative<ir::Array>(value.node)) {
      place.kind = TemplateMemberKind::kNode;
      place.index = AddNode(value, shape);
    } else {
      place.kind = TemplateMemberKind::kHole;
      place.index = shape->hole_count++;
    }
    shape->nodes[index].places.push_back(std::move(place));
  }
  return index;
}

/// The arguments of a call: an array of holes.
ir::Template ArgumentShape(size_t count) {
  ir::Template shape;
  ir::TemplateNode& node = shape.nodes.emplace_back();
  for (uint32_t i = 0; i < count; ++i) {
    ir::TemplatePlace place;
    place.kind = TemplateMemberKind::kHole;
    place.index = i;
    node.places.push_back(std::move(place));
  }
  shape.hole_count = static_cast<uint32_t>(count);
  return shape;
}

}  // namespace

void CodeBuilder::Begin(ir::Code* code, const JsonNode* source, ir::Register first_free) {
  code_ = code;
  source_ = source;
  next_register_ = first_free;
  uint8_t& count = module_->regions[region_].register_count;
  count = std::max(count, first_free);
  complained_ = false;
}

void CodeBuilder::Emit(Opcode op, uint32_t a, uint32_t b, uint32_t c) {
  code_->push_back({op, static_cast<uint8_t>(a), static_cast<uint16_t>(b), c, false, source_});
}

void CodeBuilder::Place(ir::Label label) {
  code_->push_back({Opcode::kJump, 0, 0, label, true, source_});
}

void CodeBuilder::Complain(std::string message, std::string hint) {
  if (std::exchange(complained_, true)) return;
  Diagnostic diagnostic;
  diagnostic.origin = Origin::kAslx;
  diagnostic.code = codes::kProgramLimit;
  diagnostic.message = std::move(message);
  diagnostic.hint = std::move(hint);
  if (source_ != nullptr) {
    diagnostic.location = LocationOf(*source_);
    diagnostic.line = source_->line;
    diagnostic.column = source_->column;
  }
  diagnostics_->Add(std::move(diagnostic));
}

ir::Register CodeBuilder::NewRegister() {
  if (next_register_ >= limits::kRegistersMax) {
    Complain("This needs more than " + std::to_string(limits::kRegistersMax) + " registers.",
             "Compute parts of it in a Pass state before.");
    return 0;
  }
  const ir::Register taken = next_register_++;
  uint8_t& count = module_->regions[region_].register_count;
  count = std::max(count, next_register_);
  return taken;
}

uint32_t CodeBuilder::Constant(std::string json, std::string_view string) {
  module_->constants.push_back({std::move(json), string});
  return static_cast<uint32_t>(module_->constants.size() - 1);
}

void CodeBuilder::LoadConstant(ir::Register to, std::string json, std::string_view string) {
  Emit(Opcode::kLoad, to, 0, Constant(std::move(json), string));
}

void CodeBuilder::LoadText(ir::Register to, std::string_view text) {
  std::string json;
  AppendQuoted(text, &json);
  LoadConstant(to, std::move(json), text);
}

uint32_t CodeBuilder::PathUseOf(const ir::PathRead& read, Subject subject) {
  if (std::string why = WhyUnsupported(*read.path); !why.empty())
    Complain(std::move(why), "Select the value in another way.");
  ir::PathUse use;
  use.path = static_cast<uint32_t>(module_->paths.size());
  const bool keys_only =
      !read.path->steps.empty() &&
      std::all_of(read.path->steps.begin(), read.path->steps.end(), [](const ast::PathStep& step) {
        return std::holds_alternative<ast::ChildStep>(step);
      });
  module_->paths.push_back(
      {read.path, subject.is_event && keys_only && read.path->root == ast::PathRoot::kInput});
  use.miss = read.miss;
  use.reg = subject.reg;
  use.field = read.field;
  use.expression = read.expression;
  if (read.path->root == ast::PathRoot::kVariable) {
    const VariableSlot slot = plan_->FindVariable(region_, read.path->variable);
    use.variable_depth = slot.depth;
    use.variable = slot.slot;
  }
  module_->path_uses.push_back(use);
  return static_cast<uint32_t>(module_->path_uses.size() - 1);
}

void CodeBuilder::Read(const ir::PathRead& read, Subject subject, ir::Register to) {
  if (read.path->root == ast::PathRoot::kInput && read.path->is_root()) {
    if (to != subject.reg) Emit(Opcode::kMove, to, subject.reg);
    return;
  }
  Emit(Opcode::kGetPath, to, 0, PathUseOf(read, subject));
}

void CodeBuilder::Evaluate(ir::Expression expression, Subject subject, ir::Register to) {
  FoldConstants(&expression);
  EvaluateFolded(expression, subject, to);
}

void CodeBuilder::EvaluateFolded(const ir::Expression& expression, Subject subject,
                                 ir::Register to) {
  if (const ir::Constant* constant = expression.constant()) {
    LoadConstant(to, constant->json);
    return;
  }
  if (const auto* read = std::get_if<ir::PathRead>(&expression.node)) {
    Read(*read, subject, to);
    return;
  }
  if (const auto* call = std::get_if<ir::Call>(&expression.node)) {
    EvaluateCall(*call, subject, to);
    return;
  }
  ir::Template shape;
  AddNode(expression, &shape);
  if (shape.hole_count > UINT16_MAX) {
    Complain("A template computes " + std::to_string(shape.hole_count) +
                 " values; a program can fill 65,535 at once.",
             "Build the document in several states.");
    return;
  }
  module_->templates.push_back(std::move(shape));
  Emit(Opcode::kNewTemplate, to, 0, static_cast<uint32_t>(module_->templates.size() - 1));
  uint32_t hole = 0;
  FillHoles(expression, subject, to, &hole);
}

void CodeBuilder::FillHoles(const ir::Expression& expression, Subject subject,
                            ir::Register instance, uint32_t* hole) {
  const auto visit = [&](const ir::Expression& value) {
    if (value.constant() != nullptr) return;
    if (std::holds_alternative<ir::Object>(value.node) ||
        std::holds_alternative<ir::Array>(value.node)) {
      FillHoles(value, subject, instance, hole);
    } else {
      FillHole(value, subject, instance, (*hole)++);
    }
  };
  if (const auto* object = std::get_if<ir::Object>(&expression.node)) {
    for (const ir::ObjectMember& member : object->members)
      visit(member.value);
    return;
  }
  for (const ir::Expression& item : std::get<ir::Array>(expression.node).items)
    visit(item);
}

void CodeBuilder::FillHole(const ir::Expression& expression, Subject subject, ir::Register instance,
                           uint32_t hole) {
  if (const auto* read = std::get_if<ir::PathRead>(&expression.node)) {
    if (read->path->root == ast::PathRoot::kInput && read->path->is_root()) {
      Emit(Opcode::kFill, instance, hole, subject.reg);
    } else {
      Emit(Opcode::kFillPath, instance, hole, PathUseOf(*read, subject));
    }
    return;
  }
  const ir::Register mark = Mark();
  const ir::Register value = NewRegister();
  EvaluateFolded(expression, subject, value);
  Emit(Opcode::kFill, instance, hole, value);
  Release(mark);
}

void CodeBuilder::EvaluateCall(const ir::Call& call, Subject subject, ir::Register to) {
  if (call.arguments.size() > UINT16_MAX) {
    Complain("A call has " + std::to_string(call.arguments.size()) +
                 " arguments; a program can pass 65,535.",
             "Build the array in parts.");
    return;
  }
  module_->templates.push_back(ArgumentShape(call.arguments.size()));
  Emit(Opcode::kNewTemplate, to, 0, static_cast<uint32_t>(module_->templates.size() - 1));
  uint32_t hole = 0;
  for (const ir::Expression& argument : call.arguments)
    FillHole(argument, subject, to, hole++);
  module_->calls.push_back(
      {call.function, static_cast<uint32_t>(call.arguments.size()), call.text});
  Emit(Opcode::kCall, to, to, static_cast<uint32_t>(module_->calls.size() - 1));
}

}  // namespace aslx::compiler
