#include <string>
#include <unordered_map>

#include "compiler/ir/text_identity.h"
#include "compiler/passes/control_flow.h"
#include "compiler/passes/passes.h"

namespace aslx::compiler {
namespace {

/// Maps each entry of a table to the first one with the same key.
class Sharing {
 public:
  void Add(std::string key) {
    const auto [at, is_new] = first_.try_emplace(std::move(key), next_);
    same_as_.push_back(at->second);
    ++next_;
  }
  uint32_t SameAs(uint32_t index) const { return same_as_[index]; }

 private:
  std::unordered_map<std::string, uint32_t> first_;
  std::vector<uint32_t> same_as_;
  uint32_t next_ = 0;
};

void AppendNumber(uint64_t number, std::string* key) {
  key->append(std::to_string(number));
  key->push_back(';');
}

void AppendText(std::string_view text, std::string* key) {
  AppendNumber(text.size(), key);
  key->append(text);
}

/// A number for each text; those that say the same have the same one.
class TextNumbers {
 public:
  size_t Of(std::string_view text) {
    const auto [at, is_new] = by_identity_.try_emplace(text, 0);
    if (is_new) at->second = by_contents_.try_emplace(text, by_contents_.size()).first->second;
    return at->second;
  }

 private:
  ir::TextIdentityMap<size_t> by_identity_;
  std::unordered_map<std::string_view, size_t> by_contents_;
};

void ShareAllPaths(ir::Module* module, Sharing* uses) {
  Sharing paths;
  for (const ir::Path& path : module->paths)
    paths.Add(path.path->text + (path.of_event ? "!" : ""));
  TextNumbers expressions;
  for (ir::PathUse& use : module->path_uses) {
    use.path = paths.SameAs(use.path);
    std::string key;
    AppendNumber(use.path, &key);
    AppendNumber(static_cast<uint64_t>(use.miss), &key);
    AppendNumber(use.reg, &key);
    AppendNumber(use.variable_depth, &key);
    AppendNumber(use.variable, &key);
    AppendText(use.field, &key);
    AppendNumber(expressions.Of(use.expression), &key);
    uses->Add(std::move(key));
  }
}

std::string KeyOf(const ir::Template& shape) {
  std::string key;
  for (const ir::TemplateNode& node : shape.nodes) {
    key += node.is_object ? '{' : '[';
    for (const ir::TemplatePlace& place : node.places) {
      AppendNumber(static_cast<uint64_t>(place.kind), &key);
      AppendNumber(place.index, &key);
      AppendText(place.key, &key);
      AppendText(place.literal, &key);
    }
  }
  return key;
}

}  // namespace

void ShareRecords(ir::Module* module) {
  Sharing uses;
  ShareAllPaths(module, &uses);
  Sharing constants;
  for (const ir::ConstantEntry& constant : module->constants)
    constants.Add(constant.json);
  Sharing templates;
  for (const ir::Template& shape : module->templates)
    templates.Add(KeyOf(shape));

  ForEachCode(module, [&](ir::Code& code) {
    for (ir::Instruction& instruction : code) {
      if (instruction.is_label) continue;
      switch (FactsOf(instruction.op).c) {
        case OperandKind::kPathUse: instruction.c = uses.SameAs(instruction.c); break;
        case OperandKind::kConst: instruction.c = constants.SameAs(instruction.c); break;
        case OperandKind::kTemplate: instruction.c = templates.SameAs(instruction.c); break;
        case OperandKind::kNone:
        case OperandKind::kDst:
        case OperandKind::kSrc:
        case OperandKind::kTwo:
        case OperandKind::kHole:
        case OperandKind::kCall:
        case OperandKind::kState:
        case OperandKind::kPc:
        case OperandKind::kSwitch:
        case OperandKind::kTask:
        case OperandKind::kWait:
        case OperandKind::kMap:
        case OperandKind::kParallel:
        case OperandKind::kGraft:
        case OperandKind::kAssign: break;
      }
    }
  });
}

}  // namespace aslx::compiler
