#pragma once

// What it is: what a path can refer to while a state runs: its document, the context object and
// the variables in sight. What it is not: the history or the clock.
// Used by: payload, choice, machine. Thread: one. Memory: refers to what the machine owns.

#include <map>
#include <random>
#include <string>

#include "tests/reference/fault.h"
#include "tests/reference/json.h"
#include "tests/reference/path.h"

namespace aslx::reference {

// The variables of a machine, a branch or an iteration; an inner one sees the outer's.
struct Variables {
  const Variables* outer = nullptr;
  std::map<std::string, Json> values;

  const Json* Find(const std::string& name) const {
    for (const Variables* frame = this; frame != nullptr; frame = frame->outer) {
      const auto found = frame->values.find(name);
      if (found != frame->values.end()) return &found->second;
    }
    return nullptr;
  }
};

struct Scope {
  const Variables* variables = nullptr;
  const Json* context = nullptr;
  std::mt19937_64* random = nullptr;
};

// The document that the path's root stands for: the input, the context object or a variable; null
// for a variable that has no value.
inline const Json* RootOf(const Path& path, const Json& input, const Scope& scope) {
  switch (path.root) {
    case Path::Root::kContext: return scope.context;
    case Path::Root::kVariable: return scope.variables->Find(path.variable);
    case Path::Root::kInput:
    case Path::Root::kCurrent: return &input;
  }
  return &input;
}

}  // namespace aslx::reference
