// Plain data without its zeros: for what waits in large numbers and is mostly empty.
//
// Of 32 words of 32 bits, one word says which are not zero, and those follow it. What it is not: a
// compression of text. Who uses it: parking.cc. Thread: any. Memory: its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace aslx {

class WordPacker {
 public:
  WordPacker() { words_.reserve(kUsual); }

  /// `size` is a multiple of 4.
  void Put(const void* from, size_t size) {
    const auto* at = static_cast<const char*>(from);
    for (const char* const end = at + size; at != end; at += sizeof(uint32_t)) {
      uint32_t word;
      std::memcpy(&word, at, sizeof word);
      if (left_ == 0) {
        mask_at_ = words_.size();
        words_.push_back(0);
        left_ = 32;
      }
      --left_;
      if (word == 0) continue;
      words_[mask_at_] |= uint32_t{1} << left_;
      words_.push_back(word);
    }
  }
  std::span<const uint32_t> words() const { return words_; }

 private:
  static constexpr size_t kUsual = 128;  // of an execution in a Wait: half of that

  std::vector<uint32_t> words_;
  size_t mask_at_ = 0;
  uint32_t left_ = 0;  // of the current 32
};

/// Takes what was put, in the same order and sizes or in parts of them.
class WordUnpacker {
 public:
  explicit WordUnpacker(const uint32_t* words) : next_(words) {}

  void Take(void* to, size_t size) {
    auto* at = static_cast<char*>(to);
    for (const char* const end = at + size; at != end; at += sizeof(uint32_t)) {
      if (left_ == 0) {
        mask_ = *next_++;
        left_ = 32;
      }
      --left_;
      const uint32_t word = (mask_ >> left_ & 1) != 0 ? *next_++ : 0;
      std::memcpy(at, &word, sizeof word);
    }
  }

 private:
  const uint32_t* next_;
  uint32_t mask_ = 0;
  uint32_t left_ = 0;
};

}  // namespace aslx
