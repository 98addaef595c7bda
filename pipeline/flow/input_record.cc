#include "pipeline/flow/input_record.h"

#include "runtime/base/check.h"

namespace aslx {

InputRecord& InputTable::Take() {
  if (free_.empty()) {
    inputs_.push_back(std::make_unique<InputRecord>());
    inputs_.back()->index = size() - 1;
    free_.reserve(inputs_.capacity());
    free_.push_back(size() - 1);
  }
  InputRecord& input = *inputs_[free_.back()];
  free_.pop_back();
  // The next one was given back a while ago.
  if (!free_.empty()) Prefetch(free_.back());
  input.used = true;
  ++used_count_;
  return input;
}

void InputTable::Give(InputRecord& input) {
  ASLX_CHECK(input.used && input.record.handle == nullptr && input.outputs_pending == 0);
  input.used = false;
  input.copy.reset();
  input.copied_headers = nullptr;
  input.copied_header_count = 0;
  input.has_outcome = false;
  input.holds_lane = false;
  input.dead = false;
  input.held = false;
  input.named = false;
  input.in_ledger = false;
  input.succeeded = false;
  input.replaced = false;
  input.next_waiting = kNoInput;
  input.execution = {};
  free_.push_back(input.index);
  --used_count_;
}

}  // namespace aslx
