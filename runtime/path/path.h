// Paths over values: the compiled form of JSONPath, evaluated as the service does (Jayway
// semantics).
//
// What it is not: a parser (compiler/) or the context object (runtime/vm).
// Who uses it: the interpreter. Thread: any. Memory: results are in `arena` or shared with the
// input.
#pragma once

#include "runtime/base/arena.h"
#include "runtime/program/program.h"
#include "runtime/value/value.h"

namespace aslx {

/// Why a definite path has no value, as the service words it ("Missing property in path $['no']",
/// "No results for path: $['x']", "Filter: [0] can only be applied to arrays. …").
struct PathMiss {
  enum class Kind : uint8_t {
    kNone,
    kMissingLeaf,      // the last key is not in its object
    kMissingParent,    // a key before the last is not in its object
    kIndexOutOfRange,  // the last step is an index outside the array: null where a template asks
    kNotAnArray,       // an index meets something else; `at` is Undefined behind such an index
    kNotAnObject,      // a key meets something else, likewise
  };
  Kind kind = Kind::kNone;
  /// The step at which it ended.
  uint32_t step = 0;
  /// The value at which it ended.
  Value at;
};

/// Evaluates `path` on `root`. Definite: the value, or Undefined with `miss` set. Indefinite: an
/// array of all matches, in document order, possibly empty.
///
/// A union of keys as the last step behind definite ones (`$['a','b']`) is definite in the
/// service's eyes: one object of those members that exist.
Value EvaluatePath(const Program& program, const PathRecord& path, const Value& root, Arena& arena,
                   PathMiss* miss);

/// The tail of a cause for a miss, such as "No results for path: $['a']['b']".
std::string_view DescribeMiss(const Program& program, const PathRecord& path, const PathMiss& miss,
                              Arena& arena);

}  // namespace aslx
