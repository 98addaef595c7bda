#pragma once

// What it is: JSONPath as AWS has it, which is Jayway's dialect on Jackson's nodes: names, unions,
// indexes, slices, wildcards, recursive descent and filters. What it is not: a check of paths; a
// definition comes here accepted. Used by: payload, choice, functions, machine.
// Thread: any. Memory: results are copies.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/reference/json.h"

namespace aslx::reference {

struct FilterNode;

struct PathStep {
  enum class Kind { kNames, kIndexes, kSlice, kWildcard, kDescent, kFilter, kLength };
  Kind kind = Kind::kNames;
  std::vector<std::string> names = {};
  std::vector<int64_t> indexes = {};
  std::optional<int64_t> from = {};
  std::optional<int64_t> to = {};
  std::shared_ptr<const FilterNode> filter = {};
};

struct Path {
  enum class Root { kInput, kContext, kVariable, kCurrent };
  Root root = Root::kInput;
  std::string variable;  // its name, of a path that begins with one
  std::vector<PathStep> steps;
  std::string text;
};

// What a filter like [?(@.a > 1 && !(@.b))] says: a tree of these.
struct FilterNode {
  enum class Kind { kAnd, kOr, kNot, kExists, kCompare };
  Kind kind = Kind::kExists;
  std::vector<std::shared_ptr<const FilterNode>> children;
  std::string op;
  // The operands: a path from the element or the root, or a literal.
  struct Operand {
    std::optional<Path> path;
    Json literal;
  };
  Operand left;
  Operand right;
};

// The path, or nothing with the reason in `why`.
std::optional<Path> ParsePath(std::string_view text, std::string* why = nullptr);

// True when the path can have at most one result.
bool IsDefinite(const Path& path);

struct PathResult {
  bool found = false;
  // An index past the end: Jackson's "no node", which is null in a template and a miss as argument.
  bool past_end = false;
  Json value;
  std::string why;  // Jayway's words when not found: "No results for path: $['a']"
};

// Evaluates the steps on the document its root stands for. An indefinite path always has a result.
PathResult Evaluate(const Path& path, const Json& document);

}  // namespace aslx::reference
