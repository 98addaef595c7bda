#include "runtime/value/graft.h"

#include <algorithm>
#include <cstring>

#include "runtime/base/limits.h"
#include "runtime/value/json_reader.h"

namespace aslx {
namespace {

// A container on the path, copied, and the place in it that leads on.
struct Copied {
  Value container;
  Value* place;
  // The highest of the other parts: the height follows when what stands at the place is known.
  uint16_t other_height;
};

GraftStatus CopyArray(const Value& array, int64_t index, Arena& arena, Copied* copied) {
  if (index < 0 || index >= static_cast<int64_t>(array.size)) return GraftStatus::kNoSuchItem;
  Value* items = arena.AllocateArray<Value>(array.size);
  std::memcpy(static_cast<void*>(items), array.items, array.size * sizeof(Value));
  uint16_t other_height = 0;
  for (uint32_t i = 0; i < array.size; ++i)
    if (i != static_cast<uint32_t>(index)) other_height = std::max(other_height, items[i].height);
  *copied = {Value::Array(items, array.size, 0), &items[index], other_height};
  return GraftStatus::kDone;
}

// A key that is missing is added at the end, with an undefined value for the caller to replace.
void CopyObject(const Value& object, std::string_view key, Arena& arena, Copied* copied) {
  Member* members = arena.AllocateArray<Member>(size_t{object.size} + 1);
  uint32_t found = object.size;
  uint16_t other_height = 0;
  for (uint32_t i = 0; i < object.size; ++i) {
    members[i] = object.members[i];
    if (members[i].key_view() == key) {
      found = i;
    } else {
      other_height = std::max(other_height, members[i].value.height);
    }
  }
  uint32_t count = object.size;
  if (found == count) members[count++] = Member{Value::String(key), Value::Undefined()};
  *copied = {Value::Object(members, count, 0), &members[found].value, other_height};
}

GraftStatus CopyStep(const Value& into, const GraftStep& step, Arena& arena, Copied* copied) {
  const Value container =
      into.undefined() && !step.is_index ? Value::Object(nullptr, 0, 1) : Open(into, arena);
  if (step.is_index) {
    if (container.type != Type::kArray) return GraftStatus::kNotAContainer;
    return CopyArray(container, step.index, arena, copied);
  }
  if (container.type != Type::kObject) return GraftStatus::kNotAContainer;
  CopyObject(container, step.key, arena, copied);
  return GraftStatus::kDone;
}

}  // namespace

GraftStatus Graft(const Value& into, std::span<const GraftStep> steps, const Value& value,
                  Arena& arena, Value* result) {
  if (steps.empty()) {
    *result = value;
    return GraftStatus::kDone;
  }
  if (steps.size() > limits::kJsonDepthMax) return GraftStatus::kTooDeep;
  Copied* path = arena.AllocateArray<Copied>(steps.size());
  Value at = into;
  for (size_t i = 0; i < steps.size(); ++i) {
    const GraftStatus status = CopyStep(at, steps[i], arena, &path[i]);
    if (status != GraftStatus::kDone) return status;
    at = *path[i].place;
  }
  // From the inside out: only now is each height known.
  Value inner = value;
  for (size_t i = steps.size(); i-- > 0;) {
    *path[i].place = inner;
    inner = path[i].container;
    const uint16_t below = std::max(path[i].other_height, path[i].place->height);
    inner.height = static_cast<uint16_t>(below + 1);
    if (inner.height > limits::kJsonDepthMax) return GraftStatus::kTooDeep;
  }
  *result = inner;
  return GraftStatus::kDone;
}

}  // namespace aslx
