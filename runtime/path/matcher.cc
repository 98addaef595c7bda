#include "runtime/path/matcher.h"

#include <algorithm>

#include "runtime/path/filter.h"
#include "runtime/value/json_reader.h"

namespace aslx::path {

Value ItemAt(const Value& array, int64_t index, Arena& arena) {
  if (index < 0) index += CountOf(array, arena);
  if (index < 0 || index > UINT32_MAX) return Value::Undefined();
  return FindItem(array, static_cast<uint32_t>(index), arena);
}

Value PickMembers(const Program& program, const PathStep& step, const Value& object, Arena& arena) {
  Member* members = arena.AllocateArray<Member>(step.extra);
  uint32_t count = 0;
  uint16_t height = 0;
  for (const PathKey& key : program.path_keys().subspan(step.operand, step.extra)) {
    std::string_view name = program.TextOf(key);
    auto same = [name](const Member& member) { return member.key_view() == name; };
    if (std::any_of(members, members + count, same)) continue;
    Value member = FindMember(object, name, arena);
    if (member.undefined()) continue;
    members[count++] = {Value::String(name), member};
    height = std::max(height, member.height);
  }
  return Value::Object(members, count, static_cast<uint16_t>(height + 1));
}

void Matcher::Match(uint32_t i, const Value& at) {
  if (arena_.over_limit()) return;
  if (i == steps_.size()) return matches_.Add(at);
  const PathStep& step = steps_[i];
  switch (step.kind) {
    case PathStepKind::kKey: {
      if (at.type != Type::kObject) return;
      Value member = FindMember(at, program_.TextOf({step.operand, step.extra}), arena_);
      if (!member.undefined()) Match(i + 1, member);
      return;
    }
    case PathStepKind::kIndex:
      if (at.type == Type::kArray)
        Match(i + 1, ItemAt(at, static_cast<int32_t>(step.operand), arena_));
      return;
    case PathStepKind::kSlice: return MatchSlice(i, at);
    case PathStepKind::kWildcard: return MatchEach(i, at);
    case PathStepKind::kDescend: return Descend(i + 1, at);
    case PathStepKind::kKeys: return MatchKeys(i, at);
    case PathStepKind::kIndices: return MatchIndices(i, at);
    case PathStepKind::kFilter: return MatchFilter(i, at);
  }
}

void Matcher::MatchKeys(uint32_t i, const Value& at) {
  if (at.type != Type::kObject) return;
  const PathStep& step = steps_[i];
  if (i + 1 == steps_.size()) return matches_.Add(PickMembers(program_, step, at, arena_));
  for (const PathKey& key : program_.path_keys().subspan(step.operand, step.extra)) {
    Value member = FindMember(at, program_.TextOf(key), arena_);
    if (!member.undefined()) Match(i + 1, member);
  }
}

void Matcher::MatchIndices(uint32_t i, const Value& at) {
  if (at.type != Type::kArray) return;
  const PathStep& step = steps_[i];
  Value array = Open(at, arena_);
  for (const PathKey& key : program_.path_keys().subspan(step.operand, step.extra))
    Match(i + 1, ItemAt(array, static_cast<int32_t>(key.offset), arena_));
}

void Matcher::MatchSlice(uint32_t i, const Value& at) {
  if (at.type != Type::kArray) return;
  const PathStep& step = steps_[i];
  Value array = Open(at, arena_);
  auto size = static_cast<int64_t>(array.size);
  if (size == 0) return;
  bool has_start = (step.flags & slice_flags::kStart) != 0;
  bool has_end = (step.flags & slice_flags::kEnd) != 0;
  int64_t start = has_start ? static_cast<int32_t>(step.operand) : 0;
  int64_t end = has_end ? static_cast<int32_t>(step.extra) : size;
  // Only a lone bound is counted from the end here; where both are given a negative start reaches
  // around the end item by item (`[-2:1]` is the last two, then the first), a negative end ends
  // what starts below it.
  if (!has_end && start < 0) start = std::max<int64_t>(0, size + start);
  if (!has_start && end < 0) end += size;
  end = std::min(end, size);
  // Further below the array nothing but missing items follows; this many tell as much.
  constexpr int64_t kMissingItemsMax = 1000;
  start = std::max(start, -size - kMissingItemsMax);
  int64_t stride = (step.flags & slice_flags::kStep) != 0 ? static_cast<int32_t>(step.step) : 1;
  for (int64_t index = start; index < end; index += stride)
    Match(i + 1, ItemAt(array, index, arena_));
}

void Matcher::MatchEach(uint32_t i, const Value& at) {
  if (!at.container()) return;
  Value opened = Open(at, arena_);
  for (uint32_t child = 0; child < opened.size; ++child)
    Match(i + 1, opened.type == Type::kArray ? opened.items[child] : opened.members[child].value);
}

void Matcher::MatchFilter(uint32_t i, const Value& at) {
  uint32_t filter = steps_[i].operand;
  // An object is tested itself, an array item by item.
  if (at.type == Type::kObject && FilterHolds(program_, filter, at, document_, arena_))
    Match(i + 1, at);
  if (at.type != Type::kArray) return;
  Value array = Open(at, arena_);
  for (uint32_t item = 0; item < array.size; ++item)
    if (FilterHolds(program_, filter, array.items[item], document_, arena_))
      Match(i + 1, array.items[item]);
}

// Visits `at` and all containers below it, each before its children, with step i and following.
void Matcher::Descend(uint32_t i, const Value& at) {
  if (i == steps_.size() || !at.container() || arena_.over_limit()) return;
  Value opened = Open(at, arena_);
  bool is_last = i + 1 == steps_.size();
  if (CanStandOn(steps_[i], is_last, opened)) {
    if (opened.type == Type::kArray && !is_last) {
      // The library goes on with every item, whichever ones the step itself would select.
      MatchEach(i, opened);
    } else {
      Match(i, opened);
    }
  }
  for (uint32_t child = 0; child < opened.size; ++child)
    Descend(i, opened.type == Type::kArray ? opened.items[child] : opened.members[child].value);
}

bool Matcher::CanStandOn(const PathStep& step, bool is_last, const Value& at) {
  switch (step.kind) {
    case PathStepKind::kKey:
      return at.type == Type::kObject &&
             !FindMember(at, program_.TextOf({step.operand, step.extra}), arena_).undefined();
    case PathStepKind::kKeys:
      if (at.type != Type::kObject) return false;
      // As the last step the union makes one object and wants all its members.
      for (const PathKey& key : program_.path_keys().subspan(step.operand, step.extra))
        if (is_last && FindMember(at, program_.TextOf(key), arena_).undefined()) return false;
      return true;
    case PathStepKind::kIndex:
    case PathStepKind::kIndices:
    case PathStepKind::kSlice: return at.type == Type::kArray;
    case PathStepKind::kWildcard: return true;
    case PathStepKind::kFilter: return FilterHolds(program_, step.operand, at, document_, arena_);
    case PathStepKind::kDescend: return false;
  }
  return false;
}

}  // namespace aslx::path
