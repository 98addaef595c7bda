#include "pipeline/flow/input_record.h"

#include <cstring>
#include <utility>

#include "runtime/base/check.h"

namespace aslx {
namespace {

/// At the start of a copy; the headers are behind it, then all bytes.
struct CopyHead {
  uint64_t header_count;
};
static_assert(sizeof(CopyHead) % alignof(Header) == 0);

const char* PutBytes(char** at, const char* from, size_t size) {
  if (size > 0) std::memcpy(*at, from, size);
  return std::exchange(*at, *at + size);
}

}  // namespace

void* InputRecord::Copy(std::span<const Header> headers) {
  ASLX_CHECK(pinned());
  size_t size = sizeof(CopyHead) + headers.size_bytes() + key_size + payload_size;
  for (const Header& header : headers)
    size += header.name.size() + header.value.size();
  char* const copy = new char[size];
  new (copy) CopyHead{headers.size()};
  auto* const copies = reinterpret_cast<Header*>(copy + sizeof(CopyHead));
  char* at = copy + sizeof(CopyHead) + headers.size_bytes();
  for (size_t i = 0; i < headers.size(); ++i) {
    const Header& header = headers[i];
    const char* const name = PutBytes(&at, header.name.data(), header.name.size());
    const char* const value = PutBytes(&at, header.value.data(), header.value.size());
    new (&copies[i])
        Header{{name, header.name.size()}, {value, header.value.size()}, header.is_null};
  }
  key_data = PutBytes(&at, key_data, key_size);
  payload_data = PutBytes(&at, payload_data, payload_size);
  copied = true;
  return std::exchange(memory, copy);
}

std::span<const Header> InputRecord::copied_headers() const {
  if (!copied) return {};
  const auto* const head = static_cast<const CopyHead*>(memory);
  return {reinterpret_cast<const Header*>(head + 1), head->header_count};
}

void InputRecord::FreeCopy() {
  if (!copied) return;
  delete[] static_cast<char*>(std::exchange(memory, nullptr));
  copied = false;
}

InputTable::~InputTable() {
  for (uint32_t index = 0; index < size_; ++index)
    At(index).FreeCopy();
}

InputRecord& InputTable::Take() {
  if (first_free_ == kNoInput) {
    if (size_ % kChunk == 0) chunks_.push_back(std::make_unique<InputRecord[]>(kChunk));
    At(size_).index = size_;
    first_free_ = size_++;
  }
  InputRecord& input = At(first_free_);
  first_free_ = std::exchange(input.next_waiting, kNoInput);
  // The next one was given back a while ago.
  if (first_free_ != kNoInput) Prefetch(first_free_);
  input.used = true;
  ++used_count_;
  return input;
}

void InputTable::Give(InputRecord& input) {
  ASLX_CHECK(input.used && !input.pinned() && input.outputs_pending == 0);
  input.FreeCopy();
  input.used = false;
  input.has_outcome = false;
  input.holds_lane = false;
  input.in_ledger = false;
  input.succeeded = false;
  input.replaced = false;
  input.dead = false;
  input.held = false;
  input.execution = {};
  input.next_waiting = std::exchange(first_free_, input.index);
  --used_count_;
}

}  // namespace aslx
