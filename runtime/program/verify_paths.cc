// Paths, their filters, their uses and the read set.
#include <algorithm>
#include <vector>

#include "runtime/base/limits.h"
#include "runtime/program/verification.h"

namespace aslx {
namespace {

class PathVerifier {
 public:
  explicit PathVerifier(Verification& v)
      : v_(v),
        program_(v.program),
        filter_depth_(program_.filters().size(), 0),
        filter_nesting_(program_.filters().size(), 0),
        slot_keys_(program_.machine().slot_count) {}

  void Verify() {
    for (size_t i = 0; i < program_.path_steps().size() && v_.ok(); ++i)
      VerifyStep(i);
    for (size_t i = 0; i < program_.paths().size() && v_.ok(); ++i)
      VerifyPath(i);
    for (size_t i = 0; i < program_.filters().size() && v_.ok(); ++i)
      VerifyFilter(i);
    for (size_t i = 0; i < program_.paths().size() && v_.ok(); ++i) {
      uint32_t nesting = 0;
      NestingOf(static_cast<uint32_t>(i), kNoIndex, &nesting);
    }
    if (v_.ok()) VerifyReadSet();
    for (size_t i = 0; i < program_.paths().size() && v_.ok(); ++i)
      VerifySlot(i);
    for (size_t i = 0; i < program_.path_uses().size() && v_.ok(); ++i)
      VerifyUse(i);
  }

 private:
  std::span<const PathStep> StepsOf(const PathRecord& path) const {
    return program_.path_steps().subspan(path.first_step, path.step_count);
  }

  void VerifyStep(size_t i) {
    const PathStep& step = program_.path_steps()[i];
    switch (step.kind) {
      case PathStepKind::kKey:
        v_.RequireText({step.operand, step.extra}, "path_steps", i, "key");
        return;
      case PathStepKind::kIndex:
      case PathStepKind::kWildcard:
      case PathStepKind::kDescend: return;
      case PathStepKind::kSlice:
        v_.Require((step.flags & slice_flags::kStep) == 0 || static_cast<int32_t>(step.step) > 0,
                   "path_steps", i, "a slice by {}, expected a step above 0",
                   static_cast<int32_t>(step.step));
        return;
      case PathStepKind::kKeys:
      case PathStepKind::kIndices: {
        bool has_texts = step.kind == PathStepKind::kKeys;
        if (!v_.RequireRange(step.operand, step.extra, program_.path_keys().size(), "path_steps", i,
                             "keys"))
          return;
        for (uint32_t key = step.operand; has_texts && key < step.operand + step.extra; ++key)
          v_.RequireText(program_.path_keys()[key], "path_keys", key, "key");
        return;
      }
      case PathStepKind::kFilter:
        v_.RequireIndex(step.operand, program_.filters().size(), "path_steps", i, "filter");
        return;
    }
    v_.Require(false, "path_steps", i, "kind {}, expected 0 to 7", static_cast<int>(step.kind));
  }

  void VerifyPath(size_t i) {
    const PathRecord& path = program_.paths()[i];
    v_.RequireText(path.text, "paths", i, "text");
    v_.Require(static_cast<uint8_t>(path.root) <= static_cast<uint8_t>(PathRoot::kDocument),
               "paths", i, "root {}, expected 0 to 4", static_cast<int>(path.root));
    if (!v_.RequireRange(path.first_step, path.step_count, program_.path_steps().size(), "paths", i,
                         "steps"))
      return;
    bool is_plain = true;
    for (const PathStep& step : StepsOf(path))
      is_plain &= step.kind == PathStepKind::kKey || step.kind == PathStepKind::kIndex;
    v_.Require(path.definite <= 1 && (path.definite == 0 || is_plain), "paths", i,
               "definite {}, but it has steps other than keys and indices", path.definite);
    v_.Require(is_plain || path.step_count <= limits::kPathStepsMax, "paths", i,
               "{} steps, expected at most {}", path.step_count, limits::kPathStepsMax);
  }

