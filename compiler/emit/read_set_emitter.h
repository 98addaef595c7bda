// The trie of the keys that a program reads from its event.
//
// Thread: one. Memory: appends to the builder.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "runtime/program/builder.h"

namespace aslx::compiler {

class ReadSetEmitter {
 public:
  explicit ReadSetEmitter(ProgramBuilder* builder) : builder_(builder) {}

  /// The slot of a chain of keys from the root; kNoSlot when all are taken.
  uint16_t SlotOf(const std::vector<std::string_view>& keys);
  uint32_t slot_count() const { return slot_count_; }

 private:
  uint32_t ChildOf(uint32_t node, std::string_view key);

  ProgramBuilder* builder_;
  uint32_t slot_count_ = 0;
};

}  // namespace aslx::compiler
