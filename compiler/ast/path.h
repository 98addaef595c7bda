// A JSONPath, parsed: `$.a[0]`, `$$.Execution.Id`, `$variable.items[*]`, with filters.
//
// What it is not: the runtime's accessor (runtime/path), into which lowering turns it. Written by
// compiler/parser/path_parser.cc, read by the rules and by lowering.
// Thread: any. Memory: owns its texts.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace aslx::compiler::ast {

enum class PathRoot : uint8_t {
  kInput,     // $        the state's input, or whatever document the field works on
  kContext,   // $$       the context object
  kVariable,  // $name    a variable; the name stands in Path::variable
  kCurrent,   // @        the element under test; only inside a filter
};

struct FilterExpression;

/// `.name` or `['name']`.
struct ChildStep {
  std::string name;
};
/// `['a','b']`.
struct NamesStep {
  std::vector<std::string> names;
};
/// `[3]`, `[-1]`.
struct IndexStep {
  int64_t index = 0;
};
/// `[0,2]`.
struct IndicesStep {
  std::vector<int64_t> indices;
};
/// `[from:to]`, either end may be missing or negative.
struct SliceStep {
  std::optional<int64_t> from;
  std::optional<int64_t> to;
};
/// `.*` or `[*]`.
struct WildcardStep {};
/// `..`: the step after this one is tried on every descendant, the value itself included.
struct DescentStep {};
/// `[?(…)]`.
struct FilterStep {
  std::shared_ptr<const FilterExpression> expression;
};
/// `.length()` and the like: a function of the path library at the end of a path.
struct FunctionStep {
  std::string name;
};

using PathStep = std::variant<ChildStep, NamesStep, IndexStep, IndicesStep, SliceStep, WildcardStep,
                              DescentStep, FilterStep, FunctionStep>;

struct Path {
  PathRoot root = PathRoot::kInput;
  /// Name of the variable, without `$`; empty for the other roots.
  std::string variable;
  std::vector<PathStep> steps;
  /// As the author wrote it: causes quote it.
  std::string text;

  /// True when it selects at most one value: only names and single indices. An indefinite path
  /// always gives an array.
  bool is_definite() const;
  /// True when only names and single indices follow the root: a Reference Path.
  bool is_reference() const;
  /// True for `$`, `$$` and `$name` alone.
  bool is_root() const { return steps.empty(); }
};

// --- Filters -------------------------------------------------------------------------------------

enum class FilterOperator : uint8_t {
  kEqual,           // ==
  kNotEqual,        // !=
  kTypeEqual,       // ===
  kTypeNotEqual,    // !==
  kLess,            // <
  kLessOrEqual,     // <=
  kGreater,         // >
  kGreaterOrEqual,  // >=
  kMatches,         // =~
  kIn,
  kNotIn,  // nin
  kContains,
  kAll,
  kSize,
  kEmpty,
  kSubsetOf,
  kAnyOf,
  kNoneOf,
  kType,
};

/// A regular expression between slashes, `/a.*/i`.
struct FilterPattern {
  std::string pattern;
  bool ignore_case = false;
};
/// A literal. `kJson` keeps the JSON text of an array or object, `kNumber` the text as written.
struct FilterLiteral {
  enum class Kind : uint8_t {
    kNull,
    kTrue,
    kFalse,
    kNumber,
    kString,
    kJson,
    /// A word without quotes, which is equal to nothing.
    kWord,
  };
  Kind kind = Kind::kNull;
  std::string text;
};

using FilterOperand = std::variant<Path, FilterLiteral, FilterPattern>;

/// `@.a` alone: true when the path finds something, whatever it is.
struct FilterExists {
  Path path;
};
struct FilterComparison {
  FilterOperand left;
  FilterOperator op = FilterOperator::kEqual;
  FilterOperand right;
};
struct FilterAnd {
  std::vector<FilterExpression> operands;
};
struct FilterOr {
  std::vector<FilterExpression> operands;
};
struct FilterNot {
  std::shared_ptr<const FilterExpression> operand;
};

struct FilterExpression {
  std::variant<FilterExists, FilterComparison, FilterAnd, FilterOr, FilterNot> node;
};

}  // namespace aslx::compiler::ast