  /// A filter's children and the filters of its paths stand before it, so nothing is circular.
  void VerifyFilter(size_t i) {
    const FilterNode& node = program_.filters()[i];
    auto index = static_cast<uint32_t>(i);
    uint32_t depth = 0;
    uint32_t nesting = 0;
    auto child = [&](uint32_t filter) {
      if (!v_.Require(filter < index, "filters", i, "child {}, expected one before it", filter))
        return;
      depth = std::max(depth, filter_depth_[filter]);
      nesting = std::max(nesting, filter_nesting_[filter]);
    };
    auto operand = [&](FilterOperand kind, uint32_t record) {
      if (kind == FilterOperand::kConstant) {
        v_.RequireIndex(record, program_.constants().size(), "filters", i, "constant");
        return;
      }
      if (!v_.Require(kind == FilterOperand::kPath, "filters", i, "operand of kind {}",
                      static_cast<int>(kind)) ||
          !v_.RequireIndex(record, program_.paths().size(), "filters", i, "path"))
        return;
      PathRoot root = program_.paths()[record].root;
      v_.Require(root == PathRoot::kCurrent || root == PathRoot::kDocument, "filters", i,
                 "a path that begins elsewhere than at @ or $");
      NestingOf(record, index, &nesting);
    };
    switch (node.kind) {
      case FilterKind::kAnd:
      case FilterKind::kOr:
        child(node.left);
        child(node.right);
        break;
      case FilterKind::kNot: child(node.left); break;
      case FilterKind::kExists: operand(FilterOperand::kPath, node.left); break;
      case FilterKind::kCompare:
        v_.Require(
            static_cast<uint8_t>(node.comparison) <= static_cast<uint8_t>(FilterComparison::kNotIn),
            "filters", i, "comparison {}, expected 0 to 7", static_cast<int>(node.comparison));
        operand(node.left_operand, node.left);
        operand(node.right_operand, node.right);
        break;
      default:
        v_.Require(false, "filters", i, "kind {}, expected 0 to 4", static_cast<int>(node.kind));
    }
    filter_depth_[i] = depth + 1;
    filter_nesting_[i] = nesting;
    v_.Require(filter_depth_[i] <= limits::kFilterDepthMax, "filters", i,
               "it is {} deep, expected at most {}", filter_depth_[i], limits::kFilterDepthMax);
  }

  /// Raises `nesting` to how deep filters nest inside path `record`, which belongs to filter
  /// `inside` (kNoIndex: to none).
  void NestingOf(uint32_t record, uint32_t inside, uint32_t* nesting) {
    for (const PathStep& step : StepsOf(program_.paths()[record])) {
      if (step.kind != PathStepKind::kFilter) continue;
      if (!v_.Require(step.operand < inside, "paths", record, "filter {}, expected one before {}",
                      step.operand, inside))
        return;
      *nesting = std::max(*nesting, filter_nesting_[step.operand] + 1);
    }
    v_.Require(*nesting <= limits::kFilterNestingMax, "paths", record,
               "filters nest {} deep, expected at most {}", *nesting, limits::kFilterNestingMax);
  }

  /// Walked from the root, every node is met once: a tree.
  void VerifyReadSet() {
    if (!program_.read_set_nodes().empty()) WalkReadSet();
    for (size_t slot = 0; slot < slot_keys_.size() && v_.ok(); ++slot)
      v_.Require(!slot_keys_[slot].empty(), "machines", 0,
                 "slot_count {}, but no node of the read set fills slot {}", slot_keys_.size(),
                 slot);
  }

