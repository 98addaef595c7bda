#include "runtime/vm/path_use.h"

#include "runtime/path/path.h"
#include "runtime/value/json_writer.h"
#include "runtime/vm/context_object.h"
#include "runtime/vm/fault_text.h"
#include "runtime/vm/history.h"

namespace aslx {
namespace {

// The top-level member of `$$` that a path starts with, empty when it may need all.
std::string_view SectionOf(const Program& program, const PathRecord& path) {
  if (path.step_count == 0) return {};
  const PathStep& step = program.path_steps()[path.first_step];
  if (step.kind != PathStepKind::kKey) return {};
  return program.TextOf({step.operand, step.extra});
}

Value RootOf(Execution& execution, Branch& branch, const PathUse& use, const PathRecord& path,
             bool whole) {
  switch (path.root) {
    case PathRoot::kContext:
      return ContextObject(execution, branch,
                           whole ? std::string_view{} : SectionOf(*execution.program, path));
    case PathRoot::kVariable: return FrameOf(execution, branch, use.variable_depth)[use.variable];
    case PathRoot::kRegister:
    case PathRoot::kCurrent:
    case PathRoot::kDocument: break;
  }
  return branch.registers()[use.reg];
}

std::string_view InputText(Execution& execution, Branch& branch, const PathUse& use,
                           const PathRecord& path) {
  const Value root = RootOf(execution, branch, use, path, true);
  return root.undefined() ? std::string_view("null") : JsonText(root, execution.arena);
}

Fault MissFault(Execution& execution, Branch& branch, const PathUse& use, const PathRecord& path,
                const PathMiss& miss) {
  const Program& program = *execution.program;
  const std::string_view text = program.TextOf(path.text);
  switch (use.miss) {
    case MissMode::kStatePath:
      return RuntimeFault(execution, branch,
                          Concat(execution, {"Invalid path '", text, "' : ",
                                             DescribeMiss(program, path, miss, execution.arena)}));
    case MissMode::kChoice:
      return RuntimeFault(
          execution, branch,
          Concat(execution, {"Invalid path '", text,
                             "': The choice state's condition path references an invalid value."}));
    case MissMode::kArgument: {
      // Whatever the path's root is, the input shown is what `$` is there.
      const std::string_view tail =
          miss.kind == PathMiss::Kind::kNotAnArray
              ? DescribeMiss(program, path, miss, execution.arena)
              : Concat(execution, {"The JsonPath argument for the field '",
                                   path.root == PathRoot::kContext ? text.substr(1) : text,
                                   "' could not be found in the input '",
                                   JsonText(branch.registers()[use.reg], execution.arena), "'"});
      return RuntimeFault(execution, branch,
                          Concat(execution, {"The function '", program.TextOf(use.expression),
                                             "' had the following error: ", tail}));
    }
    case MissMode::kField:
    case MissMode::kUndefined: break;
  }
  return RuntimeFault(
      execution, branch,
      Concat(execution, {"The JSONPath '", text, "' specified for the field '",
                         program.TextOf(use.field), "' could not be found in the input '",
                         InputText(execution, branch, use, path), "'"}));
}

}  // namespace

Value* FrameOf(Execution& execution, Branch& branch, uint32_t depth) {
  Branch* at = &branch;
  for (; depth > 0; --depth)
    at = execution.branches[at->parent];
  return at->variables();
}

bool EvaluateUse(Execution& execution, Branch& branch, const PathUse& use, Value* result,
                 Fault* fault) {
  const Program& program = *execution.program;
  const PathRecord& path = program.paths()[use.path];
  const Value root = RootOf(execution, branch, use, path, false);
  PathMiss miss;
  *result = root.undefined() ? root : EvaluatePath(program, path, root, execution.arena, &miss);
  if (!result->undefined() || use.miss == MissMode::kUndefined) return true;
  const bool takes_null = use.miss == MissMode::kField || use.miss == MissMode::kStatePath;
  if (takes_null && miss.kind == PathMiss::Kind::kIndexOutOfRange) {
    *result = Value::Null();
    return true;
  }
  *fault = MissFault(execution, branch, use, path, miss);
  return false;
}

}  // namespace aslx
