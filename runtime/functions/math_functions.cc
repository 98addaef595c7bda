#include <cmath>

#include "runtime/functions/arguments.h"
#include "runtime/functions/families.h"

namespace aslx::functions {
namespace {

/// java.util.Random: a linear congruential generator of 48 bits (Knuth, volume 2, 3.2.1).
class JavaRandom {
 public:
  explicit JavaRandom(int64_t seed) : state_((static_cast<uint64_t>(seed) ^ kFactor) & kMask) {}

  /// nextInt(bound); bound > 0.
  int32_t Below(int32_t bound) {
    if ((bound & (bound - 1)) == 0) return static_cast<int32_t>((int64_t{bound} * Next(31)) >> 31);
    for (;;) {
      int32_t bits = Next(31);
      int32_t number = bits % bound;
      // Refuses the last, incomplete run of numbers, so that all are equally likely.
      if (int64_t{bits} - number + (bound - 1) <= INT32_MAX) return number;
    }
  }
  /// nextLong().
  uint64_t NextLong() {
    uint64_t high = static_cast<uint64_t>(static_cast<int64_t>(Next(32))) << 32;
    return high + static_cast<uint64_t>(static_cast<int64_t>(Next(32)));
  }

 private:
  int32_t Next(int bits) {
    state_ = (state_ * kFactor + 0xB) & kMask;
    return static_cast<int32_t>(static_cast<uint32_t>(state_ >> (48 - bits)));
  }

  static constexpr uint64_t kFactor = 0x5DEECE66D;
  static constexpr uint64_t kMask = (uint64_t{1} << 48) - 1;
  uint64_t state_;
};

}  // namespace

Value MathRandom(std::span<const Value> arguments, FunctionContext& context) {
  int64_t start = 0;
  int64_t end = 0;
  if (!ReadInteger(arguments[0], "the start number", context, &start) ||
      !ReadInteger(arguments[1], "the end number", context, &end))
    return Value::Undefined();
  if (start >= end)
    return FailWith(context, {"expected the start number to be below the end number, found ",
                              Decimal(start, context), " and ", Decimal(end, context)});
  uint64_t bound = static_cast<uint64_t>(end) - static_cast<uint64_t>(start);
  uint64_t offset = 0;
  if (arguments.size() < 3) {
    offset = context.random->Below(bound);
  } else {
    int64_t seed = 0;
    if (!ReadInteger(arguments[2], "the seed", context, &seed)) return Value::Undefined();
    JavaRandom random(seed);
    offset = bound <= INT32_MAX ? static_cast<uint64_t>(random.Below(static_cast<int32_t>(bound)))
                                : random.NextLong() % bound;
  }
  return Value::Integer(static_cast<int64_t>(static_cast<uint64_t>(start) + offset));
}

Value MathAdd(std::span<const Value> arguments, FunctionContext& context) {
  int64_t left = 0;
  int64_t right = 0;
  if (!ReadInteger(arguments[0], "the first argument", context, &left) ||
      !ReadInteger(arguments[1], "the second argument", context, &right))
    return Value::Undefined();
  int64_t sum = 0;
  if (__builtin_add_overflow(left, right, &sum))
    return FailWith(context, {"the sum of ", Decimal(left, context), " and ",
                              Decimal(right, context), " does not fit 64 bits"});
  return Value::Integer(sum);
}

Value UUID(std::span<const Value>, FunctionContext& context) {
  constexpr char kHex[] = "0123456789abcdef";
  uint64_t high = context.random->Next();
  uint64_t low = context.random->Next();
  high = (high & ~uint64_t{0xF000}) | 0x4000;                // version 4
  low = (low & ~(uint64_t{3} << 62)) | (uint64_t{2} << 62);  // RFC 4122
  char* text = context.arena->AllocateArray<char>(36);
  char* at = text;
  for (int nibble = 0; nibble < 32; ++nibble) {
    if (nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20) *at++ = '-';
    uint64_t half = nibble < 16 ? high : low;
    *at++ = kHex[(half >> (60 - 4 * (nibble % 16))) & 15];
  }
  return Value::String({text, 36});
}

}  // namespace aslx::functions
