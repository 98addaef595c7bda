#include "runtime/path/path.h"

#include <algorithm>
#include <cstring>

#include "runtime/path/match_list.h"
#include "runtime/path/matcher.h"
#include "runtime/value/json_reader.h"

namespace aslx {
namespace {

// A union of names at the end of an otherwise definite path: definite, too, since it gives one
// object of the members named.
bool EndsInKeys(std::span<const PathStep> steps) {
  if (steps.empty() || steps.back().kind != PathStepKind::kKeys) return false;
  return std::all_of(steps.begin(), steps.end() - 1, [](const PathStep& step) {
    return step.kind == PathStepKind::kKey || step.kind == PathStepKind::kIndex;
  });
}

}  // namespace

Value EvaluatePath(const Program& program, const PathRecord& path, const Value& root, Arena& arena,
                   PathMiss* miss) {
  std::span<const PathStep> steps = program.path_steps().subspan(path.first_step, path.step_count);
  *miss = {};
  Value at = root;
  uint32_t i = 0;
  for (; i < steps.size(); ++i) {
    const PathStep& step = steps[i];
    if (step.kind != PathStepKind::kKey && step.kind != PathStepKind::kIndex) break;
    bool is_key = step.kind == PathStepKind::kKey;
    if (at.type != (is_key ? Type::kObject : Type::kArray)) {
      *miss = {is_key ? PathMiss::Kind::kNotAnObject : PathMiss::Kind::kNotAnArray, i, at};
      break;
    }
    Value next = is_key ? FindMember(at, program.TextOf({step.operand, step.extra}), arena)
                        : path::ItemAt(at, static_cast<int32_t>(step.operand), arena);
    bool last = i + 1 == steps.size();
    // Behind an index outside its array the service goes on with nothing in hand, so that the next
    // step fails; behind a missing key it stops.
    if (next.undefined() && (is_key || last)) {
      PathMiss::Kind kind = last ? PathMiss::Kind::kMissingLeaf : PathMiss::Kind::kMissingParent;
      *miss = {is_key ? kind : PathMiss::Kind::kIndexOutOfRange, i, at};
      break;
    }
    at = next;
  }
  if (i == steps.size()) return at;

  bool picks_members = EndsInKeys(steps);
  if (picks_members && miss->kind == PathMiss::Kind::kNone) {
    if (at.type == Type::kObject) return path::PickMembers(program, steps[i], at, arena);
    *miss = {PathMiss::Kind::kNotAnObject, i, at};
  }
  if (path.definite != 0 || picks_members) return Value::Undefined();
  path::MatchList matches(arena);
  if (miss->kind == PathMiss::Kind::kNone)
    path::Matcher(program, steps, root, arena, &matches).Match(i, at);
  *miss = {};
  return matches.ToArray();
}

}  // namespace aslx
