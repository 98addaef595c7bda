#pragma once

// What it is: a stream of random choices from a seed that is the same on every platform, which the
// distributions of the standard library are not. Used by: the generator.
// Thread: one. Memory: none.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

namespace aslx::reference {

class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}

  // SplitMix64.
  uint64_t Next() {
    uint64_t z = state_ += 0x9E3779B97F4A7C15U;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
    z = (z ^ z >> 27) * 0x94D049BB133111EBU;
    return z ^ z >> 31;
  }
  // From 0 to count - 1.
  size_t Below(size_t count) { return static_cast<size_t>(Next() % count); }
  int64_t Between(int64_t least, int64_t most) {
    return least + static_cast<int64_t>(Below(static_cast<size_t>(most - least + 1)));
  }
  bool Percent(size_t chance) { return Below(100) < chance; }

  const char* OneOf(std::initializer_list<const char*> words) {
    return *(words.begin() + Below(words.size()));
  }
  template <typename T>
  const T& OneOf(const std::vector<T>& values) {
    return values[Below(values.size())];
  }

 private:
  uint64_t state_;
};

}  // namespace aslx::reference
