// The function names that a program spells out, for checks at start.
//
// What it is not: complete; a name from a path or a function is known only when it is called.
// Thread: any. Memory: views into the program, and into `arena`.
#pragma once

#include <string_view>
#include <vector>

#include "runtime/base/arena.h"
#include "runtime/program/program.h"

namespace aslx {

struct TaskTarget {
  const TaskRecord* task;
  std::string_view state_name;
  /// FunctionName of lambda:invoke where it is a literal; empty otherwise.
  std::string_view function_name;
};

/// One a Task state, in the order of the code.
std::vector<TaskTarget> TaskTargets(const Program& program, Arena& arena);

}  // namespace aslx