  void WalkReadSet() {
    std::span<const ReadSetNode> nodes = program_.read_set_nodes();
    v_.Require(nodes[0].next_sibling == kNoNode, "read_set_nodes", 0, "the root has a sibling");
    std::vector<uint32_t> parent(nodes.size(), kNoIndex);
    std::vector<uint32_t> waiting = {0};
    size_t met_count = 1;
    auto meet = [&](uint32_t node, uint32_t from, uint32_t of) {
      if (node == kNoNode || !v_.RequireIndex(node, nodes.size(), "read_set_nodes", from, "link") ||
          !v_.Require(node != 0 && parent[node] == kNoIndex, "read_set_nodes", node,
                      "it is named twice"))
        return;
      parent[node] = of;
      ++met_count;
      waiting.push_back(node);
    };
    while (!waiting.empty() && v_.ok()) {
      uint32_t i = waiting.back();
      waiting.pop_back();
      v_.RequireText({nodes[i].key_offset, nodes[i].key_size}, "read_set_nodes", i, "key");
      meet(nodes[i].first_child, i, i);
      meet(nodes[i].next_sibling, i, parent[i]);
      if (nodes[i].slot != kNoSlot && v_.ok()) NoteSlot(i, parent);
    }
    v_.Require(met_count == nodes.size(), "read_set_nodes", 0, "{} nodes of {} are in the tree",
               met_count, nodes.size());
  }

  void NoteSlot(uint32_t node, const std::vector<uint32_t>& parent) {
    uint32_t slot = program_.read_set_nodes()[node].slot;
    if (v_.RequireIndex(slot, slot_keys_.size(), "read_set_nodes", node, "slot") &&
        v_.Require(slot_keys_[slot].empty(), "read_set_nodes", node, "slot {} has another node",
                   slot))
      NoteKeys(slot, node, parent);
  }

  void NoteKeys(uint32_t slot, uint32_t node, const std::vector<uint32_t>& parent) {
    std::vector<std::string_view>& keys = slot_keys_[slot];
    for (; node != 0; node = parent[node]) {
      const ReadSetNode& at = program_.read_set_nodes()[node];
      keys.push_back(program_.TextOf({at.key_offset, at.key_size}));
      if (!v_.Require(keys.size() <= limits::kJsonDepthMax, "read_set_nodes", node,
                      "deeper than {}", limits::kJsonDepthMax))
        return;
    }
    std::reverse(keys.begin(), keys.end());
    v_.Require(!keys.empty(), "read_set_nodes", 0, "the root has a slot");
  }

  void VerifySlot(size_t i) {
    const PathRecord& path = program_.paths()[i];
    if (path.slot == kNoSlot) return;
    if (!v_.RequireIndex(path.slot, slot_keys_.size(), "paths", i, "slot")) return;
    const std::vector<std::string_view>& keys = slot_keys_[path.slot];
    auto is_key = [this](std::string_view key, const PathStep& step) {
      return step.kind == PathStepKind::kKey && key == program_.TextOf({step.operand, step.extra});
    };
    std::span<const PathStep> steps = StepsOf(path);
    v_.Require(path.root == PathRoot::kRegister && !keys.empty() &&
                   std::equal(keys.begin(), keys.end(), steps.begin(), steps.end(), is_key),
               "paths", i, "slot {} holds another path", path.slot);
  }

  void VerifyUse(size_t i) {
    const PathUse& use = program_.path_uses()[i];
    v_.RequireText(use.field, "path_uses", i, "field");
    v_.RequireText(use.expression, "path_uses", i, "expression");
    v_.Require(static_cast<uint8_t>(use.miss) <= static_cast<uint8_t>(MissMode::kUndefined),
               "path_uses", i, "miss {}, expected 0 to 4", static_cast<int>(use.miss));
    if (!v_.RequireIndex(use.path, program_.paths().size(), "path_uses", i, "path")) return;
    PathRoot root = program_.paths()[use.path].root;
    v_.Require(root != PathRoot::kCurrent && root != PathRoot::kDocument, "path_uses", i,
               "a path that begins inside a filter");
  }

  Verification& v_;
  const Program& program_;
  std::vector<uint32_t> filter_depth_;
  std::vector<uint32_t> filter_nesting_;
  std::vector<std::vector<std::string_view>> slot_keys_;
};

}  // namespace

void VerifyPaths(Verification& v) {
  PathVerifier(v).Verify();
}

}  // namespace aslx
