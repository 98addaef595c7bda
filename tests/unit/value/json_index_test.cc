// Our own first stage beside a byte-by-byte reading of what it has to find.
#include "runtime/value/json_index.h"

#include <cstdio>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/base/random.h"

namespace aslx {
namespace {

struct Found {
  std::vector<uint32_t> places;
  JsonIndex index;
};

// As json_index.h says it, one byte after the other.
Found ReadPlainly(const std::string& text) {
  Found found;
  JsonIndex& index = found.index;
  bool in_string = false;
  bool escaped = false;
  bool in_scalar = false;
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
    in_scalar = !quote && !punctuation && !space;
    if (in_string && !quote) index.has_control |= byte < 0x20;
    if (quote) in_string = !in_string;
    escaped = c == '\\' && !escaped;
  }
  index.ends_in_string = in_string;
  index.count = static_cast<uint32_t>(found.places.size());
  return found;
}

std::string RandomText(Random& random, size_t size) {
  static constexpr std::string_view kPieces[] = {
      "\"",     "\\",           "\"",    "{",    "}", "[", "]",    ":",    ",",    " ",
      "\n",     "\t",           "\r",    "a",    "1", "-", "\x01", "\x0C", "\x1A", "\xC3\xA9",
      "\\\\\\", "abcdefghijkl", "\":\"", "    ",
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

TEST(JsonIndex, FindsWhatAPlainReadingFinds) {
#if defined(__x86_64__)
  if (!__builtin_cpu_supports("avx512vbmi2")) GTEST_SKIP() << "this processor has no AVX-512 VBMI2";
  constexpr uint64_t kSeed = 20'240'517;
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  Random random(kSeed);
  for (int i = 0; i < 10'000; ++i) {
    const std::string text = RandomText(random, 1 + random.Next() % 260);
    std::vector<uint32_t> places(text.size() + kJsonIndexSlack);
    const JsonIndex index = IndexWithAvx512(text.data(), text.size(), places.data());
    const Found plain = ReadPlainly(text);
    ASSERT_EQ(index.count, plain.index.count) << text;
    places.resize(index.count);
    ASSERT_EQ(places, plain.places) << text;
    ASSERT_EQ(index.has_backslash, plain.index.has_backslash) << text;
    ASSERT_EQ(index.is_ascii, plain.index.is_ascii) << text;
    ASSERT_EQ(index.ends_in_string, plain.index.ends_in_string) << text;
    ASSERT_EQ(index.has_control, plain.index.has_control) << text;
  }
#else
  GTEST_SKIP() << "for x86-64 only";
#endif
}

}  // namespace
}  // namespace aslx
