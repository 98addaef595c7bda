#include "runtime/value/relocate.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <utility>

#include "runtime/value/template.h"

namespace aslx {
namespace {

bool Within(const void* at, const void* begin, const void* end) {
  return !std::less<>()(at, begin) && std::less<>()(at, end);
}

}  // namespace

void Relocator::SetSource(std::string_view text, const char* now) {
  source_ = text;
  source_now_ = now;
}

void Relocator::SetImmovable(const void* begin, const void* end) {
  immovable_begin_ = static_cast<const char*>(begin);
  immovable_end_ = static_cast<const char*>(end);
}

void Relocator::Move(Value* value) {
  Push(value, 1);
  while (!pending_.empty()) {
    Value* next = pending_.back();
    pending_.pop_back();
    MovePayload(next);
  }
}

// Moves what has no parts at once and keeps the rest for later: no recursion.
void Relocator::Push(Value* values, size_t count) {
  for (Value* value = values; value != values + count; ++value) {
    if (value->container() && !value->raw()) {
      pending_.push_back(value);
    } else if (value->container() || (value->type == Type::kNumber && value->raw())) {
      value->text = MoveText(value->text, value->size);
    } else if (value->type == Type::kString) {
      // A raw string is written with the quotes around it.
      const size_t quote = value->raw() ? 1 : 0;
      value->text = MoveText(value->text - quote, value->size + 2 * quote) + quote;
    }
  }
}

void Relocator::MovePayload(Value* value) {
  if (value->is_template()) {
    MoveInstance(value);
  } else if (value->size == 0) {
    value->items = nullptr;
  } else if (value->type == Type::kObject) {
    MoveMembers(value);
  } else {
    MoveItems(value);
  }
}

void Relocator::MoveItems(Value* value) {
  if (Immovable(value->items)) return;
  const size_t bytes = value->size * sizeof(Value);
  Forwarded* known = Forward(value->items, bytes);
  const void* from = std::exchange(value->items, static_cast<const Value*>(known->to));
  if (known->to != nullptr) return;
  Value* items = to_->AllocateArray<Value>(value->size);
  std::memcpy(static_cast<void*>(items), from, bytes);
  known->to = value->items = items;
  Push(items, value->size);
}

void Relocator::MoveMembers(Value* value) {
  if (Immovable(value->members)) return;
  const size_t bytes = value->size * sizeof(Member);
  Forwarded* known = Forward(value->members, bytes);
  const void* from = std::exchange(value->members, static_cast<const Member*>(known->to));
  if (known->to != nullptr) return;
  Member* members = to_->AllocateArray<Member>(value->size);
  std::memcpy(static_cast<void*>(members), from, bytes);
  known->to = value->members = members;
  for (uint32_t i = 0; i < value->size; ++i) {
    Push(&members[i].key, 1);
    Push(&members[i].value, 1);
  }
}

void Relocator::MoveInstance(Value* value) {
  if (Immovable(value->instance)) return;
  const uint32_t holes = value->instance->hole_count;
  const size_t bytes = sizeof(TemplateInstance) + holes * sizeof(Value);
  Forwarded* known = Forward(value->instance, bytes);
  const void* from =
      std::exchange(value->instance, static_cast<const TemplateInstance*>(known->to));
  if (known->to != nullptr) return;
  auto* instance = static_cast<TemplateInstance*>(to_->Allocate(bytes, alignof(Value)));
  std::memcpy(static_cast<void*>(instance), from, bytes);
  known->to = value->instance = instance;
  Push(instance->holes(), holes);
}

bool Relocator::Immovable(const void* at) const {
  return Within(at, immovable_begin_, immovable_end_);
}

const char* Relocator::MoveText(const char* text, size_t size) {
  if (size == 0) return "";
  if (Immovable(text)) return text;
  if (Within(text, source_.data(), source_.data() + source_.size())) {
    return source_now_ + (text - source_.data());
  }
  Forwarded* known = Forward(text, size);
  if (known->to == nullptr) known->to = to_->Copy({text, size}).data();
  return static_cast<const char*>(known->to);
}

Relocator::Forwarded* Relocator::Forward(const void* from, size_t size) {
  if (forwarded_count_ * 2 >= forwarded_.size()) GrowForwarded();
  const size_t mask = forwarded_.size() - 1;
  const uint64_t mixed = (reinterpret_cast<uintptr_t>(from) ^ size << 48) * 0x9E3779B97F4A7C15u;
  size_t at = static_cast<size_t>(mixed >> 32) & mask;
  while (forwarded_[at].from != nullptr) {
    if (forwarded_[at].from == from && forwarded_[at].size == size) return &forwarded_[at];
    at = (at + 1) & mask;
  }
  ++forwarded_count_;
  forwarded_[at].from = from;
  forwarded_[at].size = size;
  return &forwarded_[at];
}

void Relocator::GrowForwarded() {
  std::vector<Forwarded> old(std::max<size_t>(64, forwarded_.size() * 2));
  std::swap(old, forwarded_);
  forwarded_count_ = 0;
  for (const Forwarded& entry : old)
    if (entry.from != nullptr) Forward(entry.from, entry.size)->to = entry.to;
}

}  // namespace aslx
