#include "compiler/emit/path_emitter.h"

#include <algorithm>
#include <limits>

#include "runtime/base/check.h"
#include "runtime/value/json_writer.h"

namespace aslx::compiler {
namespace {

/// Beyond 32 bits no array has an item: the nearest bound means the same.
uint32_t Clamp(int64_t index) {
  const auto clamped = static_cast<int32_t>(std::clamp<int64_t>(
      index, std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()));
  return static_cast<uint32_t>(clamped);
}

FilterComparison ComparisonOf(ast::FilterOperator op) {
  switch (op) {
    case ast::FilterOperator::kEqual: return FilterComparison::kEqual;
    case ast::FilterOperator::kNotEqual: return FilterComparison::kNotEqual;
    case ast::FilterOperator::kLess: return FilterComparison::kLess;
    case ast::FilterOperator::kLessOrEqual: return FilterComparison::kLessEqual;
    case ast::FilterOperator::kGreater: return FilterComparison::kGreater;
    case ast::FilterOperator::kGreaterOrEqual: return FilterComparison::kGreaterEqual;
    case ast::FilterOperator::kIn: return FilterComparison::kIn;
    case ast::FilterOperator::kNotIn: return FilterComparison::kNotIn;
    case ast::FilterOperator::kTypeEqual:
    case ast::FilterOperator::kTypeNotEqual:
    case ast::FilterOperator::kMatches:
    case ast::FilterOperator::kContains:
    case ast::FilterOperator::kAll:
    case ast::FilterOperator::kSize:
    case ast::FilterOperator::kEmpty:
    case ast::FilterOperator::kSubsetOf:
    case ast::FilterOperator::kAnyOf:
    case ast::FilterOperator::kNoneOf:
    case ast::FilterOperator::kType: break;
  }
  ASLX_CHECK(false);
  return FilterComparison::kEqual;
}

PathRoot RootOf(ast::PathRoot root) {
  switch (root) {
    case ast::PathRoot::kInput: return PathRoot::kRegister;
    case ast::PathRoot::kContext: return PathRoot::kContext;
    case ast::PathRoot::kVariable: return PathRoot::kVariable;
    case ast::PathRoot::kCurrent: return PathRoot::kCurrent;
  }
  return PathRoot::kRegister;
}

bool IsWord(const ast::FilterOperand& operand) {
  const auto* literal = std::get_if<ast::FilterLiteral>(&operand);
  return literal != nullptr && literal->kind == ast::FilterLiteral::Kind::kWord;
}

std::string JsonOf(const ast::FilterLiteral& literal) {
  switch (literal.kind) {
    case ast::FilterLiteral::Kind::kNull: return "null";
    case ast::FilterLiteral::Kind::kTrue: return "true";
    case ast::FilterLiteral::Kind::kFalse: return "false";
    case ast::FilterLiteral::Kind::kNumber:
    case ast::FilterLiteral::Kind::kJson: return literal.text;
    case ast::FilterLiteral::Kind::kString:
    case ast::FilterLiteral::Kind::kWord: break;
  }
  std::string json;
  AppendQuoted(literal.text, &json);
  return json;
}

}  // namespace

uint32_t PathEmitter::Emit(const ast::Path& path, bool of_event) {
  uint16_t slot = kNoSlot;
  if (of_event) {
    std::vector<std::string_view> keys;
    for (const ast::PathStep& step : path.steps)
      keys.push_back(std::get<ast::ChildStep>(step).name);
    slot = read_set_->SlotOf(keys);
  }
  return EmitAs(path, RootOf(path.root), slot);
}

uint32_t PathEmitter::EmitAs(const ast::Path& path, PathRoot root, uint16_t slot) {
  // Filters append paths of their own, so the steps are collected before they are laid down.
  std::vector<PathStep> steps;
  steps.reserve(path.steps.size());
  for (const ast::PathStep& step : path.steps)
    steps.push_back(StepOf(step));
  PathRecord record{};
  record.first_step = static_cast<uint32_t>(builder_->path_steps.size());
  record.step_count = static_cast<uint32_t>(steps.size());
  record.text = builder_->Text(path.text);
  record.slot = slot;
  record.definite = path.is_definite() ? 1 : 0;
  record.root = root;
  builder_->path_steps.insert(builder_->path_steps.end(), steps.begin(), steps.end());
  builder_->paths.push_back(record);
  return static_cast<uint32_t>(builder_->paths.size() - 1);
}

PathStep PathEmitter::StepOf(const ast::PathStep& step) {
  PathStep record{};
  if (const auto* child = std::get_if<ast::ChildStep>(&step)) {
    const TextRef key = builder_->Text(child->name);
    record.kind = PathStepKind::kKey;
    record.operand = key.offset;
    record.extra = key.size;
  } else if (const auto* index = std::get_if<ast::IndexStep>(&step)) {
    record.kind = PathStepKind::kIndex;
    record.operand = Clamp(index->index);
  } else if (const auto* names = std::get_if<ast::NamesStep>(&step)) {
    record.kind = PathStepKind::kKeys;
    record.operand = static_cast<uint32_t>(builder_->path_keys.size());
    record.extra = static_cast<uint32_t>(names->names.size());
    for (const std::string& name : names->names)
      builder_->path_keys.push_back(builder_->Text(name));
  } else if (const auto* indices = std::get_if<ast::IndicesStep>(&step)) {
    record.kind = PathStepKind::kIndices;
    record.operand = static_cast<uint32_t>(builder_->path_keys.size());
    record.extra = static_cast<uint32_t>(indices->indices.size());
    for (int64_t one : indices->indices)
      builder_->path_keys.push_back({Clamp(one), 0});
  } else if (const auto* slice = std::get_if<ast::SliceStep>(&step)) {
    record.kind = PathStepKind::kSlice;
    if (slice->from) {
      record.flags |= slice_flags::kStart;
      record.operand = Clamp(*slice->from);
    }
    if (slice->to) {
      record.flags |= slice_flags::kEnd;
      record.extra = Clamp(*slice->to);
    }
  } else if (std::holds_alternative<ast::WildcardStep>(step)) {
    record.kind = PathStepKind::kWildcard;
  } else if (std::holds_alternative<ast::DescentStep>(step)) {
    record.kind = PathStepKind::kDescend;
  } else {
    record.kind = PathStepKind::kFilter;
    record.operand = EmitFilter(*std::get<ast::FilterStep>(step).expression);
  }
  return record;
}

// --- Filters -------------------------------------------------------------------------------------

uint32_t PathEmitter::Add(FilterKind kind, uint32_t left, uint32_t right) {
  FilterNode node{};
  node.kind = kind;
  node.left = left;
  node.right = right;
  builder_->filters.push_back(node);
  return static_cast<uint32_t>(builder_->filters.size() - 1);
}

uint32_t PathEmitter::EmitFilter(const ast::FilterExpression& expression) {
  if (const auto* exists = std::get_if<ast::FilterExists>(&expression.node))
    return Add(FilterKind::kExists, EmitFilterPath(exists->path), 0);
  if (const auto* all = std::get_if<ast::FilterAnd>(&expression.node))
    return EmitChain(FilterKind::kAnd, all->operands);
  if (const auto* any = std::get_if<ast::FilterOr>(&expression.node))
    return EmitChain(FilterKind::kOr, any->operands);
  if (const auto* negation = std::get_if<ast::FilterNot>(&expression.node))
    return Add(FilterKind::kNot, EmitFilter(*negation->operand), 0);
  return EmitComparison(std::get<ast::FilterComparison>(expression.node));
}

/// Halves the operands, so that a long chain stays shallow.
uint32_t PathEmitter::EmitChain(FilterKind kind, std::span<const ast::FilterExpression> operands) {
  if (operands.size() == 1) return EmitFilter(operands.front());
  const size_t half = operands.size() / 2;
  const uint32_t left = EmitChain(kind, operands.first(half));
  const uint32_t right = EmitChain(kind, operands.subspan(half));
  return Add(kind, left, right);
}

uint32_t PathEmitter::EmitComparison(const ast::FilterComparison& comparison) {
  const FilterComparison op = ComparisonOf(comparison.op);
  // A word without quotes is equal to nothing.
  if (IsWord(comparison.left) || IsWord(comparison.right))
    return EmitTruth(op == FilterComparison::kNotEqual || op == FilterComparison::kNotIn);
  FilterNode node{};
  node.kind = FilterKind::kCompare;
  node.comparison = op;
  node.left = EmitOperand(comparison.left, &node.left_operand);
  node.right = EmitOperand(comparison.right, &node.right_operand);
  builder_->filters.push_back(node);
  return static_cast<uint32_t>(builder_->filters.size() - 1);
}

uint32_t PathEmitter::EmitOperand(const ast::FilterOperand& operand, FilterOperand* kind) {
  if (const auto* path = std::get_if<ast::Path>(&operand)) {
    *kind = FilterOperand::kPath;
    return EmitFilterPath(*path);
  }
  *kind = FilterOperand::kConstant;
  return builder_->Constant(JsonOf(std::get<ast::FilterLiteral>(operand)));
}

uint32_t PathEmitter::EmitTruth(bool truth) {
  ast::Path document;
  document.text = "$";
  const uint32_t exists =
      Add(FilterKind::kExists, EmitAs(document, PathRoot::kDocument, kNoSlot), 0);
  return truth ? exists : Add(FilterKind::kNot, exists, 0);
}

uint32_t PathEmitter::EmitFilterPath(const ast::Path& path) {
  const bool current = path.root == ast::PathRoot::kCurrent;
  return EmitAs(path, current ? PathRoot::kCurrent : PathRoot::kDocument, kNoSlot);
}

}  // namespace aslx::compiler
