// Blocks of 64 bytes become masks with a bit a byte; what follows is arithmetic with masks.
//
// Compiled for its processors: nothing inline from elsewhere is used here but intrinsics, since the
// linker may keep this file's copy of a function for all of the program.
#include "runtime/value/json_index.h"

#if defined(__x86_64__)

#include <immintrin.h>

namespace aslx {
namespace {

/// A bit for each byte of a block.
struct Masks {
  explicit Masks(__m512i bytes) {
    // A byte is what its low half has in the table, or it is of another class.
    const __m512i spaces = _mm512_broadcast_i32x4(
        _mm_setr_epi8(' ', 0, 0, 0, 0, 0, 0, 0, 0, '\t', '\n', 0, 0, '\r', 0, 0));
    const __m512i marks = _mm512_broadcast_i32x4(
        _mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ':', '{', ',', '}', 0, 0));
    const __m512i folded = _mm512_or_si512(bytes, _mm512_set1_epi8(0x20));  // '[' to '{'
    quote = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('"'));
    backslash = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\\'));
    punctuation = _mm512_cmpeq_epi8_mask(_mm512_shuffle_epi8(marks, bytes), folded);
    space = _mm512_cmpeq_epi8_mask(_mm512_shuffle_epi8(spaces, bytes), bytes);
    control = _mm512_cmplt_epu8_mask(bytes, _mm512_set1_epi8(0x20));
    not_ascii = _mm512_movepi8_mask(bytes);
  }

  uint64_t quote;
  uint64_t backslash;
  uint64_t punctuation;
  uint64_t space;
  uint64_t control;
  uint64_t not_ascii;
};

// Bit i is the parity of bits 0 to i.
inline uint64_t PrefixXor(uint64_t bits) {
  const __m128i product =
      _mm_clmulepi64_si128(_mm_cvtsi64_si128(static_cast<int64_t>(bits)), _mm_set1_epi8(-1), 0);
  return static_cast<uint64_t>(_mm_cvtsi128_si64(product));
}

// Writes the places of the set bits: the numbers 0 to 63, compressed. Up to 64 are written.
inline uint32_t* Append(uint64_t bits, uint32_t base, uint32_t* to) {
  alignas(64) static constexpr uint8_t kNumbers[64] = {
      0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
      22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
      44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};
  const __m512i places = _mm512_maskz_compress_epi8(bits, _mm512_load_si512(kNumbers));
  const __m512i from = _mm512_set1_epi32(static_cast<int>(base));
  const auto put = [&](__m128i sixteen, uint32_t* at) {
    _mm512_storeu_si512(at, _mm512_add_epi32(_mm512_cvtepu8_epi32(sixteen), from));
  };
  const auto count = static_cast<uint32_t>(_mm_popcnt_u64(bits));
  // Whether there are more than 16 is what nobody foresees: a block of an event has about as many.
  put(_mm512_castsi512_si128(places), to);
  put(_mm512_extracti32x4_epi32(places, 1), to + 16);
  if (count > 32) {
    put(_mm512_extracti32x4_epi32(places, 2), to + 32);
    put(_mm512_extracti32x4_epi32(places, 3), to + 48);
  }
  return to + count;
}

// Sequences of up to three bytes that no plain number has, a bit each: one is there where a byte,
// the one before and the one before that all have its bit, by the tables Last, Middle and First.
class Sequences {
 public:
  static constexpr uint8_t kStops = 1;   // '-' or '.', and no digit behind it
  static constexpr uint8_t kGoesOn = 2;  // a digit, and a letter, '-' or a quote behind it
  static constexpr uint8_t kZero = 4;    // a digit behind the 0 that a number begins with
  // Not of sequences: what the byte is.
  static constexpr uint8_t kDigit = 16;
  static constexpr uint8_t kPoint = 32;

  struct Table {
    alignas(64) uint8_t of[128];
    __m512i At(__m512i bytes) const {  // of their low seven bits
      return _mm512_permutex2var_epi8(_mm512_load_si512(of), bytes, _mm512_load_si512(of + 64));
    }
  };

  static constexpr bool IsDigit(int c) { return c >= '0' && c <= '9'; }
  static constexpr bool Ends(int c) {  // white space and what is taken as punctuation
    for (const char* end = " \t\n\r{}[]:,\x0C\x1A"; *end != 0; ++end)
      if (c == *end) return true;
    return false;
  }
  static constexpr Table Last() {
    Table table{};
    for (int c = 0; c < 128; ++c) {
      table.of[c] = Ends(c) ? kStops : kStops | kGoesOn;
      if (c == '.') table.of[c] = kStops | kPoint;
      if (IsDigit(c)) table.of[c] = kZero | kDigit;
    }
    return table;
  }
  static constexpr Table Middle() {
    Table table{};
    for (int c = 0; c < 128; ++c)
      table.of[c] = static_cast<uint8_t>((c == '-' || c == '.' ? kStops : 0) |
                                         (IsDigit(c) ? kGoesOn : 0) | (c == '0' ? kZero : 0));
    return table;
  }
  static constexpr Table First() {
    Table table{};
    for (int c = 0; c < 128; ++c)
      table.of[c] = static_cast<uint8_t>(kStops | kGoesOn | (IsDigit(c) || c == '.' ? 0 : kZero));
    return table;
  }
};

