#include "pipeline/flow/outbox.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "runtime/base/check.h"
#include "runtime/value/json_writer.h"

namespace aslx {
namespace {

// Four of the largest payload that an execution can have: little is lost at the end of a block.
constexpr size_t kBlockBytes = 4 * limits::kPayloadBytesMax;

size_t AlignUp(size_t bytes) {
  return (bytes + 7) & ~size_t{7};
}

}  // namespace

std::string_view Outbox::WritePayload(const Value& value, size_t tail_bytes) {
  const size_t tail = AlignUp(tail_bytes) + 8;
  for (int attempt = 0;; ++attempt) {
    if (current_ != kNone && blocks_[current_].size > used_ + tail) {
      char* const to = blocks_[current_].memory.get() + used_;
      const size_t written = WriteJson(value, to, blocks_[current_].size - used_ - tail);
      if (written != SIZE_MAX) {
        used_ = AlignUp(used_ + written);
        return {to, written};
      }
    }
    // The second attempt is a block of the usual size, the third one made to measure.
    ASLX_CHECK(attempt < 2);
    StartBlock(attempt == 0 ? tail : JsonTextBytes(value, SIZE_MAX / 2) + tail + 8);
  }
}

void Outbox::Reserve(size_t tail_bytes) {
  const size_t tail = AlignUp(tail_bytes) + 8;
  if (current_ == kNone || blocks_[current_].size < used_ + tail) StartBlock(tail);
}

char* Outbox::Allocate(size_t bytes) {
  ASLX_CHECK(current_ != kNone && used_ + bytes <= blocks_[current_].size);
  char* const to = blocks_[current_].memory.get() + used_;
  used_ = std::min(AlignUp(used_ + bytes), blocks_[current_].size);
  return to;
}

std::string_view Outbox::Copy(std::string_view text) {
  char* const to = Allocate(text.size());
  if (!text.empty()) std::memcpy(to, text.data(), text.size());
  return {to, text.size()};
}

void Outbox::Seal(const OutputRecord& record, uint32_t input, bool dead_letter) {
  if (free_entries_.empty()) {
    entries_.emplace_back();
    free_entries_.reserve(entries_.capacity());
    free_entries_.push_back(static_cast<uint32_t>(entries_.size() - 1));
  }
  const uint32_t index = free_entries_.back();
  free_entries_.pop_back();
  OutboxEntry& entry = entries_[index];
  entry.record = record;
  entry.input = input;
  entry.block = current_;
  entry.dead_letter = dead_letter;
  entry.refused = false;
  entry.used = true;
  entry.bytes = record.payload.size() + record.key.size();
  for (const Header& header : record.headers)
    entry.bytes += header.name.size() + header.value.size();
  ++blocks_[current_].entry_count;
  bytes_ += entry.bytes;
  ++entry_count_;
  ++sealed_count_;
  Append(&sealed_, index);
}

void Outbox::Submit() {
  AppendAll(&queued_, &sealed_);
  sealed_count_ = 0;
}

void Outbox::Submit(OutboxList* aside) {
  AppendAll(&queued_, aside);
}

void Outbox::Discard() {
  Discard(&sealed_);
  sealed_count_ = 0;
}

void Outbox::Discard(OutboxList* aside) {
  for (DeliveryToken token; PopFront(aside, &token);)
    FreeEntry(static_cast<uint32_t>(token));
}

OutboxList Outbox::SetAside() {
  sealed_count_ = 0;
  return std::exchange(sealed_, {});
}

bool Outbox::PopFront(OutboxList* list, DeliveryToken* token) {
  if (list->empty()) return false;
  *token = list->first;
  list->first = std::exchange(entries_[list->first].next, kNone);
  if (list->empty()) list->last = kNone;
  return true;
}

void Outbox::PushBack(OutboxList* list, DeliveryToken token) {
  Append(list, static_cast<uint32_t>(token));
}

void Outbox::Requeue(OutboxList list) {
  AppendAll(&list, &queued_);
  queued_ = list;
}

bool Outbox::Front(DeliveryToken* token) const {
  *token = queued_.first;
  return !queued_.empty();
}

void Outbox::PopSent() {
  DeliveryToken token;
  ASLX_CHECK(PopFront(&queued_, &token));
  if (keeps_sent_) PushBack(&sent_, token);
}

OutboxEntry& Outbox::At(DeliveryToken token) {
  ASLX_CHECK(token < entries_.size() && entries_[token].used);
  return entries_[token];
}

void Outbox::Free(DeliveryToken token) {
  ASLX_CHECK(At(token).next == kNone);
  FreeEntry(static_cast<uint32_t>(token));
}

void Outbox::MarkFailed(DeliveryToken token) {
  ASLX_CHECK(At(token).next == kNone);
  Append(&failed_, static_cast<uint32_t>(token));
}

void Outbox::RequeueFailed() {
  Requeue(std::exchange(failed_, {}));
}

void Outbox::StartBlock(size_t bytes_min) {
  const uint32_t old = std::exchange(current_, kNone);
  used_ = 0;
  if (old != kNone && blocks_[old].entry_count == 0) ReleaseBlock(old);
  if (bytes_min <= kBlockBytes && !free_blocks_.empty()) {
    current_ = free_blocks_.back();
    free_blocks_.pop_back();
    return;
  }
  const auto empty = std::find_if(blocks_.begin(), blocks_.end(),
                                  [](const Block& block) { return block.memory == nullptr; });
  current_ = static_cast<uint32_t>(empty - blocks_.begin());
  if (empty == blocks_.end()) blocks_.emplace_back();
  Block& block = blocks_[current_];
  block.size = std::max(bytes_min, kBlockBytes);
  block.memory = std::make_unique_for_overwrite<char[]>(block.size);
}

void Outbox::ReleaseBlock(uint32_t block) {
  if (blocks_[block].size == kBlockBytes) {
    free_blocks_.push_back(block);
  } else {
    blocks_[block].memory.reset();
    blocks_[block].size = 0;
  }
}

void Outbox::Append(OutboxList* list, uint32_t entry) {
  entries_[entry].next = kNone;
  (list->empty() ? list->first : entries_[list->last].next) = entry;
  list->last = entry;
}

void Outbox::AppendAll(OutboxList* to, OutboxList* from) {
  if (from->empty()) return;
  (to->empty() ? to->first : entries_[to->last].next) = from->first;
  to->last = from->last;
  *from = {};
}

void Outbox::FreeEntry(uint32_t index) {
  OutboxEntry& entry = entries_[index];
  bytes_ -= entry.bytes;
  --entry_count_;
  entry.used = false;
  entry.next = kNone;
  free_entries_.push_back(index);
  Block& block = blocks_[entry.block];
  if (--block.entry_count > 0) return;
  if (entry.block == current_) {
    used_ = 0;  // nobody else is in it: begin at its front again
  } else {
    ReleaseBlock(entry.block);
  }
}

}  // namespace aslx
