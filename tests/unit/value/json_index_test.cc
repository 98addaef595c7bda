// Our own first stage beside a byte-by-byte reading of what it has to find.
#include "runtime/value/json_index.h"

#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/base/random.h"

namespace aslx {
namespace {

/// Skipped where the processor has not what the index is made with.
class JsonIndexTest : public testing::Test {
 protected:
  void SetUp() override {
#if defined(__x86_64__)
    if (!__builtin_cpu_supports("avx512vbmi") || !__builtin_cpu_supports("avx512vbmi2"))
      GTEST_SKIP() << "this processor has no AVX-512 VBMI and VBMI2";
#else
    GTEST_SKIP() << "for x86-64 only";
#endif
  }

  static Random Seeded(uint64_t seed) {
    std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
    return Random(seed);
  }

  /// `places` has then what was found, and nothing behind it.
  static JsonIndex Index(const std::string& text, std::vector<uint32_t>* places) {
    JsonIndex index;
    places->assign(text.size() + kJsonIndexSlack, 0);
#if defined(__x86_64__)
    index = IndexWithAvx512(text.data(), text.size(), places->data());
#endif
    places->resize(index.count);
    return index;
  }
};

struct Found {
  std::vector<uint32_t> places;
  JsonIndex index;
  // Scalars that are no strings, with the quote that stands right behind one.
  std::vector<std::string> scalars;
};

// As json_index.h says it, one byte after the other.
Found ReadPlainly(const std::string& text) {
  Found found;
  JsonIndex& index = found.index;
  bool in_string = false;
  bool escaped = false;
  bool in_scalar = false;
  bool has_control = false;
  for (uint32_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    index.has_backslash |= c == '\\';
    index.is_ascii &= byte < 0x80;
    const bool quote = c == '"' && !escaped;
    const bool punctuation = std::string_view("{}[]:,\x0C\x1A").find(c) != std::string::npos;
    const bool space = std::string_view(" \t\n\r").find(c) != std::string::npos;
    const bool starts = !space && !in_scalar;
    if (!in_string && (punctuation || starts)) found.places.push_back(i);
    if (!in_string && !punctuation && !space) {
      if (starts) found.scalars.emplace_back();
      found.scalars.back() += c;
    }
    in_scalar = !quote && !punctuation && !space;
    if (in_string && !quote) has_control |= byte < 0x20;
    if (quote) in_string = !in_string;
    escaped = c == '\\' && !escaped;
  }
  index.has_bad_string = in_string || has_control;
  index.count = static_cast<uint32_t>(found.places.size());
  return found;
}

// -? (0 | [1-9] [0-9]*) ([.] [0-9]+)?
bool IsPlainNumber(std::string_view scalar) {
  const auto take_digits = [&] {
    const size_t count = std::min(scalar.find_first_not_of("0123456789"), scalar.size());
    scalar.remove_prefix(count);
    return count;
  };
  if (scalar.starts_with('-')) scalar.remove_prefix(1);
  const bool leading_zero = scalar.starts_with('0');
  const size_t whole = take_digits();
  if (whole == 0 || (leading_zero && whole > 1)) return false;
  if (scalar.empty()) return true;
  if (scalar.front() != '.') return false;
  scalar.remove_prefix(1);
  return take_digits() > 0 && scalar.empty();
}

std::string RandomText(Random& random, size_t size) {
  static constexpr std::string_view kPieces[] = {
      "\"",     "\\",           "\"",    "{",    "}", "[", "]",    ":",    ",",    " ",
      "\n",     "\t",           "\r",    "a",    "1", "-", "\x01", "\x0C", "\x1A", "\xC3\xA9",
      "\\\\\\", "abcdefghijkl", "\":\"", "    ", ".", "0", "27",   "-0.5",
  };
  std::string text;
  // Some with few quotes, so that strings cross blocks.
  const uint64_t plain = random.Next() % 8;
  while (text.size() < size) {
    const bool any = random.Next() % 8 >= plain;
    text += any ? kPieces[random.Next() % std::size(kPieces)] : std::string_view("x");
  }
  text.resize(size);
  return text;
}

TEST_F(JsonIndexTest, FindsWhatAPlainReadingFinds) {
  Random random = Seeded(20'240'517);
  std::vector<uint32_t> places;
  for (int i = 0; i < 10'000; ++i) {
    const std::string text = RandomText(random, 1 + random.Next() % 260);
    const JsonIndex index = Index(text, &places);
    const Found plain = ReadPlainly(text);
    ASSERT_EQ(index.count, plain.index.count) << text;
    ASSERT_EQ(places, plain.places) << text;
    ASSERT_EQ(index.has_backslash, plain.index.has_backslash) << text;
    ASSERT_EQ(index.is_ascii, plain.index.is_ascii) << text;
    ASSERT_EQ(index.has_bad_string, plain.index.has_bad_string) << text;
    if (!index.plain_numbers) continue;
    for (const std::string& scalar : plain.scalars) {
      if (scalar.front() == '-' || (scalar.front() >= '0' && scalar.front() <= '9')) {
        ASSERT_TRUE(IsPlainNumber(scalar)) << scalar << " in " << text;
      }
    }
  }
}

// Texts of few pieces, so that any two of them meet at the end of a block, too.
TEST_F(JsonIndexTest, TellsPlainNumbersFromOthers) {
  Random random = Seeded(20'260'311);
  std::vector<uint32_t> places;
  static constexpr std::string_view kOfNumbers[] = {"-", ".",    "0", "1", "27",  "x",
                                                    "e", "\xB1", "+", "/", "\"\""};
  int plain_count = 0;
  for (int i = 0; i < 100'000; ++i) {
    std::string number;
    for (uint64_t left = 1 + random.Next() % 6; left > 0; --left)
      number += kOfNumbers[random.Next() % std::size(kOfNumbers)];
    if (number.front() != '-' && (number.front() < '0' || number.front() > '9')) continue;
    // What is plain stands before and behind, and nothing behind at times.
    std::string text = "[\"-1.2.3 01 1e5\",true,-10.050,";
    text.append(random.Next() % 130, ' ');
    text += number;
    if (random.Next() % 4 != 0) text += ",0.1,null]";
    const JsonIndex index = Index(text, &places);
    ASSERT_EQ(index.plain_numbers, IsPlainNumber(number)) << text;
    plain_count += index.plain_numbers ? 1 : 0;
  }
  ASSERT_GT(plain_count, 1'000);
}

}  // namespace
}  // namespace aslx