// Whether the numbers are plain, told for all bytes of a block at once: a loop over the digits of
// one ends somewhere else each time, which no branch predictor foresees.
class Numbers {
 public:
  // `goes_on`: where the byte before belongs to a scalar that is no string, in no string.
  void Block(__m512i bytes, uint64_t goes_on, uint64_t not_ascii, uint64_t in_string) {
    static constexpr Sequences::Table kLast = Sequences::Last();
    static constexpr Sequences::Table kMiddle = Sequences::Middle();
    static constexpr Sequences::Table kFirst = Sequences::First();
    const __m512i by_lane = _mm512_alignr_epi64(bytes, before_, 6);
    const __m512i last = kLast.At(bytes);
    const __m512i middle = kMiddle.At(_mm512_alignr_epi8(bytes, by_lane, 15));
    const __m512i first = kFirst.At(_mm512_alignr_epi8(bytes, by_lane, 14));
    before_ = bytes;
    const uint64_t found = _mm512_test_epi8_mask(_mm512_and_si512(last, middle), first);
    const uint64_t digit = _mm512_test_epi8_mask(last, _mm512_set1_epi8(Sequences::kDigit));
    const uint64_t point =
        _mm512_test_epi8_mask(last, _mm512_set1_epi8(Sequences::kPoint)) & ~in_string;
    // An addition carries from the first digit behind a point to what is behind the last: another
    // point, if any.
    unsigned long long behind;
    const bool carries = __builtin_uaddll_overflow(digit, point << 1 | in_fraction_, &behind);
    in_fraction_ = static_cast<uint64_t>(carries) | point >> 63;
    faults_ |= ((found | not_ascii) & goes_on) | (behind & ~digit & point);
  }
  bool Plain() const { return faults_ == 0; }

 private:
  __m512i before_ = _mm512_set1_epi8(' ');
  uint64_t in_fraction_ = 0;  // bit 0: the block before ended in one
  uint64_t faults_ = 0;
};

class Indexing {
 public:
  explicit Indexing(uint32_t* places) : begin_(places), to_(places) {}

  void Block(__m512i bytes, uint32_t base) {
    const Masks masks(bytes);
    uint64_t quote = masks.quote;
    if ((masks.backslash | escapes_next_) != 0) quote &= ~Escaped(masks.backslash);
    // From an opening quote up to before the closing one.
    const uint64_t in_string = PrefixXor(quote) ^ in_string_;
    in_string_ = static_cast<uint64_t>(static_cast<int64_t>(in_string) >> 63);
    backslashes_ |= masks.backslash;
    controls_ |= masks.control & in_string;
    not_ascii_ |= masks.not_ascii;
    // A scalar starts where the byte before is none, or is a quote.
    const uint64_t scalar = ~(masks.punctuation | masks.space);
    const uint64_t unquoted = scalar & ~quote;
    const uint64_t goes_on = unquoted << 1 | in_scalar_;
    in_scalar_ = unquoted >> 63;
    const uint64_t behind_opening_quote = in_string ^ quote;
    const uint64_t starts = masks.punctuation | (scalar & ~goes_on);
    to_ = Append(starts & ~behind_opening_quote, base, to_);
    numbers_.Block(bytes, goes_on & ~behind_opening_quote, masks.not_ascii, in_string);
  }

  JsonIndex Result() const {
    return {static_cast<uint32_t>(to_ - begin_), backslashes_ != 0, not_ascii_ == 0,
            (in_string_ | controls_) != 0, numbers_.Plain()};
  }

 private:
  // The bytes that a backslash escapes. A round for each: few texts have any.
  uint64_t Escaped(uint64_t backslash) {
    uint64_t escaped = escapes_next_;
    escapes_next_ = 0;
    uint64_t escaping = backslash & ~escaped;
    while (escaping != 0) {
      const uint64_t first = escaping & (~escaping + 1);
      escapes_next_ |= first >> 63;
      escaped |= first << 1;
      escaping &= ~(first | first << 1);
    }
    return escaped;
  }

  uint32_t* begin_;
  uint32_t* to_;
  // Of the blocks so far.
  uint64_t escapes_next_ = 0;  // bit 0
  uint64_t in_string_ = 0;     // all bits or none
  uint64_t in_scalar_ = 0;     // bit 0
  uint64_t backslashes_ = 0;
  uint64_t controls_ = 0;
  uint64_t not_ascii_ = 0;
  Numbers numbers_;
};

}  // namespace

JsonIndex IndexWithAvx512(const char* text, size_t size, uint32_t* places) {
  Indexing indexing(places);
  size_t at = 0;
  for (; at + 64 <= size; at += 64)
    indexing.Block(_mm512_loadu_si512(text + at), static_cast<uint32_t>(at));
  // White space behind the end ends what stands there. The rest is not touched.
  const __mmask64 inside = (uint64_t{1} << (size - at)) - 1;
  indexing.Block(_mm512_mask_loadu_epi8(_mm512_set1_epi8(' '), inside, text + at),
                 static_cast<uint32_t>(at));
  return indexing.Result();
}

}  // namespace aslx

#endif
