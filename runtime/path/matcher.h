// The indefinite part of a path: wildcards, unions, slices, filters and recursive descent.
//
// What it is not: the definite part in front of it (path.cc), whose misses are errors. In here a
// step that does not fit matches nothing.
// Source: Jayway JsonPath, which the service uses; its habits are kept and named where they are
// odd. Who uses it: path.cc and filter.cc. Thread: any. Memory: in the arena.
#pragma once

#include <span>

#include "runtime/path/match_list.h"
#include "runtime/program/program.h"

namespace aslx::path {

/// The item at an index, negative from the end; Undefined outside of the array.
Value ItemAt(const Value& array, int64_t index, Arena& arena);

/// An object of those members of `object` that a kKeys step names.
Value PickMembers(const Program& program, const PathStep& step, const Value& object, Arena& arena);

/// Recursion: as deep as the path has steps (the verifier bounds them) plus as deep as the document
/// nests.
class Matcher {
 public:
  /// `document` is what `$` stands for in a filter.
  Matcher(const Program& program, std::span<const PathStep> steps, const Value& document,
          Arena& arena, MatchList* matches)
      : program_(program), steps_(steps), document_(document), arena_(arena), matches_(*matches) {}

  /// Matches steps `i` and following at `at`. Undefined is what an index outside its array gives.
  void Match(uint32_t i, const Value& at);

 private:
  void MatchKeys(uint32_t i, const Value& at);
  void MatchIndices(uint32_t i, const Value& at);
  void MatchSlice(uint32_t i, const Value& at);
  void MatchEach(uint32_t i, const Value& at);
  void MatchFilter(uint32_t i, const Value& at);
  void Descend(uint32_t i, const Value& at);
  bool CanStandOn(const PathStep& step, bool is_last, const Value& at);

  const Program& program_;
  std::span<const PathStep> steps_;
  const Value& document_;
  Arena& arena_;
  MatchList& matches_;
};

}  // namespace aslx::path
